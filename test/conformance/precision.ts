// Measures the precision of the tag inference on real contracts: the share of operands with exactly one tag, over the
// packages of the corpus or over folders of artifacts (.json) and bytecode (.bin), and the least precise contracts.
// `-v` also lists the operands with several tags, by the instructions that read or write them. For each contract it
// lists the causes: if an operand can have any tag, the first write through a pointer of which too little was known.
//
//   tsx test/conformance/precision.ts [-v] [--worst N] [--only NAME] [--target T] [FOLDER...]

import { createHash } from "node:crypto";
import { readFileSync, readdirSync } from "node:fs";
import path from "node:path";
import { parseArgs } from "node:util";
import { analyze, type Analysis } from "../../analysis/analyze.ts";
import { writeAt } from "../../analysis/code/decoded-code.ts";
import { readBytecode } from "../../artifact/input.ts";
import { instructionSet } from "../../isa/instruction-set.ts";
import { MEMORY_SIZE } from "../../isa/limits.ts";
import { TARGETS, type TargetName } from "../../isa/table.ts";
import { ALL_TAGS, type TagSet } from "../../isa/tags.ts";
import { decode } from "../../program/codec.ts";
import { artifactsOf, PACKAGES } from "./corpus-packages.ts";

const { values: flags, positionals: folders } = parseArgs({
  allowPositionals: true,
  options: {
    verbose: { type: "boolean", short: "v", default: false },
    worst: { type: "string", default: "10" },
    only: { type: "string", default: "" },
    target: { type: "string" },
  },
});

interface Code {
  readonly name: string;
  readonly target: TargetName;
  readonly bytes: Uint8Array;
}

interface Result {
  readonly name: string;
  /** Numbers of memory operands of reachable instructions: all, those with one tag, and those with every tag. */
  readonly operands: number;
  readonly exact: number;
  readonly unknown: number;
  readonly milliseconds: number;
  readonly steps: number;
  readonly exhausted: boolean;
  /** Causes of operands with several tags, each with the number of these operands, the most frequent first. */
  readonly causes: readonly (readonly [string, number])[];
}

function codesIn(name: string, bytes: Uint8Array, target: TargetName | undefined): Code[] {
  const input = readBytecode(bytes);
  if ("error" in input || input.kind !== "artifact") return [];
  const { artifact } = input;
  const chosen = target ?? artifact.release.nearest;
  return artifact.functions.flatMap((entry): Code[] => {
    const code = entry.bytecode();
    return "error" in code
      ? []
      : [{ name: `${name} ${artifact.name}.${entry.name}`, target: chosen, bytes: code }];
  });
}

function asTarget(name: string | undefined): TargetName | undefined {
  return TARGETS.find((target) => target === name);
}

async function* packages(): AsyncGenerator<Code> {
  for (const one of PACKAGES)
    for (const { bytes } of await artifactsOf(one)) yield* codesIn(one.version, await bytes(), one.target);
}

function* inFolder(folder: string): Generator<Code> {
  for (const file of readdirSync(folder).sort()) {
    const bytes = readFileSync(path.join(folder, file));
    if (file.endsWith(".json")) yield* codesIn(path.basename(folder), bytes, asTarget(flags.target));
    else if (file.endsWith(".bin")) yield { name: file, target: asTarget(flags.target) ?? "v5", bytes };
  }
}

function measure({ name, target, bytes }: Code): Result {
  const program = decode(instructionSet(target), bytes);
  const began = performance.now();
  const analysis = analyze(program);
  const milliseconds = performance.now() - began;
  let operands = 0;
  let exact = 0;
  let unknown = 0;
  const causes = new Map<string, number>();
  for (const { index, form, reachable } of analysis.instructions()) {
    if (!reachable) continue;
    for (const { operand, index: position } of form.fields) {
      if (operand.kind !== "memory") continue;
      const tags = analysis.tagsAt(index, position);
      if (tags === 0) continue;
      operands++;
      if ((tags & (tags - 1)) === 0) {
        exact++;
        continue;
      }
      if (tags === ALL_TAGS) unknown++;
      const cause = causeOf(analysis, tags);
      causes.set(cause, (causes.get(cause) ?? 0) + 1);
    }
  }
  if (flags.verbose) listUnknown(analysis);
  const { engine, droppedSteps } = analysis.internals;
  return {
    name,
    operands,
    exact,
    unknown,
    milliseconds,
    steps: engine.steps + droppedSteps,
    exhausted: analysis.exhausted,
    causes: [...causes].sort((a, b) => b[1] - a[1]),
  };
}

