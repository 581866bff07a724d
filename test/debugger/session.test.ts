/** The debug adapter over standard input and output: every request that it announces, answered and refused. */

import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import type { DebugProtocol } from "@vscode/debugprotocol";
import type { ShownMemory } from "../../debugger/memory-view.ts";
import { Adapter } from "./adapter.ts";

const MAIN = `.include "lib.avm"
.cell base = [0] : u32
.cell n = [1] : u32
.cell sum = [2] : u32
.cell local = [sp+1] : u64
.const LIMIT = 3
        SET base, u32, #100
        SET n, u32, #0
        SET sum, u32, #0
        SET [3], u32, #1
        SET [4], u32, #LIMIT
loop:   ADD n, [3], n
        ACCUMULATE n, sum
        LT n, [4], [5]
        JUMPI [5], loop
        CAST sum, local, u64
        INTERNALCALL finish
        RETURN [3], sum
finish: SET [6], u8, #7
        INTERNALRETURN
`;
const LIB = `.macro ACCUMULATE from, into
        ADD from, into, into
        MOV into, [7]
.endm
`;
const HALTS = `        SET [1], u32, #1
        SET [2], u64, #2
        ADD [1], [2], [3]
        RETURN [1], [3]
`;

const TAGS = `.cell n = [1] : u32
        SET n, u32, #1
        SET [2], u32, #1
        CAST n, n, u8
        RETURN [2], n
`;

const launchWith = { calldata: [5, "0x10", "-1"], stopOnEntry: true };

