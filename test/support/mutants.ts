/**
 * Mutates correct programs: each SET gets each wrong tag. For the mutants that halt on every input of the program's
 * tests, counts whether the checker reports the halt.
 */

import { analyze, type Analysis } from "../../analysis/analyze.ts";
import { instructionSet } from "../../isa/instruction-set.ts";
import type { TargetName } from "../../isa/table.ts";
import { TAGS } from "../../isa/tags.ts";
import { run } from "../../machine/machine.ts";
import type { Failure } from "../../machine/outcome.ts";
import { World } from "../../machine/world.ts";
import { decode } from "../../program/codec.ts";
import { formOf } from "../../program/program.ts";
import type { ProgramRun } from "./program-runs.ts";

export interface MutantCounts {
  /** Number of mutants that halt on every input. */
  halting: number;
  /** Number of halts that an error reports, at their place or as a related place. */
  errors: number;
  /** Number of halts that only a warning about a possible halt reports. */
  warnings: number;
  /** Halts without a diagnostic: mutant and place. */
  readonly unnoticed: string[];
  /** Errors at an instruction that succeeded in some run. */
  readonly refuted: string[];
}

export function tryMutants(
  name: string,
  bytes: Uint8Array,
  runs: readonly ProgramRun[],
  target: TargetName,
  counts: MutantCounts,
): void {
  const set = instructionSet(target);
  const program = decode(set, bytes);
  for (let index = 0; index < program.count; index++) {
    const form = formOf(program, index);
    if (form?.definition.computes !== "set") continue;
    const at = program.pcs[index] + form.tagByte;
    for (let tag = 0; tag < TAGS.length; tag++) {
      if (tag === bytes[at]) continue;
      const mutant = Uint8Array.from(bytes);
      mutant[at] = tag;
      judge(
        `${name} ${program.pcs[index]}: ${TAGS[tag]} for ${TAGS[bytes[at]]}`,
        mutant,
        runs,
        target,
        counts,
      );
    }
  }
}

function judge(
  name: string,
  bytes: Uint8Array,
  runs: readonly ProgramRun[],
  target: TargetName,
  counts: MutantCounts,
): void {
  const { failures, passed } = execute(bytes, runs, target);
  const analysis = analyze(decode(instructionSet(target), bytes));
  for (const { verdict, code, pc, message } of analysis.findings) {
    if (verdict === "definite" && !CODES_WITHOUT_HALT.includes(code) && passed.has(pc))
      counts.refuted.push(`${name}, ${pc} ${message}`);
  }
  // Count only mutants that halt on each input in their own code, not in a contract that they call.
  if (failures.length !== runs.length || failures.some(({ callers }) => callers.length > 0)) return;
  counts.halting++;
  if (failures.some(({ pc }) => isNamed(analysis, pc, "definite"))) counts.errors++;
  else if (failures.some(({ pc }) => isNamed(analysis, pc, "possible"))) counts.warnings++;
  else counts.unnoticed.push(`${name}, halts at ${failures[0].pc}: ${failures[0].message}`);
}

/** Codes of errors that don't say that their own instruction halts. */
export const CODES_WITHOUT_HALT: readonly string[] = [
  "literal-too-wide",
  "end-of-code",
  "jump-out-of-code",
  "undecodable-code",
  "fall-into-routine",
  "endless-loop",
  "never-written",
  "overwritten-cells",
  "cell-tag",
  "expectation-failed",
  "assumption-refuted",
];

function isNamed({ findings, program }: Analysis, pc: number, wanted: "definite" | "possible"): boolean {
  return findings.some(
    ({ verdict, pc: at, related, unnecessary }) =>
      verdict === wanted &&
      !unnecessary &&
      (at === pc ||
        related.some(({ index, message }) => program.pcs[index] === pc && message.startsWith("halts"))),
  );
}

/**
 * Runs a program on each input. Returns the failures, and the instructions that succeeded in some run.
 *
 * @param countsGas whether it is a failure that the gas ends, as it does in every loop without an end
 */
export function execute(
  bytes: Uint8Array,
  runs: readonly Pick<ProgramRun, "calldata" | "isStaticCall" | "continues">[],
  target: TargetName,
  countsGas = false,
): { readonly failures: readonly Failure[]; readonly passed: ReadonlySet<number> } {
  const failures: Failure[] = [];
  const passed = new Set<number>();
  let world = new World({ target });
  for (const { calldata, isStaticCall, continues } of runs) {
    if (!continues) world = new World({ target });
    const call = {
      code: bytes,
      calldata,
      isStatic: isStaticCall,
      ...(!countsGas && { gas: { l2: 300_000 } }),
    };
    const { failure } = run(world, call, {
      after(frame) {
        if (frame.number === 0) passed.add(frame.pc);
      },
    });
    if (failure?.kind === "halt" && (countsGas || failure.code !== "out-of-gas")) failures.push(failure);
  }
  return { failures, passed };
}
