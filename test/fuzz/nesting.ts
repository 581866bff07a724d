/** Fuzzes with deep nesting of every construct, alone and mixed: no recursion depth may depend on the input. */

import { assemble } from "../../assembler/assemble.ts";
import { readBytecode } from "../../artifact/input.ts";
import { formatText } from "../../grammar/formatter/formatter.ts";
import { parseSource } from "../../grammar/source-file.ts";
import { check } from "../../project/check.ts";
import { readProject } from "../../project/config.ts";
import { documentSymbols } from "../../server/features/document-symbol.ts";
import { foldingRanges } from "../../server/features/folding-range.ts";
import { selectionRanges } from "../../server/features/selection-range.ts";
import { Session } from "../../server/session/session.ts";
import type { RandomNumbers } from "../support/random.ts";
import { randomSource } from "./random-source.ts";
import { once, pick, type FuzzTarget } from "./target.ts";
import { toItsEnd } from "../../program/cooperative.ts";

const URI = "file:///fuzz/deep.avm";

export const nesting: FuzzTarget<string> = {
  name: "nesting",
  // Each check does the work three times: assembling and checking, formatting, and in a session.
  times: 3,
  make: (random) => (once(random, 6) ? deepJson(random) : deepSource(random)),
  check: (text) => {
    if (/^[[{]/.test(text)) {
      readBytecode(new TextEncoder().encode(text));
      readProject(text);
      return;
    }
    const file = parseSource("deep.avm", text);
    assemble(file, { read: ({ path }) => ({ name: path, text }) });
    check(file, { strict: true });
    formatText(text);
    const session = new Session(
      {
        publish: () => undefined,
        refresh: () => undefined,
        logError: (message) => {
          throw new Error(message);
        },
      },
      { read: () => ({ error: "there is no such file" }), stamp: () => undefined },
      { encoding: "utf-16", push: false },
    );
    try {
      session.openDocument(URI, 1, text);
      const snapshot = session.snapshot(URI)!;
      toItsEnd(documentSymbols(snapshot));
      toItsEnd(foldingRanges(snapshot));
      toItsEnd(selectionRanges(snapshot, [{ line: file.lines.length >> 1, character: 9 }]));
    } finally {
      session.dispose();
    }
  },
};

/** For each construct, the text that opens a level and the text that closes it. */
const BLOCKS: readonly [open: (level: number) => string, close: string][] = [
  [() => ".if 1", ".endif"],
  [() => ".if 0\n.elif 1", ".else\n.endif"],
  [() => ".rept 1", ".endr"],
  [(level) => `.rept 2, i${level}`, ".endr"],
  [(level) => `.macro m${level}`, ".endm"],
  [(level) => `.macro m${level} p=1\n m${level + 1}`, ".endm\n"],
  [(level) => `.test "t${level}"`, ".endt"],
  [(level) => `.struct s${level}`, ".ends"],
  [() => "/*", "*/"],
];
const EXPRESSIONS: readonly [open: string, close: string][] = [
  ["(", ")"],
  ["-", ""],
  ["~", ""],
  ["!", ""],
  ["1 + ", ""],
  ["1 << (", ")"],
  ["hi(", ", 8)"],
  ["lo(", ", 8)"],
  ["selector(", ")"],
  ["[", "]"],
  ["defined(", ")"],
];

/** Constructs inside each other, a few levels or many thousands. */
export function deepSource(random: RandomNumbers): string {
  const depth = depthOf(random);
  const mixed = once(random, 3);
  const one = pick(random, BLOCKS);
  const expression = pick(random, EXPRESSIONS);
  switch (random.below(4)) {
    case 0: {
      const blocks = Array.from({ length: depth }, () => (mixed ? pick(random, BLOCKS) : one));
      const opened = blocks.map(([open], level) => open(level));
      const closed = blocks.map(([, close]) => close).reverse();
      const kept = once(random, 4) ? closed.slice(random.below(depth + 1)) : closed;
      return [...opened, randomSource(random, 2), ...kept, once(random, 2) ? " m0" : ""].join("\n");
    }
    case 1: {
      const parts = Array.from({ length: depth }, () => (mixed ? pick(random, EXPRESSIONS) : expression));
      const open = parts.map(([text]) => text).join("");
      const close = parts.map(([, text]) => text).reverse();
      const line = open + pick(random, ["1", "x", ""]) + (once(random, 5) ? "" : close.join(""));
      return pick(random, [
        `        SET [0], u32, #${line}`,
        `.const x = ${line}`,
        `        MOV ${line}, [1]`,
        `.if ${line}\n.endif`,
      ]);
    }
    case 2: {
      const aim = pick(random, ["c0", `c${depth >> 1}`, "1", "x"]);
      const step = pick(random, ["", " + 1", ` + c${depth}`, " * 2"]);
      const lines = Array.from({ length: depth }, (_, level) => `.const c${level} = c${level + 1}${step}`);
      return `${lines.join("\n")}\n.const c${depth} = ${aim}\n        SET [0], u32, #c0`;
    }
    default: {
      const twice = once(random, 2) ? 2 : 1;
      const lines = Array.from(
        { length: depth },
        (_, level) => `.macro m${level} p\n${`        m${level + 1} p\n`.repeat(twice)}.endm`,
      );
      return `${lines.join("\n")}\n.macro m${depth} p\n NOT p, p\n.endm\n        m0 [1]`;
    }
  }
}

function deepJson(random: RandomNumbers): string {
  const depth = depthOf(random);
  const [open, close] = pick(random, [
    ["[", "]"],
    ['{"functions":[', "]}"],
    ['{"a":', "}"],
    ['{"include":[', "]}"],
    ['{"__proto__":', "}"],
  ]);
  return (
    open.repeat(depth) + pick(random, ["", "1", '"x"', "null"]) + (once(random, 4) ? "" : close.repeat(depth))
  );
}

function depthOf(random: RandomNumbers): number {
  return pick(random, [3, 30, 95, 100, 101, 110, 500, 501, 1_000, 3_000, 10_000]) + random.below(3);
}
