/** Benchmark of language servers over standard input and output: ours, and well-known servers of other languages. */

import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { startProgram, type StdioClient } from "../test/server/stdio-client.ts";
import { CONTRACTS, contractSource, type RealContract } from "./contract-sources.ts";
import { program } from "./inputs.ts";
import { ENVIRONMENT, ROOT, WORK_FOLDER, spread, type Spread } from "./measure.ts";
import { digits, time, type Options, type Section } from "./section.ts";

/** A language server, and a document for it. Each edit of the benchmark changes one line of the document. */
interface Server {
  readonly name: string;
  readonly languageId: string;
  readonly extension: string;
  /** The command that starts the server; undefined if it isn't installed. */
  readonly command: () => readonly [string, ...string[]] | undefined;
  readonly install: string;
  readonly text: (lines: number) => string;
  /** A correct line, and the same line with a syntax error. */
  readonly right: string;
  readonly wrong: string;
  /** Our server only: a line whose error only the tag inference finds. */
  readonly wrongTag?: string;
  /** Column of the correct line at which to hover, and at which to complete. */
  readonly column: number;
}

const PACKAGES = ["m68k-lsp-server@0.11.0", "vscode-langservers-extracted@4.10.0"];
const HOME = path.join(WORK_FOLDER, "servers");

const repeated = (line: (number: number) => string) => (lines: number) =>
  Array.from({ length: lines }, (_, number) => `${line(number)}\n`).join("");

const SERVERS: readonly Server[] = [
  {
    name: "avmasm",
    languageId: "avm",
    extension: "avm",
    command: () => [process.execPath, path.join(ROOT, "dist/server.cjs"), "--stdio"],
    install: "npm run build",
    text: (lines) => program("avm", lines),
    right: "        SET     [4000], u32, #7",
    wrong: "        SET     [4000] u32, #7",
    wrongTag: "        SET     [4000], u8, #300",
    column: 9,
  },
  {
    name: "m68k-lsp-server",
    languageId: "m68k",
    extension: "s",
    command: () => node("m68k-lsp-server/cli.js", "--stdio"),
    install: "npm",
    text: repeated((number) => `l${number}:\tmove.l\t#${number % 1000},d${number % 8}`),
    right: "\tmove.l\t#7,d0",
    wrong: "\tmove.l\t#7,,d0",
    column: 3,
  },
  {
    name: "vscode-css-language-server",
    languageId: "css",
    extension: "css",
    command: () => node("vscode-langservers-extracted/bin/vscode-css-language-server", "--stdio"),
    install: "npm",
    text: repeated((number) => `.c${number} { color: #${String(number % 1000).padStart(3, "0")}; }`),
    right: ".right { color: red; }",
    wrong: ".right { color red; }",
    column: 10,
  },
  {
    name: "clangd",
    languageId: "c",
    extension: "c",
    command: () =>
      spawnSync("clangd", ["--version"]).error
        ? undefined
        : ["clangd", "--background-index=false", "--log=error"],
    install: "apt-get install clangd",
    text: repeated((number) => `int f${number}(int a) { return a + ${number}; }`),
    right: "int right(int a) { return a; }",
    wrong: "int right(int a) { return a }",
    column: 5,
  },
];

/**
 * The edited lines in a contract's source. Their cell is after all cells that a routine of these contracts uses. Only the constant
 * differs between the right line and the one with the wrong tag.
 */
const IN_A_CONTRACT = {
  right: "        SET     [sp+500], u8, #7",
  wrong: "        SET     [sp+500] u8, #7",
  wrongTag: "        SET     [sp+500], u8, #300",
};

const SIZES = [1_000, 10_000, 100_000];
/** Timeout of one request. */
const TIMEOUT_MS = 60_000;
/** How long after an edit a hover is requested, so that the check has begun. */
const DURING_CHECK_MS = 6;

/** A text that the benchmark opens and edits in a language server. */
interface Document {
  readonly name: string;
  readonly lines: readonly string[];
  /** Index of the line that is edited. */
  readonly middle: number;
  readonly isContract?: boolean;
}

interface Figures {
  readonly open: number;
  readonly syntax: readonly number[];
  readonly tags: readonly number[];
  /** Milliseconds from the insertion of an instruction to the diagnostics that tell of its wrong tag. */
  readonly inserted: readonly number[];
  /** Milliseconds of a hover that is requested right after an edit, while the program is checked. */
  readonly hoverInCheck: readonly number[];
  readonly hover: readonly number[];
  readonly completion: readonly number[];
  readonly tokens: readonly number[];
  /** Milliseconds of requests for fixes and refactorings at a place, which editors send wherever the cursor goes. */
  readonly actions: readonly number[];
  /** Memory in MiB after the file was opened and checked, after all edits, and after an idle time. */
  readonly memory: readonly (number | undefined)[];
}

