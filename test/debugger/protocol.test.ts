/**
 * Requests in any order and with any arguments, as no client should send them: each is answered once, with what it asks for or with a
 * reason, and the events are those of a run that began.
 *
 * `DEBUGGER_WALKS=1000` takes more walks, `DEBUGGER_SEED=7` others.
 */

import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { setImmediate } from "node:timers/promises";
import type { DebugProtocol } from "@vscode/debugprotocol";
import { prepareLaunch } from "../../cli/arguments/launch.ts";
import { CommandError } from "../../cli/command.ts";
import { LaunchError } from "../../debugger/launch.ts";
import { AvmDebugSession } from "../../debugger/session.ts";
import { randomNumbers } from "../support/random.ts";

const WALKS = Number(process.env.DEBUGGER_WALKS ?? 170);
const FIRST_SEED = Number(process.env.DEBUGGER_SEED ?? 1);
const REQUESTS_PER_WALK = 60;

const FILES = {
  "short.avm": `.cell n = [1] : u32
.macro TWICE x
        ADD x, x, x
.endm
        SET n, u32, #1
        SET [2], u32, #0
        TWICE n
        INTERNALCALL more
        RETURN [2], n
more:   TWICE n
        INTERNALRETURN

.test "returns"
        .call
        .returns 4
.endtest
.test "does nothing"
.endtest
`,
  "halts.avm":
    "        SET [1], u32, #1\n        SET [2], u64, #2\n        ADD [1], [2], [3]\n        RETURN [1], [3]\n",
  "empty.avm": "; nothing\n",
  "broken.avm": "        ADD [1]\n",
  "loop.avm":
    "        SET [1], u32, #1\n        SET [2], u32, #0\nagain:  ADD [1], [2], [2]\n        JUMP again\n",
};

type Numbers = ReturnType<typeof randomNumbers>;
type Make = (numbers: Numbers) => unknown;

const one =
  (...values: readonly unknown[]): Make =>
  (numbers) =>
    values[numbers.below(values.length)];
const thread = one({ threadId: 1 }, { threadId: 1, granularity: "instruction" }, {}, { threadId: 7 });
const frame = one(1, 1, 1, 2, 3, 0, -1, 99);

