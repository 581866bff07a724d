/**
 * What a debugger's client does in a claim, one action after the other:
 *
 * - `entry FILE [JSON]`: launches the file, with further arguments, and waits for the stop at the entry; `launch` doesn't begin yet;
 * - `break LINE [JSON]`, `label NAME`, `filter NAME`, `data EXPRESSION [read|write|readWrite]`: sets a breakpoint besides those that are
 *   set; shows what the adapter answers;
 * - `begin`, `continue`, `reverse`, `next`, `in`, `out`, `back`: moves; shows why it stopped, the line and the routine, or `ended`;
 * - `stack`, `scope NAME`, `open NAME`: shows the stack, a scope, or a variable of the scope that was shown last;
 * - `eval EXPRESSION`, `exception`, `printed`: shows a value, the failure before which the run stands, or the console.
 */

import type { DebugProtocol } from "@vscode/debugprotocol";
import { Adapter } from "../debugger/adapter.ts";

/** Time in which the run has to stop or to end, in milliseconds. */
const PATIENCE_MS = 20_000;

/** Does the actions in a session of their own. Returns what the last one shows. */
export async function shownAfter(
  actions: readonly string[],
  files: Readonly<Record<string, string>>,
): Promise<string> {
  const adapter = new Adapter(files);
  try {
    await adapter.start();
    const client = new Client(adapter);
    let shown = "";
    for (const action of actions) shown = await client.do(action);
    return shown;
  } finally {
    await adapter.stop();
  }
}

class Client {
  private readonly adapter: Adapter;
  private program = "";
  private readonly lines: DebugProtocol.SourceBreakpoint[] = [];
  private readonly data: object[] = [];
  private variables: readonly DebugProtocol.Variable[] = [];

  constructor(adapter: Adapter) {
    this.adapter = adapter;
  }

  async do(action: string): Promise<string> {
    const { adapter } = this;
    const [, name, rest] = /^(\S+) ?(.*)$/s.exec(action)!;
    switch (name) {
      case "launch":
      case "entry": {
        const [, file, json] = /^(\S+) ?(.*)$/s.exec(rest)!;
        this.program = file;
        const args = { stopOnEntry: name === "entry", ...(JSON.parse(json || "{}") as object) };
        await adapter.begin(file, args);
        return name === "entry" ? this.moved(() => adapter.configurationDoneRequest()) : "";
      }
      case "begin":
        return this.moved(() => adapter.configurationDoneRequest());
      case "break":
        return this.breakOn(rest);
      case "label":
        return shownAnswer(await adapter.setFunctionBreakpointsRequest({ breakpoints: [{ name: rest }] }));
      case "filter":
        return shownAnswer(await adapter.setExceptionBreakpointsRequest({ filters: [rest] }));
      case "data":
        return this.breakOnCell(rest);
      case "continue":
        return this.moved(() => adapter.continueRequest({ threadId: 1 }));
      case "reverse":
        return this.moved(() => adapter.reverseContinueRequest({ threadId: 1 }));
      case "next":
        return this.moved(() => adapter.nextRequest({ threadId: 1 }));
      case "in":
        return this.moved(() => adapter.stepInRequest({ threadId: 1 }));
      case "out":
        return this.moved(() => adapter.stepOutRequest({ threadId: 1 }));
      case "back":
        return this.moved(() => adapter.stepBackRequest({ threadId: 1 }));
      case "stack":
        return (await adapter.stack()).join(", ");
      case "scope": {
        const { body } = await adapter.scopesRequest({ frameId: 1 });
        const scope = body.scopes.find((one) => one.name === rest)!;
        return this.contents(scope.variablesReference);
      }
      case "open": {
        const variable = this.variables.find((one) => one.name === rest)!;
        return this.contents(variable.variablesReference);
      }
      case "eval":
        return adapter.evaluate(rest);
      case "exception":
        return (await adapter.exceptionInfoRequest({ threadId: 1 })).body.description ?? "";
      case "printed":
        return adapter.output.map(({ text }) => text).join("");
      default:
        throw new Error(`there is no action ${name}`);
    }
  }

  private async breakOn(asked: string): Promise<string> {
    const [, file = this.program, line, json] = /^(?:(\S+):)?(\d+) ?(.*)$/s.exec(asked)!;
    const more = JSON.parse(json || "{}") as object;
    this.lines.push({ line: Number(line), ...more });
    const breakpoints = file === this.program ? this.lines : [this.lines.pop()!];
    return shownAnswer(
      await this.adapter.setBreakpointsRequest({ source: { path: this.adapter.file(file) }, breakpoints }),
    );
  }

  private async breakOnCell(asked: string): Promise<string> {
    const [, name, access] = /^(.*?)(?: (read|write|readWrite))?$/.exec(asked)!;
    const { body } = (await this.adapter.customRequest("dataBreakpointInfo", {
      name,
      frameId: 1,
    })) as DebugProtocol.DataBreakpointInfoResponse;
    this.data.push({ dataId: body.dataId, accessType: access });
    return shownAnswer(
      await this.adapter.customRequest("setDataBreakpoints", {
        breakpoints: this.data,
      }),
    );
  }

  private async contents(variablesReference: number): Promise<string> {
    const { body } = await this.adapter.variablesRequest({ variablesReference });
    this.variables = body.variables;
    return body.variables.map(({ name, value }) => `${name}: ${value}`).join(", ");
  }

  /** Waits until the run has stopped or ended. */
  private async moved(work: () => Promise<unknown>): Promise<string> {
    const { adapter } = this;
    const stopped = adapter.waitForEvent("stopped", PATIENCE_MS) as Promise<DebugProtocol.StoppedEvent>;
    const ended = adapter.waitForEvent("terminated", PATIENCE_MS);
    // Only one of them comes.
    for (const event of [stopped, ended]) event.catch(() => undefined);
    await work();
    const stop = await Promise.race([stopped, ended.then(() => undefined)]);
    if (!stop) return "ended";
    const { reason, description } = stop.body;
    const [innermost] = await adapter.stack();
    return `${reason}: ${innermost}${description === undefined ? "" : `: ${description}`}`;
  }
}

function shownAnswer({
  body,
}: {
  readonly body?: {
    readonly breakpoints?: readonly { verified: boolean; line?: number; message?: string }[];
  };
}): string {
  return (body?.breakpoints ?? [])
    .map(
      ({ verified, line, message }) =>
        message ?? `${verified ? "set" : "not set"}${line === undefined ? "" : ` on ${line}`}`,
    )
    .join(", ");
}
