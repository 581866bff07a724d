/** The FILE arguments of a command: the path that is opened, and the name that messages use. `-` is standard input. */

import { UsageError } from "../command.ts";
import { isStandardInput, STANDARD_INPUT } from "../files/input.ts";

export interface InputFile {
  /** A path, or `-`. */
  readonly argument: string;
  /**
   * The name in messages. Its extension decides the kind of file, and its folder decides the project and relative includes.
   * For standard input it is the value of `--stdin-name`.
   */
  readonly name: string;
  /** For a file that was found in a folder: its path without links. Only this one is read and written. */
  readonly real?: string;
}

/** Makes the input file for an argument. */
export function inputFile(argument: string, stdinName?: string): InputFile {
  if (!isStandardInput(argument)) return { argument, name: argument };
  return { argument, name: stdinName ?? (argument === "-" ? STANDARD_INPUT : argument) };
}

/**
 * Makes the input files for the operands of a command.
 *
 * @param others files that options name. Throws {@link UsageError} if standard input would be read twice
 */
export function inputFiles(
  operands: readonly string[],
  { "stdin-name": stdinName }: { readonly "stdin-name"?: string | undefined },
  others: readonly (string | undefined)[] = [],
): InputFile[] {
  const read = [...operands, ...others].filter((name) => name !== undefined && isStandardInput(name));
  if (read.length > 1) {
    throw new UsageError("standard input can be read once, and two of the files are standard input");
  }
  if (stdinName !== undefined && !operands.some(isStandardInput)) {
    throw new UsageError("`--stdin-name` names standard input, but no FILE is `-`");
  }
  return operands.map((operand) => inputFile(operand, stdinName));
}

/** True if the name says that the file is source text. */
export function isSource({ name }: InputFile): boolean {
  return name.toLowerCase().endsWith(".avm");
}

/** The names of the files that aren't standard input. No output may overwrite them. */
export function namesOf(files: readonly InputFile[]): string[] {
  return files.filter(({ name }) => name !== STANDARD_INPUT).map(({ name }) => name);
}
