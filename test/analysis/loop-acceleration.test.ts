/**
 * Counted loops whose rounds are executed at once: what is inferred is the same as if every instruction was executed, and it holds in
 * real runs; and how many rounds of a loop of unknown length are executed. An annotation in a loop makes it one that is executed. `LOOP_PROGRAMS=3000` tries that many, `LOOP_FIRST` is the first.
 */

import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { encode } from "../../program/codec.ts";
import { factsOf } from "../support/analysis-facts.ts";
import { assembleText } from "../support/assemble.ts";
import { countedLoops } from "../support/counted-loops.ts";
import { randomNumbers } from "../support/random.ts";
import { soundnessProblems } from "../support/soundness.ts";

const PROGRAMS = Number(process.env.LOOP_PROGRAMS ?? 60);
const FIRST = Number(process.env.LOOP_FIRST ?? 1);

/** Loops of 40 rounds: what they prepare, their body, and whether most rounds are executed at once. */
const LOOPS: readonly {
  readonly name: string;
  readonly before?: readonly string[];
  readonly body: readonly string[];
  readonly rounds: "at once" | "by instruction";
}[] = [
  { name: "an array is filled", body: ["ADD [30], [10], [33]", "MOV [2], [[33]]"], rounds: "at once" },
  {
    name: "an array is copied",
    before: Array.from({ length: 40 }, (_, k) => `SET [${200 + k}], u8, #7`),
    body: ["ADD [31], [10], [34]", "MOV [[34]], [12]", "ADD [30], [10], [33]", "MOV [12], [[33]]"],
    rounds: "at once",
  },
  {
    name: "an array of different tags is copied",
    before: Array.from({ length: 40 }, (_, k) => `SET [${200 + k}], ${k % 2 ? "u8" : "u16"}, #7`),
    body: ["ADD [31], [10], [34]", "MOV [[34]], [12]", "ADD [30], [10], [33]", "MOV [12], [[33]]"],
    rounds: "by instruction",
  },
  {
    name: "each cell is copied to the next one",
    before: ["SET [200], u8, #7", "SET [32], u32, #201"],
    body: ["ADD [31], [10], [34]", "MOV [[34]], [12]", "ADD [32], [10], [33]", "MOV [12], [[33]]"],
    rounds: "at once",
  },
  {
    name: "an array overlaps with the copy that is made of it 3 cells further",
    before: ["SET [200], u8, #7", "SET [201], u16, #8", "SET [202], u64, #9", "SET [32], u32, #203"],
    body: ["ADD [31], [10], [34]", "MOV [[34]], [12]", "ADD [32], [10], [33]", "MOV [12], [[33]]"],
    rounds: "by instruction",
  },
  {
    name: "a stride wraps in each second round",
    before: ["SET [41], u32, #2147483649"],
    body: ["MOV [2], [[30]]", "ADD [30], [41], [30]"],
    rounds: "by instruction",
  },
  {
    name: "the writes reach the counter",
    before: ["SET [30], u32, #3", "SET [44], u32, #38"],
    body: ["ADD [30], [10], [33]", "MOV [44], [[33]]"],
    rounds: "by instruction",
  },
  {
    name: "the writes reach the pointers",
    before: ["SET [30], u32, #25"],
    body: ["ADD [30], [10], [33]", "MOV [10], [[33]]"],
    rounds: "by instruction",
  },
  { name: "the bound moves towards the counter", body: ["SUB [11], [41], [11]"], rounds: "at once" },
  {
    name: "the bound grows with its square",
    before: ["SET [11], u32, #200", "SET [44], u32, #3"],
    body: ["MUL [44], [44], [44]", "AND [44], [11], [45]", "SUB [11], [2], [11]"],
    rounds: "by instruction",
  },
  {
    name: "a cell is written in every third round",
    before: ["SET [44], u32, #3"],
    body: [
      "DIV [10], [44], [45]",
      "MUL [45], [44], [45]",
      "EQ [45], [10], [5]",
      "JUMPI [5], skip",
      "MOV [2], [120]",
      "skip:",
    ],
    rounds: "by instruction",
  },
  {
    name: "a check may fail",
    body: [
      "ADD [30], [10], [33]",
      "LTE [36], [35], [5]",
      "JUMPI [5], ok",
      "JUMP trap",
      "ok:",
      "MOV [2], [[33]]",
    ],
    rounds: "at once",
  },
  {
    name: "a check in a routine may fail",
    body: ["ADD [30], [10], [33]", "MOV [33], [7]", "INTERNALCALL check", "MOV [8], [[33]]"],
    rounds: "at once",
  },
  {
    name: "a check may fail, and writes a cell before it halts that the round reads",
    body: [
      "LTE [36], [35], [5]",
      "JUMPI [5], ok",
      "MOV [10], [31]",
      "INTERNALCALL fail",
      "ok:",
      "MOV [31], [12]",
    ],
    rounds: "at once",
  },
  {
    name: "a divisor becomes zero",
    before: ["SET [44], u32, #30"],
    body: ["SUB [44], [2], [44]", "DIV [3], [44], [45]"],
    rounds: "by instruction",
  },
  {
    name: "the writes pass a cell that every round writes, while rounds are recorded",
    before: ["SET [30], u32, #119", "SET [44], u8, #7"],
    body: ["MOV [2], [121]", "ADD [30], [10], [33]", "MOV [44], [[33]]"],
    rounds: "at once",
  },
  {
    name: "both ways of a branch come back",
    body: ["LTE [36], [35], [5]", "JUMPI [5], ok", "SET [12], u32, #0", "ok:"],
    rounds: "by instruction",
  },
  {
    name: "each round allocates",
    before: ["SET [1], u32, #400", "SET [41], u32, #3"],
    body: ["MOV [1], [34]", "ADD [1], [41], [1]", "MOV [10], [[34]]", "MOV [[34]], [12]"],
    rounds: "at once",
  },
  {
    name: "an inner loop has 4 rounds",
    before: ["SET [21], u32, #4"],
    body: [
      "SET [20], u32, #0",
      "inner:",
      "ADD [20], [2], [20]",
      "ADD [30], [20], [33]",
      "MOV [10], [[33]]",
      "LT [20], [21], [5]",
      "JUMPI [5], inner",
    ],
    rounds: "at once",
  },
];

