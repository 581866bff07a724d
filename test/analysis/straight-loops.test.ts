/**
 * Loops that copy and fill cells, whose rounds are gone through at once: what is inferred is the same as if every instruction
 * was executed, and it holds in real runs. An annotation in a loop makes it one that is executed.
 * `LOOP_PROGRAMS=3000` tries that many.
 */

import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { analyze } from "../../analysis/analyze.ts";
import { encode, decode } from "../../program/codec.ts";
import { instructionSet } from "../../isa/instruction-set.ts";
import { factsOf } from "../support/analysis-facts.ts";
import { assembleText } from "../support/assemble.ts";
import { randomNumbers, type RandomNumbers } from "../support/random.ts";
import { soundnessProblems } from "../support/soundness.ts";

const PROGRAMS = Number(process.env.LOOP_PROGRAMS ?? 60);
const TAGS = ["u1", "u8", "u16", "u32", "u64", "u128", "ff"];

/** A program with a loop: pointers [10], [11] and [13], its end in [9], a condition in [12], and in [8] what it moves. */
function loopProgram(random: RandomNumbers, annotated: boolean): string {
  const pick = <T>(list: readonly T[]): T => list[random.below(list.length)];
  const rounds = random.below(12);
  const lines = [
    "SET [2], u32, #1",
    "SET [3], u32, #0",
    "CALLDATACOPY [2], [3], [20]",
    "CAST [20], [21], u1",
    `SET [7], ${pick(TAGS)}, #1`,
  ];
  for (let k = random.below(12); k > 0; k--) lines.push(`SET [${100 + random.below(40)}], ${pick(TAGS)}, #1`);
  const start = (cell: number): string =>
    `SET [${cell}], u32, #${random.below(9) === 0 ? random.below(16) : 90 + random.below(60)}`;
  lines.push(start(10), start(11), start(13));
  if (random.below(3) === 0) {
    const moved = pick([10, 11, 13]);
    lines.push("JUMPI [21], other", start(moved), "JUMP both", "other:", start(moved), "both:");
  }
  // A pointer that was used has a name, and its end is relative to that.
  if (random.below(2) === 0) lines.push("MOV [[10]], [22]", "MOV [[11]], [22]");
  const counter = pick([10, 10, 11, 13]);
  lines.push(`SET [22], u32, #${rounds}`, `ADD [${counter}], [22], [9]`);
  if (random.below(8) === 0) lines.push("ADD [9], [3], [10]");
  const moves = [
    `MOV [[10]], [8]`,
    `MOV [8], [[11]]`,
    "MOV [7], [[13]]",
    "ADD [10], [2], [10]",
    "ADD [2], [11], [11]",
  ];
  moves.push("ADD [13], [2], [13]");
  if (random.below(3) === 0) moves.splice(random.below(moves.length), 1);
  if (random.below(3) === 0) moves.push(moves.shift()!);
  if (annotated) moves.push(".expect [2]: u32");
  const kind = pick(["eq", "lt", "lte"]);
  const ends = kind === "lt" ? "below" : "out";
  const [a, b] = kind === "lte" ? [9, counter] : [counter, 9];
  lines.push("loop:", `${kind.toUpperCase()} [${a}], [${b}], [12]`, `JUMPI [12], ${ends}`);
  if (kind === "lt") lines.push("JUMP out", "below:");
  lines.push(...moves, "JUMP loop", "out:");
  for (let k = 0; k < 4; k++) lines.push(`MOV [${90 + random.below(70)}], [30]`);
  lines.push("MOV [8], [30]", "MOV [10], [30]", "MOV [11], [30]", "RETURN [2], [30]");
  return lines.join("\n");
}

describe("loops whose rounds are executed at once", () => {
  it("gives the same facts as executing every round, and they hold in runs", () => {
    for (let seed = 1; seed <= PROGRAMS; seed++) {
      const { program } = assembleText(loopProgram(randomNumbers(seed), false));
      const executed = assembleText(loopProgram(randomNumbers(seed), true)).program;
      assert.deepEqual(factsOf(program).facts, factsOf(executed).facts, `seed ${seed}`);
      const bytes = encode(program);
      const { problems } = soundnessProblems(bytes, "v6", [[0n], [1n]]);
      assert.deepEqual(problems, [], `seed ${seed}`);
    }
  });

  it("takes a few steps for them", () => {
    const text = (annotation: string): string =>
      `SET [2], u32, #1\nSET [10], u32, #100\nSET [9], u32, #1000\nloop: EQ [10], [9], [12]\nJUMPI [12], out
       MOV [2], [[10]]\nADD [10], [2], [10]\n${annotation}\nJUMP loop\nout: RETURN [2], [999]`;
    const steps = (annotation: string): number =>
      analyze(decode(instructionSet("v6"), encode(assembleText(text(annotation)).program))).internals.engine
        .steps;
    const executed = analyze(assembleText(text(".expect [2]: u32")).program).internals.engine.steps;
    assert.ok(steps("") * 5 < executed, `${steps("")} of ${executed} steps`);
  });
});
