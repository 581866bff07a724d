// Disassembles real contracts, assembles the text again and compares the bytes, and checks that the analysis reports no
// definite error in them, and that the build stores the shapes of all lines, so that reading them doesn't need the grammar; then disassembles and assembles random bytes. Prints the counts, and at the end a line "N
// passed, N failed".
//
//   tsx test/conformance/corpus.ts [--random N] [--seed N]

import { readFileSync } from "node:fs";
import path from "node:path";
import { parseArgs } from "node:util";
import { analyze } from "../../analysis/analyze.ts";
import type { Artifact, ArtifactFunction } from "../../artifact/artifact.ts";
import { DISPATCH } from "../../artifact/contract-functions.ts";
import { disassemble } from "../../disassembler/disassemble.ts";
import { describeCode, describeFunction } from "../../disassembler/contract.ts";
import { readBytecode } from "../../artifact/input.ts";
import { parseIfKnown, rememberShapes } from "../../grammar/tree-cache.ts";
import { TARGETS, type TargetName } from "../../isa/table.ts";
import { DATA, type Program } from "../../program/program.ts";
import { randomNumbers } from "../support/random.ts";
import { randomBytecode } from "../support/random-bytecode.ts";
import { assertRoundTrip } from "../support/round-trip.ts";
import { PACKAGES, artifactsOf, type CorpusPackage } from "./corpus-packages.ts";

const { values: flags } = parseArgs({
  options: { random: { type: "string", default: "100000" }, seed: { type: "string" } },
});

/** Functions of a test contract that change state in a static call on purpose, to test that the call fails. */
const DELIBERATE_HALTS = /^StaticChild\.(?:public_dispatch|pub_illegal_inc_value)$/;

/** What a package has at least: bytecodes, and functions that the disassembler finds in the dispatch and names. */
const FLOORS: Readonly<Record<string, { readonly bytecodes: number; readonly named: number }>> = {
  "@aztec/noir-contracts.js 5.2.0": { bytecodes: 161, named: 127 },
  "@aztec/noir-contracts.js 4.4.0": { bytecodes: 160, named: 127 },
  "@aztec/noir-contracts.js 4.1.2": { bytecodes: 158, named: 126 },
  "@aztec/noir-contracts.js 3.0.3": { bytecodes: 152, named: 122 },
  "@aztec/noir-contracts.js 2.0.3": { bytecodes: 151, named: 121 },
  "@aztec/noir-contracts.js 1.2.1": { bytecodes: 157, named: 125 },
  "@aztec/noir-test-contracts.js 4.1.2": { bytecodes: 204, named: 170 },
};
/** All packages together. */
const TOTAL_FLOORS = { artifacts: 225, distinct: 1020, instructions: 604_808, located: 486_995 };
/** How many analyses may meet the bound on work at most. */
const MAX_EXHAUSTED = 4;

const results = { passed: 0, failed: 0 };

rememberShapes(readFileSync(path.join(import.meta.dirname, "../../dist/shapes.txt")));

/** Runs one check; a failure is printed and counted. */
function check(name: string, body: () => void): void {
  try {
    body();
    results.passed++;
  } catch (error) {
    results.failed++;
    const message = error instanceof Error ? error.message : String(error);
    console.log(`FAILED ${name}: ${message.slice(0, 2000)}`);
  }
}

function atLeast(what: string, count: number, floor: number): void {
  if (!(count >= floor)) throw new Error(`${count} ${what}, at least ${floor} are wanted`);
}

function percent(part: number, whole: number): string {
  return `${part.toLocaleString("en")} of ${whole.toLocaleString("en")} (${((100 * part) / whole).toFixed(2)}%)`;
}

const totals = {
  artifacts: 0,
  bytecodes: 0,
  bytes: 0,
  instructions: 0,
  located: 0,
  functions: 0,
  named: 0,
  /** Milliseconds of analysis, and the number of analyses that reached the work limit. */
  analysed: 0,
  exhausted: 0,
};
const distinct = new Set<string>();

async function checkPackage(corpusPackage: CorpusPackage): Promise<void> {
  const { name, version, target } = corpusPackage;
  const before = { ...totals, distinct: distinct.size };
  for (const { file, bytes } of await artifactsOf(corpusPackage)) {
    const input = readBytecode(await bytes());
    if ("error" in input) {
      // Some contracts have only private functions.
      check(`${name} ${version} ${file}`, () => {
        if (!input.error.includes("no public functions")) throw new Error(input.error);
      });
    } else if (input.kind === "artifact") {
      totals.artifacts++;
      check(`${name} ${version} ${file}: target`, () => {
        if (input.artifact.release.target !== target) {
          throw new Error(`taken for ${input.artifact.release.target}`);
        }
      });
      for (const entry of input.artifact.functions) checkFunction(corpusPackage, input.artifact, entry);
    }
  }
  const functions = totals.functions - before.functions;
  const { bytecodes, named } = FLOORS[`${name} ${version}`];
  check(`${name} ${version}: its bytecodes and named functions`, () => {
    atLeast("bytecodes", totals.bytecodes - before.bytecodes, bytecodes);
    atLeast("named functions", totals.named - before.named, named);
    atLeast("named functions", totals.named - before.named, functions);
  });
  console.log(
    `${name} ${version} (${target}): ${totals.bytecodes - before.bytecodes} bytecodes, ` +
      `${distinct.size - before.distinct} new ones, ` +
      `${percent(totals.named - before.named, functions)} functions named`,
  );
}

