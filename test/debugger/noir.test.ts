/** Debugging an artifact with debug symbols: lines of Noir, functions that were inlined, breakpoints in `.nr` files. */

import assert from "node:assert/strict";
import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import type { DebugProtocol } from "@vscode/debugprotocol";
import { assemble } from "../../assembler/assemble.ts";
import { parseSource } from "../../grammar/source-file.ts";
import { encode } from "../../program/codec.ts";
import { artifact } from "../support/artifacts.ts";
import { Adapter } from "./adapter.ts";

const NOIR = `fn double(x: u32) -> u32 {
    x + x
}
fn outer(n: u32) -> u32 {
    let a = double(n);
    let b = a + 1;
    b
}
fn main() -> pub u32 {
    let n = 21;
    let r = outer(n);
    r
}
`;
/** What a comment says is the line of Noir, and behind `>` the line in the function that was inlined there. */
const CODE = `        SET [0], u32, #1
        SET [2], u32, #21        ; 10
        SET [6], u32, #0         ; 10
        INTERNALCALL outer       ; 11
        RETURN [0], [5]          ; 12
outer:  SET [7], u32, #0
        MOV [2], [3]             ; 5
        ADD [3], [3], [4]        ; 5>2
        ADD [4], [0], [5]        ; 6
        INTERNALRETURN           ; 7
`;
const PATH = "/home/somebody/token/src/main.nr";

function noirArtifact(): string {
  const { program, diagnostics } = assemble(parseSource("code.avm", CODE));
  assert.deepEqual(diagnostics, []);
  const starts = NOIR.split("\n").reduce((all, line) => [...all, all.at(-1)! + line.length + 1], [0]);
  const place = (line: number) => {
    const start = starts[line - 1] + /^ */.exec(NOIR.split("\n")[line - 1])![0].length;
    return { file: 1, span: { start, end: start + 1 } };
  };
  const locations: object[] = [{ parent: null, value: place(1) }];
  const byPath = new Map<string, number>();
  const locate = (lines: readonly string[]): number => {
    if (lines.length === 0) return 0;
    const key = lines.join(">");
    const known = byPath.get(key);
    if (known !== undefined) return known;
    const parent = locate(lines.slice(0, -1));
    const index = locations.push({ parent, value: place(Number(lines.at(-1))) }) - 1;
    byPath.set(key, index);
    return index;
  };
  const offsets: Record<string, number> = {};
  for (const [index, line] of CODE.trimEnd().split("\n").entries()) {
    const lines = line.split("; ").at(1);
    if (lines !== undefined) offsets[program.pcs[index]] = locate(lines.split(">"));
  }
  return JSON.stringify(
    artifact(
      [
        {
          name: "public_dispatch",
          code: encode(program),
          debug: { brillig_locations: { "0": offsets }, location_tree: { locations } },
        },
      ],
      { file_map: { "1": { path: PATH, source: NOIR } } },
    ),
  );
}

