import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { describe, it } from "mocha";
import { root } from "./support/command.ts";
import { moduleState } from "./support/module-state.ts";
import { filesIn, ROOMS } from "./support/product-files.ts";

// What docs/contributing.md asks for, as far as a program can tell.

const sources = ROOMS.flatMap((room) => filesIn(room, ".ts"));
const read = (file: string): string => readFileSync(path.join(root, file), "utf8");

/** Words that say nothing to whoever doesn't know already. */
const RIDDLES = [
  /the way that knows everything/i,
  /somebody who/i,
  /the other way, which/i,
  /so to speak/i,
  /\bBREATH\b/,
  /\bPATIENCE\b/,
  /\bQUICK\b/,
  /what may be the cause/i,
  /what is free has gone/i,
  /\bsomewhere else to go\b/i,
  /other people's business|nobody's business/i,
  /takes its time to/i,
  /\b(?:some|no|any)body\b|\bwhoever\b/i,
  /\bheld against\b|\bhold (?:them|it) against\b/i,
  /\bby way of\b/i,
  /\bleft alone\b/i,
  /a stranger's/i,
  /\bin force\b/i,
];

/** Words of comments that have a plainer one. Messages may still have them. */
const WORDS_OF_COMMENTS: readonly (readonly [RegExp, string])[] = [
  [/\bbehind\b/i, "after"],
  [/\bgo(?:es)? on\b/i, "continue"],
  [/\bgets? there\b/i, "reach"],
  [/\bnothing is said\b|\bof which nothing is known\b/i, "unknown"],
  [/\bundefined where\b|\b-1 where\b|\babsent where\b|\bempty where\b/i, "if"],
  [/\bfor sure\b|\bis sure to\b/i, "certainly, definite"],
  [/\bmend(?:s|ed)?\b/i, "fix, correct, repair"],
  [/\bdear(?:er|est)?\b/i, "expensive"],
];

/** The comments of a module, each on one line. */
function commentsOf(text: string): string[] {
  const found = text.matchAll(/\/\*\*[^]*?\*\/|^\s*\/\/.*(?:\n\s*\/\/.*)*/gm);
  return [...found].map(([comment]) => comment.replaceAll(/\s*\n\s*(?:\*(?!\/)|\/\/)\s*/g, " "));
}

/**
 * The state of modules, and why it does no harm. The scripts of the extension's pages (`client/webview/`) aren't listed: each page
 * has its own.
 */
const STATE: Readonly<Record<string, readonly string[]>> = {
  // What follows from the instruction table or the grammar alone, computed at the first use.
  "isa/instruction-set.ts": ["sets"],
  "disassembler/disassemble.ts": ["knownPlans"],
  "analysis/code/decoded-code.ts": ["plans"],
  "machine/operands.ts": ["fieldsByForm"],
  "grammar/formatter/token-spacing.ts": ["known"],
  "server/language/classified-tokens.ts": ["known"],
  "server/language/scopes.ts": ["structures", "problemLines", "includes", "namings"],
  // Results that are remembered beside values that never change.
  "diagnostics/policy.ts": ["withoutIgnores"],
  "grammar/line-diff.ts": ["edits"],
  "server/language/assembled-code.ts": ["statements", "gasReports"],
  "server/language/calls.ts": ["labelsOf"],
  "server/features/code-lens.ts": ["routineNamesOf"],
  "server/features/semantic-tokens.ts": ["lastSurroundings"],
  // Made at the first use, because few runs need them.
  "grammar/parser/line-parser.ts": ["parser"],
  "grammar/parser/tokens.ts": ["lexer"],
  "grammar/utf8.ts": ["decoder"],
  "cli/terminal/text.ts": ["segmenter"],
  "artifact/poseidon2.ts": ["permutations", "permutation"],
  // `processTrees` depends on the grammar alone. A line asks its scanner whether it still holds it, and scans again if not, so that
  // lines need no memory for their tokens.
  "grammar/tree-cache.ts": ["processTrees", "asking", "recent", "parsing"],
  // Nobody changes them.
  "analysis/domain/regions.ts": ["NO_REGIONS"],
  "machine/data.ts": ["NO_DATA"],
  "machine/frame.ts": ["NO_CODE"],
  // `lastIndex` is set before each use.
  "debugger/watch-expression.ts": ["TOKEN"],
  // The process has these once: its output, its event loop, its language server.
  "cli/files/output.ts": ["watched"],
  "server/session/event-loop.ts": ["slices"],
  "client/start.ts": ["server"],
};