/**
 * Why an operand has several tags. If it can have any tag, the cause is the first write that made much of memory
 * unknown: later writes use pointers that were already unknown.
 */
function causeOf({ exhausted, internals }: Analysis, tags: TagSet): string {
  if (tags !== ALL_TAGS) return "paths with different tags";
  const { code, engine, tables } = internals;
  const [first] = tables.forgotten;
  if (first === undefined) return "a cell that nothing is known of";
  const write = first > 0 ? writeAt(code, first) : undefined;
  if (!write) return exhausted ? "the bound on work" : "a loop or call that was given up";
  const { values } = tables;
  const address = engine.facts.addresses[first - 1];
  const low = values.low(address);
  const high = Math.min(values.high(address), MEMORY_SIZE - 1);
  return `${write.op.plan.form.name} at ${write.op.pc} can write to any of the cells ${low} to ${high}`;
}

/** Lists the operands that have several tags, in the order of the code. */
function listUnknown(analysis: Analysis): void {
  for (const { index, pc, form, reachable } of analysis.instructions()) {
    if (!reachable) continue;
    for (const { operand, index: position } of form.fields) {
      if (operand.kind !== "memory") continue;
      const tags = analysis.tagsAt(index, position);
      if ((tags & (tags - 1)) === 0) continue;
      const cell = JSON.stringify(analysis.resolve(index, position));
      console.log(`  ${pc} ${form.name} ${operand.name} at ${cell}: ${tags.toString(2).padStart(7, "0")}`);
    }
  }
}

function percent(part: number, whole: number): string {
  return `${((100 * part) / whole).toFixed(3)}%`;
}

async function* codes(): AsyncGenerator<Code> {
  if (folders.length === 0) yield* packages();
  for (const folder of folders) yield* inFolder(folder);
}

const seen = new Set<string>();
const results: Result[] = [];
for await (const code of codes()) {
  if (!code.name.includes(flags.only)) continue;
  const key = `${code.target} ${createHash("sha256").update(code.bytes).digest("hex")}`;
  if (seen.has(key)) continue;
  seen.add(key);
  results.push(measure(code));
}
const sum = (of: (result: Result) => number): number => results.reduce((total, one) => total + of(one), 0);
const worst = results
  .filter(({ operands, exact }) => exact < operands)
  .sort((a, b) => b.operands - b.exact - (a.operands - a.exact))
  .slice(0, Number(flags.worst));
for (const { name, operands, exact, unknown, steps, milliseconds, exhausted, causes } of worst) {
  console.log(
    `${name}: ${operands - exact} of ${operands} operands have several tags, ${unknown} of them any (${percent(exact, operands)} exact), ` +
      `${steps.toLocaleString("en")} steps, ${milliseconds.toFixed(0)} ms${exhausted ? ", bound on work met" : ""}`,
  );
  for (const [cause, count] of causes.slice(0, 3)) console.log(`  ${count}: ${cause}`);
}
const slowest = [...results].sort((a, b) => b.milliseconds - a.milliseconds).slice(0, 5);
console.log(`slowest: ${slowest.map((one) => `${one.name} ${one.milliseconds.toFixed(0)} ms`).join(", ")}`);
console.log(
  `${results.length} bytecodes, ${sum((one) => one.steps).toLocaleString("en")} steps in ${(sum((one) => one.milliseconds) / 1000).toFixed(1)} s`,
);
const operands = sum((one) => one.operands);
const exact = sum((one) => one.exact);
console.log(`${exact} of ${operands} operands have exactly one tag: ${percent(exact, operands)}`);
