/** The project that a source file belongs to: `avmasm.config.json` in its folder or one above. */

import { existsSync } from "node:fs";
import { dirname, isAbsolute, join, relative, resolve } from "node:path";
import { PROJECT_FILE } from "../../project/file-name.ts";
import { NO_PROJECT, readProject, type Project } from "../../project/config.ts";
import { CommandError } from "../command.ts";
import { decodeText, readInput } from "../files/input.ts";

/** A project, and where it is. */
export interface LocatedProject extends Project {
  /** The folder of its file; absent where there is none. */
  readonly folder?: string;
}

const projects = new Map<string, Promise<LocatedProject>>();

/**
 * The settings for a source argument; for standard input those of the current folder. Folders in them are relative to the
 * current one, or absolute where the argument is. Throws {@link CommandError} where the project's file is wrong.
 */
export async function projectOf(argument: string): Promise<LocatedProject> {
  const folder = dirname(argument === "-" ? resolve("-") : resolve(argument));
  let project = projects.get(folder);
  if (!project) projects.set(folder, (project = findProject(folder)));
  const { include, ...rest } = await project;
  if (isAbsolute(argument)) return { ...rest, include };
  return { ...rest, include: include.map((found) => relative("", found)) };
}

/** With absolute folders. */
async function findProject(start: string): Promise<LocatedProject> {
  for (let folder = start; ; folder = dirname(folder)) {
    const file = join(folder, PROJECT_FILE);
    if (existsSync(file)) return readFile(file, folder);
    if (folder === dirname(folder)) return NO_PROJECT;
  }
}

async function readFile(file: string, folder: string): Promise<LocatedProject> {
  const bytes = await readInput(file);
  const text = bytes instanceof Uint8Array ? decodeText(bytes) : bytes;
  if (typeof text !== "string") throw new CommandError(`\`${file}\` can't be read: ${text.error}`);
  const project = readProject(text);
  if ("problems" in project) throw new CommandError(`\`${file}\`: ${project.problems.join("; ")}`);
  return { ...project, folder, include: project.include.map((found) => resolve(folder, found)) };
}
