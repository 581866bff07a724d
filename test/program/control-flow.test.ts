import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { blockGraph, routines, targetOf } from "../../program/control-flow.ts";
import { statementAt } from "../../program/program.ts";
import { assembleText } from "../support/assemble.ts";

const SOURCE = `
        INTERNALCALL f          ; 0
        INTERNALCALL g
        RETURN [1], [2]
f:      JUMPI [1], .out         ; 3
        INTERNALCALL g          ; 4
.out:   INTERNALRETURN          ; 5
        JUMP f                  ; 6: nothing leads here
g:      JUMP f.out              ; 7
        .byte 0xff              ; 8
`;

describe("control flow", () => {
  const { program } = assembleText(SOURCE);
  const graph = blockGraph(program);

  it("has blocks that end where control may go elsewhere, but not at calls", () => {
    assert.deepEqual([...graph.starts], [0, 3, 4, 5, 6, 7, 8, 9]);
    assert.deepEqual([...graph.blockOf], [0, 0, 0, 1, 2, 3, 4, 5, 6]);
    assert.deepEqual([...graph.next], [-1, 2, 3, -1, -1, -1, -1]);
    assert.deepEqual([...graph.jump], [-1, 3, -1, -1, 1, 3, -1]);
    assert.deepEqual([...graph.targets], [3, 7, -1, 5, 7, -1, 3, 5, -1]);
  });

  it("is divided into routines by calls; each block is one's only", () => {
    assert.deepEqual(routines(graph), [
      { entry: 0, blocks: [0], size: 16, callers: [] },
      { entry: 1, blocks: [1, 2, 3, 4], size: 8 + 5 + 1 + 5, callers: [0] },
      { entry: 5, blocks: [5, 6], size: 6, callers: [1, 4] },
    ]);
  });

  it("may be divided at further statements", () => {
    const found = routines(graph, [5]);
    assert.deepEqual(
      found.map(({ entry, size }) => [entry, size]),
      [
        [0, 16],
        [1, 13],
        [3, 6],
        [5, 6],
      ],
    );
  });

  it("has targets at which no statement starts, or none", () => {
    const { program } = assembleText("JUMP #2\nJUMPI [1], #3\nINTERNALCALL #999\nADD [1], [2], [3]");
    assert.deepEqual(
      [0, 1, 2, 3].map((index) => targetOf(program, index)),
      [2, 3, 999, -1],
    );
    assert.equal(statementAt(program, 2), -1);
    const graph = blockGraph(program);
    assert.deepEqual([...graph.targets], [-1, -1, -1, -1]);
    assert.deepEqual(
      routines(graph).map(({ size }) => size),
      [5 + 8 + 5 + 5],
    );
  });

  it("is empty without code", () => {
    const graph = blockGraph(assembleText("").program);
    assert.equal(graph.count, 0);
    assert.deepEqual([...graph.starts], [0]);
    assert.deepEqual(routines(graph), []);
  });

  it("may begin with a called routine, and contain recursive calls", () => {
    const { program } = assembleText("a: INTERNALCALL a\nINTERNALRETURN");
    assert.deepEqual(routines(blockGraph(program)), [{ entry: 0, blocks: [0], size: 6, callers: [0] }]);
  });
});
