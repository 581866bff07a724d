/** What is asked beside the protocol about a whole program. */

import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { assembleProgram } from "../../../server/requests/assemble.ts";
import { flowGraph, type FlowGraph } from "../../../server/requests/graph.ts";
import { listing } from "../../../server/requests/listing.ts";
import { summary } from "../../../server/requests/summary.ts";
import { MAIN, open, uriOf } from "../fixture.ts";
import { toItsEnd } from "../../../program/cooperative.ts";

const LOOP = `.include "inc.avm"
.macro TWICE cell
        ADD cell, cell, cell
.endm
        SET [1], u32, #3
        SET [2], u32, #1
        INTERNALCALL work
        RETURN [2], [1]
work:   TWICE [1]
.again: SUB [1], [2], [1]
        EQ [1], ZERO, [3]
        JUMPI [3], .done
        JUMP .again
.done:  INTERNALRETURN
`;
const FILES = { "inc.avm": ".cell ZERO = [9]\n        SET ZERO, u32, #0\n" };
const BROKEN = "        ADDD [1], [2], [3]\n";
/** What the assembler takes and the checker doesn't. */
const WRONG = "        SET [1], u64, #0\n        RETURN [1], [1]\n";

function graphOf(text: string, settings?: unknown): FlowGraph {
  const graph = toItsEnd(flowGraph(open(text, { files: FILES, settings }).snapshot));
  assert.ok("blocks" in graph, JSON.stringify(graph));
  return graph;
}

describe("the control flow graph", () => {
  it("counts unreachable code under its own label, as the summary does", () => {
    const text = `        JUMP f
f:      JUMP .end
.dead:  REVERT [1], [1]
.end:   RETURN [1], [1]
tail:   JUMP after
after:  INTERNALRETURN
loose:
`;
    const sizes = (parts: readonly { name: string; bytes: number }[]): string[] =>
      parts.map(({ name, bytes }) => `${name} ${bytes}`).sort();
    const { routines } = graphOf(`.function "f()", f\n${text}`);
    assert.deepEqual(sizes(routines), ["f() 15", "start 5", "tail 6"]);
    const found = summary(open(`.function "f()", f\n${text}`).snapshot);
    assert.ok(found && "parts" in found);
    assert.deepEqual(sizes(found.parts), ["after 1", "f() 15", "start 5", "tail 5"]);
  });

  it("has routines and blocks with their gas", () => {
    const { routines, blocks, files } = graphOf(LOOP);
    assert.deepEqual(files, [uriOf("inc.avm"), MAIN]);
    assert.deepEqual(
      routines.map(({ name, callers, blocks: own }) => [name, callers, own]),
      [
        ["start", 0, [0]],
        ["work", 1, [1, 2, 3, 4]],
      ],
    );
    assert.equal(
      routines.reduce((sum, { bytes }) => sum + bytes, 0),
      blocks.at(-1)!.end,
    );
    assert.deepEqual(
      blocks.map(({ label, next, jump, reachable }) => [label, next, jump, reachable]),
      [
        [undefined, undefined, undefined, true],
        ["work", 2, undefined, true],
        ["work.again", 3, 4, true],
        [undefined, undefined, 2, true],
        ["work.done", undefined, undefined, true],
      ],
    );
    assert.match(routines[1].gas!, /^\d+ or more$/);
    assert.match(blocks[2].gas!, /^\d+$/);
  });

  it("says which line each instruction comes from: for an expansion, the line of the call", () => {
    const { blocks } = graphOf(LOOP);
    assert.deepEqual(
      blocks.flatMap(({ instructions }) =>
        instructions.map(({ text, place, calls }) => [
          text,
          ...place,
          ...(calls === undefined ? [] : [calls]),
        ]),
      ),
      [
        ["SET ZERO, u32, #0", 0, 1],
        ["SET [1], u32, #3", 1, 4],
        ["SET [2], u32, #1", 1, 5],
        ["INTERNALCALL work", 1, 6, 1],
        ["RETURN [2], [1]", 1, 7],
        ["ADD cell, cell, cell", 1, 8],
        ["SUB [1], [2], [1]", 1, 9],
        ["EQ [1], ZERO, [3]", 1, 10],
        ["JUMPI [3], .done", 1, 11],
        ["JUMP .again", 1, 12],
        ["INTERNALRETURN", 1, 13],
      ],
    );
  });

  it("marks blocks that no run reaches", () => {
    const { blocks } = graphOf("        JUMP end\n        SET [1], u8, #1\nend:    REVERT [1], [2]\n");
    assert.deepEqual(
      blocks.map(({ reachable, gas }) => [reachable, gas === undefined]),
      [
        [true, false],
        [false, true],
        [true, false],
      ],
    );
  });

  it("has no gas if the checker is off", () => {
    const { routines, blocks } = graphOf(LOOP, { check: false });
    assert.ok([...routines, ...blocks].every(({ gas }) => gas === undefined));
  });

  it("contains the errors of a program that can't be assembled", () => {
    assert.deepEqual(toItsEnd(flowGraph(open(BROKEN).snapshot)), {
      errors: [
        "main.avm:1:9: error[unknown-mnemonic]: there is no instruction or macro `ADDD`; did you mean `ADD`?",
      ],
    });
  });

  it("is empty for an empty program", () => {
    assert.deepEqual(graphOf("; nothing\n"), { routines: [], blocks: [], files: [] });
  });
});