/** Arguments as clients send them, by command. */
const REQUESTS: Readonly<Record<string, Make>> = {
  initialize: one({ adapterID: "avm" }, { adapterID: "avm", pathFormat: "path", linesStartAt1: false }),
  launch: one(
    { program: "short.avm" },
    { program: "short.avm", stopOnEntry: false },
    { program: "short.avm", noDebug: true },
    { program: "short.avm", test: "returns" },
    { program: "short.avm", test: "does nothing" },
    { program: "halts.avm", stopOnEntry: false },
    { program: "loop.avm", gas: 60_000 },
    { program: "loop.avm", gas: "60000", stopOnEntry: false },
    { program: "empty.avm" },
    { program: "broken.avm" },
    { program: "missing.avm" },
    { program: "short.avm", calldata: "1,x" },
    { program: "short.avm", gas: -1 },
    {},
  ),
  configurationDone: one({}),
  restart: one({}, {}, { arguments: { program: "halts.avm" } }, { arguments: { program: "missing.avm" } }),
  continue: thread,
  reverseContinue: thread,
  next: thread,
  stepIn: thread,
  stepOut: thread,
  stepBack: thread,
  pause: thread,
  "avm/goToStep": one({ step: 0 }, { step: 3 }, { step: -1 }, { step: 1e9 }),
  "avm/memory": (numbers) => ({ frameId: frame(numbers) }),
  threads: one({}),
  stackTrace: one(
    { threadId: 1 },
    { threadId: 1, startFrame: 1, levels: 1 },
    { threadId: 1, startFrame: 50 },
  ),
  scopes: (numbers) => ({ frameId: frame(numbers) }),
  variables: one({ variablesReference: 0 }, { variablesReference: 1000 }, { variablesReference: 99_999 }),
  evaluate: (numbers) => ({
    expression: one(
      "n",
      "[1]",
      "[[1]]",
      "n +",
      "nothing",
      "tag(n)",
      "[99999999999]",
      "1/0",
      "calldata[3]",
      "map_slot(1, n)",
      "poseidon2(1",
      'selector("f(Field)", 1)',
    )(numbers),
    frameId: frame(numbers),
    context: one("watch", "hover", "repl")(numbers),
  }),
  completions: one(
    { text: "n", column: 2 },
    { text: "", column: 0 },
    { text: "calld", column: 99, frameId: 9 },
  ),
  exceptionInfo: thread,
  loadedSources: one({}),
  source: one({ sourceReference: 1 }, { sourceReference: 0 }, { sourceReference: 2 ** 31 }),
  readMemory: one(
    { memoryReference: "0:1", count: 64 },
    { memoryReference: "0:1", offset: -1000, count: 100 },
    { memoryReference: "0:4294967295", offset: 31, count: 99 },
    { memoryReference: "9:1", count: 1 },
    { memoryReference: "no", count: 1 },
  ),
  disassemble: one(
    { memoryReference: "0x0", instructionCount: 3 },
    { memoryReference: "0x0", instructionOffset: -9, offset: 2, instructionCount: 30 },
    { memoryReference: "0xfffffffffff", instructionCount: 3 },
  ),
  setBreakpoints: one(
    { source: { path: "short.avm" }, breakpoints: [{ line: 3 }, { line: 7, condition: "n == 1" }] },
    { source: { path: "short.avm" }, breakpoints: [{ line: 8, hitCondition: "% 2" }, { line: -5 }] },
    { source: { path: "loop.avm" }, breakpoints: [{ line: 3, condition: "[2] == 2000" }] },
    { source: { path: "loop.avm" }, breakpoints: [{ line: 3, logMessage: "{[2]} {nothing}" }] },
    { source: { path: "short.avm" }, breakpoints: [] },
    { source: { sourceReference: 5 }, breakpoints: [{ line: 1 }] },
    { source: {}, breakpoints: [{ line: 1 }] },
  ),
  setFunctionBreakpoints: one({ breakpoints: [{ name: "more" }, { name: "again" }] }, { breakpoints: [] }),
  setInstructionBreakpoints: one(
    { breakpoints: [{ instructionReference: "0x5" }] },
    { breakpoints: [{ instructionReference: "0x5", offset: -99 }] },
    { breakpoints: [] },
  ),
  setExceptionBreakpoints: one(
    { filters: ["halt"] },
    { filters: ["tag-change", "nothing"] },
    { filters: [] },
  ),
  breakpointLocations: one({ source: { path: "short.avm" }, line: 1, endLine: 99 }, { source: {}, line: 1 }),
  dataBreakpointInfo: one(
    { name: "n", frameId: 1 },
    { name: "tag", variablesReference: 1003 },
    { name: "+" },
  ),
  setDataBreakpoints: one(
    { breakpoints: [{ dataId: "0:1", accessType: "write" }] },
    { breakpoints: [{ dataId: "0:1:tag" }, { dataId: "7:1" }] },
    { breakpoints: [] },
  ),
  terminate: one({}),
  disconnect: one({}),
};

/** Not announced, or unknown. */
const REFUSED = [
  ...["setVariable", "setExpression", "writeMemory", "goto", "gotoTargets", "stepInTargets", "restartFrame"],
  ...["terminateThreads", "cancel", "attach", "modules", "toString", "__proto__", "stepbak", ""],
];

const NONSENSE: readonly unknown[] = [
  ...[undefined, null, false, 0, -1, 1.5, 1e300, "", "x", [], [null], {}, { a: 1 }],
];

