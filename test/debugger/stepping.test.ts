/** Stepping: over, into and out of routines, macros and repetitions, forwards and back. */

import assert from "node:assert/strict";
import type { DebuggedRun } from "../../debugger/debugged-run.ts";
import type { Position } from "../../debugger/position.ts";
import type { Stepper } from "../../debugger/stepping.ts";
import { stackOf } from "../../debugger/stack.ts";
import { debugged, lineOf } from "./debugged.ts";

const SOURCE = `.macro TWICE cell
        ADD cell, cell, cell
        ADD cell, cell, cell
.endm
.macro OUTER cell
        TWICE cell
        MOV cell, [9]
.endm
.cell one = [1] : u32
.cell n = [2] : u32
        SET one, u32, #1
        SET n, u32, #3
        OUTER n
        INTERNALCALL double
        MOV n, [10]
.rept 2
        ADD n, one, n
.endr
        RETURN one, n
double: TWICE n
        INTERNALRETURN
`;

type Move = (stepper: Stepper, from: Position) => Position | undefined;

const over: Move = (stepper, from) => stepper.next(from, "statement");
const into: Move = (stepper, from) => stepper.stepIn(from, "statement");
const out: Move = (stepper, from) => stepper.stepOut(from);
const back: Move = (stepper, from) => stepper.stepBack(from, "statement");
const instruction: Move = (stepper, from) => stepper.next(from, "instruction");

/** Lines, from 1, that are stood on after each move. */
function linesAfter(run: DebuggedRun, moves: readonly Move[]): (number | "end")[] {
  return moves.map((move) => {
    const position = move(run.stepper, run.position);
    if (!position) return "end";
    run.goTo(position);
    return lineOf(run);
  });
}

const times = (move: Move, count: number): Move[] => Array.from({ length: count }, () => move);

describe("stepping", () => {
  it("steps over macros, calls and repetitions", () => {
    const run = debugged(SOURCE);
    assert.equal(lineOf(run), 11);
    assert.deepEqual(linesAfter(run, times(over, 8)), [12, 13, 14, 15, 16, 16, 19, "end"]);
  });

  it("steps into macros, calls and repetitions", () => {
    const run = debugged(SOURCE);
    assert.deepEqual(linesAfter(run, times(into, 13)), [12, 13, 6, 2, 3, 7, 14, 20, 2, 3, 21, 15, 16]);
  });

  it("steps out of macros, calls and repetitions", () => {
    const run = debugged(SOURCE);
    linesAfter(run, times(into, 4));
    assert.equal(lineOf(run), 2);
    assert.deepEqual(linesAfter(run, [out, out]), [7, 14]);
    linesAfter(run, [into, into]);
    assert.equal(lineOf(run), 2);
    assert.deepEqual(linesAfter(run, [out, out]), [21, 15]);
  });

  it("steps back over macros, calls and repetitions", () => {
    const run = debugged(SOURCE);
    linesAfter(run, times(over, 7));
    assert.equal(lineOf(run), 19);
    assert.deepEqual(linesAfter(run, times(back, 8)), [16, 16, 15, 14, 13, 12, 11, "end"]);
  });

  it("steps back out of an expansion and a routine", () => {
    const run = debugged(SOURCE);
    linesAfter(run, times(into, 9));
    assert.equal(lineOf(run), 2);
    assert.deepEqual(linesAfter(run, [back, back, back]), [20, 14, 13]);
  });

  it("steps by instructions", () => {
    const run = debugged(SOURCE);
    assert.deepEqual(linesAfter(run, times(instruction, 6)), [12, 2, 3, 7, 14, 15]);
  });

  it("names the public function that the code is part of, as the gas report does", () => {
    const run = debugged(`.function "f(x: Field)", f
.function "g()", g
        JUMP g
f:      INTERNALRETURN
g:      INTERNALCALL work
        JUMP end
work:   INTERNALRETURN
end:    SET [1], u32, #0
        RETURN [1], [1]
`);
    const names: string[] = [];
    for (let step = 0; step < 6; step++) {
      run.position = { ...run.position, step, hidden: 0 };
      names.push(
        stackOf(run)
          .map(({ name }) => name)
          .join(" < "),
      );
    }
    assert.deepEqual(names, ["start", "g()", "work < g()", "g()", "g()", "g()"]);
  });

  it("shows expansions and routines on the stack", () => {
    const run = debugged(SOURCE);
    linesAfter(run, times(into, 4));
    assert.deepEqual(
      stackOf(run).map(({ name, place }) => `${name} ${(place?.line ?? -1) + 1}`),
      ["TWICE (in start) 2", "OUTER (in start) 6", "start 13"],
    );
    linesAfter(run, times(into, 5));
    assert.deepEqual(
      stackOf(run).map(({ name, place }) => `${name} ${(place?.line ?? -1) + 1}`),
      ["TWICE (in double) 2", "double 20", "start 14"],
    );
  });
});