export async function lsp({ quick, say }: Options): Promise<Section> {
  install();
  const sizes = quick ? SIZES.slice(0, 1) : SIZES;
  const rows: string[][] = [];
  const data: Record<string, unknown> = {};
  const missing: string[] = [];
  for (const server of SERVERS) {
    const command = server.command();
    if (!command) {
      missing.push(`${server.name} (${server.install})`);
      continue;
    }
    const documents = sizes.map((size) => generated(server, size));
    const real = server.wrongTag && !quick ? CONTRACTS.slice(0, 3) : [];
    for (const contract of real) documents.push(await contractDocument(contract));
    for (const document of documents) {
      say(`${server.name}, ${document.name}`);
      const lines = document.lines.length;
      // A server that needs seconds for an edit gets fewer rounds.
      const rounds = quick ? 3 : server.wrongTag ? 41 : lines > 10_000 ? 3 : 9;
      const options = { rounds, rest: quick ? 0 : 15_000 };
      const edited = document.isContract ? { ...server, ...IN_A_CONTRACT } : server;
      const figures = await measure(edited, command, document, options);
      data[`${server.name} ${document.name}`] = figures;
      rows.push([
        server.name,
        document.name,
        time(figures.open),
        ...[
          figures.syntax,
          figures.tags,
          figures.inserted,
          figures.hover,
          figures.hoverInCheck,
          figures.completion,
          figures.tokens,
          figures.actions,
        ].map(shown),
        ...figures.memory.map((size) => (size === undefined ? "" : `${digits(size)} MiB`)),
      ]);
    }
  }
  return {
    name: "lsp",
    title: "Language servers",
    about:
      "Response times over standard input and output: from opening a file to its first diagnostics; from an edit in the middle of the file to the diagnostics for a syntax error, and for a wrong tag, and the same for an inserted instruction; hover, also directly after an edit, while the program is checked; completion; the delta of semantic tokens after an edit; code actions at the cursor. Median, and the 95th percentile in parentheses. Memory is measured after the file was opened and displayed, directly after all edits, and after 15 seconds without requests.",
    header: [
      "",
      "lines, or contract",
      "open",
      "edit, syntax",
      "edit, tags",
      "insertion, tags",
      "hover",
      "hover in the check",
      "completion",
      "tokens, delta",
      "code actions",
      "memory, opened",
      "edited",
      "at rest",
    ],
    rows,
    ...(missing.length > 0 && { notes: [`Not installed: ${missing.join(", ")}.`] }),
    data,
  };
}

function generated({ text }: Server, size: number): Document {
  // The edited line must have no label, because other lines refer to labels.
  return { name: size.toLocaleString("en"), lines: text(size).split("\n"), middle: (size >> 1) + 5 };
}

/** The source of a contract, with an added line after the first SET of its second half. */
async function contractDocument(contract: RealContract): Promise<Document> {
  const { file } = await contractSource(contract);
  const lines = readFileSync(file, "utf8").split("\n");
  const middle = 1 + lines.findIndex((line, number) => number > lines.length / 2 && /^\s+SET\s/.test(line));
  return {
    name: contract.contract,
    lines: lines.toSpliced(middle, 0, IN_A_CONTRACT.right),
    middle,
    isContract: true,
  };
}

function shown(times: readonly number[]): string {
  if (times.length === 0) return "";
  const { median }: Spread = spread(times);
  const sorted = times.toSorted((a, b) => a - b);
  return `${time(median)} (${time(sorted[Math.min(sorted.length - 1, Math.ceil(0.95 * sorted.length) - 1)])})`;
}

