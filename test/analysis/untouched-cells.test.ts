/**
 * Edits that change what a cell holds before a function is selected, by which the analysis of one function changes although no
 * executed instruction of it has that cell as an operand, or only in a range whose length a repair makes unknown. Its recorded
 * result must not be used again. `docs/decisions/013-arms.md` lists these cases, and those in which no result is recorded.
 */

import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { ArmMemo } from "../../analysis/analyze.ts";
import { readingGraph } from "../../analysis/code/control-flow.ts";
import { readingCode } from "../../analysis/code/decoded-code.ts";
import { emptyTables } from "../../analysis/domain/tables.ts";
import type { Value } from "../../analysis/domain/value.ts";
import { Engine, sizeOf } from "../../analysis/interpreter/interpreter.ts";
import { toItsEnd } from "../../program/cooperative.ts";
import type { Program } from "../../program/program.ts";
import { assembleText } from "../support/assemble.ts";

const FUNCTIONS = 8;
/** The number of the function that an edit concerns. */
const SELECTED = 4;

interface Case {
  // In all of these instructions, the text `EDIT` stands for what the edit changes.
  /** The instructions before the program selects a function. When they begin, M[47] is an unknown `u1`. */
  readonly before: readonly string[];
  /** The two texts for `EDIT`. The test edits the first into the second, and the second into the first. */
  readonly edit: readonly [string, string];
  /** The first instructions of the selected function. */
  readonly use: readonly string[];
  readonly routines?: readonly string[];
  /** Whether the analysis goes on after each instruction that certainly fails, as if its author had corrected it. */
  readonly repairs?: boolean;
  /** How many results are used again; by default, those of all other functions. */
  readonly reused?: number;
}

function sourceOf({ before, use, routines = [] }: Case, edit: string): string {
  const functions = Array.from({ length: FUNCTIONS }, (_, k) => k);
  return [
    "SET [2], u32, #1",
    "SET [3], u32, #0",
    "SET [4], u32, #2",
    "CALLDATACOPY [4], [3], [40]",
    "EQ [40], [41], [47]",
    ...before,
    ...functions.flatMap((k) => [`SET [30], ff, #${k}`, "EQ [40], [30], [31]", `JUMPI [31], f${k}`]),
    "REVERT [3], [2]",
    ...functions.flatMap((k) => [
      `f${k}:`,
      ...(k === SELECTED ? use : []),
      ...Array.from({ length: 30 }, () => "ADD [2], [2], [4]"),
      "RETURN [3], [2]",
    ]),
    ...routines,
  ]
    .join("\n")
    .replace("EDIT", edit);
}

function programOf(one: Case, edit: string): Program {
  const { program, diagnostics } = assembleText(sourceOf(one, edit));
  assert.deepEqual(diagnostics, []);
  return program;
}

/** All that one pass of the analysis finds, and in how many steps. */
function foundIn(program: Program, repairs: boolean, memo: ArmMemo): unknown {
  const tables = emptyTables();
  const code = toItsEnd(readingCode(program, tables.values));
  tables.namedCells = sizeOf(code, 0);
  const graph = toItsEnd(readingGraph(code));
  toItsEnd(memo.updating(code, graph, tables.values));
  const limits = { steps: 200_000, rounds: 2_000, memo };
  const engine = new Engine(
    code,
    graph,
    tables,
    { routines: new Map(), arms: new Map() },
    limits,
    () => repairs,
  );
  toItsEnd(engine.run());
  const { facts, steps, exhausted } = engine;
  const { values, origins, forgotten } = tables;
  const shown = (value: Value): unknown => value === value && [values.low(value), values.high(value)];
  const slots = code.ops.flatMap(({ plan, firstSlot }) =>
    plan.memory.map((_, k) => {
      const slot = firstSlot + k;
      const content = [shown(facts.values[slot]), origins.members(facts.origins[slot])];
      return [facts.tags[slot], facts.unwritten[slot], ...content, shown(facts.addresses[slot])];
    }),
  );
  const failures = [...facts.failures].map(([key, { sure, tags, found, value, origin }]) => [
    key,
    sure,
    tags,
    found,
    shown(value),
    origins.members(origin),
  ]);
  const { reached, passed, branches, used, allUsed, deadEnds } = facts;
  const ends = [...deadEnds].map(([op, pcs]) => [op?.number, pcs]);
  return [steps, exhausted, slots, failures, reached, passed, branches, used, allUsed, ends, forgotten];
}

