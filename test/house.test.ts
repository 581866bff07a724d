import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { describe, it } from "mocha";
import { root } from "./support/command.ts";
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
];

/** State of modules, and why it does no harm: it is a memo of what never changes, or the process has it once anyway. */
const STATE: Readonly<Record<string, readonly string[]>> = {
  // The instruction sets, plans and trees that follow from the table or the grammar alone.
  "isa/instruction-set.ts": ["sets"],
  "disassembler/disassemble.ts": ["knownPlans"],
  "disassembler/selector-dispatch.ts": ["NOTHING"],
  "analysis/code/decoded-code.ts": ["plans"],
  "machine/operands.ts": ["fieldsByForm"],
  "machine/recording.ts": ["writes"],
  "grammar/formatter/token-spacing.ts": ["known"],
  "server/language/classified-tokens.ts": ["known"],
  "server/language/scopes.ts": ["includes", "namings", "problemLines", "structures"],
  // Memos of values that never change, by the value.
  "diagnostics/policy.ts": ["withoutIgnores"],
  "server/language/calls.ts": ["labelsOf"],
  "server/language/assembled-code.ts": ["gasReports", "statements"],
  "server/features/code-lens.ts": ["routineNamesOf"],
  "server/features/semantic-tokens.ts": ["lastWorld"],
  // Made at the first use, as few runs need them.
  "grammar/parser/line-parser.ts": ["parser"],
  "grammar/parser/tokens.ts": ["lexer"],
  "grammar/tree-cache.ts": ["recent"],
  "grammar/utf8.ts": ["decoder"],
  "cli/terminal/text.ts": ["segmenter"],
  "artifact/poseidon2.ts": ["permutations", "permutation"],
  // The process has these once.
  "cli/files/output.ts": ["watched"],
  "client/start.ts": ["server"],
  "client/webview/graph.ts": [
    ...["drawn", "focus", "folds", "graph", "match", "onlyAround", "place"],
    ...["shownRoutine", "size", "unfolded", "view"],
  ],
  "client/webview/memory.ts": ["memory"],
  "client/webview/flame.ts": ["frames", "zoomed", "drawn"],
};

describe("the house", () => {
  it("has no state in its modules, apart from what is listed with a reason", () => {
    const state =
      /^(?:export )?(?:let (\w+)|const (\w+)(?:: [^=]+)? = new (?:Weak)?(?:Map|Set)(?:<.*>)?\(\);)/gm;
    const found = sources.flatMap((file) => {
      const names = [...read(file).matchAll(state)].map((match) =>
        match.slice(1).find((name) => name !== undefined)!,
      );
      return names.filter((name) => !STATE[file]?.includes(name)).map((name) => `${file}: ${name}`);
    });
    assert.deepEqual(found, []);
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

  it("exports the types that its map of the code puts at the doors", () => {
    const rows = read("docs/architecture.md").matchAll(/^([a-z]+)\/ .* {2,}([A-Z]\w+(?:, [A-Z]\w+)*)$/gm);
    const doors = [...rows].flatMap(([, room, types]) => types.split(", ").map((type) => ({ room, type })));
    assert.ok(doors.length > 15);
    const missing = doors.filter(({ room, type }) => {
      const declaration = new RegExp(`^export (?:interface|class|type) ${type}\\b`, "m");
      return !filesIn(room, ".ts").some((file) => declaration.test(read(file)));
    });
    assert.deepEqual(missing, []);
  });

  it("has files for all paths that its map of the code names", () => {
    const text = read("docs/architecture.md");
    const named = [...text.matchAll(/`((?:[a-z-]+\/)+[a-z-]+\.(?:ts|md|cjs|mjs))`/g)].map(([, file]) => file);
    assert.ok(named.length > 20);
    assert.deepEqual(
      named.filter((file) => !existsSync(path.join(root, file))),
      [],
    );
    for (const room of ROOMS) assert.match(text, new RegExp(`^${room}/ `, "m"), room);
  });
});
