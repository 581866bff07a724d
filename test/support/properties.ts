/** Properties that hold for every source text. */

import assert from "node:assert/strict";
import type { Columns, Line } from "../../grammar/line.ts";
import { splitLines, type SourceFile } from "../../grammar/source-file.ts";
import { toItsEnd } from "../../program/cooperative.ts";
import { instructionSet } from "../../isa/instruction-set.ts";
import { expanding } from "../../assembler/expand/expander.ts";

/**
 * Fails unless the line consists of exactly its tokens, its comments, its reported characters and white space, in this
 * order.
 */
function assertKeepsLine(line: Line): void {
  const { text, tokenCount, comments, problems } = line;
  const pieces: Columns[] = problems.filter(({ code }) => code === "unexpected-character");
  pieces.push(...comments);
  for (let token = 0; token < tokenCount; token++)
    pieces.push({ start: line.startOf(token), end: line.endOf(token) });
  pieces.sort((one, other) => one.start - other.start);
  let done = 0;
  for (const { start, end } of pieces) {
    assert.ok(
      start >= done && end >= start && end <= text.length,
      `pieces overlap in ${JSON.stringify(text)}`,
    );
    assert.equal(text.slice(done, start).trim(), "", `lost in ${JSON.stringify(text)}`);
    done = end;
  }
  assert.equal(text.slice(done).trim(), "", `lost in ${JSON.stringify(text)}`);
}

/** Fails unless a parsed file keeps every character of its text in tokens and trivia. */
export function assertKeepsText(file: SourceFile, source: string): void {
  const texts = splitLines(source);
  assert.equal(file.lines.length, texts.length);
  for (const [number, line] of file.lines.entries()) {
    assert.equal(line.text, texts[number]);
    assertKeepsLine(line);
  }
}

/** Fails unless a file without macros, repetitions, conditions and includes expands to its own lines. */
export function assertExpandsToItself(file: SourceFile): void {
  const { lineOf, scopes, scopeOf, files, holes } = toItsEnd(expanding(file, instructionSet("v6"), {}));
  const own = [...file.lines.keys()].filter((number) => {
    const { statement } = file.lines[number].tree;
    if (!statement) return false;
    return statement.kind === "instruction" || statement.body.kind === "byte";
  });
  assert.deepEqual([...lineOf], own);
  assert.deepEqual([...holes], []);
  assert.deepEqual(files, [file]);
  for (const scope of new Set(scopeOf)) assert.equal(scopes[scope].frame.file, file);
}
