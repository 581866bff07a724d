/** A bare client that talks to a real server over its standard input and output. */

import { spawn, type ChildProcess } from "node:child_process";
import path from "node:path";
import type { Readable, Writable } from "node:stream";
import { build } from "esbuild";

/* eslint-disable @typescript-eslint/no-explicit-any -- what a server sends is looked at by the tests */

export interface Message {
  readonly id?: number | null;
  readonly method?: string;
  readonly params?: any;
  readonly result?: any;
  readonly error?: { readonly code: number; readonly message: string };
}

const ROOT = path.resolve(import.meta.dirname, "../..");

export interface StdioClient {
  readonly process: ChildProcess;
  /** Everything that the server sent on its own, in order. */
  readonly notifications: Message[];
  request(method: string, params: unknown): Promise<Message>;
  notify(method: string, params: unknown): void;
  /** Says what the server's own requests of a kind are answered with; all others are with nothing. */
  respond(method: string, answer: () => unknown): void;
  /** Bytes as they are, for what no client should send. */
  send(text: string): void;
  /** The first notification from `from` on that fits, whether it is here already or still comes. */
  waitFor(method: string, fits: (params: any) => boolean, from?: number): Promise<any>;
  /** Status with which the server ended. */
  readonly ended: Promise<number | null>;
}

/** Bundles the server into one file, as `scripts/build.mjs` does, so that starting it takes no time. */
export async function bundleServer(file: string): Promise<void> {
  await build({
    absWorkingDir: ROOT,
    entryPoints: ["server/main.ts"],
    outfile: file,
    bundle: true,
    platform: "node",
    format: "cjs",
    mainFields: ["module", "main"],
    define: { "import.meta.dirname": "__dirname" },
    logLevel: "error",
  });
}

/** Starts a bundled server. */
export function startServer(file: string, args: readonly string[] = ["--stdio"]): StdioClient {
  return startProgram(process.execPath, [file, ...args]);
}

/**
 * Starts any server that talks over its standard input and output. What it logs goes where `errors` says.
 *
 * @param user whose process it is; absent: the user of the tests
 */
export function startProgram(
  program: string,
  args: readonly string[],
  {
    errors = "inherit",
    env,
    user,
  }: { errors?: "inherit" | "ignore"; env?: NodeJS.ProcessEnv; user?: { uid?: number; gid?: number } } = {},
): StdioClient {
  const child = spawn(program, args, { stdio: ["pipe", "pipe", errors], ...(env && { env }), ...user });
  const notifications: Message[] = [];
  const responses = new Map<string, () => unknown>();
  const answers = new Map<number, (message: Message) => void>();
  const waiting: { from: number; fits: (message: Message) => boolean; found: (params: any) => void }[] = [];
  let buffer = Buffer.alloc(0);
  let nextId = 1;

  const { stdin, stdout } = child as ChildProcess & { stdin: Writable; stdout: Readable };
  stdout.on("data", (data: Buffer) => {
    buffer = Buffer.concat([buffer, data]);
    for (;;) {
      const header = buffer.indexOf("\r\n\r\n");
      if (header < 0) return;
      const length = Number(/Content-Length: (\d+)/i.exec(buffer.toString("latin1", 0, header))![1]);
      if (buffer.length < header + 4 + length) return;
      const message = JSON.parse(buffer.toString("utf8", header + 4, header + 4 + length)) as Message;
      buffer = buffer.subarray(header + 4 + length);
      receive(message);
    }
  });

  function receive(message: Message): void {
    if (message.method === undefined) {
      if (typeof message.id === "number") answers.get(message.id)?.(message);
      return;
    }
    if (message.id !== undefined) {
      write({ jsonrpc: "2.0", id: message.id, result: responses.get(message.method)?.() ?? null });
    }
    notifications.push(message);
    const index = notifications.length - 1;
    for (const wait of waiting.slice()) {
      if (index < wait.from || !wait.fits(message)) continue;
      waiting.splice(waiting.indexOf(wait), 1);
      wait.found(message.params);
    }
  }

  // A server that was killed reads no more.
  stdin.on("error", () => undefined);

  function send(text: string): void {
    stdin.write(text);
  }

  function write(message: unknown): void {
    const body = JSON.stringify(message);
    send(`Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`);
  }

  return {
    process: child,
    notifications,
    send,
    request: (method, params) => {
      const id = nextId++;
      write({ jsonrpc: "2.0", id, method, params });
      return new Promise((resolve) => answers.set(id, resolve));
    },
    respond: (method, answer) => void responses.set(method, answer),
    notify: (method, params) => write({ jsonrpc: "2.0", method, params }),
    waitFor: (method, fits, from = 0) => {
      const test = (message: Message): boolean => message.method === method && fits(message.params);
      const here = notifications.slice(from).find(test);
      if (here) return Promise.resolve(here.params);
      return new Promise((found) => waiting.push({ from, fits: test, found }));
    },
    ended: new Promise((resolve) => child.on("exit", (code) => resolve(code))),
  };
}
