/** The options with which a source is assembled and checked: from the command line, else from its project. */

import type { CheckOptions } from "../../project/check.ts";
import type { TargetName } from "../../isa/table.ts";
import { outsideOf } from "../../project/find-project.ts";
import { createIncludeReader } from "../files/includes.ts";
import { PATHS } from "../files/paths.ts";
import { LIBRARY } from "../installation.ts";
import type { InputFile } from "./input-file.ts";
import type { Projects } from "./project.ts";

export interface SourceChoice {
  readonly target?: TargetName | undefined;
  readonly strict?: boolean;
}

/** Throws {@link CommandError} if the configuration is invalid. */
export async function sourceOptions(
  { name, real }: InputFile,
  projects: Projects,
  { target, strict = false }: SourceChoice,
): Promise<CheckOptions> {
  const project = await projects.of(name);
  return {
    target,
    defaultTarget: project.target,
    strict: strict || project.strict === true,
    levels: project.levels,
    isOutside: outsideOf(project.bounds, LIBRARY, PATHS),
    read: createIncludeReader(name, project, real),
  };
}