describe("debugging Noir", function () {
  this.timeout(30_000);
  let adapter: Adapter;

  beforeEach(async () => {
    adapter = new Adapter({ "contract.json": noirArtifact() });
    await adapter.start();
  });
  afterEach(() => adapter.stop());

  const stop = async (work: () => Promise<unknown>) => {
    await adapter.stoppedAfter(work);
    return adapter.stack();
  };
  const next = () => stop(() => adapter.nextRequest({ threadId: 1 }));
  const stepIn = () => stop(() => adapter.stepInRequest({ threadId: 1 }));
  const stepOut = () => stop(() => adapter.stepOutRequest({ threadId: 1 }));
  const back = () => stop(() => adapter.stepBackRequest({ threadId: 1 }));

  it("steps by lines, over calls", async () => {
    await adapter.stopAtEntry("contract.json");
    assert.deepEqual(await adapter.stack(), ["start 10"]);
    assert.deepEqual(await next(), ["start 11"]);
    assert.deepEqual(await next(), ["start 12"]);
    assert.deepEqual(await back(), ["start 11"]);
    assert.deepEqual(await back(), ["start 10"]);
    assert.equal(await adapter.evaluate("pc"), "5");
  });

  it("steps into and out of routines and functions that were inlined", async () => {
    await adapter.stopAtEntry("contract.json");
    await next();
    const [outer, main] = await stepIn();
    assert.match(outer, / 5$/);
    assert.equal(main, "start 11");
    const [inlined, around] = await stepIn();
    assert.match(inlined, /^double \(in .*\) 2$/);
    assert.match(around, / 5$/);
    assert.match((await stepOut())[0], / 6$/);
    const [line, ...others] = await back();
    assert.match(line, / 5$/);
    assert.equal(others.length, 1);
    assert.deepEqual(await stepOut(), ["start 12"]);
  });

  it("steps by instructions, too", async () => {
    await adapter.stopAtEntry("contract.json");
    await adapter.stoppedAfter(() => adapter.nextRequest({ threadId: 1, granularity: "instruction" }));
    assert.deepEqual(await adapter.stack(), ["start 10"]);
    assert.equal(await adapter.evaluate("pc"), "10");
  });

  it("gives the sources in the artifact, and takes breakpoints in them", async () => {
    await adapter.begin("contract.json", { stopOnEntry: false });
    const { body } = (await adapter.customRequest("loadedSources")) as DebugProtocol.LoadedSourcesResponse;
    const source = body.sources.find(({ name }) => name === "main.nr")!;
    assert.ok(source.sourceReference);
    const { body: content } = (await adapter.customRequest("source", {
      source,
      sourceReference: source.sourceReference,
    })) as DebugProtocol.SourceResponse;
    assert.equal(content.content, NOIR);
    const { body: set } = await adapter.setBreakpointsRequest({
      source,
      breakpoints: [{ line: 2 }, { line: 3 }, { line: 13 }],
    });
    assert.deepEqual(
      set.breakpoints.map(({ verified, line }) => [verified, line]),
      [
        [true, 2],
        [true, 5],
        [false, undefined],
      ],
    );
    assert.match((await stop(() => adapter.configurationDoneRequest()))[0], / 5$/);
    assert.match((await stop(() => adapter.continueRequest({ threadId: 1 })))[0], /^double .* 2$/);
  });

  for (const [name, folder, text, isTaken] of [
    ["with the same text", "anywhere", NOIR, true],
    ["that was changed, by its path", "token/src", `${NOIR}// changed\n`, true],
    ["of the same name alone", "other", "fn main() {}\n", false],
  ] as const) {
    it(`${isTaken ? "takes" : "doesn't take"} breakpoints in a file on disk ${name}`, async () => {
      const file = path.join(adapter.folder, folder, "main.nr");
      mkdirSync(path.dirname(file), { recursive: true });
      writeFileSync(file, text);
      await adapter.begin("contract.json", { stopOnEntry: false });
      const { body } = await adapter.setBreakpointsRequest({
        source: { path: file },
        breakpoints: [{ line: 6 }],
      });
      assert.equal(body.breakpoints[0].verified, isTaken);
      if (!isTaken) return;
      await adapter.stoppedAfter(() => adapter.configurationDoneRequest());
      const { body: stack } = await adapter.stackTraceRequest({ threadId: 1 });
      assert.equal(stack.stackFrames[0].source?.path, file);
      assert.equal(stack.stackFrames[0].line, 6);
    });
  }

  it("takes breakpoints in the disassembly beside it", async () => {
    await adapter.begin("contract.json", { stopOnEntry: false });
    const { body } = (await adapter.customRequest("loadedSources")) as DebugProtocol.LoadedSourcesResponse;
    const source = body.sources.find(({ name }) => name === "disassembly.avm")!;
    const { body: content } = (await adapter.customRequest("source", {
      source,
      sourceReference: source.sourceReference,
    })) as DebugProtocol.SourceResponse;
    const line = content.content.split("\n").findIndex((one) => one.includes("MOV")) + 1;
    const { body: set } = await adapter.setBreakpointsRequest({ source, breakpoints: [{ line }] });
    assert.equal(set.breakpoints[0].verified, true);
    assert.match((await stop(() => adapter.configurationDoneRequest()))[0], / 5$/);
  });
});
