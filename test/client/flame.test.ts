import assert from "node:assert/strict";
import { framesOf, layOut, type ProfileNode } from "../../client/webview/flame-layout.ts";

/** Nodes in the order of the profile; each has its name, its own gas by line, and the names of what it calls. */
function profile(
  ...nodes: readonly (readonly [name: string, gas: readonly number[], calls?: string])[]
): ProfileNode[] {
  const idOf = (name: string): number => nodes.findIndex(([other]) => other === name) + 1;
  return nodes.map(([functionName, gas, calls]) => ({
    id: idOf(functionName),
    callFrame: { functionName, url: "main.avm", lineNumber: 4 },
    positionTicks: gas.map((ticks, line) => ({ line, ticks })),
    children: calls === undefined ? [] : calls.split(" ").map(idOf),
  }));
}

/** Each rectangle as `depth name left width`, with the last two in percent. */
function drawn(nodes: readonly ProfileNode[], zoomed = 0): string[] {
  const frames = framesOf(nodes);
  return layOut(frames, zoomed).rectangles.map(
    ({ frame, depth, left, width }) =>
      `${depth} ${frames[frame].name} ${Math.round(left * 100)} ${Math.round(width * 100)}`,
  );
}

describe("the layout of the flame graph", () => {
  const run = profile(
    ["(root)", [], "main"],
    ["main", [5, 5], "a b"],
    ["a", [10], "c"],
    ["b", [20, 30]],
    ["c", [30]],
  );

  it("adds the gas of what a frame calls to its own", () => {
    assert.deepEqual(
      framesOf(run).map(({ name, own, gas, below, line }) => [name, own, gas, below, line]),
      [
        ["whole run", 0, 100, 4, 5],
        ["main", 10, 100, 3, 5],
        ["a", 10, 40, 1, 5],
        ["b", 50, 50, 0, 5],
        ["c", 30, 30, 0, 5],
      ],
    );
  });

  it("is a rectangle a frame, as wide as its gas, in the order of the tree", () => {
    const all = ["0 whole run 0 100", "1 main 0 100", "2 a 0 40", "3 c 0 30", "2 b 40 50"];
    assert.deepEqual(drawn(run), all);
  });

  it("shows a zoomed frame over the whole width, below its callers", () => {
    assert.deepEqual(drawn(run, 2), ["0 whole run 0 100", "1 main 0 100", "2 a 0 100", "3 c 0 75"]);
  });

  it("says how many frames are too small, with what they call", () => {
    const small = profile(["(root)", [10_000], "a"], ["a", [1], "b"], ["b", [1]]);
    assert.deepEqual(drawn(small), ["0 whole run 0 100"]);
    assert.equal(layOut(framesOf(small), 0).hidden, 2);
    assert.equal(layOut(framesOf(small), 1).hidden, 0);
  });

  it("draws a run that used no gas", () => {
    assert.deepEqual(drawn(profile(["(root)", [], "a"], ["a", []])), ["0 whole run 0 100"]);
  });

  it("stays quick and small for a recursion of a hundred thousand calls", () => {
    const names = Array.from({ length: 100_000 }, (_, index) => index);
    const deep = names.map((index): ProfileNode => ({
      id: index,
      callFrame: { functionName: "f", url: "", lineNumber: 0 },
      positionTicks: index === names.length - 1 ? [{ line: 1, ticks: 9 }] : [],
      children: index === names.length - 1 ? [] : [index + 1],
    }));
    const { rectangles, hidden } = layOut(framesOf(deep), 0);
    assert.equal(rectangles.length + hidden, names.length);
    assert.ok(rectangles.length <= 3_000);
    // Zoomed in at the innermost, only its nearest callers are above it.
    const inner = layOut(framesOf(deep), names.length - 1);
    assert.deepEqual([inner.rectangles.at(-1)?.width, inner.hidden], [1, 0]);
    assert.ok(inner.rectangles.length < 100);
  });
});