/** What the pages about the code name of Node's own modules. */
const OF_NODE = ["vm.Script", "cachedData"];

/** A declaration at the top of a module, or a member of a class or an interface. */
function declarationOf(name: string): RegExp {
  return new RegExp(
    `^(?:export )?(?:async )?(?:function\\*?|class|interface|type|const) ${name}\\b|^ {2}(?:(?:private|readonly|get) |\\*)*${name}\\b(?:\\??:| =|[(<](?!.*\\);$))`,
    "m",
  );
}

/** What a page about the code names in backticks. */
interface NamedCode {
  /** Types, functions and members, without those in lower case, which may be words of other kinds. */
  readonly names: readonly string[];
  /** Names with a file in parentheses after them. */
  readonly pairs: readonly { readonly name: string; readonly file: string }[];
  readonly files: readonly string[];
}

/** @param room the folder of files that are named without one */
function namedCode(text: string, room = ""): NamedCode {
  const inRoom = (file: string): string =>
    existsSync(path.join(root, room, file)) ? path.posix.join(room, file) : file;
  const names = [...text.matchAll(/`([A-Za-z]\w*(?:\.\w+)?)`/g)].map(([, name]) => name);
  const pairs = text.matchAll(/`(\w+(?:\.\w+)?)`\s+\(`([\w./-]+\.ts)`\)/g);
  const files = text.matchAll(/`([\w/-]+\.ts)`/g);
  return {
    names: [...new Set(names)].filter(
      (name) => /[a-z]/.test(name) && /[A-Z]/.test(name) && !name.endsWith(".md"),
    ),
    pairs: [...pairs].map(([, name, file]) => ({ name, file: inRoom(file) })),
    files: [...files].map(([, file]) => inRoom(file)),
  };
}

