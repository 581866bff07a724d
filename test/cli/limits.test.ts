import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { MAX_ABOUT_COMMENTS } from "../../diagnostics/policy.ts";
import {
  MAX_CODE_BYTES,
  MAX_DEBUG_BYTES,
  MAX_FUNCTIONS,
  MAX_INLINING_DEPTH,
  MAX_INTERLEAVED_CHARACTERS,
  MAX_JSON_DEPTH,
  MAX_JSON_VALUES,
  MAX_LINE_CHARACTERS,
  MAX_SIGNATURE_CHARACTERS,
  MAX_SOURCE_CHARACTERS,
} from "../../artifact/limits.ts";
import { MAX_TOLD } from "../../analysis/reports/diagnostics.ts";
import { check } from "../../project/check.ts";
import { MAX_INPUT_LINES, decodeText } from "../../cli/files/decode.ts";
import { MAX_FILE_BYTES } from "../../disk/read-file.ts";
import { MAX_NOTES, MAX_PRINTED } from "../../cli/reports/text.ts";
import { MAX_GRAMMAR_TOKENS, MAX_LINE_TOKENS } from "../../grammar/line.ts";
import { MAX_LINE_LENGTH, parseSource } from "../../grammar/source-file.ts";
import { MAX_LINE_PROBLEMS, MAX_NESTING, MAX_OPERATORS } from "../../grammar/parser/limits.ts";
import { MAX_BYTECODE_BYTES, MAX_BYTECODE_FIELDS, MEMORY_SIZE } from "../../isa/limits.ts";
import { assemble } from "../../assembler/assemble.ts";
import {
  MAX_CONSTANT_DEPTH,
  MAX_DIAGNOSTICS,
  MAX_EXPANDED_LINES,
  MAX_EXPANDED_STATEMENTS,
  MAX_EXPANSIONS,
  MAX_ANNOTATIONS,
  MAX_HASHES,
  MAX_INCLUDES,
  MAX_EXPANSION_DEPTH,
  MAX_REPEATED_LINES,
  MAX_STRUCT_DEPTH,
  MAX_VALUE_BITS,
} from "../../assembler/limits.ts";
import { MAX_TRACE_BYTES } from "../../cli/commands/run.ts";
import { MAX_RETURN_DATA } from "../../machine/outcome.ts";
import { MAX_CELLS, MAX_INTERNAL_CALLS } from "../../machine/limits.ts";
import { MAX_CHANGES, MAX_STEPS } from "../../running/recorded-run.ts";
import { MAX_CONFIG_CHARACTERS, MAX_INCLUDE_FOLDERS } from "../../project/config.ts";
import { MAX_DEPTH, MAX_NODES } from "../../running/gas-profile.ts";
import { MAX_STACK } from "../../running/outcome-json.ts";
import { MAX_TEST_STEPS, STEPS_PER_TEST } from "../../running/step-budget.ts";
import { MAX_ITEMS } from "../../server/features/completion.ts";
import { MAX_SENT } from "../../server/documents/lsp-diagnostics.ts";
import { CLOSED_LINES } from "../../server/session/workspace-checker.ts";
import { MAX_WORKSPACE_FILES } from "../../server/session/file-provider.ts";
import { root } from "../support/command.ts";

