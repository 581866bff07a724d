/** Finds the files of commands that take folders: the files that are named, and the sources in folders that are named. */

import { readdirSync, type Dirent } from "node:fs";
import { join, resolve } from "node:path";
import { describeSystemError } from "../../disk/system-errors.ts";
import { readRealFile } from "../../disk/read-file.ts";
import { CommandError, unreadable } from "../command.ts";
import { isStandardInput, statOf } from "../files/input.ts";
import { PATHS } from "../files/paths.ts";
import { inputFiles, type InputFile } from "./input-file.ts";
import { grouped } from "../../program/grouped.ts";

/** Maximum number of folder entries to look at, so that a folder such as / doesn't take forever. */
const MAX_ENTRIES = 100_000;
/** Maximum nesting of the folders to look at. */
const MAX_DEPTH = 32;

/** The files that are named, and the sources with tests in folders that are named. Throws {@link CommandError}. */
export function testFiles(operands: readonly string[], ...options: InputOptions): InputFile[] {
  for (const operand of operands)
    if (!isStandardInput(operand) && !statOf(operand))
      throw unreadable({ name: operand }, "there is no such file");
  return filesIn(inputFiles(operands, ...options), mentionsTests);
}

/** The files that are named, and all sources in folders that are named. Throws {@link CommandError}. */
export function sourceFiles(operands: readonly string[], ...options: InputOptions): InputFile[] {
  const found = filesIn(inputFiles(operands, ...options), () => true);
  if (found.length === 0) {
    const folders = operands.map((operand) => `\`${operand}\``).join(", ");
    throw new CommandError(`there are no \`.avm\` files in ${folders}`);
  }
  return found;
}

/** The parameters of {@link inputFiles} after the operands. */
type InputOptions = Parameters<typeof inputFiles> extends [unknown, ...infer Rest] ? Rest : never;

/** A file that was found in a folder. */
type FoundSource = InputFile & { readonly real: string };

/** Each file once, by the name under which it is found first. */
function filesIn(operands: readonly InputFile[], isWanted: (file: FoundSource) => boolean): InputFile[] {
  const found: InputFile[] = [];
  const known = new Set<string>();
  const add = (file: InputFile): void => {
    if (!known.has(resolve(file.argument))) found.push(file);
    known.add(resolve(file.argument));
  };
  const budget = { entries: MAX_ENTRIES };
  for (const operand of operands) {
    const { argument: folder } = operand;
    if (isStandardInput(folder)) found.push(operand);
    else if (!statOf(folder)?.isDirectory()) add(operand);
    else {
      const real = PATHS.real(folder)!;
      for (const below of sourcesIn(folder, "", budget, 0)) {
        const path = join(folder, below);
        const file = { argument: path, name: path, real: join(real, below) };
        if (isWanted(file)) add(file);
      }
    }
  }
  return found;
}

/** Yields the paths of the sources in a folder below another one, relative to that. Skips hidden folders, `node_modules` and links. */
function* sourcesIn(
  top: string,
  below: string,
  budget: { entries: number },
  depth: number,
): Iterable<string> {
  const folder = join(top, below);
  let entries: Dirent[];
  try {
    entries = readdirSync(folder, { withFileTypes: true });
  } catch (error) {
    throw unreadable({ name: folder }, describeSystemError(error));
  }
  for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
    if (budget.entries-- <= 0) throw new CommandError(`there are more than ${grouped(MAX_ENTRIES)} files`);
    const path = join(below, entry.name);
    if (
      entry.isDirectory() &&
      !entry.name.startsWith(".") &&
      entry.name !== "node_modules" &&
      depth < MAX_DEPTH
    ) {
      yield* sourcesIn(top, path, budget, depth + 1);
    } else if (entry.isFile() && entry.name.toLowerCase().endsWith(".avm")) yield path;
  }
}

function mentionsTests({ real }: FoundSource): boolean {
  const bytes = readRealFile(real);
  return bytes instanceof Uint8Array && /\.test[\s"]/i.test(Buffer.from(bytes).toString("latin1"));
}
