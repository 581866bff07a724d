/** The project that a source file belongs to: `avmasm.config.json` in its folder or one above. */

import { dirname, isAbsolute, relative, resolve, sep } from "node:path";
import { NO_PROJECT, readProject, type Project } from "../../project/config.ts";
import {
  findProject,
  includeFolders,
  linkProblem,
  outsideProblem,
  projectBounds,
  type ProjectPlace,
} from "../../project/find-project.ts";
import { CommandError } from "../command.ts";
import { decodeText } from "../files/decode.ts";
import { readInput } from "../files/input.ts";
import { PATHS } from "../files/paths.ts";

/** A project, and where it is. */
export interface LocatedProject extends Project {
  /** The folder of its file; absent if there is none. */
  readonly folder?: string;
  /** The folders that make up the project; none where nothing says where it ends. */
  readonly bounds: readonly string[];
}

export interface ProjectOptions {
  /** Lets the project's file name folders outside of the project. */
  readonly allowOutside?: boolean;
}

/** The projects of a run's source files; each is read once. */
export class Projects {
  private readonly options: ProjectOptions;
  private readonly byFolder = new Map<string, Promise<LocatedProject>>();

  constructor(options: ProjectOptions = {}) {
    this.options = options;
  }

  /**
   * The settings for the file of this name. Folders in them are relative to the current one, or absolute if the name is. Throws
   * {@link CommandError} if the project's file is wrong.
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

/** With absolute folders. */
async function readProjectOf(folder: string, options: ProjectOptions): Promise<LocatedProject> {
  const place = findProject(folder + sep, PATHS);
  const bounds = projectBounds(folder + sep, place, PATHS);
  if (!place) return { ...NO_PROJECT, bounds };
  const { file } = place;
  const link = linkProblem(place, PATHS);
  const bytes = link === undefined ? await readInput(file) : { error: link };
  const text = bytes instanceof Uint8Array ? decodeText(bytes) : bytes;
  if (typeof text !== "string") throw new CommandError(`\`${file}\` can't be read: ${text.error}`);
  const project = readProject(text);
  if ("problems" in project) throw new CommandError(`\`${file}\`: ${project.problems.join("; ")}`);
  return { ...project, bounds, folder: place.folder, include: foldersOf(project, place, options) };
}

function foldersOf(
  { include }: Project,
  place: ProjectPlace,
  { allowOutside }: ProjectOptions,
): readonly string[] {
  if (allowOutside) return include.map((written) => PATHS.resolve(place.file, `${written}/`)!);
  const { folders, outside } = includeFolders(include, place, PATHS);
  if (outside.length === 0) return folders;
  throw new CommandError(`\`${place.file}\`: ${outsideProblem(outside, "`--allow-outside`")}`);
}
