/** Benchmark of language servers over standard input and output: ours, and well-known servers of other languages. */

import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { medianAndTail, openInServer } from "./edited-document.ts";
import { program } from "./inputs.ts";
import { WORK_FOLDER } from "./measure.ts";
import { digits, time, type Options, type Section } from "./section.ts";
import { SERVER } from "./tools.ts";

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
    command: () => SERVER,
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

const SIZES = [1_000, 10_000, 100_000];
/** How long after an edit a hover is requested, so that the check has begun. */
const DURING_CHECK_MS = 6;

/** A text that the benchmark opens and edits in a language server. */
interface Document {
  readonly name: string;
  readonly lines: readonly string[];
  /** Index of the line that is edited. */
  readonly middle: number;
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
    for (const document of documents) {
      say(`${server.name}, ${document.name}`);
      const lines = document.lines.length;
      // A server that needs seconds for an edit gets fewer rounds.
      const rounds = quick ? 3 : server.wrongTag ? 41 : lines > 10_000 ? 3 : 9;
      const options = { rounds, rest: quick ? 0 : 15_000 };
      const figures = await measure(server, command, document, options);
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
        ].map(medianAndTail),
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
      "lines",
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

async function measure(
  server: Server,
  command: readonly [string, ...string[]],
  { lines, middle }: Document,
  { rounds, rest }: { readonly rounds: number; readonly rest: number },
): Promise<Figures> {
  const { languageId, right, wrong, wrongTag, column } = server;
  const file = path.join(HOME, `input.${server.extension}`);
  const opened = await openInServer(command, { file, languageId, lines: lines.with(middle, wrong) }, middle);
  try {
    const { textDocument, open, timed } = opened;
    const memory = [opened.memory()];
    const edit = (next: string, isWrong: boolean): Promise<number> => opened.edit(middle, next, isWrong);
    const at = { textDocument, position: { line: middle, character: column } };

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
      const answer = await opened.request("textDocument/semanticTokens/full", { textDocument });
      resultId = answer.result?.resultId;
    }
    await edit(right, false);
    await sleep(Math.min(3_000, 300 + open));
    for (let round = 0; round < rounds; round++) {
      figures.syntax.push(await edit(wrong, true));
      if (resultId !== undefined) {
        const began = performance.now();
        const answer = await opened.request("textDocument/semanticTokens/full/delta", {
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
    memory.push(opened.memory());
    await sleep(rest);
    memory.push(opened.memory());
    return { open, syntax, tags, inserted, hover, hoverInCheck, completion, tokens, actions, memory };
  } finally {
    opened.close();
  }
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
