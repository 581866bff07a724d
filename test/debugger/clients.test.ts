/**
 * What the debug clients of other editors send, in their order: nvim-dap for Neovim and dape for Emacs. They differ from VS Code: numbers
 * of messages start at 0, a request may have no arguments, every request comes after the answer of the one before, and an empty
 * value of a configuration arrives as `false` or `null`.
 */

import assert from "node:assert/strict";
import { spawn, type ChildProcessWithoutNullStreams } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import type { DebugProtocol } from "@vscode/debugprotocol";

const command = path.resolve(import.meta.dirname, "../../dist/avmasm.cjs");

const PROGRAM = `.cell n = [1] : u32
        SET n, u32, #1
        SET [2], u32, #0
        ADD n, n, n
        RETURN [2], n
`;

/** Sends requests as they are given, byte for byte, and keeps what comes back. */
class Client {
  readonly messages: DebugProtocol.ProtocolMessage[] = [];
  private readonly child: ChildProcessWithoutNullStreams;
  private readonly waiting = new Set<() => void>();
  private buffer = Buffer.alloc(0);
  private next: number;

  constructor(firstNumber: number) {
    this.next = firstNumber;
    this.child = spawn(process.execPath, [command, "dap", "--stdio"]);
    this.child.stdout.on("data", (bytes: Buffer) => this.read(bytes));
  }

  private read(bytes: Buffer): void {
    this.buffer = Buffer.concat([this.buffer, bytes]);
    for (;;) {
      const found = /^Content-Length: (\d+)\r\n\r\n/.exec(this.buffer.toString("latin1", 0, 60));
      const end = found ? found[0].length + Number(found[1]) : Infinity;
      if (this.buffer.length < end) break;
      const text = this.buffer.toString("utf8", found![0].length, end);
      this.messages.push(JSON.parse(text) as DebugProtocol.ProtocolMessage);
      this.buffer = this.buffer.subarray(end);
    }
    for (const look of [...this.waiting]) look();
  }

  private find<Message extends DebugProtocol.ProtocolMessage>(
    isWanted: (message: Message) => boolean,
  ): Promise<Message> {
    return new Promise((resolve) => {
      const look = (): void => {
        const found = (this.messages as Message[]).find(isWanted);
        if (!found) return;
        this.waiting.delete(look);
        resolve(found);
      };
      this.waiting.add(look);
      look();
    });
  }

  async request(name: string, args?: object): Promise<DebugProtocol.Response> {
    const seq = this.next++;
    const text = JSON.stringify({ seq, type: "request", command: name, arguments: args });
    this.child.stdin.write(`Content-Length: ${Buffer.byteLength(text)}\r\n\r\n${text}`);
    return this.find<DebugProtocol.Response>(
      ({ type, request_seq }) => type === "response" && request_seq === seq,
    );
  }

  /** The body of a response that must be a success. */
  async body<Body>(name: string, args?: object): Promise<Body> {
    const { success, message, body } = await this.request(name, args);
    assert.ok(success, `${name}: ${message ?? ""}`);
    return body as Body;
  }

  event(name: string, index = 0): Promise<DebugProtocol.Event> {
    return this.find<DebugProtocol.Event>(
      (message) =>
        message.type === "event" &&
        message.event === name &&
        this.messages
          .slice(0, this.messages.indexOf(message))
          .filter((one) => (one as DebugProtocol.Event).event === name).length === index,
    );
  }

  async end(): Promise<void> {
    const ended = this.child.exitCode === null ? once(this.child, "exit") : Promise.resolve();
    this.child.stdin.end();
    await ended;
  }
}