/** What the page says, by its first words. */
const STATED: Readonly<Record<string, number>> = {
  "bytes of a file": MAX_FILE_BYTES,
  "fields of the returned data": MAX_RETURN_DATA,
  "lines of a file": MAX_INPUT_LINES,
  "characters of a line": MAX_LINE_LENGTH,
  "tokens of a line": MAX_LINE_TOKENS,
  "tokens of a file": MAX_GRAMMAR_TOKENS,
  "nested brackets and parentheses": MAX_NESTING,
  "signs in front": MAX_NESTING,
  "operators in one": MAX_OPERATORS,
  "bits of a value": MAX_VALUE_BITS,
  "length of a chain": MAX_CONSTANT_DEPTH,
  "nested expansions": MAX_EXPANSION_DEPTH,
  "expansions: macro calls": MAX_EXPANSIONS,
  "included files": MAX_INCLUDES,
  "lines that are read": MAX_EXPANDED_LINES,
  "lines of macro and": MAX_REPEATED_LINES,
  "statements of the whole": MAX_EXPANDED_STATEMENTS,
  "characters of `avmasm.config.json`": MAX_CONFIG_CHARACTERS,
  "folders that `include` names": MAX_INCLUDE_FOLDERS,
  "source files of a workspace": MAX_WORKSPACE_FILES,
  "lines of a program that isn't open": CLOSED_LINES,
  "items of one completion": MAX_ITEMS,
  "diagnostics of a file": MAX_SENT,
  "steps of a recorded run": MAX_STEPS,
  "writes of cells": MAX_CHANGES,
  "mistakes of syntax in one line": MAX_LINE_PROBLEMS,
  "structs inside each other": MAX_STRUCT_DEPTH,
  "`.assume` and `.expect`": MAX_ANNOTATIONS,
  "diagnostics about `avm-ignore`": MAX_ABOUT_COMMENTS,
  "hashes of selectors": MAX_HASHES,
  "assembly errors and warnings of one run": MAX_DIAGNOSTICS,
  "errors of the checker": MAX_TOLD,
  "instructions that the tests": MAX_TEST_STEPS,
  "instructions that each test adds": STEPS_PER_TEST,
  "cells of memory": MEMORY_SIZE,
  "cells of memory that": MAX_CELLS,
  "INTERNALCALLs inside": MAX_INTERNAL_CALLS,
  "bytes of a trace": MAX_TRACE_BYTES,
  "levels of calls in a profile": MAX_DEPTH,
  "places of a profile": MAX_NODES,
  "calls of a failure": MAX_STACK,
  "diagnostics that are printed": MAX_PRINTED,
  "related places": MAX_NOTES,
  "bytes of bytecode": MAX_CODE_BYTES,
  "values in a JSON": MAX_JSON_VALUES,
  "nested arrays and objects": MAX_JSON_DEPTH,
  "functions of an artifact": MAX_FUNCTIONS,
  "characters of all signatures": MAX_SIGNATURE_CHARACTERS,
  "bytes of a function's debug": MAX_DEBUG_BYTES,
  "characters of Noir source": MAX_SOURCE_CHARACTERS,
  "characters of a line of Noir": MAX_LINE_CHARACTERS,
  "characters of Noir among": MAX_INTERLEAVED_CHARACTERS,
  "levels of inlining": MAX_INLINING_DEPTH,
  "bytes of a contract's": MAX_BYTECODE_BYTES,
  "field elements": MAX_BYTECODE_FIELDS,
};

const codes = (text: string): string[] =>
  assemble(parseSource("a.avm", text)).diagnostics.map(({ code }) => code);
const nested = (depth: number): string =>
  Array.from(
    { length: depth },
    (_, i) => `.macro M${i}\n${i > 0 ? `M${i - 1}` : "INTERNALRETURN"}\n.endm\n`,
  ).join("") + `M${depth - 1}\n`;
const chain = (length: number): string =>
  `SET [1], u8, #A0\n${Array.from({ length: length - 1 }, (_, i) => `.const A${i} = A${i + 1}\n`).join("")}.const A${length - 1} = 1\n`;

