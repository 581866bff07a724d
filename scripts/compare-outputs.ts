/**
 * Compares what two checkouts make of the same sources: `build --format json --no-check` and `check --format json`, with the
 * built command of each. Status, standard output and standard error have to be the same. Run it behind a change that
 * should change neither bytes nor diagnostics.
 *
 *   npx tsx scripts/compare-outputs.ts BEFORE AFTER FILE|FOLDER|PAGE.md...
 *
 * Of folders every `.avm`, and of pages every block of the language, is compared. Bytecode (`.bin`) is disassembled first.
 */

import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

const [before, after, ...inputs] = process.argv.slice(2);
if (inputs.length === 0) {
  console.error("usage: npx tsx scripts/compare-outputs.ts BEFORE AFTER FILE|FOLDER|PAGE.md...");
  process.exit(2);
}
const scratch = mkdtempSync(path.join(tmpdir(), "compare-outputs-"));

const run = (checkout: string, args: readonly string[]): string => {
  const command = path.join(path.resolve(checkout), "dist/avmasm.cjs");
  const { status, stdout, stderr } = spawnSync(process.execPath, [command, ...args], {
    encoding: "utf8",
    maxBuffer: 1 << 28,
  });
  return JSON.stringify([status, stdout, stderr]);
};

const filesIn = (input: string): string[] =>
  statSync(input).isDirectory()
    ? readdirSync(input, { recursive: true, encoding: "utf8" })
        .map((name) => path.join(input, name))
        .filter((name) => /\.(?:avm|bin|md)$/.test(name) && statSync(name).isFile())
        .sort()
    : [input];

/** The sources that a file holds, each as a file of its own. */
const sourcesOf = (file: string): string[] => {
  const write = (name: string, text: string): string => {
    const target = path.join(scratch, name);
    writeFileSync(target, text);
    return target;
  };
  const name = file.replace(/[^A-Za-z0-9.]+/g, "-");
  if (file.endsWith(".md")) {
    const blocks = readFileSync(file, "utf8").matchAll(/^```avm[^\n]*\n(.*?)^```/gms);
    return [...blocks].map(([, text], index) => write(`${name}-${index}.avm`, text));
  }
  if (!file.endsWith(".bin")) return [file];
  const [status, text] = JSON.parse(run(after, ["disasm", file])) as [number, string];
  return status === 0 ? [write(`${name}.avm`, text)] : [];
};

let compared = 0;
let different = 0;
for (const file of inputs.flatMap(filesIn)) {
  for (const source of sourcesOf(file)) {
    for (const args of [
      ["build", source, "--format", "json", "--no-check"],
      ["check", source, "--format", "json"],
    ]) {
      compared++;
      const [one, other] = [before, after].map((checkout) => run(checkout, args));
      if (one === other) continue;
      different++;
      console.log(`${args[0]} ${file}${file === source ? "" : ` (${path.basename(source)})`}: different`);
    }
  }
}
console.log(`${compared} outputs compared, ${different} different`);
process.exitCode = different > 0 || compared === 0 ? 1 : 0;
