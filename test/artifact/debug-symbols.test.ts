import assert from "node:assert/strict";
import { deflateRawSync } from "node:zlib";
import { describe, it } from "mocha";
import { readDebugSymbols } from "../../artifact/debug-symbols.ts";
import { locateStatements, type DebugInfo } from "../../disassembler/noir-locations.ts";
import { noirFile } from "../../artifact/noir-source.ts";
import { instructionSet } from "../../isa/instruction-set.ts";
import { decode } from "../../program/codec.ts";
import { debugSymbols } from "../support/artifacts.ts";

const SOURCE = "fn inner() {\n    é + 1\n}\nfn outer() {\n    inner()\n}\n";
// Five statements at offsets 0, 1, 2, 7 and 8.
const PROGRAM = decode(instructionSet("v6"), Buffer.from("2626270001040526ff", "hex"));
const files = (id: string) => (id === "7" ? noirFile({ path: "a/src/main.nr", source: SOURCE }) : undefined);
const location = (parent: number | null, start: number, file = 7) => ({
  parent,
  value: { file, span: { start, end: start + 1 } },
});
const TREE = {
  locations: [location(null, 0, 0), location(0, SOURCE.indexOf("inner()\n") + 1), location(1, 20)],
};

function read(symbols: string): DebugInfo | string {
  const found = readDebugSymbols(symbols, files);
  return "error" in found ? found.error : locateStatements(PROGRAM, found);
}

function readGood(info: object): DebugInfo {
  const found = read(debugSymbols(info));
  assert.ok(typeof found !== "string", String(found));
  return found;
}

describe("debug symbols", () => {
  it("tell where statements come from, by byte offset", () => {
    const { locationOf, frames: withFiles } = readGood({
      brillig_locations: { "0": { "0": 1, "2": 2, "3": 2, "8": 1, "99": 1 } },
      location_tree: TREE,
    });
    const frames = (of: number) =>
      withFiles(of).map(({ file, ...frame }) => {
        assert.equal(file.path, frame.path);
        return frame;
      });
    assert.deepEqual([...locationOf], [1, -1, 2, -1, 1]);
    const outer = { path: "a/src/main.nr", line: 4, column: 4, function: "outer", text: "    inner()" };
    assert.deepEqual(frames(1), [outer]);
    assert.deepEqual(frames(2), [
      outer,
      { path: "a/src/main.nr", line: 1, column: 6, function: "inner", text: "    é + 1" },
    ]);
  });
  it("leave out places whose file or span doesn't exist", () => {
    const { locationOf, frames } = readGood({
      brillig_locations: { "0": { "0": 1, "1": 5, "2": "x", "-1": 1, "7": 2 } },
      location_tree: { locations: [location(null, 0), location(0, 1, 8), location(1, 10_000), null] },
    });
    assert.deepEqual([...locationOf], [1, -1, -1, 2, -1]);
    assert.deepEqual([frames(1), frames(2)], [[], []]);
  });
  it("are read to the end even if locations form a cycle", () => {
    const { frames } = readGood({
      brillig_locations: { "0": { "0": 0 } },
      location_tree: { locations: [location(1, 1), location(0, 1)] },
    });
    assert.equal(frames(0).length, 64);
  });
  it("are refused without an exception if they have an unexpected shape", () => {
    for (const info of [
      {},
      { brillig_locations: null },
      { brillig_locations: [] },
      { brillig_locations: { 0: 5 } },
    ]) {
      assert.deepEqual([...readGood(info).locationOf], [-1, -1, -1, -1, -1]);
    }
  });

  for (const [description, symbols, error] of [
    ["what a terminal obeys", "J\u202e", "it is neither hexadecimal nor base64: character 2 is U+202E"],
    ["no base64", "***", 'it is neither hexadecimal nor base64: character 1 is "*"'],
    [
      "nothing deflated",
      Buffer.from("hello, world").toString("base64"),
      "they are not deflated data, or not all of it",
    ],
    ["nothing", "", "they are not deflated data, or not all of it"],
    [
      "half of it",
      debugSymbols({ a: "b".repeat(1000) }).slice(0, 16),
      "they are not deflated data, or not all of it",
    ],
    ["no JSON", deflateRawSync("{").toString("base64"), /^it is not valid JSON/],
    ["a JSON bomb", deflateRawSync("[".repeat(10_000_000)).toString("base64"), /nested more than/],
    [
      "a zip bomb",
      deflateRawSync(Buffer.alloc(300_000_000)).toString("base64"),
      "they inflate to more than 32 MB",
    ],
  ] as [string, string, string | RegExp][]) {
    it(`that are ${description} can't be read`, () => {
      const found = read(symbols);
      assert.equal(typeof found, "string");
      if (typeof error === "string") assert.equal(found, error);
      else assert.match(found as string, error);
    });
  }
});
