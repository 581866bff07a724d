/** A document that is open in a language server: edits, and the times until the server's diagnostics and answers. */

import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { startProgram, type Message, type StdioClient } from "../test/server/stdio-client.ts";
import { ENVIRONMENT, spread } from "./measure.ts";
import { time } from "./section.ts";

/** Timeout of one request. */
const TIMEOUT_MS = 60_000;

interface OpenedText {
  readonly file: string;
  readonly languageId: string;
  readonly lines: readonly string[];
}

export interface EditedDocument {
  readonly textDocument: { readonly uri: string };
  /** Milliseconds from opening the document to its first diagnostics. */
  readonly open: number;
  /** The lines with an error or a warning in the last diagnostics. */
  readonly problemLines: () => ReadonlySet<number>;
  /**
   * Replaces a line, and waits for diagnostics that report an error or a warning on it if `isWrong`, else for ones that don't. Returns
   * how many milliseconds that took.
   */
  readonly edit: (line: number, text: string, isWrong: boolean) => Promise<number>;
  readonly request: (method: string, params: unknown) => Promise<Message>;
  /** How many milliseconds the answer to a request took. */
  readonly timed: (method: string, params: unknown) => Promise<number>;
  /** Resident memory of the server in MiB; undefined if the system doesn't tell. */
  readonly memory: () => number | undefined;
  readonly close: () => void;
}

interface Published {
  readonly uri: string;
  readonly diagnostics: readonly {
    readonly severity?: number;
    readonly range: { readonly start: { readonly line: number } };
  }[];
}

/** Starts a server and opens a document in it, which has an error on the line `wrong` unless that is undefined. */
export async function openInServer(
  [program, ...args]: readonly [string, ...string[]],
  { file, languageId, lines }: OpenedText,
  wrong: number | undefined,
): Promise<EditedDocument> {
  const client = startProgram(program, args, { errors: "ignore", env: ENVIRONMENT });
  const uri = `file://${file}`;
  const textDocument = { uri };
  const current = [...lines];
  let version = 1;
  const text = lines.join("\n");
  // Some servers also read the file from disk.
  writeFileSync(file, text);
  const semanticTokens = {
    requests: { full: { delta: true } },
    tokenTypes: [],
    tokenModifiers: [],
    formats: ["relative"],
  };
  await client.request("initialize", {
    processId: process.pid,
    rootUri: null,
    capabilities: { textDocument: { semanticTokens, publishDiagnostics: { versionSupport: true } } },
  });
  client.notify("initialized", {});
  const opened = published(client, uri, (problems) => wrong === undefined || problems.has(wrong));
  const start = performance.now();
  client.notify("textDocument/didOpen", { textDocument: { uri, languageId, version, text } });
  await opened;
  const open = performance.now() - start;
  // Waits until the work that opening the file has started is over, so that it doesn't count as part of an edit.
  await sleep(Math.min(3_000, 1_000 + 5 * open));
  return {
    textDocument,
    open,
    problemLines() {
      const last = client.notifications.findLast(({ params }) => isOf(params?.uri, uri));
      return problemLines(last?.params);
    },
    async edit(line, next, isWrong) {
      const found = published(client, uri, (problems) => problems.has(line) === isWrong);
      const range = { start: { line, character: 0 }, end: { line, character: current[line].length } };
      current[line] = next;
      const began = performance.now();
      client.notify("textDocument/didChange", {
        textDocument: { uri, version: ++version },
        contentChanges: [{ range, text: next }],
      });
      await found;
      return performance.now() - began;
    },
    request: (method, params) => client.request(method, params),
    async timed(method, params) {
      const began = performance.now();
      await client.request(method, params);
      return performance.now() - began;
    },
    memory: () => memoryOf(client),
    close: () => void client.process.kill("SIGKILL"),
  };
}

/** Waits for the next diagnostics of a file that fit, by the lines with an error or a warning. */
async function published(
  client: StdioClient,
  uri: string,
  fits: (problems: ReadonlySet<number>) => boolean,
): Promise<void> {
  const from = client.notifications.length;
  const found = client.waitFor(
    "textDocument/publishDiagnostics",
    (params: Published) => isOf(params.uri, uri) && fits(problemLines(params)),
    from,
  );
  const timer = new AbortController();
  const late = sleep(TIMEOUT_MS, undefined, { signal: timer.signal }).then(
    () => Promise.reject(new Error(`no diagnostics after ${TIMEOUT_MS / 1000} s`)),
    () => undefined,
  );
  await Promise.race([found, late]);
  timer.abort();
}

function problemLines(published: Published | undefined): ReadonlySet<number> {
  const problems = (published?.diagnostics ?? []).filter(
    ({ severity }) => severity !== undefined && severity <= 2,
  );
  return new Set(problems.map(({ range }) => range.start.line));
}

function isOf(found: string | undefined, wanted: string): boolean {
  return found !== undefined && decodeURIComponent(found) === decodeURIComponent(wanted);
}

function memoryOf({ process: { pid } }: StdioClient): number | undefined {
  const file = `/proc/${pid ?? 0}/status`;
  if (!existsSync(file)) return undefined;
  return Number(/VmRSS:\s+(\d+)/.exec(readFileSync(file, "utf8"))?.[1]) / 1024;
}

/** Formats the median, with the 95th percentile; nothing if there are no times. */
export function medianAndTail(times: readonly number[]): string {
  if (times.length === 0) return "";
  const sorted = times.toSorted((a, b) => a - b);
  const tail = sorted[Math.min(sorted.length - 1, Math.ceil(0.95 * sorted.length) - 1)];
  return `${time(spread(times).median)} (${time(tail)})`;
}
