import assert from "node:assert/strict";
import { around, edgesBetween, gasTogether, straightChains } from "../../client/webview/flow.ts";

/** Blocks by where each goes next and jumps to. */
function blocks(...ways: readonly (readonly (number | undefined)[])[]) {
  return ways.map(([next, jump]) => ({
    reachable: true,
    ...(next !== undefined && { next }),
    ...(jump !== undefined && { jump }),
  }));
}

const all = (flow: readonly unknown[]): number[] => [...flow.keys()];

describe("the flow that the graph draws", () => {
  // 0 branches to 1 and 3; 1 runs into 2, 2 jumps to 4, 3 runs into 4, 4 into 5.
  const diamond = blocks([1, 3], [2], [undefined, 4], [4], [5], []);

  it("folds a chain of blocks into one", () => {
    assert.deepEqual(straightChains(diamond, all(diamond), new Set([0])), [[0], [1, 2], [3], [4, 5]]);
  });

  it("folds nothing into the entry of a routine, into a loop's head, or out of the routine", () => {
    assert.deepEqual(straightChains(diamond, all(diamond), new Set([0, 2])), [[0], [1], [2], [3], [4, 5]]);
    const loop = blocks([1], [2], [undefined, 1]);
    assert.deepEqual(straightChains(loop, all(loop), new Set([0])), [[0], [1, 2]]);
    const outside = blocks([1], [2], []);
    assert.deepEqual(straightChains(outside, [0, 1], new Set([0])), [[0, 1]]);
    assert.deepEqual(straightChains(outside, [0, 2], new Set([0])), [[0], [2]]);
  });

  it("draws every block once, also in loops without an exit and in unreachable code", () => {
    const circle = blocks([1], [2], [undefined, 0]);
    assert.deepEqual(straightChains(circle, all(circle), new Set()).flat().sort(), [0, 1, 2]);
    const dead = blocks([1], [2], []).map((block, index) => ({ ...block, reachable: index < 1 }));
    assert.deepEqual(straightChains(dead, all(dead), new Set([0])), [[0], [1, 2]]);
  });

  it("has the edges of the blocks at the ends of chains", () => {
    const chains = straightChains(diamond, all(diamond), new Set([0]));
    assert.deepEqual(
      edgesBetween(diamond, chains).map(({ from, to, kind }) => `${from} ${kind} ${to}`),
      ["0 next 1", "0 jump 2", "1 jump 3", "2 next 3"],
    );
    assert.deepEqual(edgesBetween(blocks([undefined, 0]), [[0]]), [{ from: 0, to: 0, kind: "jump" }]);
  });

  it("finds what is around a block, on the ways in and out", () => {
    assert.deepEqual(around(diamond, all(diamond), 4, 1), [2, 3, 4, 5]);
    assert.deepEqual(around(diamond, all(diamond), 4, 2), [0, 1, 2, 3, 4, 5]);
    assert.deepEqual(around(diamond, [0, 1, 4, 5], 4, 3), [4, 5]);
    assert.deepEqual(around(diamond, all(diamond), 0, 0), [0]);
  });

  it("adds up gas as it is shown", () => {
    assert.equal(gasTogether(["18", "1,200"]), "1,218");
    assert.equal(gasTogether(["18", "1,200–1,300"]), "1,218–1,318");
    assert.equal(gasTogether(["18", "5 or more"]), "23 or more");
    assert.equal(gasTogether(["18", undefined]), undefined);
  });
});