function loopText({ before = [], body }: (typeof LOOPS)[number], annotated: boolean): string {
  return [
    "SET [2], u32, #1",
    "SET [3], u32, #0",
    "SET [4], u32, #2",
    "CALLDATACOPY [4], [3], [18]",
    "CAST [18], [35], u32",
    "CAST [19], [36], u32",
    ...[
      "SET [10], u32, #0",
      "SET [11], u32, #40",
      "SET [30], u32, #100",
      "SET [31], u32, #200",
      "SET [41], u32, #1",
    ],
    ...before,
    "INTERNALCALL work",
    ...Array.from({ length: 60 }, (_, k) => `MOV [${95 + k}], [9]`),
    "RETURN [2], [12]",
    ...["work:", "LT [10], [11], [6]", "JUMPI [6], body", "INTERNALRETURN", "body:"],
    ...(annotated ? [".expect [2]: u32"] : []),
    ...body,
    ...["ADD [10], [2], [10]", "JUMP work"],
    ...[
      "check:",
      "LTE [36], [35], [5]",
      "JUMPI [5], checked",
      "REVERT [2], [7]",
      "checked:",
      "MOV [7], [8]",
      "INTERNALRETURN",
    ],
    ...["fail:", "REVERT [2], [31]"],
    ...["trap:", "REVERT [2], [33]"],
  ].join("\n");
}

/** A routine with a loop of unknown length, which leaves it for `exit`. */
function unknownLoop(exit: string): string {
  return [
    ...["SET [2], u32, #1", "SET [3], u32, #0", "CALLDATACOPY [2], [3], [9]", "CAST [9], [9], u32"],
    ...["INTERNALCALL work", "RETURN [2], [3]"],
    ...["work: SET [7], u32, #0", "SET [5], u32, #100"],
    ...["loop: LT [7], [9], [4]", "JUMPI [4], body", exit],
    ...["body: SET [[5]], u8, #1", "ADD [5], [2], [5]", "ADD [7], [2], [7]", "JUMP loop"],
  ].join("\n");
}

describe("a loop of unknown length", () => {
  it("has as many rounds if it leaves for RETURN as for INTERNALRETURN, and more if it leaves for REVERT", () => {
    const steps = (exit: string): number => factsOf(assembleText(unknownLoop(exit)).program).steps;
    assert.ok(steps("RETURN [2], [7]") < 1.2 * steps("INTERNALRETURN"));
    assert.ok(steps("REVERT [2], [7]") > 2 * steps("INTERNALRETURN"));
  });
});

describe("counted loops whose rounds are executed at once", () => {
  for (const loop of LOOPS)
    it(`${loop.rounds}: ${loop.name}`, () => {
      const { program } = assembleText(loopText(loop, false));
      const fast = factsOf(program);
      const slow = factsOf(assembleText(loopText(loop, true)).program);
      assert.deepEqual(fast.facts, slow.facts);
      const share = fast.steps / slow.steps;
      assert.ok(loop.rounds === "at once" ? share < 0.6 : share > 0.6, `${share} of the steps`);
      assert.deepEqual(
        soundnessProblems(encode(program), "v6", [
          [0n, 0n],
          [1n, 7n],
          [9n, 2n],
        ]).problems,
        [],
      );
    });

  it("give the same facts as executing every round, and they hold in runs", () => {
    let accelerated = 0;
    for (let seed = FIRST; seed < FIRST + PROGRAMS; seed++) {
      const { program } = assembleText(countedLoops(randomNumbers(seed), false));
      const executed = assembleText(countedLoops(randomNumbers(seed), true)).program;
      const fast = factsOf(program);
      const slow = factsOf(executed);
      assert.deepEqual(fast.facts, slow.facts, `seed ${seed}`);
      if (fast.steps * 1.2 < slow.steps) accelerated++;
      const { problems } = soundnessProblems(encode(program), "v6", [[0n], [1n], [7n]]);
      assert.deepEqual(problems, [], `seed ${seed}`);
    }
    if (process.env.LOOP_PROGRAMS)
      console.log(`${accelerated} of ${PROGRAMS} programs take less than 5/6 of the steps`);
    assert.ok(accelerated * 3 > PROGRAMS, `${accelerated} of ${PROGRAMS}`);
  });
});