async function measure(
  server: Server,
  [program, ...args]: readonly [string, ...string[]],
  document: Document,
  { rounds, rest }: { readonly rounds: number; readonly rest: number },
): Promise<Figures> {
  const { languageId, right, wrong, wrongTag, column } = server;
  const client = startProgram(program, args, { errors: "ignore", env: ENVIRONMENT });
  try {
    const file = path.join(HOME, `input.${server.extension}`);
    const uri = `file://${file}`;
    const { middle } = document;
    const text = document.lines.with(middle, wrong).join("\n");
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

    const textDocument = { uri };
    let version = 1;
    const opened = diagnosticsOn(client, uri, middle, true);
    const start = performance.now();
    client.notify("textDocument/didOpen", { textDocument: { uri, languageId, version, text } });
    await opened;
    const open = performance.now() - start;
    // Waits until the work that opening the file has started is over, so that it doesn't count as part of an edit.
    await sleep(Math.min(3_000, 1_000 + 5 * open));
    const memory = [memoryOf(client)];

    let line = wrong;
    /**
     * Replaces the line in the middle, and waits for diagnostics that report an error on it if `isWrong`, else for ones
     * that don't.
     */
    const edit = async (next: string, isWrong: boolean): Promise<number> => {
      const found = diagnosticsOn(client, uri, middle, isWrong);
      const began = performance.now();
      const range = { start: { line: middle, character: 0 }, end: { line: middle, character: line.length } };
      line = next;
      client.notify("textDocument/didChange", {
        textDocument: { uri, version: ++version },
        contentChanges: [{ range, text: next }],
      });
      await found;
      return performance.now() - began;
    };
    const at = { textDocument, position: { line: middle, character: column } };
    const timed = async (method: string, params: unknown): Promise<number> => {
      const began = performance.now();
      await client.request(method, params);
      return performance.now() - began;
    };

    const figures = {
      syntax: [],
      tags: [],
      inserted: [],
      hoverInCheck: [],
      hover: [],
      completion: [],
      tokens: [],
      actions: [],
    } as Record<string, number[]>;
    let resultId: string | undefined;
    if (wrongTag !== undefined) {
      const answer = await client.request("textDocument/semanticTokens/full", { textDocument });
      resultId = answer.result?.resultId;
    }
    await edit(right, false);
    await sleep(Math.min(3_000, 300 + open));
    for (let round = 0; round < rounds; round++) {
      figures.syntax.push(await edit(wrong, true));
      if (resultId !== undefined) {
        const began = performance.now();
        const answer = await client.request("textDocument/semanticTokens/full/delta", {
          textDocument,
          previousResultId: resultId,
        });
        figures.tokens.push(performance.now() - began);
        resultId = answer.result?.resultId;
      }
      await edit(right, false);
      // Waits until the edit's own work is over: an editor sends this request once its user has stopped typing.
      await sleep(250);
      figures.hover.push(await timed("textDocument/hover", at));
      figures.completion.push(await timed("textDocument/completion", at));
      const range = { start: at.position, end: at.position };
      const context = { diagnostics: [], triggerKind: 2 };
      figures.actions.push(await timed("textDocument/codeAction", { textDocument, range, context }));
      if (wrongTag !== undefined) {
        figures.tags.push(await edit(wrongTag, true));
        await edit("", false);
        await sleep(250);
        figures.inserted.push(await edit(wrongTag, true));
        const checked = edit(right, false);
        await sleep(DURING_CHECK_MS);
        figures.hoverInCheck.push(await timed("textDocument/hover", at));
        await checked;
        await sleep(250);
      }
    }
    const { syntax, tags, inserted, hover, hoverInCheck, completion, tokens, actions } = figures;
    memory.push(memoryOf(client));
    await sleep(rest);
    memory.push(memoryOf(client));
    return { open, syntax, tags, inserted, hover, hoverInCheck, completion, tokens, actions, memory };
  } finally {
    client.process.kill("SIGKILL");
  }
}

/** Waits for the next diagnostics of a file that have an error or a warning on a line, or that have none there. */
async function diagnosticsOn(
  client: StdioClient,
  uri: string,
  line: number,
  isWrong: boolean,
): Promise<void> {
  const from = client.notifications.length;
  const found = client.waitFor(
    "textDocument/publishDiagnostics",
    (params: Published) =>
      isOf(params.uri, uri) &&
      isWrong ===
        params.diagnostics.some(
          ({ severity, range }) => severity !== undefined && severity <= 2 && range.start.line === line,
        ),
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

interface Published {
  readonly uri: string;
  readonly diagnostics: readonly {
    readonly severity?: number;
    readonly range: { readonly start: { readonly line: number } };
  }[];
}

function isOf(found: string, wanted: string): boolean {
  return decodeURIComponent(found) === decodeURIComponent(wanted);
}

/** Resident memory of a process in MiB; undefined if the system doesn't tell. */
function memoryOf({ process: { pid } }: StdioClient): number | undefined {
  const file = `/proc/${pid ?? 0}/status`;
  if (!existsSync(file)) return undefined;
  return Number(/VmRSS:\s+(\d+)/.exec(readFileSync(file, "utf8"))?.[1]) / 1024;
}

/** Installs the servers that come from npm; without a network the benchmark leaves them out. */
function install(): void {
  mkdirSync(HOME, { recursive: true });
  if (existsSync(path.join(HOME, "node_modules/vscode-langservers-extracted"))) return;
  writeFileSync(path.join(HOME, "package.json"), '{ "private": true }\n');
  try {
    const options = ["--ignore-scripts", "--no-audit", "--no-fund"];
    execFileSync("npm", ["install", ...options, ...PACKAGES], { cwd: HOME, stdio: "ignore" });
  } catch {
    // The notes below the table name the servers that are missing.
  }
}

function node(file: string, ...args: string[]): readonly [string, ...string[]] | undefined {
  const place = path.join(HOME, "node_modules", file);
  return existsSync(place) ? [process.execPath, place, ...args] : undefined;
}