describe("the house", function () {
  this.timeout(120_000);
  it("has no state in its modules, apart from what is listed with a reason", () => {
    const found = sources
      .filter((file) => !file.startsWith("client/webview/"))
      .map((file) => [file, moduleState(file, read(file))] as const)
      .filter(([, names]) => names.length > 0);
    const sorted = (all: readonly (readonly [string, readonly string[]])[]): string[] =>
      all.flatMap(([file, names]) => names.map((name) => `${file}: ${name}`)).sort();
    assert.deepEqual(sorted(found), sorted(Object.entries(STATE)));
  });

  it("finds state in whatever form it is written", () => {
    const state: readonly (readonly [string, string[]])[] = [
      ["let count = 0;", ["count"]],
      ["export const seenFiles: string[] = [];", ["seenFiles"]],
      ["const seen = []; export function see(file) { seen.push(file); }", ["seen"]],
      ["const counters = { calls: 0 }; function count() { counters.calls++; }", ["counters"]],
      ["const a = { b: [1] }; const change = () => { a.b[0] = 2; };", ["a"]],
      ["const memo = {}; function forget(key) { delete memo[key]; }", ["memo"]],
      ["const memo = new Map([[1, 2]]); class A { keep() { memo.set(3, 4); } }", ["memo"]],
      ["const options = {}; function take(given) { Object.assign(options, given); }", ["options"]],
      ["const scanner = new LineScanner();", ["scanner"]],
      ["class A { static count = 0; static readonly LIMIT = 5; }", ["A.count"]],
      ["const NAMES = ['a']; function names() { const NAMES = []; NAMES.push('b'); }", []],
      ["export const NONE: readonly string[] = []; const CODES = new Set(['a']);", []],
      ["const TABLE = new Uint8Array(256); TABLE[1] = 2; for (const x of [1]) TABLE.set([x]);", []],
    ];
    for (const [text, names] of state) assert.deepEqual(moduleState("a.ts", text), names, text);
  });

  it("has a comment at the top of each module, or above the one thing that it exports", () => {
    const without = sources.filter(
      (file) => !/^(?:#!.*\n)?(?:import [^;]*;\s*)*\/(?:\*\*|\/)/.test(read(file)),
    );
    assert.deepEqual(without, []);
  });

  it("has no riddles in its comments and names", () => {
    const found = sources.flatMap((file) => {
      const text = read(file);
      return RIDDLES.filter((riddle) => riddle.test(text)).map((riddle) => `${file}: ${riddle}`);
    });
    assert.deepEqual(found, []);
  });

  it("has comments in plain words", () => {
    const found = sources.flatMap((file) =>
      commentsOf(read(file)).flatMap((comment) =>
        WORDS_OF_COMMENTS.filter(([word]) => word.test(comment)).map(
          ([word, plainer]) => `${file}: ${word} (${plainer}) in ${comment}`,
        ),
      ),
    );
    assert.deepEqual(found, []);
    assert.deepEqual(commentsOf("/** One\n * two. */\nlet a; // three\n  // four\n  // five\n"), [
      "/** One two. */",
      "  // four five",
    ]);
  });

  it("has no links in its pages that lead nowhere", () => {
    const pages = ["README.md", "SECURITY.md", "CHANGELOG.md", ...filesIn("docs", ".md")];
    const dead = pages.flatMap((page) =>
      [...read(page).matchAll(/\]\(([^)#\s]+)(?:#[^)]*)?\)/g)]
        .map(([, target]) => target)
        .filter((target) => !/^[a-z]+:/.test(target))
        .filter((target) => !existsSync(path.join(root, path.dirname(page), target)))
        .map((target) => `${page}: ${target}`),
    );
    assert.deepEqual(dead, []);
  });

  it("exports the types that its map of the code names as entry points", () => {
    const rows = read("docs/architecture.md").matchAll(/^([a-z]+)\/ .* {2,}([A-Z]\w+(?:, [A-Z]\w+)*)$/gm);
    const doors = [...rows].flatMap(([, room, types]) => types.split(", ").map((type) => ({ room, type })));
    assert.ok(doors.length > 15);
    const missing = doors.filter(({ room, type }) => {
      const declaration = new RegExp(`^export (?:interface|class|type) ${type}\\b`, "m");
      return !filesIn(room, ".ts").some((file) => declaration.test(read(file)));
    });
    assert.deepEqual(missing, []);
  });

  it("declares what its pages about the code name, in the files that stand after the names", () => {
    const pages = [
      ...["docs/architecture.md", "docs/contributing.md", "docs/tag-inference.md"],
      ...filesIn("docs/decisions", ".md"),
    ];
    const declares = (file: string, name: string): boolean =>
      name.split(".").every((part) => declarationOf(part).test(read(file)));
    const wrong = pages.flatMap((page) => {
      const named = namedCode(read(page), page === "docs/tag-inference.md" ? "analysis" : "");
      const missing = named.files.filter((file) => !existsSync(path.join(root, file)));
      const misplaced = named.pairs.filter(
        ({ name, file }) => !missing.includes(file) && !declares(file, name),
      );
      const unknown = named.names.filter(
        (name) => !OF_NODE.includes(name) && !sources.some((file) => declares(file, name)),
      );
      return [...missing, ...misplaced.map(({ name, file }) => `${name} in ${file}`), ...unknown].map(
        (what) => `${page}: ${what}`,
      );
    });
    assert.deepEqual(wrong, []);
    const { names, pairs } = namedCode(read("docs/architecture.md"));
    assert.ok(pairs.length > 40, `${pairs.length}`);
    const withFile = new Set(pairs.map(({ name }) => name));
    // A reader of this page needs no search.
    assert.deepEqual(
      names.filter((name) => !withFile.has(name)),
      [],
    );
    assert.match("export function* checking(): void {", declarationOf("checking"));
    assert.match("class A {\n  private readonly memo = 1;\n  get size(): number {", declarationOf("size"));
    assert.doesNotMatch("export function checked() {\n  checking();", declarationOf("checking"));
  });

  it("has files for all paths that its pages name", () => {
    const rooms = [...ROOMS, "bench", "docs", "examples", "lib", "scripts", "syntaxes", "test"];
    const named = ["README.md", "SECURITY.md", ...filesIn("docs", ".md")].flatMap((page) =>
      [...read(page).matchAll(/(?<![\w./(-])(?:[a-z][\w-]*\/)+[\w-]+(?:\.[\w-]+)*\.(?:ts|md|cjs|mjs)\b/g)]
        .map(([file]) => file)
        .filter((file) => rooms.includes(file.slice(0, file.indexOf("/"))))
        .map((file) => ({ page, file })),
    );
    assert.ok(named.length > 100, `${named.length}`);
    assert.deepEqual(
      named
        .filter(({ file }) => !existsSync(path.join(root, file)))
        .map(({ page, file }) => `${page}: ${file}`),
      [],
    );
    const text = read("docs/architecture.md");
    for (const room of ROOMS) assert.match(text, new RegExp(`^${room}/ `, "m"), room);
  });
});