describe("the debug adapter and any requests", function () {
  this.timeout(10_000 + 1000 * WALKS);
  const folder = mkdtempSync(path.join(tmpdir(), "avm-protocol-"));
  before(() => {
    for (const [name, text] of Object.entries(FILES)) writeFileSync(path.join(folder, name), text);
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  it("answers every request once, and with a reason if it refuses", async () => {
    const answered = new Set<string>();
    const refused = new Set<string>(["terminate", "disconnect"]);
    for (let seed = FIRST_SEED; seed < FIRST_SEED + WALKS; seed++) {
      const walk = new Walk(folder, seed);
      await walk.go();
      for (const command of walk.answered) answered.add(command);
      for (const command of walk.refused) refused.add(command);
    }
    // A walk that never gets anywhere shows nothing.
    for (const some of [answered, refused])
      assert.deepEqual(
        Object.keys(REQUESTS).filter((command) => !some.has(command)),
        [],
      );
  });

  it("refuses what it doesn't announce, with the reason", async () => {
    const client = new Client(folder);
    await client.request("initialize", {});
    for (const command of REFUSED) {
      const { success, message } = await client.request(command, {});
      assert.equal(success, false, command);
      assert.match(message!, /can be changed|there is no request|nothing to attach to/);
    }
  });

  it("answers at once while a program is run", async () => {
    const client = new Client(folder);
    await client.request("initialize", {});
    const launched = client.request("launch", { program: "loop.avm", gas: 4_000_000_000 });
    await client.request("threads", {});
    for (const command of ["launch", "restart", "configurationDone", "next"])
      assert.match((await client.request(command, {})).message!, /being run/, command);
    const before = client.messages.length;
    assert.ok((await client.request("terminate", {})).success);
    assert.match((await launched).message!, /terminated/);
    const events = client.messages.slice(before).filter(({ type }) => type === "event");
    assert.deepEqual(
      events.map((one) => (one as DebugProtocol.Event).event),
      ["terminated"],
    );
  });

  it("answers at once while a run goes on, and stops it", async () => {
    const client = new Client(folder);
    await client.request("initialize", {});
    await client.request("setBreakpoints", {
      source: { path: "loop.avm" },
      breakpoints: [{ line: 3, condition: "[2] == 1 && [2] == 2" }],
    });
    await client.request("launch", { program: "loop.avm" });
    await client.request("configurationDone", {});
    assert.ok((await client.request("continue", { threadId: 1 })).success);
    for (const [command, args] of [
      ["next", {}],
      ["evaluate", { expression: "1" }],
      ["readMemory", { memoryReference: "0:1", count: 1 }],
      ["scopes", { frameId: 1 }],
    ] as const)
      assert.match((await client.request(command, args)).message!, /the program is running/, command);
    const stopped = client.event("stopped");
    assert.ok((await client.request("pause", { threadId: 1 })).success);
    assert.equal((await stopped).body.reason, "pause");
    const { body } = await client.request("evaluate", { expression: "[2]" });
    assert.match((body as { result: string }).result, /^\d+ : u32/);
    assert.ok((await client.request("continue", { threadId: 1 })).success);
    assert.ok((await client.request("terminate", {})).success);
    assert.match((await client.request("next", {})).message!, /terminated/);
  });
});

/** A session, with all that it sends. */
class Client {
  readonly messages: DebugProtocol.ProtocolMessage[] = [];
  private readonly session: AvmDebugSession;
  private readonly folder: string;
  private next = 1;

  constructor(folder: string) {
    this.folder = folder;
    this.session = new AvmDebugSession({
      prepare: async (args) => {
        try {
          return await prepareLaunch({ ...args, program: path.join(folder, args.program) });
        } catch (error) {
          throw error instanceof CommandError ? new LaunchError(error.message) : error;
        }
      },
      pathOf: (name) => path.relative(this.folder, name),
      pause: () => setImmediate(),
    });
    this.session.onDidSendMessage((message) => this.messages.push(message as DebugProtocol.ProtocolMessage));
  }

  /** Sends a request. Returns its number. */
  send(command: string, args: unknown): number {
    const seq = this.next++;
    const request = { seq, type: "request", command, ...(args !== undefined && { arguments: args }) };
    this.session.handleMessage(JSON.parse(JSON.stringify(request)) as DebugProtocol.Request);
    return seq;
  }

  responses(seq: number): DebugProtocol.Response[] {
    return (this.messages as DebugProtocol.Response[]).filter(
      ({ type, request_seq }) => type === "response" && request_seq === seq,
    );
  }

  async request(command: string, args: unknown): Promise<DebugProtocol.Response> {
    return this.response(this.send(command, args));
  }

  async response(seq: number): Promise<DebugProtocol.Response> {
    for (;;) {
      const [found] = this.responses(seq);
      if (found) return found;
      await setImmediate();
    }
  }

  /** The next event of this name. */
  async event(name: string): Promise<DebugProtocol.Event> {
    for (let at = this.messages.length; ; await setImmediate())
      for (; at < this.messages.length; at++) {
        const event = this.messages[at] as DebugProtocol.Event;
        if (event.type === "event" && event.event === name) return event;
      }
  }
}

/** Launches that leave something to do. */
const BEGINNINGS = [
  { program: "short.avm" },
  { program: "short.avm", test: "returns" },
  { program: "halts.avm", stopOnEntry: false },
  { program: "loop.avm", gas: 60_000 },
];

/** Requests that are followed by `stopped` or `terminated` if they succeed. */
const MOVES: ReadonlySet<string> = new Set([
  ...["configurationDone", "restart", "continue", "reverseContinue", "next", "stepIn", "stepOut", "stepBack"],
  ...["pause", "avm/goToStep"],
]);

class Walk extends Client {
  readonly answered = new Set<string>();
  readonly refused = new Set<string>();
  /** Of the variables that were told last. */
  private references: readonly number[] = [];
  private readonly seed: number;
  private readonly numbers: Numbers;

  constructor(folder: string, seed: number) {
    super(folder);
    this.seed = seed;
    // The first numbers of seeds that differ little differ little, too.
    this.numbers = randomNumbers(Math.imul(seed, 2_654_435_761));
  }

  async go(): Promise<void> {
    const { numbers } = this;
    const commands = Object.keys(REQUESTS).filter(
      (command) => command !== "terminate" && command !== "disconnect",
    );
    const seqs: number[] = [];
    let isOver = false;
    /** Most walks begin as a client does. */
    const script: [command: string, args: unknown][] =
      numbers.below(6) === 0
        ? []
        : [
            ["initialize", { adapterID: "avm" }],
            ["launch", one(...BEGINNINGS)(numbers)],
            ["configurationDone", {}],
            ["evaluate", { expression: "[1]" }],
            ["exceptionInfo", { threadId: 1 }],
            ["scopes", { frameId: 1 }],
          ];
    for (let count = 0; count < REQUESTS_PER_WALK; count++) {
      const isLast = count > REQUESTS_PER_WALK - 5 && numbers.below(3) === 0;
      const command = String(one(...(isLast ? ["terminate", "disconnect"] : commands))(numbers));
      const [name, args] = script.shift() ?? [command, this.argumentsFor(command)];
      const from = this.messages.length;
      const seq = this.send(name, args);
      seqs.push(seq);
      // Some don't wait for the answer.
      if (numbers.below(8) === 0) continue;
      const response = await this.response(seq);
      this.assertGood(response, `${name} ${JSON.stringify(args)}`);
      (response.success ? this.answered : this.refused).add(name);
      if (name === "scopes" && response.success && numbers.below(2) === 0)
        script.unshift(["variables", { variablesReference: this.references[0] }]);
      if (response.success && MOVES.has(name)) await this.moved(from, `${name} ${JSON.stringify(args)}`);
      isOver ||= response.success && (name === "terminate" || name === "disconnect");
      if (isOver) break;
    }
    await Promise.all(seqs.map((seq) => this.response(seq)));
    for (const seq of seqs) assert.equal(this.responses(seq).length, 1, `seed ${this.seed}, request ${seq}`);
    this.messages.forEach(({ seq }, index) => assert.equal(seq, index + 1, `seed ${this.seed}`));
    const messages = this.messages as (DebugProtocol.Event & DebugProtocol.Response)[];
    const stop = messages.findIndex(({ event }) => event === "stopped");
    const begin = messages.findIndex(({ command, success }) => command === "configurationDone" && success);
    assert.ok(stop < 0 || (begin >= 0 && begin < stop), `seed ${this.seed}: it stops before it begins`);
    await this.request("terminate", {});
    const end = this.messages.length;
    for (let turn = 0; turn < 5; turn++) await setImmediate();
    assert.deepEqual(this.messages.slice(end), [], `seed ${this.seed}: messages behind the end`);
  }

  /** Waits for the event that a move leads to. */
  private async moved(from: number, what: string): Promise<void> {
    for (let turn = 0; turn < 20_000; turn++, await setImmediate())
      for (const message of this.messages.slice(from)) {
        const { type, event } = message as DebugProtocol.Event;
        if (type === "event" && (event === "stopped" || event === "terminated")) return;
      }
    assert.fail(`seed ${this.seed}: nothing follows ${what}`);
  }

  private argumentsFor(command: string): unknown {
    const { numbers } = this;
    const isKnown = command === "variables" && this.references.length > 0 && numbers.below(2) === 0;
    const args = isKnown
      ? { variablesReference: one(...this.references)(numbers) }
      : REQUESTS[command](numbers);
    const odd = numbers.below(10);
    if (odd > 2) return args;
    const nonsense = one(...NONSENSE)(numbers);
    const keys = Object.keys(args as object);
    if (odd === 0 || keys.length === 0) return nonsense;
    const key = String(one(...keys)(numbers));
    return { ...(args as object), [key]: nonsense };
  }

  private assertGood({ success, message, command, body }: DebugProtocol.Response, what: string): void {
    const where = `seed ${this.seed}: ${what}: ${JSON.stringify({ success, message, body })}`;
    assert.doesNotMatch(JSON.stringify(body ?? {}), /NaN|undefined|\[object|:null(?<!"dataId":null)/, where);
    const found = [...JSON.stringify(body ?? {}).matchAll(/"variablesReference":([1-9]\d*)/g)];
    if (found.length > 0) this.references = found.map(([, reference]) => Number(reference));
    if (success) return;
    assert.ok(message, where);
    assert.doesNotMatch(
      message,
      /\n {4}at |TypeError|RangeError|undefined|NaN|\[object|_text|Cannot read/,
      where,
    );
    assert.ok(command !== "terminate" && command !== "disconnect", where);
  }
}
