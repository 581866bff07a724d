/** The FILE arguments of a command: what is opened, and under which name it is known. `-` is standard input. */

import { UsageError } from "../command.ts";
import { isStandardInput, STANDARD_INPUT } from "../files/input.ts";

export interface InputFile {
  /** What is opened: a path, or `-`. */
  readonly argument: string;
  /**
   * What messages call it. Its ending says what it holds, and its folder where the project is and what it includes. Of standard
   * input it is what `--stdin-name` says.
   */
  readonly name: string;
}

/** A file of the command line, or a file that something else names. */
export function inputFile(argument: string, stdinName?: string): InputFile {
  if (!isStandardInput(argument)) return { argument, name: argument };
  return { argument, name: stdinName ?? (argument === "-" ? STANDARD_INPUT : argument) };
}

/**
 * The operands of a command as files.
 *
 * @param others further files that options name and that are read. Throws {@link UsageError} if standard input would be read twice
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
    throw new UsageError("`--stdin-name` says what `-` is, and no file is `-`");
  }
  return operands.map((operand) => inputFile(operand, stdinName));
}

/** True for what is source text by its name. */
export function isSource({ name }: InputFile): boolean {
  return name.toLowerCase().endsWith(".avm");
}

/** The names of regular files among them, which no output may overwrite. */
export function namesOf(files: readonly InputFile[]): string[] {
  return files.filter(({ name }) => name !== STANDARD_INPUT).map(({ name }) => name);
}
