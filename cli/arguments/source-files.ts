/** Finds the files of commands that take folders: the files that are named, and the sources in folders that are named. */

import { readdirSync, type Dirent } from "node:fs";
import { join, resolve } from "node:path";
import { describeSystemError } from "../../disk/system-errors.ts";
import { readFileBytes } from "../../disk/read-file.ts";
import { CommandError } from "../command.ts";
import { isStandardInput, statOf } from "../files/input.ts";

/** Maximum number of folder entries to look at, so that a folder such as / doesn't take forever. */
const MAX_ENTRIES = 100_000;
const MAX_DEPTH = 32;

/** The files that are named, and the sources with tests in folders that are named. Throws {@link CommandError}. */
export function testFiles(operands: readonly string[]): string[] {
  for (const operand of operands)
    if (!isStandardInput(operand) && !statOf(operand))
      throw new CommandError(`\`${operand}\` can't be read: there is no such file`);
  return filesIn(operands, mentionsTests);
}

/** The files that are named, and all sources in folders that are named. Throws {@link CommandError}. */
export function sourceFiles(operands: readonly string[]): string[] {
  const found = filesIn(operands, () => true);
  if (found.length === 0) {
    const folders = operands.map((operand) => `\`${operand}\``).join(", ");
    throw new CommandError(`there are no \`.avm\` files in ${folders}`);
  }
  return found;
}

/** Each file once, by the name under which it is found first; standard input as often as it is named. */
function filesIn(operands: readonly string[], isWanted: (file: string) => boolean): string[] {
  const found: string[] = [];
  const known = new Set<string>();
  const add = (file: string): void => {
    if (!known.has(resolve(file))) found.push(file);
    known.add(resolve(file));
  };
  const budget = { entries: MAX_ENTRIES };
  for (const operand of operands) {
    if (isStandardInput(operand)) found.push(operand);
    else if (!statOf(operand)?.isDirectory()) add(operand);
    else for (const file of sourcesIn(operand, budget, 0)) if (isWanted(file)) add(file);
  }
  return found;
}

/** Yields the sources below a folder. Skips hidden folders, `node_modules` and links. */
function* sourcesIn(folder: string, budget: { entries: number }, depth: number): Iterable<string> {
  let entries: Dirent[];
  try {
    entries = readdirSync(folder, { withFileTypes: true });
  } catch (error) {
    throw new CommandError(`\`${folder}\` can't be read: ${describeSystemError(error)}`);
  }
  for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
    if (budget.entries-- <= 0)
      throw new CommandError(`there are more than ${MAX_ENTRIES.toLocaleString("en")} files`);
    const path = join(folder, entry.name);
    if (
      entry.isDirectory() &&
      !entry.name.startsWith(".") &&
      entry.name !== "node_modules" &&
      depth < MAX_DEPTH
    ) {
      yield* sourcesIn(path, budget, depth + 1);
    } else if (entry.isFile() && entry.name.toLowerCase().endsWith(".avm")) yield path;
  }
}

function mentionsTests(file: string): boolean {
  const bytes = readFileBytes(file);
  return bytes instanceof Uint8Array && /\.test[\s"]/i.test(Buffer.from(bytes).toString("latin1"));
}