describe("the debug clients of other editors", function () {
  this.timeout(30_000);
  const folder = mkdtempSync(path.join(tmpdir(), "avm-clients-"));
  const program = path.join(folder, "twice.avm");
  writeFileSync(program, PROGRAM);
  after(() => rmSync(folder, { recursive: true, force: true }));

  /** What every client asks for at a stop. Returns the line and the first cell. */
  const look = async (client: Client): Promise<string> => {
    const { threads } = await client.body<DebugProtocol.ThreadsResponse["body"]>("threads");
    const { stackFrames } = await client.body<DebugProtocol.StackTraceResponse["body"]>("stackTrace", {
      threadId: threads[0].id,
    });
    const { scopes } = await client.body<DebugProtocol.ScopesResponse["body"]>("scopes", {
      frameId: stackFrames[0].id,
    });
    let first = "";
    for (const { expensive, variablesReference, name } of scopes) {
      if (expensive) continue;
      const { variables } = await client.body<DebugProtocol.VariablesResponse["body"]>("variables", {
        variablesReference,
      });
      if (name === "Cells") first = variables[0].value;
    }
    return `${stackFrames[0].line}: ${first}`;
  };

  /** Begins the run, which stops at its first instruction, and goes on to the breakpoint on line 4. */
  async function goToBreakpoint(client: Client): Promise<void> {
    await client.body("configurationDone");
    await client.event("stopped");
    assert.equal(await look(client), "2: never written");
    await client.body("continue", { threadId: 1 });
    await client.event("stopped", 1);
    assert.equal(await look(client), "4: 1 : u32");
  }

  it("nvim-dap completes a session", async () => {
    const client = new Client(0);
    const { exceptionBreakpointFilters } = await client.body<DebugProtocol.Capabilities>("initialize", {
      clientId: "neovim",
      clientname: "neovim",
      adapterID: "nvim-dap",
      pathFormat: "path",
      columnsStartAt1: true,
      linesStartAt1: true,
      supportsRunInTerminalRequest: true,
      supportsVariableType: true,
      locale: "en_US",
    });
    const configuration = { type: "avm", request: "launch", name: "Debug this file", program, calldata: "" };
    const launched = client.body("launch", configuration);
    await client.event("initialized");
    await launched;
    await client.body("setBreakpoints", {
      source: { path: program, name: "twice.avm" },
      breakpoints: [{ line: 4 }],
      lines: [4],
    });
    const filters = exceptionBreakpointFilters!.filter((one) => one.default).map(({ filter }) => filter);
    assert.deepEqual(filters, ["halt"]);
    await client.body("setExceptionBreakpoints", { filters });
    await goToBreakpoint(client);
    await client.body("next", { threadId: 1, granularity: "statement" });
    await client.event("stopped", 2);
    assert.equal(await look(client), "5: 2 : u32");
    const { result } = await client.body<DebugProtocol.EvaluateResponse["body"]>("evaluate", {
      expression: "n * 3",
      context: "repl",
      frameId: 1,
    });
    assert.equal(result, "6");
    await client.body("disconnect", { restart: false });
    await client.end();
  });

  for (const empty of [false, null, []]) {
    it(`dape, whose configuration has ${JSON.stringify(empty)} for nothing`, async () => {
      const client = new Client(1);
      await client.body("initialize", {
        clientID: "dape",
        adapterID: "avm",
        pathFormat: "path",
        linesStartAt1: true,
        columnsStartAt1: true,
        supportsRunInTerminalRequest: true,
        supportsArgsCanBeInterpretedByShell: true,
        supportsProgressReporting: true,
        supportsStartDebuggingRequest: true,
      });
      const launched = client.body("launch", { type: "avm", request: "launch", program, calldata: empty });
      await client.event("initialized");
      await launched;
      await client.body("setExceptionBreakpoints", { filters: ["halt"] });
      await client.body("setBreakpoints", {
        source: { path: program },
        breakpoints: [{ line: 4, condition: "n == 1" }],
        lines: [4],
      });
      await client.body("setDataBreakpoints", { breakpoints: [] });
      await goToBreakpoint(client);
      await client.body("continue", { threadId: 1 });
      await client.event("terminated");
      await client.body("disconnect", { restart: false });
      await client.end();
    });
  }
});
