/**
 * Runs the benchmarks: `npm run bench`, or `npm run bench -- [--quick] [NAME...]`.
 *
 * Prints tables, and writes the results to `bench/results/`. A run without `--quick` also updates the tables and the
 * chart in `docs/performance.md`.
 */

import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { parseArgs } from "node:util";
import { analysis } from "./analysis.ts";
import { contracts } from "./contracts.ts";
import { debugging } from "./debugging.ts";
import { disassembly } from "./disassembly.ts";
import { encoding } from "./encoding.ts";
import { lsp } from "./lsp.ts";
import { lspContracts } from "./lsp-contracts.ts";
import { machine } from "./machine.ts";
import { macros } from "./macros.ts";
import { ROOT } from "./measure.ts";
import { asText, updateDocument } from "./report.ts";
import { running } from "./running.ts";
import type { Options, Results, Section } from "./section.ts";
import { startUp } from "./start-up.ts";
import { throughput } from "./throughput.ts";
import { AVMASM } from "./tools.ts";
import { wholeProcess } from "./whole-process.ts";

/** The benchmarks by name, in the order in which they run. */
const BENCHMARKS: Readonly<Record<string, (options: Options) => Section | Promise<Section>>> = {
  "start-up": startUp,
  throughput,
  macros,
  "whole-process": wholeProcess,
  encoding,
  disassembly,
  analysis,
  contracts,
  running,
  debugging,
  lsp,
  "lsp-contracts": lspContracts,
};

const RESULTS_FOLDER = path.join(ROOT, "bench/results");

const { values, positionals } = parseArgs({
  options: { quick: { type: "boolean", default: false } },
  allowPositionals: true,
});
const unknown = positionals.filter((name) => !Object.hasOwn(BENCHMARKS, name));
if (unknown.length > 0)
  fail(`there is no benchmark ${unknown.join(", ")}; there are ${Object.keys(BENCHMARKS).join(", ")}`);
if (!existsSync(AVMASM)) fail("there is nothing to time; `npm run build` makes it");

const sections: Section[] = [];
for (const [name, run] of Object.entries(BENCHMARKS)) {
  if (positionals.length > 0 && !positionals.includes(name)) continue;
  const say = (message: string): void => console.error(`${name}: ${message}`);
  try {
    const section = await run({ quick: values.quick, say });
    sections.push(section);
    console.log(asText(section));
  } catch (error) {
    // A benchmark that can't run here, because a network or a program is missing, doesn't stop the others.
    console.error(`${name}: ${error instanceof Error ? error.message : String(error)}`);
    process.exitCode = 1;
  }
}

const results: Results = {
  date: new Date().toISOString().slice(0, 10),
  command: ["npm run bench", ...(process.argv.length > 2 ? ["--"] : []), ...process.argv.slice(2)].join(" "),
  machine: machine(),
  sections,
};
mkdirSync(RESULTS_FOLDER, { recursive: true });
const file = path.join(RESULTS_FOLDER, `${new Date().toISOString().slice(0, 19).replaceAll(":", "")}.json`);
writeFileSync(file, `${JSON.stringify(results, undefined, 1)}\n`);
console.error(`written: ${path.relative(ROOT, file)}`);
if (!values.quick) for (const changed of await updateDocument(results)) console.error(`written: ${changed}`);

function fail(message: string): never {
  console.error(`bench: ${message}`);
  process.exit(2);
}