describe("the debug adapter", function () {
  this.timeout(30_000);
  let adapter: Adapter;

  beforeEach(async () => {
    adapter = new Adapter({
      "main.avm": MAIN,
      "lib.avm": LIB,
      "halts.avm": HALTS,
      "tags.avm": TAGS,
      "broken.avm": "ADD [1]\n",
    });
    await adapter.start();
  });
  afterEach(() => adapter.stop());

  const breakAt = (line: number, more: Partial<DebugProtocol.SourceBreakpoint> = {}, name = "main.avm") =>
    adapter.setBreakpointsRequest({ source: { path: adapter.file(name) }, breakpoints: [{ line, ...more }] });

  const run = async (name = "main.avm", args: object = { stopOnEntry: false }) => {
    await adapter.begin(name, args);
  };

  it("stops at the entry, and steps over, into, out and back", async () => {
    await adapter.stopAtEntry("main.avm");
    assert.equal(await adapter.line(), 7);
    for (let count = 0; count < 6; count++)
      await adapter.stoppedAfter(() => adapter.nextRequest({ threadId: 1 }));
    assert.equal(await adapter.line(), 13);
    await adapter.stoppedAfter(() => adapter.stepInRequest({ threadId: 1 }));
    assert.deepEqual(await adapter.stack(), ["ACCUMULATE (in start) 2", "start 13"]);
    await adapter.stoppedAfter(() => adapter.stepOutRequest({ threadId: 1 }));
    assert.equal(await adapter.line(), 14);
    await adapter.stoppedAfter(() => adapter.stepBackRequest({ threadId: 1 }));
    assert.equal(await adapter.line(), 13);
    const stop = await adapter.stoppedAfter(() => adapter.reverseContinueRequest({ threadId: 1 }));
    assert.equal(stop.reason, "entry");
    assert.equal(await adapter.line(), 7);
  });

  it("steps by instruction", async () => {
    await adapter.stopAtEntry("main.avm");
    for (let count = 0; count < 6; count++)
      await adapter.stoppedAfter(() => adapter.nextRequest({ threadId: 1, granularity: "instruction" }));
    assert.deepEqual(await adapter.stack(), ["ACCUMULATE (in start) 2", "start 13"]);
  });

  it("stops at breakpoints on lines, in macros and in included files", async () => {
    await run();
    const set = await breakAt(13);
    assert.deepEqual(
      set.body.breakpoints.map(({ verified, line }) => [verified, line]),
      [[true, 13]],
    );
    const inner = await breakAt(3, {}, "lib.avm");
    assert.equal(inner.body.breakpoints[0].verified, true);
    const stop = await adapter.stoppedAfter(() => adapter.configurationDoneRequest());
    assert.equal(stop.reason, "breakpoint");
    assert.deepEqual(stop.hitBreakpointIds, [set.body.breakpoints[0].id]);
    assert.deepEqual(await adapter.stack(), ["start 13"]);
    await adapter.stoppedAfter(() => adapter.continueRequest({ threadId: 1 }));
    assert.deepEqual(await adapter.stack(), ["ACCUMULATE (in start) 3", "start 13"]);
    await adapter.stoppedAfter(() => adapter.reverseContinueRequest({ threadId: 1 }));
    assert.deepEqual(await adapter.stack(), ["start 13"]);
  });

  it("moves a breakpoint to the next line with code, and refuses one behind the last", async () => {
    await run();
    const [moved] = (await breakAt(2)).body.breakpoints;
    assert.deepEqual([moved.verified, moved.line], [true, 7]);
    const [refused] = (await breakAt(99)).body.breakpoints;
    assert.equal(refused.verified, false);
    assert.match(refused.message ?? "", /no instruction comes from this line/);
    const { body } = (await adapter.customRequest("breakpointLocations", {
      source: { path: adapter.file("main.avm") },
      line: 1,
      endLine: 9,
    })) as DebugProtocol.BreakpointLocationsResponse;
    assert.deepEqual(body.breakpoints, [{ line: 7 }, { line: 8 }, { line: 9 }]);
  });

  it("applies conditions, hit counts and log messages", async () => {
    await run();
    await breakAt(14, { condition: "sum == 3" });
    await adapter.stoppedAfter(() => adapter.configurationDoneRequest());
    assert.equal(await adapter.evaluate("n"), "2 : u32 [1]");
    await adapter.stoppedAfter(() => adapter.reverseContinueRequest({ threadId: 1 }));
    await breakAt(14, { hitCondition: "== 3" });
    await adapter.stoppedAfter(() => adapter.continueRequest({ threadId: 1 }));
    assert.equal(await adapter.evaluate("n"), "3 : u32 [1]");
    await adapter.stoppedAfter(() => adapter.reverseContinueRequest({ threadId: 1 }));
    await breakAt(14, { logMessage: "n is {n}, sum {sum*2}" });
    await adapter.endedAfter(() => adapter.continueRequest({ threadId: 1 }));
    const printed = adapter.output.filter(({ text }) => text.startsWith("n is")).map(({ text }) => text);
    assert.deepEqual(printed, ["n is 1, sum 2\n", "n is 2, sum 6\n", "n is 3, sum 12\n"]);
  });

  it("says what is wrong with a condition", async () => {
    await run();
    const [found] = (await breakAt(14, { condition: "sum ==" })).body.breakpoints;
    assert.deepEqual([found.verified, found.message], [false, "the expression ends too early"]);
    const [hits] = (await breakAt(14, { hitCondition: "often" })).body.breakpoints;
    assert.match(hits.message ?? "", /isn't a hit count/);
    await breakAt(14, { condition: "nothing == 1" });
    await adapter.endedAfter(() => adapter.configurationDoneRequest());
    assert.ok(adapter.output.some(({ text }) => text.includes("`nothing` is not defined here")));
  });

  it("stops at breakpoints on labels", async () => {
    await run();
    const { body } = await adapter.setFunctionBreakpointsRequest({
      breakpoints: [{ name: "finish" }, { name: "nowhere" }, { name: "Finsh" }, { name: "ACCUMULATE" }],
    });
    assert.deepEqual(
      body.breakpoints.map(({ verified, message }) => [verified, message]),
      [
        [true, undefined],
        [false, "there is no label `nowhere`"],
        [false, "there is no label `Finsh`; did you mean `finish`?"],
        [false, "there is no label `ACCUMULATE`; it is a macro, so set the breakpoint on a line of it"],
      ],
    );
    const stop = await adapter.stoppedAfter(() => adapter.configurationDoneRequest());
    assert.equal(stop.reason, "function breakpoint");
    assert.deepEqual(await adapter.stack(), ["finish 19", "start 17"]);
  });

  it("stops where a cell is written and where it is read", async () => {
    await adapter.stopAtEntry("main.avm");
    const info = async (name: string) =>
      (
        (await adapter.customRequest("dataBreakpointInfo", {
          name,
          frameId: 1,
        })) as DebugProtocol.DataBreakpointInfoResponse
      ).body;
    const sum = await info("sum");
    assert.deepEqual([sum.dataId, sum.accessTypes], ["0:2", ["write", "read", "readWrite"]]);
    assert.equal((await info("LIMIT")).dataId, null);
    await adapter.customRequest("setDataBreakpoints", {
      breakpoints: [{ dataId: sum.dataId, accessType: "write" }],
    });
    const stop = await adapter.stoppedAfter(() => adapter.continueRequest({ threadId: 1 }));
    assert.equal(stop.reason, "data breakpoint");
    assert.equal(stop.description, "sum [2] is written here: never written → 0 : u32");
    assert.equal(await adapter.line(), 9);
    await adapter.customRequest("setDataBreakpoints", {
      breakpoints: [{ dataId: sum.dataId, accessType: "read" }],
    });
    const read = await adapter.stoppedAfter(() => adapter.continueRequest({ threadId: 1 }));
    assert.equal(read.description, "sum [2] is read here: 0 : u32");
    assert.deepEqual(await adapter.stack(), ["ACCUMULATE (in start) 2", "start 13"]);
  });

  it("stops where the tag of one cell changes", async () => {
    await adapter.stopAtEntry("tags.avm");
    const info = async (args: object) =>
      (
        (await adapter.customRequest("dataBreakpointInfo", {
          frameId: 1,
          ...args,
        })) as DebugProtocol.DataBreakpointInfoResponse
      ).body;
    const childrenOf = async (reference: number) =>
      (await adapter.variablesRequest({ variablesReference: reference })).body.variables;
    const { body } = await adapter.scopesRequest({ frameId: 1 });
    const [n] = await childrenOf(body.scopes[0].variablesReference);
    assert.deepEqual([n.name, n.value], ["n [1]", "never written"]);
    const [tag] = await childrenOf(n.variablesReference);
    assert.deepEqual([tag.name, tag.value], ["tag", "never written"]);
    const ofChild = await info({ name: "tag", variablesReference: n.variablesReference });
    assert.deepEqual(
      [ofChild.dataId, ofChild.description, ofChild.accessTypes],
      ["0:1:tag", "tag of cell [1]", ["write"]],
    );
    assert.equal((await info({ name: "tag(n)" })).dataId, "0:1:tag");
    assert.equal((await info({ name: "tag", variablesReference: 0 })).dataId, null);

    const { body: set } = (await adapter.customRequest("setDataBreakpoints", {
      breakpoints: [{ dataId: "0:1:tag", accessType: "write" }, { dataId: "7:1:tag" }, { dataId: ":tag" }],
    })) as DebugProtocol.SetDataBreakpointsResponse;
    assert.deepEqual(
      set.breakpoints.map(({ verified }) => verified),
      [true, false, false],
    );
    // The line of the first write is where the run stands, so the next stop is the change; not the second SET.
    const stop = await adapter.stoppedAfter(() => adapter.continueRequest({ threadId: 1 }));
    assert.equal(stop.reason, "data breakpoint");
    assert.equal(stop.description, "The tag of n [1] changes here, from u32 to u8");
    assert.equal(await adapter.line(), 4);
    assert.equal(await adapter.evaluate("tag(n)"), "u32");
    const back = await adapter.stoppedAfter(() => adapter.reverseContinueRequest({ threadId: 1 }));
    assert.equal(back.description, "n [1] is written for the first time here, with the tag u32");
    assert.equal(await adapter.line(), 2);
    await adapter.stoppedAfter(() => adapter.continueRequest({ threadId: 1 }));
    await adapter.endedAfter(() => adapter.continueRequest({ threadId: 1 }));
    await adapter.stoppedAfter(() => adapter.stepBackRequest({ threadId: 1 }));
    const watched = await adapter.evaluateRequest({ expression: "n", frameId: 1, context: "watch" });
    assert.deepEqual(
      (await childrenOf(watched.body.variablesReference)).map(({ name, value }) => `${name}: ${value}`),
      ["tag: u32", "decimal: 1", "hexadecimal: 0x1", "written at: step 0, line 2"],
    );
  });

  it("stops before a halt, with the reason", async () => {
    await run("halts.avm");
    const stop = await adapter.stoppedAfter(() => adapter.configurationDoneRequest());
    assert.equal(stop.reason, "exception");
    assert.equal(await adapter.line(), 3);
    await adapter.printed("error[tag-mismatch]");
    const { body } = await adapter.exceptionInfoRequest({ threadId: 1 });
    assert.equal(body.exceptionId, "tag-mismatch");
    assert.match(body.description ?? "", /u64/);
    await adapter.endedAfter(() => adapter.continueRequest({ threadId: 1 }));
    assert.ok(
      adapter.output.some(
        ({ category, text }) => category === "stderr" && text.includes("halt[tag-mismatch]"),
      ),
    );
  });

  const halting: readonly (readonly [string, string])[] = [
    ["two tags", "ADD small, wide, [5]"],
    ["two tags of cells without names", "ADD [3], [4], [5]"],
    ["a tag that an operand doesn't take", "JUMPI small, #0"],
    ["an integer operation on a field", "AND field, field, [5]"],
    ["an address that isn't u32", "MOV [small], [5]"],
    ["an address that isn't u32, in a cell without a name", "MOV [[4]], [5]"],
    ["an address that nothing has written", "MOV [unwritten], [5]"],
    ["a base that isn't u32", "MOV [sp+1], [5]"],
  ];
  for (const [what, instruction] of halting) {
    it(`says of ${what} what the checker says`, async () => {
      const cells = ["small = [1]", "wide = [2]", "field = [6]", "unwritten = [7]"];
      const text = [
        ...cells.map((cell) => `.cell ${cell}`),
        "SET [0], u8, #1",
        "SET small, u8, #1",
        "SET wide, u64, #1",
        "SET [3], u8, #1",
        "SET [4], u64, #1",
        "SET field, ff, #1",
        instruction,
        "SET [8], u32, #1",
        "RETURN [8], small",
      ].join("\n");
      writeFileSync(adapter.file("halting.avm"), text);
      await run("halting.avm");
      const { reason } = await adapter.stoppedAfter(() => adapter.configurationDoneRequest());
      assert.equal(reason, "exception");
      const { body } = await adapter.exceptionInfoRequest({ threadId: 1 });
      await adapter.printed("error[");
      const error = adapter.output.find((one) => one.text.includes("error["))!.text;
      assert.ok(error.includes(body.description!), `${body.description}\n${error}`);
    });
  }

  for (const [what, args] of [
    ["a run", {}],
    ["a test", { test: "it" }],
  ] as const)
    it(`tells the message of a REVERT before it in ${what}`, async () => {
      const source = `        SET [1], u32, #1
        SET [2], ff, #str("too many")
        REVERT [1], [2]
.test "it"
        .call
.endtest
`;
      writeFileSync(adapter.file("reverts.avm"), source);
      await adapter.begin("reverts.avm", { stopOnEntry: false, ...args });
      await adapter.setExceptionBreakpointsRequest({ filters: ["revert"] });
      const stop = await adapter.stoppedAfter(() => adapter.configurationDoneRequest());
      assert.equal(stop.description, "Reverts here");
      assert.match(stop.text!, /^reverted with \d+ \("too many"\)$/);
      const { body } = await adapter.exceptionInfoRequest({ threadId: 1 });
      assert.equal(body.description, stop.text);
    });

  it("stops where a named cell gets another tag, and warns of a declared one at the end", async () => {
    await run("tags.avm");
    await adapter.setExceptionBreakpointsRequest({ filters: ["tag-change"] });
    const stop = await adapter.stoppedAfter(() => adapter.configurationDoneRequest());
    assert.equal(stop.reason, "exception");
    assert.equal(await adapter.line(), 4);
    const { body } = await adapter.exceptionInfoRequest({ threadId: 1 });
    assert.equal(body.description, "The tag of n [1] changes here, from u32 to u8");
    await adapter.endedAfter(() => adapter.continueRequest({ threadId: 1 }));
    const warnings = adapter.output.filter(({ text }) => text.includes("warning["));
    assert.equal(warnings.length, 1, JSON.stringify(adapter.output));
  });

  it("reports the checker's errors once, before the end, if nothing stops the run", async () => {
    await run("halts.avm");
    await adapter.setExceptionBreakpointsRequest({ filters: [] });
    await adapter.endedAfter(() => adapter.configurationDoneRequest());
    const texts = adapter.output.map(({ text }) => text);
    const errors = texts.filter((text) => text.includes("error[tag-mismatch]"));
    assert.equal(errors.length, 1);
    assert.ok(texts.indexOf(errors[0]) < texts.findIndex((text) => text.includes("halt[tag-mismatch]")));
  });

  it("runs to the end if no filter is set", async () => {
    await run("halts.avm");
    await adapter.setExceptionBreakpointsRequest({ filters: [] });
    await adapter.endedAfter(() => adapter.configurationDoneRequest());
  });

  it("shows cells, operands, frame, calldata, gas and side effects", async () => {
    await run("main.avm", { ...launchWith, stopOnEntry: false });
    await breakAt(16);
    await adapter.stoppedAfter(() => adapter.configurationDoneRequest());
    const cells = await adapter.scope("Cells");
    assert.deepEqual(cells, [
      "base [0]: 100 : u32",
      "n [1]: 3 : u32",
      "sum [2]: 6 : u32",
      "local [101]: never written",
    ]);
    const operands = await adapter.scope("Instruction");
    assert.deepEqual(operands.slice(1), [
      "srcOffset: [2] = 6 : u32",
      "dstOffset: [sp+1] → [101] = never written → 6 : u64",
    ]);
    await adapter.stoppedAfter(() => adapter.nextRequest({ threadId: 1 }));
    assert.deepEqual(await adapter.scope("Frame"), ["sp [0]: 100 : u32", "[sp+1] [101]: 6 : u64"]);
    assert.deepEqual((await adapter.scope("Calldata")).slice(0, 2), ["calldata[0]: 5", "calldata[1]: 16"]);
    assert.match(
      (await adapter.scope("Gas")).join(),
      /L2 left: 5,999,\d{3},DA left: 196,512,L2 of this instruction: \d+/,
    );
    assert.deepEqual(await adapter.scope("Side effects"), ["none: so far"]);
    assert.ok((await adapter.scope("Memory")).includes("[101]: 6 : u64"));
    assert.ok((await adapter.scope("Call")).includes("address: 0x1234"));
  });

  it("evaluates expressions, and says why one has no value", async () => {
    await adapter.stopAtEntry("main.avm", launchWith);
    for (let count = 0; count < 6; count++)
      await adapter.stoppedAfter(() => adapter.nextRequest({ threadId: 1 }));
    assert.equal(await adapter.evaluate("n"), "1 : u32 [1]");
    assert.equal(await adapter.evaluate("[sp]"), "never written [100]");
    assert.equal(await adapter.evaluate("LIMIT * 2"), "6");
    assert.equal(await adapter.evaluate("calldata[1]"), "16 : ff");
    const { body } = await adapter.evaluateRequest({ expression: "n", frameId: 1, format: { hex: true } });
    assert.equal(body.result, "0x1 : u32 [1]");
    await assert.rejects(adapter.evaluate("nothing"), /`nothing` is not defined here/);
    const completions = await adapter.completionsRequest({ text: "su", column: 3, frameId: 1 });
    assert.deepEqual(
      completions.body.targets.map(({ label }) => label),
      ["sum"],
    );
  });

  it("reads memory through readMemory", async () => {
    await run();
    await breakAt(14);
    await adapter.stoppedAfter(() => adapter.configurationDoneRequest());
    const { body } = await adapter.customRequest("readMemory", {
      memoryReference: "0:1",
      offset: 0,
      count: 64,
    });
    const bytes = Buffer.from(body?.data ?? "", "base64");
    assert.deepEqual([bytes.length, bytes[31], bytes[63]], [64, 1, 1]);
    await assert.rejects(
      adapter.customRequest("readMemory", { memoryReference: "x", count: 1 }),
      /no such memory/,
    );
  });

  it("lists every cell with the step that wrote it, and goes to that step", async () => {
    await run("main.avm", { ...launchWith, stopOnEntry: false });
    await breakAt(17);
    await adapter.stoppedAfter(() => adapter.configurationDoneRequest());
    const { body } = (await adapter.customRequest("avm/memory", { frameId: 1 })) as { body: ShownMemory };
    const local = body.cells.find(({ names }) => names.includes("local"))!;
    assert.deepEqual(
      { ...local, writtenAt: 0 },
      {
        address: 101,
        names: ["local"],
        tag: "u64",
        decimal: "6",
        hex: "0x6",
        writtenAt: 0,
        line: 16,
        isNew: true,
      },
    );
    assert.deepEqual([body.base, body.more], [100, 0]);
    assert.ok(local.writtenAt !== undefined);
    await adapter.stoppedAfter(() => adapter.customRequest("avm/goToStep", { step: local.writtenAt }));
    assert.equal(await adapter.line(), 16);
    await assert.rejects(adapter.customRequest("avm/goToStep", { step: 1e9 }), /no such step/);
    await assert.rejects(adapter.customRequest("avm/nothing"), /there is no request `avm.nothing`/);
  });

  it("shows selectors by their functions, and named cells that were never written", async () => {
    writeFileSync(
      adapter.file("contract.avm"),
      `.function "put(a: Field)", put
.cell selector_cell = [3]
.cell later = [4] : u32
        SET [1], u32, #0
        SET [2], u32, #1
        CALLDATACOPY [2], [1], selector_cell
put:    SET later, u32, #1
        RETURN [1], [1]
`,
    );
    await run("contract.avm", { stopOnEntry: false, call: "put(Field)", args: ["7"] });
    await breakAt(7, {}, "contract.avm");
    await adapter.stoppedAfter(() => adapter.configurationDoneRequest());
    const { body } = (await adapter.customRequest("avm/memory", { frameId: 1 })) as { body: ShownMemory };
    const named = (name: string) => body.cells.find(({ names }) => names.includes(name))!;
    assert.equal(named("selector_cell").selector, "put(Field)");
    assert.deepEqual(named("later"), {
      address: 4,
      names: ["later"],
      decimal: "0",
      hex: "0x0",
      isNew: false,
    });
    assert.match((await adapter.scope("Calldata"))[0], /^calldata\[0\]: \d+ put\(Field\)$/);
  });

  it("disassembles, and stops at instructions", async () => {
    await adapter.stopAtEntry("main.avm");
    const { body } = await adapter.stackTraceRequest({ threadId: 1 });
    const memoryReference = body.stackFrames[0].instructionPointerReference!;
    const { body: found }: DebugProtocol.DisassembleResponse = await adapter.customRequest("disassemble", {
      memoryReference,
      instructionOffset: -1,
      instructionCount: 3,
    });
    assert.deepEqual(
      found!.instructions.map(({ instruction, line, presentationHint }) => [
        instruction,
        line ?? presentationHint,
      ]),
      [
        ["not part of the code", "invalid"],
        ["SET [0], u32, #100", 7],
        ["SET [1], u32, #0", 8],
      ],
    );
    const { address } = found!.instructions[2];
    // Clients look instructions up by address, also those in front of the code and behind it.
    const around: DebugProtocol.DisassembleResponse = await adapter.customRequest("disassemble", {
      memoryReference,
      instructionOffset: -20,
      instructionCount: 60,
    });
    const addresses = around.body!.instructions.map((one) => Number(one.address));
    assert.deepEqual(
      [...new Set(addresses)].sort((a, b) => a - b),
      addresses,
    );
    assert.equal(addresses[20], Number(memoryReference));
    const set = (await adapter.customRequest("setInstructionBreakpoints", {
      breakpoints: [
        { instructionReference: address },
        { instructionReference: "0xffffffffffff" },
        { instructionReference: address, offset: 1 },
        { instructionReference: address, offset: 100_000 },
        { instructionReference: address, offset: -100_000 },
      ],
    })) as DebugProtocol.SetInstructionBreakpointsResponse;
    assert.deepEqual(
      set.body.breakpoints.map(({ verified }) => verified),
      [true, false, false, false, false],
    );
    const stop = await adapter.stoppedAfter(() => adapter.continueRequest({ threadId: 1 }));
    assert.equal(stop.reason, "instruction breakpoint");
    assert.equal(await adapter.line(), 8);
  });

  it("lists the loaded sources", async () => {
    await adapter.stopAtEntry("main.avm");
    const { body } = (await adapter.customRequest("loadedSources")) as DebugProtocol.LoadedSourcesResponse;
    assert.deepEqual(
      body.sources.map(({ name }) => name),
      ["main.avm", "lib.avm"],
    );
  });

  it("refuses requests without a run, and requests without their arguments", async () => {
    await adapter.initializeRequest();
    for (const name of ["next", "stepBack", "continue", "pause", "configurationDone", "restart"])
      await assert.rejects(adapter.customRequest(name, { threadId: 1 }), /nothing was launched/, name);
    await adapter.begin("main.avm");
    await adapter.stoppedAfter(() => adapter.configurationDoneRequest());
    for (const [name, wanted] of [
      ["evaluate", /`evaluate` needs `expression`, a text/],
      ["completions", /needs `text`/],
      ["scopes", /needs `frameId`, a whole number/],
      ["setBreakpoints", /needs `source`, an object/],
      ["setDataBreakpoints", /needs `breakpoints`, a list of objects with `dataId`/],
      ["readMemory", /needs `memoryReference`/],
      ["dataBreakpointInfo", /needs `name`/],
    ] as const)
      for (const args of [undefined, null, {}, { expression: 1, breakpoints: [{}], name: [] }])
        await assert.rejects(adapter.customRequest(name, args), wanted, name);
    for (const [name, args, wanted] of [
      ["readMemory", { memoryReference: "0:0", count: -5 }, /needs `count`, a count/],
      [
        "readMemory",
        { memoryReference: "0:0", count: 1, offset: 1.5 },
        /`offset` of `readMemory` is no whole number/,
      ],
      [
        "disassemble",
        { memoryReference: "0:0", instructionCount: 1, instructionOffset: "y" },
        /`instructionOffset` of/,
      ],
      ["stackTrace", { threadId: 1, startFrame: "x" }, /`startFrame` of `stackTrace` is no count/],
      ["stackTrace", { threadId: 1, levels: -1 }, /`levels` of/],
    ] as const)
      await assert.rejects(adapter.customRequest(name, args), wanted, name);
    await adapter.stoppedAfter(() => adapter.customRequest("next", null));
    assert.equal(await adapter.line(), 8);
  });

  it("starts again, with what was saved since", async () => {
    await adapter.stopAtEntry("main.avm");
    await adapter.stoppedAfter(() => adapter.nextRequest({ threadId: 1 }));
    const stop = await adapter.stoppedAfter(() => adapter.customRequest("restart", {}));
    assert.equal(stop.reason, "entry");
    assert.equal(await adapter.line(), 7);
  });

  for (const [name, args, message] of [
    ["missing.avm", {}, /can't be read: there is no such file/],
    ["broken.avm", {}, /can't be assembled/],
    ["main.avm", { calldata: "1,x" }, /`x` is not a number/],
    [
      "main.avm",
      { calldata: { a: 1 } },
      /`calldata` takes a list of texts and numbers or a text or a number; found `\{"a":1\}`/,
    ],
    ["main.avm", { env: [1] }, /`env` takes an object of texts and numbers; found/],
    ["main.avm", { test: 1 }, /`test` takes a text/],
    ["main.avm", { static: "no" }, /`static` takes true or false/],
    ["main.avm", { program: null }, /`program` names no file/],
    ["main.avm", { env: { CHAINIT: 1 } }, /there is no `CHAINIT` in the environment; did you mean `CHAINID`/],
    ["main.avm", { gas: "much" }, /`gas` takes one limit or two/],
    ["main.avm", { gas: -1 }, /`gas` takes one limit or two, .*; found `-1`/],
    ["main.avm", { sender: "me" }, /`sender`: `me` is not a number/],
    ["main.avm", { address: 2 ** 60 }, /`address`: 1152921504606847000 is too large .*; write it in quotes/],
    ["main.avm", { env: { CHAINID: "one" } }, /`env`: `CHAINID`: `one` is not a number/],
    ["main.avm", { env: { ISSTATICCALL: 1 } }, /`env`: whether a call is static is a property of the call/],
    [
      "main.avm",
      { args: [1] },
      /^Error: `args` need `call` or `function`; fields are given with `calldata`$/,
    ],
    ["main.avm", { call: "f()", function: "f" }, /^Error: `call` and `function` both name the function/],
    [
      "main.avm",
      { function: "f" },
      /declares no functions: `\.function` does; a call by signature, "name\(types\)"/,
    ],
    ["main.avm", { call: "f(Field)", calldata: [1] }, /`calldata` is all that is passed; .* `args`/],
    ["main.avm", { call: "f(Field)", args: [] }, /`f`: it takes 1 argument \(Field\), found 0/],
    ["main.avm", { test: "x", sender: 1 }, /`test` and `sender` exclude each other/],
    ["main.avm", { test: "x" }, /`test`: .* has no test `x`/],
    ["main.avm", { target: "v9" }, /`target`: there is no target `v9`; the targets are/],
    ["main.avm", { calldata: [1, [2]] }, /`calldata` takes a list of texts and numbers/],
    ["main.avm", { target: "v3" }, /the instructions of v3/],
  ] as const) {
    it(`refuses ${name} with ${JSON.stringify(args)}`, async () => {
      await adapter.initializeRequest();
      await assert.rejects(adapter.launchRequest({ program: adapter.file(name), ...args } as never), message);
    });
  }
});
