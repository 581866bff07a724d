// Random programs on this project's own machine against what the analysis says of them: every tag that is met must be
// inferred, what runs be reachable, and what is called a definite error halt. Faster than `fuzz.ts`, which runs them on
// Aztec's AVM. Prints what went wrong, and at the end "N passed, N failed".
//
//   tsx test/conformance/fuzz-machine.ts [--heap] [--target T] [--count N] [--seed N] [--seconds N]

import { parseArgs } from "node:util";
import { analyze, type Analysis } from "../../analysis/analyze.ts";
import { CATALOGUE } from "../../diagnostics/catalogue.ts";
import { INDIRECT, instructionSet, RELATIVE } from "../../isa/instruction-set.ts";
import { TARGETS, type TargetName } from "../../isa/table.ts";
import { run } from "../../machine/machine.ts";
import type { FrameView } from "../../machine/observer.ts";
import { World } from "../../machine/world.ts";
import { decode } from "../../program/codec.ts";
import { randomNumbers } from "../support/random.ts";
import { randomHeapProgram } from "./fuzz-heap-programs.ts";
import { randomInput, randomProgram } from "./fuzz-programs.ts";

const { values: flags } = parseArgs({
  options: {
    heap: { type: "boolean", default: false },
    target: { type: "string", default: "v5" },
    count: { type: "string", default: "1000" },
    seed: { type: "string", default: "1" },
    seconds: { type: "string", default: "100000" },
  },
});
const target: TargetName = flags.heap ? (TARGETS.find((one) => one === flags.target) ?? "v5") : "v4";
/** Contract calls that programs of this kind can't need more gas for. */
const GAS = { l2: 400_000 };

interface Operand {
  readonly position: number;
  readonly offset: number;
  readonly mode: number;
  readonly writes: boolean;
  readonly tags: number;
}

interface Expectation {
  readonly reachable: boolean;
  readonly definite: boolean;
  /** Those of one cell. */
  readonly operands: readonly Operand[];
}

/** Errors about what stands behind an instruction, which itself goes well. */
const ABOUT_THE_NEXT: ReadonlySet<string> = new Set(["end-of-code", "jump-out-of-code", "undecodable-code"]);

function expectations(analysis: Analysis): Map<number, Expectation> {
  const { internals } = analysis;
  const definite = new Set(
    analysis.findings
      .filter(
        ({ verdict, code }) =>
          verdict === "definite" && CATALOGUE[code].severity === "error" && !ABOUT_THE_NEXT.has(code),
      )
      .map(({ pc }) => pc),
  );
  const found = new Map<number, Expectation>();
  for (const { index, pc, reachable } of analysis.instructions()) {
    const op = internals.code.opOf[index];
    const operands = (op?.plan.memory ?? []).flatMap((operand, k): Operand[] => {
      if (operand.length !== 1) return [];
      return [
        {
          position: operand.position,
          offset: op!.address(k),
          mode: op!.modes[k],
          writes: operand.writes,
          tags: analysis.tagsAt(index, operand.position),
        },
      ];
    });
    found.set(pc, { reachable, definite: definite.has(pc), operands });
  }
  return found;
}

function addressOf({ memory }: FrameView, { offset, mode }: Operand): number {
  const address = mode & RELATIVE ? offset + memory.small[0] : offset;
  return mode & INDIRECT ? memory.small[memory.slotOf(address)] : address;
}

function problemsOf(
  bytecode: Uint8Array,
  inputs: readonly (readonly bigint[])[],
): { problems: string[]; steps: number } {
  const analysis = analyze(decode(instructionSet(target), bytecode));
  const byPc = expectations(analysis);
  const problems = new Set<string>();
  let steps = 0;
  const met = ({ pc, memory }: FrameView, operand: Operand, address: number): void => {
    const tag = memory.tags[memory.slotOf(address)];
    if ((operand.tags & (1 << tag)) === 0)
      problems.add(
        `${pc} operand ${operand.position} at ${address} has tag ${tag}, not among ${operand.tags.toString(2)}`,
      );
  };
  for (const calldata of inputs) {
    let addresses: number[] = [];
    let reads: number[] = [];
    run(
      new World(),
      { code: decode(instructionSet(target), bytecode), calldata, gas: GAS },
      {
        before(frame) {
          steps++;
          const expected = byPc.get(frame.pc);
          if (!expected?.reachable) problems.add(`${frame.pc} ran, and is called unreachable`);
          addresses = expected?.operands.map((operand) => addressOf(frame, operand)) ?? [];
          reads =
            expected?.operands.map((operand, k) =>
              operand.writes ? -1 : frame.memory.tags[frame.memory.slotOf(addresses[k])],
            ) ?? [];
        },
        after(frame) {
          const expected = byPc.get(frame.pc);
          if (!expected) return;
          if (expected.definite) problems.add(`${frame.pc} went well, and is called a definite error`);
          expected.operands.forEach((operand, k) => {
            if (operand.writes) met(frame, operand, addresses[k]);
            else if ((operand.tags & (1 << reads[k])) === 0)
              problems.add(
                `${frame.pc} operand ${operand.position} at ${addresses[k]} is read with tag ${reads[k]}, not among ${operand.tags.toString(2)}`,
              );
          });
        },
      },
    );
  }
  return { problems: [...problems], steps };
}

const first = Number(flags.seed);
const until = performance.now() + 1000 * Number(flags.seconds);
const total = { passed: 0, failed: 0, steps: 0 };
for (let seed = first; seed < first + Number(flags.count) && performance.now() < until; seed++) {
  const random = randomNumbers(seed);
  const bytecode = flags.heap ? randomHeapProgram(seed, target) : randomProgram(seed);
  const inputs = [1, 2, 3, 4, 5].map(() => randomInput(random));
  const { problems, steps } = problemsOf(bytecode, inputs);
  total.steps += steps;
  if (problems.length === 0) total.passed++;
  else {
    total.failed++;
    console.log(`FAILED seed ${seed}: ${problems.slice(0, 3).join("; ")}`);
  }
}
console.log(`${total.steps} steps`);
console.log(`${total.passed} passed, ${total.failed} failed`);
process.exitCode = total.failed === 0 ? 0 : 1;
