/** Reads programs that are run: sources, bytecode and artifacts, and the contracts that a test or a world's file deploys. */

import { check } from "../../project/check.ts";
import { didYouMean } from "../../diagnostics/suggest.ts";
import { suggestInclude } from "../../project/include-suggestion.ts";
import { findInclude, type FoundFile } from "../../project/include-lookup.ts";
import {
  runnableAssembly,
  runnableBytecode,
  runnableSource,
  type NotRunnable,
  type Runnable,
} from "../../running/runnable.ts";
import { refusal } from "../../running/session.ts";
import type { TargetName } from "../../isa/table.ts";
import { readRealFile } from "../../disk/read-file.ts";
import { parseSource } from "../../grammar/source-file.ts";
import { CommandError, orUnreadable } from "../command.ts";
import { decodeText } from "../files/decode.ts";
import { createIncludeReader, rootsOf } from "../files/includes.ts";
import { readInput, STANDARD_INPUT } from "../files/input.ts";
import { printMessage } from "../files/output.ts";
import { PATHS } from "../files/paths.ts";
import { printDiagnostics } from "../reports/diagnostics.ts";
import { inputFile, isSource, type InputFile } from "./input-file.ts";
import type { LocatedProject, Projects } from "./project.ts";
import { readSource } from "./source.ts";
import { sourceOptions } from "./source-options.ts";
import { messageAtLine } from "../../diagnostics/diagnostic.ts";

export interface RunnableChoice {
  readonly target?: TargetName | undefined;
  readonly functionName?: string;
}

/**
 * Reads a file and prepares it to run. Reports errors of the checker, which don't prevent the run. Returns undefined after
 * reporting errors that leave no program. Throws {@link CommandError}.
 */
export async function readRunnable(
  file: InputFile,
  projects: Projects,
  choice: RunnableChoice,
): Promise<Runnable | undefined> {
  const runnable =
    isSource(file) || file.name === STANDARD_INPUT
      ? await fromSource(file, projects, choice)
      : await fromBytecode(file, choice);
  const refused = runnable && refusal(runnable.target);
  if (refused !== undefined) throw new CommandError(`\`${file.name}\` can't be run: ${refused}`);
  return runnable;
}

async function fromSource(
  file: InputFile,
  projects: Projects,
  { target }: RunnableChoice,
): Promise<Runnable | undefined> {
  const source = orUnreadable(file, await readSource(file));
  const checked = check(source, await sourceOptions(file, projects, { target }));
  const { assembly } = checked;
  const found = checked.diagnostics.filter(({ severity }) => severity === "error");
  printDiagnostics(found, assembly.files);
  const runnable = runnableAssembly(assembly, source.name);
  return "error" in runnable ? undefined : runnable;
}

async function fromBytecode(file: InputFile, choice: RunnableChoice): Promise<Runnable> {
  const bytes = orUnreadable(file, await readInput(file.argument));
  const runnable = orUnreadable(file, runnableBytecode(file.name, bytes, choice));
  if (runnable.doubt !== undefined) printMessage(`\`${file.name}\`: ${runnable.doubt}`);
  return runnable;
}

/** Reads a contract that is deployed beside a program, by its path and the file that names it. Each is read once. */
export type DeployedReader = (path: string, from: string) => Runnable | NotRunnable;

/** Makes the reader. It reads nothing outside of the main file's folder, the current folder, the project's and those that the project names. */
export function deployedReader(
  { name: main, real }: Pick<InputFile, "name" | "real">,
  project: LocatedProject,
  target: TargetName,
): DeployedReader {
  const lookup = { folders: [], roots: rootsOf(main, project, real), library: undefined };
  const known = new Map<string, Runnable | NotRunnable>();
  return (path, from) => {
    const found = findInclude({ from, path, standard: false }, lookup, PATHS);
    if ("error" in found) return found;
    let runnable = known.get(found.place);
    if (!runnable) {
      runnable = readDeployed(found, project, target);
      if ("error" in runnable && !PATHS.exists(found.place)) {
        const likely = suggestInclude({ from, path, standard: false }, lookup, PATHS);
        runnable = { error: runnable.error + didYouMean(likely) };
      }
      known.set(found.place, runnable);
    }
    return runnable;
  };
}

function readDeployed(
  { place: file, real }: FoundFile,
  project: LocatedProject,
  target: TargetName,
): Runnable | NotRunnable {
  const bytes = readRealFile(real);
  if ("error" in bytes) return bytes;
  if (!isSource(inputFile(file))) return runnableBytecode(file, bytes, { target });
  const text = decodeText(bytes);
  if (typeof text !== "string") return text;
  const options = { defaultTarget: target, read: createIncludeReader(file, project, real) };
  const runnable = runnableSource(parseSource(file, text), options);
  if (!("error" in runnable)) return runnable;
  const first = runnable.assembly?.diagnostics.find(({ severity }) => severity === "error");
  return first ? { error: messageAtLine(first) } : runnable;
}
