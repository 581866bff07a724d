/** Finds and reads the project of a source file: `avmasm.config.json` in its folder or one above. */

import { dirname, isAbsolute, relative, resolve, sep } from "node:path";
import { NO_PROJECT, readProject, type Project } from "../../project/config.ts";
import {
  findProject,
  includeFolders,
  outsideProblem,
  projectBounds,
  realConfiguration,
} from "../../project/find-project.ts";
import { readRealFile } from "../../disk/read-file.ts";
import { CommandError, unreadable } from "../command.ts";
import { decodeText } from "../files/decode.ts";
import type { ProjectFolders } from "../files/includes.ts";
import { PATHS } from "../files/paths.ts";

/** A project and its location. */
export interface LocatedProject extends Project, ProjectFolders {
  /** The folders that make up the project; empty if neither a configuration nor a `.git` bounds it. */
  readonly bounds: readonly string[];
}

export interface ProjectOptions {
  /** Whether the configuration may name folders outside of the project. */
  readonly allowOutside?: boolean;
}

/** The projects of the source files of one run. Each configuration is read once. */
export class Projects {
  private readonly options: ProjectOptions;
  private readonly byFolder = new Map<string, Promise<LocatedProject>>();

  constructor(options: ProjectOptions = {}) {
    this.options = options;
  }

  /**
   * Returns the settings for a file name. Their folders are relative to the current folder, or absolute if the name is. Throws
   * {@link CommandError} if the configuration is invalid.
   */
  async of(name: string): Promise<LocatedProject> {
    const folder = dirname(resolve(name));
    let project = this.byFolder.get(folder);
    if (!project) this.byFolder.set(folder, (project = readProjectOf(folder, this.options)));
    const { include, ...rest } = await project;
    if (isAbsolute(name)) return { ...rest, include };
    return { ...rest, include: include.map((found) => (relative("", found) || ".") + sep) };
  }
}

/** Reads the project of a folder. Folders in the result are absolute. */
async function readProjectOf(folder: string, options: ProjectOptions): Promise<LocatedProject> {
  const place = findProject(folder + sep, PATHS);
  const bounds = projectBounds(folder + sep, place, PATHS);
  if (!place) return { ...NO_PROJECT, bounds, roots: [] };
  const { file } = place;
  const found = realConfiguration(place, PATHS);
  const bytes = "error" in found ? found : readRealFile(found.real);
  const text = bytes instanceof Uint8Array ? decodeText(bytes) : bytes;
  if (typeof text !== "string") throw unreadable({ name: file }, text.error);
  const project = readProject(text);
  if ("problems" in project) throw new CommandError(`\`${file}\`: ${project.problems.join("; ")}`);
  const { folders, roots, outside } = includeFolders(
    project.include,
    place,
    PATHS,
    options.allowOutside === true,
  );
  if (outside.length > 0)
    throw new CommandError(`\`${file}\`: ${outsideProblem(outside, "`--allow-outside`")}`);
  return { ...project, bounds, roots, include: folders };
}