function checkFunction(
  { version, target }: CorpusPackage,
  artifact: Artifact,
  entry: ArtifactFunction,
): void {
  const title = `${version} ${artifact.name}.${entry.name}`;
  check(title, () => {
    const bytes = entry.bytecode();
    if ("error" in bytes) throw new Error(bytes.error);
    const contract = describeFunction(artifact, entry, { target });
    if ("error" in contract) throw new Error(contract.error);
    if (!contract.debug) throw new Error("no debug symbols were found");
    totals.bytecodes++;
    // Once a line is parsed, its shape is known.
    const unknown = disassemble(contract.model)
      .text.split("\n")
      .find((line) => !parseIfKnown(line));
    if (unknown !== undefined) throw new Error(`scripts/shapes.ts lacks the shape of a line: ${unknown}`);
    assertRoundTrip(bytes, contract.model);

    const key = `${target} ${Buffer.from(bytes).toString("base64")}`;
    if (!distinct.has(key)) {
      distinct.add(key);
      totals.bytes += bytes.length;
      for (let index = 0; index < contract.program.count; index++) {
        if (contract.program.opcodes[index] === DATA) throw new Error("a real contract has raw bytes");
        totals.instructions++;
        if (contract.debug.locationOf[index] >= 0) totals.located++;
      }
      assertRoundTrip(bytes, describeCode(bytes, { target }).model, { pc: true, bytes: true });
      checkFindings(title, `${artifact.name}.${entry.name}`, contract.program);
    }
    if (entry.name === DISPATCH)
      checkNames(title, artifact, new Set(contract.cases.map((found) => found.selector)));
  });
  check(`${title} with source`, () => {
    const bytes = entry.bytecode();
    const contract = describeFunction(artifact, entry, { target, source: true });
    if ("error" in contract || "error" in bytes) throw new Error("it can't be described");
    assertRoundTrip(bytes, contract.model);
  });
}

/** A compiler's code works, so the analysis must report no definite error in it. */
function checkFindings(title: string, name: string, program: Program): void {
  check(`${title}: definite errors`, () => {
    const began = performance.now();
    const { findings, exhausted } = analyze(program);
    totals.analysed += performance.now() - began;
    if (exhausted) totals.exhausted++;
    const definite = findings.filter(
      ({ verdict, code }) =>
        verdict === "definite" && !(code === "change-in-static-call" && DELIBERATE_HALTS.test(name)),
    );
    if (definite.length > 0)
      throw new Error(definite.map(({ pc, message }) => `${pc}: ${message}`).join("\n"));
  });
}

/** The disassembler must find every function of the ABI in the dispatch. */
function checkNames(title: string, artifact: Artifact, found: ReadonlySet<number>): void {
  const selectors = artifact.selectors();
  totals.functions += selectors.size;
  totals.named += found.size;
  const missing = [...selectors].filter(([selector]) => !found.has(selector)).map(([, { name }]) => name);
  if (artifact.name === "Token" && missing.length > 0) {
    throw new Error(`${title}: not found in the dispatch: ${missing.join(", ")}`);
  }
}

function checkRandom(target: TargetName, count: number, seed: number): void {
  const random = randomNumbers(seed);
  for (let index = 0; index < count; index++) {
    const bytes = randomBytecode(random, target, 4096);
    check(`random bytes ${index} of ${target}, seed ${seed}`, () => {
      assertRoundTrip(bytes, describeCode(bytes, { target }).model);
    });
  }
}

const began = Date.now();
for (const corpusPackage of PACKAGES) await checkPackage(corpusPackage);
console.log(
  `${totals.artifacts} artifacts, ${totals.bytecodes} bytecodes, ${distinct.size} distinct ones with ` +
    `${totals.bytes.toLocaleString("en")} bytes and ${totals.instructions.toLocaleString("en")} instructions`,
);
console.log(`functions named in their dispatch: ${percent(totals.named, totals.functions)}`);
console.log(`instructions with a line of Noir: ${percent(totals.located, totals.instructions)}`);
console.log(
  `analysed in ${(totals.analysed / 1000).toFixed(1)} s, the bound on work was met ${totals.exhausted} times`,
);
check("all packages", () => {
  for (const [what, floor] of Object.entries(TOTAL_FLOORS))
    atLeast(what, { ...totals, distinct: distinct.size }[what as keyof typeof TOTAL_FLOORS], floor);
  if (totals.exhausted > MAX_EXHAUSTED)
    throw new Error(`${totals.exhausted} analyses met the bound on work, at most ${MAX_EXHAUSTED} may`);
});
console.log(`${((Date.now() - began) / 1000).toFixed(0)} s`);

const seed = Number(flags.seed ?? Date.now() % 1_000_000_000);
const count = Number(flags.random);
console.log(`random bytes: ${count.toLocaleString("en")} strings, seed ${seed}`);
for (const [index, target] of TARGETS.entries()) {
  checkRandom(target, Math.ceil((count - index) / TARGETS.length), seed + index);
}
console.log(`${((Date.now() - began) / 1000).toFixed(0)} s`);
console.log(`${results.passed} passed, ${results.failed} failed`);
process.exitCode = results.failed === 0 ? 0 : 1;