describe("docs/limits.md", () => {
  const rows = [
    ...readFileSync(path.join(root, "docs/limits.md"), "utf8").matchAll(/^\| (.+?) \| ([\d,]+)( MiB)? \|/gm),
  ];

  it("states the limits that the sources have", () => {
    const stated = rows.map(([, what, number, unit]) => {
      const start = Object.keys(STATED).findLast((words) => what.startsWith(words));
      assert.ok(start, `“${what}” is no limit that this test knows`);
      return [start, Number(number.replaceAll(",", "")) * (unit ? 1024 * 1024 : 1)];
    });
    assert.deepEqual(Object.fromEntries(stated), STATED);
    assert.equal(stated.length, Object.keys(STATED).length);
  });

  it("names only tests that exist", () => {
    const page = readFileSync(path.join(root, "docs/limits.md"), "utf8");
    const faults = page.slice(page.indexOf("## Faults")).match(/^\| (?!fault|---).*$/gm)!;
    assert.ok(faults.length > 5);
    for (const fault of faults) {
      const [, file] = /\| `(test\/[^`]+)` \|$/.exec(fault)!;
      assert.ok(existsSync(path.join(root, file)), fault);
    }
  });
});

describe("limits of source text", function () {
  this.timeout(60_000);
  for (const [what, within, beyond, code] of [
    [
      "characters of a line",
      () => `;${"x".repeat(MAX_LINE_LENGTH - 1)}\nINTERNALRETURN`,
      () => `;${"x".repeat(MAX_LINE_LENGTH)}`,
      "limit-exceeded",
    ],
    [
      "parentheses",
      () => `SET [1], u8, #${"(".repeat(MAX_NESTING)}1${")".repeat(MAX_NESTING)}`,
      () => `SET [1], u8, #${"(".repeat(MAX_NESTING + 1)}1${")".repeat(MAX_NESTING + 1)}`,
      "limit-exceeded",
    ],
    [
      "signs",
      () => `SET [1], u8, #${"-".repeat(MAX_NESTING)}1`,
      () => `SET [1], u8, #${"-".repeat(MAX_NESTING + 1)}1`,
      "limit-exceeded",
    ],
    [
      "operators",
      () => `SET [1], u16, #1${"+1".repeat(MAX_OPERATORS)}`,
      () => `SET [1], u16, #1${"+1".repeat(MAX_OPERATORS + 1)}`,
      "limit-exceeded",
    ],
    [
      "bits",
      () => `SET [1], u8, #(1 << ${MAX_VALUE_BITS - 1}) >> ${MAX_VALUE_BITS - 1}`,
      () => `SET [1], u8, #(1 << ${MAX_VALUE_BITS}) >> ${MAX_VALUE_BITS}`,
      "expression-too-large",
    ],
    [
      "constants in a row",
      () => chain(MAX_CONSTANT_DEPTH),
      () => chain(MAX_CONSTANT_DEPTH + 1),
      "limit-exceeded",
    ],
    [
      "expansions inside each other",
      () => nested(MAX_EXPANSION_DEPTH),
      () => nested(MAX_EXPANSION_DEPTH + 1),
      "limit-exceeded",
    ],
  ] as const) {
    it(`${what}: as many as that, and one more`, () => {
      assert.deepEqual(codes(within()), []);
      assert.deepEqual([...new Set(codes(beyond()))], [code]);
    });
  }

  it("lines longer than the limit", () => {
    assert.equal(typeof decodeText(Buffer.from("\r\n".repeat(MAX_INPUT_LINES - 1))), "string");
    assert.deepEqual(decodeText(Buffer.from("\n".repeat(MAX_INPUT_LINES))), {
      error: "it has more than 500,000 lines",
    });
  });

  it("statements in expansions", () => {
    assert.deepEqual(codes(`.rept ${MAX_EXPANSIONS}\n.endr`), ["limit-exceeded"]);
    assert.deepEqual(codes(`.rept ${MAX_EXPANSIONS / 2}\n.endr\nINTERNALRETURN`), []);
  });

  it("lines of macros and repetitions", () => {
    const text = (rounds: number): string => `.rept ${rounds}\n;\n;\n;\n;\n.endr\nINTERNALRETURN`;
    assert.deepEqual(codes(text(MAX_REPEATED_LINES / 4)), []);
    assert.deepEqual(codes(text(MAX_REPEATED_LINES / 4 + 1)), ["limit-exceeded"]);
  });

  it("lines in included files", () => {
    const included = ";\n".repeat(500_000);
    const { diagnostics } = assemble(parseSource("a.avm", '.include "b.avm"\n'.repeat(41)), {
      read: () => ({ name: "b.avm", text: included }),
    });
    assert.deepEqual(
      diagnostics.map(({ code }) => code),
      ["limit-exceeded"],
    );
  });

  it("reported mistakes", () => {
    assert.equal(codes(`.byte 1${", *".repeat(2 * MAX_LINE_PROBLEMS)}`).length, MAX_LINE_PROBLEMS);
    assert.equal(codes("ADDD\n".repeat(MAX_DIAGNOSTICS + 1)).length, MAX_DIAGNOSTICS);
  });

  it("findings of the checker, with all errors before warnings are cut off", () => {
    const text = `${"  MOV [1], [2]\n".repeat(MAX_TOLD + 1)}  NOT [3], [3] ; avm-ignore: dead-store\n`;
    const { diagnostics } = check(parseSource("a.avm", text));
    const severities = diagnostics.map(({ severity }) => severity);
    assert.equal(severities.filter((severity) => severity !== "error").length, MAX_TOLD);
    assert.ok(severities.includes("error"));
    assert.ok(diagnostics.every(({ code }) => code !== "unused-suppression"));
  });
});
