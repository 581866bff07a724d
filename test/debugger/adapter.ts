/** A client of the debug adapter that was built, over standard input and output, as an editor starts it. */

import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { DebugClient } from "@vscode/debugadapter-testsupport";
import type { DebugProtocol } from "@vscode/debugprotocol";

const command = path.resolve(import.meta.dirname, "../../dist/avmasm.cjs");

export class Adapter extends DebugClient {
  readonly folder: string;
  /** What was printed, by category. */
  readonly output: { readonly category: string; readonly text: string }[] = [];
  private child: ChildProcess | undefined;

  constructor(files: Readonly<Record<string, string>>) {
    super("node", command, "avm");
    this.folder = mkdtempSync(path.join(tmpdir(), "avm-debug-"));
    for (const [name, text] of Object.entries(files)) writeFileSync(path.join(this.folder, name), text);
    this.on("output", ({ body }: DebugProtocol.OutputEvent) => {
      this.output.push({ category: body.category ?? "console", text: body.output });
    });
  }

  /** Resolves when something with this text in it is printed, at once if it was. */
  async printed(part: string): Promise<void> {
    while (!this.output.some(({ text }) => text.includes(part))) await once(this, "output");
  }

  /** The process of the adapter. */
  get pid(): number | undefined {
    return this.child?.pid;
  }

  override start(): Promise<void> {
    this.child = spawn(process.execPath, [command, "dap", "--stdio"], { stdio: ["pipe", "pipe", "inherit"] });
    this.connect(this.child.stdout!, this.child.stdin!);
    return Promise.resolve();
  }

  override async stop(): Promise<void> {
    const { child } = this;
    if (child?.exitCode === null) {
      const ended = once(child, "exit");
      child.stdin?.end();
      await ended;
    }
    rmSync(this.folder, { recursive: true, force: true });
  }

  file(name: string): string {
    return path.join(this.folder, name);
  }

  /** Launches a file of the folder and waits until it stands at its first instruction. */
  async stopAtEntry(name: string, args: object = {}): Promise<void> {
    await this.begin(name, args);
    await this.stoppedAfter(() => this.configurationDoneRequest());
  }

  /** Up to where breakpoints can be set. */
  async begin(name: string, args: object = {}): Promise<void> {
    await this.initializeRequest();
    const ready = this.waitForEvent("initialized");
    await this.launch({ program: this.file(name), ...args });
    await ready;
  }

  /** Does something, and waits for the stop that it leads to. */
  async stoppedAfter(work: () => Promise<unknown>): Promise<DebugProtocol.StoppedEvent["body"]> {
    const stopped = this.waitForEvent("stopped");
    await work();
    return ((await stopped) as DebugProtocol.StoppedEvent).body;
  }

  async endedAfter(work: () => Promise<unknown>): Promise<void> {
    const ended = this.waitForEvent("terminated");
    await work();
    await ended;
  }

  /** Names and lines of the stack's entries. */
  async stack(): Promise<string[]> {
    const { body } = await this.stackTraceRequest({ threadId: 1 });
    return body.stackFrames.map(({ name, line }) => `${name} ${line}`);
  }

  async line(): Promise<number> {
    const { body } = await this.stackTraceRequest({ threadId: 1, levels: 1 });
    return body.stackFrames[0].line;
  }

  /** The variables of a scope as `name: value`. */
  async scope(name: string, frameId = 1): Promise<string[]> {
    const { body } = await this.scopesRequest({ frameId });
    const scope = body.scopes.find((found) => found.name === name)!;
    const variables = await this.variablesRequest({ variablesReference: scope.variablesReference });
    return variables.body.variables.map((variable) => `${variable.name}: ${variable.value}`);
  }

  async evaluate(expression: string): Promise<string> {
    const { body } = await this.evaluateRequest({ expression, frameId: 1, context: "watch" });
    return body.result;
  }
}