describe("the listing for the editor", () => {
  it("says which line of which file each of its lines shows", () => {
    const found = toItsEnd(listing(open(LOOP, { files: FILES }).snapshot));
    assert.ok("text" in found);
    const lines = found.text.split("\n");
    assert.match(lines[0], /^main\.avm, target v6, \d+ bytes$/);
    const sources = { [MAIN]: LOOP.split("\n"), [uriOf("inc.avm")]: FILES["inc.avm"].split("\n") };
    let compared = 0;
    for (const [row, source] of found.sources.entries()) {
      if (!source) continue;
      assert.ok(lines[row].endsWith(sources[found.files[source[0]]][source[1]].trimEnd()), lines[row]);
      compared++;
    }
    // Every line of the main file, both of the other, and the macro's.
    assert.equal(compared, LOOP.split("\n").length - 1 + 2 + 1);
  });

  it("has the errors instead if the program can't be assembled", () =>
    assert.ok("errors" in toItsEnd(listing(open(BROKEN).snapshot))));
});

describe("the bytecode for the editor", () => {
  it("is what the text assembles to", () => {
    assert.deepEqual(assembleProgram(open(".target v5\n        JUMP #0\n").snapshot), {
      base64: Buffer.from("2300000000", "hex").toString("base64"),
      target: "v5",
    });
  });

  it("isn't returned if the checker finds an error, unless the checker is off", () => {
    assert.deepEqual(Object.keys(assembleProgram(open(WRONG).snapshot)), ["errors"]);
    const unchecked = open(WRONG, { settings: { check: false } });
    assert.ok("base64" in assembleProgram(unchecked.snapshot));
  });
});

describe("the summary for the editor", () => {
  it("has size and gas, of the whole and of each part", () => {
    const found = summary(open(LOOP, { files: FILES }).snapshot)!;
    assert.equal(
      found.bytes,
      found.parts.reduce((sum, { bytes }) => sum + bytes, 0),
    );
    assert.deepEqual(found.parts.map(({ name }) => name).sort(), ["start", "work"]);
    assert.match(found.gas!.l2, /^\d+ or more$/);
    assert.equal(found.gas!.da, "0");
  });

  it("doesn't exist for a program with an error", () => assert.equal(summary(open(BROKEN).snapshot), null));

  it("says that a file is treated as a library, which isn't checked for halts", () => {
    const routine = "double: ADD [1], [1], [1]\n        INTERNALRETURN\n";
    assert.equal(summary(open(routine).snapshot)!.isLibrary, true);
    assert.equal(summary(open(LOOP, { files: FILES }).snapshot)!.isLibrary, undefined);
  });
});
