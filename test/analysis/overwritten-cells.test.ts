/** Which cells of the frame a routine writes before it reads them, from the head of a loop on. */

import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { analyze } from "../../analysis/analyze.ts";
import { readingRoutine } from "../../analysis/code/control-flow.ts";
import { overwrittenCells } from "../../analysis/code/overwritten-cells.ts";
import { toItsEnd } from "../../program/cooperative.ts";
import { assembleText } from "../support/assemble.ts";

const SIZE = 8;

/** The cells that the code at the label `head` and after it overwrites. */
function overwrittenAt(lines: readonly string[]): number[] {
  const source = ["SET [0], u32, #100", "JUMP head", ...lines].join("\n");
  const { program, diagnostics } = assembleText(source);
  assert.deepEqual(diagnostics, []);
  const { code, graph } = analyze(program).internals;
  const routine = toItsEnd(readingRoutine(code, graph, 0));
  const head = routine.position.get(graph.blockOf[2])!;
  return overwrittenCells(code, graph, routine, head, SIZE);
}

describe("cells of the frame that are overwritten before they are read", () => {
  it("are those that no path reads first", () => {
    assert.deepEqual(
      overwrittenAt([
        "head:",
        "SET [sp+1], u32, #1",
        "ADD [sp+2], [sp+1], [sp+3]",
        "JUMPI [sp+4], other",
        "MOV [sp+5], [sp+6]",
        "JUMP head",
        "other:",
        "MOV [sp+3], [sp+5]",
        "RETURN [sp+7], [[sp+6]]",
      ]),
      [0, 1, 3],
    );
  });

  it("aren't those that are read in the next round", () => {
    assert.deepEqual(
      overwrittenAt([
        "head:",
        "SET [sp+1], u1, #0",
        "JUMPI [sp+2], last",
        "last:",
        "MOV [sp+3], [sp+4]",
        "SET [sp+2], u1, #0",
        "JUMP head",
      ]),
      [0, 1, 4, 5, 6, 7],
    );
  });
});
