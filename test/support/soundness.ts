/**
 * Compares the analysis of a program with its runs on this project's own machine: every tag that a run meets must be
 * inferred, every instruction that runs must be reachable, and every instruction with a definite error must halt.
 */

import { analyze, type Analysis, type AnalyzeOptions } from "../../analysis/analyze.ts";
import { CATALOGUE } from "../../diagnostics/catalogue.ts";
import { INDIRECT, instructionSet, RELATIVE } from "../../isa/instruction-set.ts";
import type { TargetName } from "../../isa/table.ts";
import { run } from "../../machine/machine.ts";
import type { FrameView } from "../../machine/observer.ts";
import { World } from "../../machine/world.ts";
import { decode } from "../../program/codec.ts";

/** More L2 gas than programs of this kind need for their calls. */
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
  /** The operands that are one cell. */
  readonly operands: readonly Operand[];
}

/** Codes of errors about the code after an instruction; the instruction itself may succeed. */
const CODES_ABOUT_NEXT_INSTRUCTION: ReadonlySet<string> = new Set([
  "end-of-code",
  "jump-out-of-code",
  "undecodable-code",
]);

function expectations(analysis: Analysis): Map<number, Expectation> {
  const { internals } = analysis;
  const definite = new Set(
    analysis.findings
      .filter(
        ({ verdict, code }) =>
          verdict === "definite" &&
          CATALOGUE[code].severity === "error" &&
          !CODES_ABOUT_NEXT_INSTRUCTION.has(code),
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

/** Runs a program on each input. Returns the errors of the analysis, and the number of instructions that ran. */
export function soundnessProblems(
  bytecode: Uint8Array,
  target: TargetName,
  inputs: readonly (readonly bigint[])[],
  options: AnalyzeOptions = {},
): { problems: string[]; steps: number } {
  const analysis = analyze(decode(instructionSet(target), bytecode), options);
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