function holdsFor(one: Case): void {
  const { edit, repairs = false, reused = FUNCTIONS - 1 } = one;
  const versions = edit.map((text) => programOf(one, text));
  // Each way, the first analysis remembers nothing.
  const [forth, back] = [versions, versions.toReversed()].map((ways) => {
    const memo = new ArmMemo();
    const found = ways.map((program) => foundIn(program, repairs, memo));
    return { found, used: memo.used };
  });
  assert.deepEqual(forth.found[1], back.found[0], `to ${edit[1]}`);
  assert.deepEqual(back.found[1], forth.found[0], `to ${edit[0]}`);
  assert.deepEqual([forth.used, back.used], [reused, reused]);
}

/** Writes a cell, once on each of two paths: one of two numbers if `EDIT` isn't `u32, #1`, otherwise 1. */
function writeOneOfTwo(cell: number): string[] {
  return [
    "SET [48], EDIT",
    "SET [49], u32, #1",
    "JUMPI [47], first",
    `MOV [49], [${cell}]`,
    "JUMP written",
    "first:",
    `MOV [48], [${cell}]`,
    "written:",
  ];
}

const CHOICE = ["u32, #1", "u32, #2"] as const;
/** Leaves a number below 2 in M[9], whose tag `u8` is certain and which depends on the repair of the ADD. */
const REPAIRED_BIT = [
  "SET [6], u8, #0",
  "SET [7], ff, #0",
  "ADD [7], [6], [7]",
  "SET [8], u8, #1",
  "AND [8], [7], [9]",
];

const CASES: Record<string, Case> = {
  "the base of the frame": {
    before: ["SET [48], EDIT", "MOV [48], [0]"],
    edit: ["u32, #100", "u32, #101"],
    use: ["MOV [sp+1], [23]"],
    reused: 0,
  },
  "an operand of a comparison that is remembered when the function begins": {
    before: ["SET [48], EDIT", "CAST [41], [52], u32", "MOV [48], [53]", "EQ [52], [53], [58]"],
    edit: ["u32, #60", "u32, #61"],
    use: ["JUMPI [58], alike", "RETURN [3], [2]", "alike:", "MOV [52], [23]"],
    reused: 0,
  },
  "an address of cells that become a region": {
    before: ["SET [1], u32, #2000", "SET [48], EDIT", "MOV [48], [80]"],
    edit: ["u32, #60", "u32, #2010"],
    use: ["JUMPI [47], join", "ADD [1], [2], [1]", "join:"],
  },
  "one of two addresses of such cells, of which the other is lower": {
    before: ["SET [1], u32, #2000", ...writeOneOfTwo(80), "SET [48], u8, #1"],
    edit: ["u32, #1", "u32, #2010"],
    use: ["JUMPI [47], join", "ADD [1], [2], [1]", "join:"],
  },
  "a cell beyond those that the program names, which is moved to a region": {
    before: ["SET [1], u32, #2000", "SET [10], u32, #2500", "SET [48], EDIT", "MOV [48], [[10]]"],
    edit: ["u32, #1", "u8, #1"],
    use: [
      "SET [36], u32, #15",
      "CAST [41], [33], u32",
      "AND [33], [36], [33]",
      "ADD [1], [33], [1]",
      "MOV [[1]], [23]",
    ],
    reused: 0,
  },
  "a cell that may be unwritten when a repair makes such cells unknown": {
    before: ["EDIT", ...Array.from({ length: 31 }, (_, k) => `SET [${65 + k}], u8, #1`)],
    edit: ["SET [64], u8, #1", ""],
    use: [
      "SET [5], u32, #4294967295",
      "JUMPI [47], other",
      "CALLDATACOPY [5], [3], [96]",
      "JUMP join",
      "other:",
      "SET [5], u32, #4294967295",
      "CALLDATACOPY [5], [3], [96]",
      "join:",
    ],
    repairs: true,
  },
  "a cell in a range whose length a repair makes unknown": {
    before: ["SET [81], u8, #1", "EDIT"],
    edit: ["", "SET [80], ff, #1"],
    use: ["EMITPUBLICLOG [36], [70]"],
    repairs: true,
  },
  "a cell in a range whose length depends on an earlier repair": {
    before: ["SET [81], u8, #1", "EDIT"],
    edit: ["", "SET [80], ff, #1"],
    use: [...REPAIRED_BIT, "EMITPUBLICLOG [9], [70]"],
    repairs: true,
  },
  "a cell in a range whose length has many origins and depends on a repair in one call": {
    before: ["SET [81], u8, #1", "EDIT"],
    edit: ["", "SET [80], ff, #1"],
    use: [
      ...REPAIRED_BIT,
      "INTERNALCALL log",
      ...Array.from({ length: 9 }, () => ["SET [9], u32, #1", "INTERNALCALL log"]).flat(),
    ],
    routines: ["log:", "EMITPUBLICLOG [9], [70]", "INTERNALRETURN"],
    repairs: true,
  },
  "a cell in a range that isn't read because the instruction fails before": {
    before: ["SET [48], EDIT", "MOV [48], [80]"],
    edit: ["ff, #1", "ff, #2"],
    use: [
      "GETENVVAR [33], ISSTATICCALL",
      "JUMPI [33], static",
      "RETURN [3], [2]",
      "static:",
      "EMITPUBLICLOG [2], [70]",
    ],
  },
  "the first cell of an empty range": {
    before: ["SET [48], EDIT", "MOV [48], [80]"],
    edit: ["ff, #1", "u32, #1"],
    use: ["SET [36], u32, #0", "CALLDATACOPY [36], [3], [80]"],
  },
  "a pointer of an instruction that fails because of the base": {
    before: ["SET [0], u8, #50", ...writeOneOfTwo(53)],
    edit: CHOICE,
    use: ["MOV [[sp+3]], [6]"],
  },
  "a pointer in the frame, of an instruction that fails because of another pointer": {
    before: ["SET [0], u32, #50", ...writeOneOfTwo(53)],
    edit: CHOICE,
    use: ["SET [5], u8, #60", "ADD [[5]], [[sp+3]], [6]"],
  },
  "the size of an allocation, at an address that wraps": {
    before: ["SET [0], u32, #4294967286", "SET [1], u32, #2000", ...writeOneOfTwo(60)],
    edit: CHOICE,
    use: ["ADD [sp+70], [6], [1]"],
  },
  "a cell that a long loop forgets because it overwrites that part of the frame": {
    before: ["EDIT", "MOV [49], [52]"],
    edit: ["SET [49], u32, #7", "MOV [41], [49]"],
    use: [
      "SET [0], u32, #52",
      "SET [70], u32, #0",
      "SET [71], u32, #850",
      "SET [73], u32, #3",
      "SET [74], u32, #1",
      "SET [75], u32, #3",
      "outer:",
      "SET [76], u32, #0",
      // Takes more than 20,000 steps in the first round of the outer loop.
      "inner:",
      ...Array.from({ length: 20 }, () => "MUL [73], [75], [73]"),
      "ADD [70], [74], [70]",
      "LT [70], [71], [72]",
      "JUMPI [72], inner",
      "CALLDATACOPY [2], [3], [90]",
      "EQ [90], [40], [91]",
      "JUMPI [91], outer",
    ],
  },
  "a cell in the frame of a recursive routine": {
    before: ["SET [48], EDIT", "SET [64], u32, #7", "MOV [48], [65]"],
    edit: ["u32, #7", "u32, #8"],
    use: ["SET [0], u32, #64", "INTERNALCALL again"],
    routines: [
      "again:",
      "JUMPI [47], end",
      "ADD [0], [4], [0]",
      "INTERNALCALL again",
      "SUB [0], [4], [0]",
      "end:",
      "INTERNALRETURN",
    ],
  },
};

