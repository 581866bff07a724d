/**
 * Every definition of a program gets every name that the program has, and a fresh one: each renaming is refused or
 * leaves the bytes alone, and the fresh name is never refused.
 *
 *   tsx test/server/rename-property.ts [--count 1000] [--seed N]
 */

import assert from "node:assert/strict";
import { pathToFileURL } from "node:url";
import { parseArgs } from "node:util";
import { rename } from "../../server/features/rename.ts";
import { structureOf } from "../../server/language/scopes.ts";
import { randomNumbers } from "../support/random.ts";
import { bytesOfAssembly, compiler } from "./compiled.ts";
import { edited, MAIN, open, ownFiles, uriOf } from "./fixture.ts";
import { generateProgram, type GeneratedProgram } from "./generated-programs.ts";
import { toItsEnd } from "../../program/cooperative.ts";

const FRESH = "quite_fresh";

/** The bytes, or undefined if the program has errors. */
export function bytesOf(program: GeneratedProgram): string | undefined {
  return bytesOfAssembly(compiler()(program));
}

/**
 * Renames everything in one program. Returns how many renamings were made and refused.
 *
 * @param wants tells whether another pair of names is tried
 */
export function renameEverything(
  program: GeneratedProgram,
  where: string,
  wants = () => true,
): { made: number; refused: number } {
  const compile = compiler();
  const before = bytesOfAssembly(compile(program));
  const counts = { made: 0, refused: 0 };
  if (before === undefined) return counts;
  const texts: Record<string, string> = { "main.avm": program.main, ...program.files };
  const { session } = open(program.main, { files: program.files, library: true });
  const snapshot = session.snapshot(MAIN)!;
  const words = new Set(Object.values(texts).flatMap((text) => text.match(/[A-Za-z_]\w*/g) ?? []));
  for (const { file } of snapshot.files)
    for (const { name } of structureOf(file).definitions) words.add(name);
  for (const document of ownFiles(snapshot, Object.keys(texts))) {
    for (const { line, columns, name } of structureOf(document.file).definitions) {
      for (const newName of [FRESH, ...words]) {
        if (!wants()) continue;
        const position = { line, character: columns.start };
        const edit = toItsEnd(rename({ ...snapshot, document }, position, newName));
        const what = `${where}: ${name} of ${document.uri}, line ${line + 1}, to ${newName}\n${JSON.stringify(program, null, 1)}`;
        if ("refused" in edit) {
          assert.notEqual(newName, FRESH, `refused: ${edit.refused} ${what}`);
          counts.refused++;
          continue;
        }
        const change = (file: string): string => edited(texts[file], edit.changes![uriOf(file)] ?? []);
        const after = {
          main: change("main.avm"),
          files: Object.fromEntries(Object.keys(program.files).map((file) => [file, change(file)])),
        };
        assert.equal(bytesOfAssembly(compile(after)), before, `${what}\n${after.main}`);
        counts.made++;
      }
    }
  }
  session.dispose();
  return counts;
}

export function renameInPrograms(
  count: number,
  seed: number,
): { made: number; refused: number; programs: number } {
  const random = randomNumbers(seed);
  const total = { made: 0, refused: 0, programs: 0 };
  for (let number = 0; number < count; number++) {
    const { made, refused } = renameEverything(generateProgram(random), `program ${number} of seed ${seed}`);
    total.made += made;
    total.refused += refused;
    if (made > 0) total.programs++;
  }
  return total;
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  const { values: flags } = parseArgs({
    options: { count: { type: "string", default: "1000" }, seed: { type: "string", default: "1" } },
  });
  const { made, refused, programs } = renameInPrograms(Number(flags.count), Number(flags.seed));
  console.log(`${made} renamings made, ${refused} refused, in ${programs} programs`);
}