/** The edit concerns no function. */
const ELSEWHERE = { before: [], edit: ["u8, #1", "u8, #2"] } as const;
const UNUSED = ["unused:", "SET [5], EDIT", "RETURN [3], [2]"];

const UNRECORDED: Record<string, Case> = {
  "loses track of memory": {
    ...ELSEWHERE,
    use: ["CAST [41], [33], u32", "MOV [2], [[33]]"],
    routines: UNUSED,
  },
  "leaves the code": {
    ...ELSEWHERE,
    use: ["JUMPI [47], stays", "JUMP #60000", "stays:"],
    routines: UNUSED,
  },
  "calls a recursive routine that must be analysed for an unknown memory": {
    ...ELSEWHERE,
    before: ["SET [1], u32, #2000"],
    use: ["JUMPI [47], join", "ADD [1], [2], [1]", "join:", "INTERNALCALL again"],
    routines: ["again:", "JUMPI [47], end", "INTERNALCALL again", "end:", "RETURN [3], [2]", ...UNUSED],
  },
};

describe("after an edit, the analysis counts as used by a function", () => {
  for (const [name, one] of Object.entries(CASES)) it(name, () => holdsFor(one));

  it("no cell that is the size of an allocation whose address can't be resolved", () => {
    const before = ["SET [1], u32, #2000", "SET [0], u8, #200", ...writeOneOfTwo(60)];
    const uses = [
      ["SET [5], u8, #60", "ADD [[5]], [6], [1]"],
      ["ADD [sp+1], [60], [1]"],
      ["SET [203], u32, #60", "ADD [[sp+3]], [6], [1]"],
      ["SET [5], u32, #60", "ADD [sp+1], [[5]], [1]"],
    ];
    for (const use of uses) holdsFor({ before, edit: CHOICE, use, reused: FUNCTIONS });
  });
});

describe("after an edit, no result is used again of a function that", () => {
  for (const [name, one] of Object.entries(UNRECORDED)) it(name, () => holdsFor(one));
});
