/**
 * Hover, the inlay hints and `avmasm tags` say the same of every operand of every example and of random programs: one tag, or
 * one of the words "never written", "unknown" and "one of".
 */

import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { describe, it } from "mocha";
import { tagsReport, type OperandTags } from "../../../analysis/reports/tags.ts";
import { columnsOf } from "../../../grammar/line.ts";
import { TAGS } from "../../../isa/tags.ts";
import { hover } from "../../../server/features/hover.ts";
import { inlayHints } from "../../../server/features/inlay-hint.ts";
import { analysisOf, placedOn } from "../../../server/language/assembled-code.ts";
import { root } from "../../support/command.ts";
import { randomFrameProgram } from "../../support/frame-programs.ts";
import { open } from "../fixture.ts";
import { toItsEnd } from "../../../program/cooperative.ts";

/** `AGREEING_PROGRAMS=500` tries that many. */
const PROGRAMS = Number(process.env.AGREEING_PROGRAMS ?? 4);

describe("hover, inlay hint and tags", () => {
  const examples = path.join(root, "examples");
  for (const file of readdirSync(examples).filter((name) => name.endsWith(".avm"))) {
    it(`agree in ${file}`, () => {
      assert.ok(compared(readFileSync(path.join(examples, file), "utf8")) > 0);
    });
  }

  it("agree in random programs", () => {
    let operands = 0;
    for (let seed = 1; seed <= PROGRAMS; seed++) operands += compared(randomFrameProgram(seed).text);
    assert.ok(operands > 20 * PROGRAMS);
  });
});

/** How many operands were compared. */
function compared(text: string): number {
  const { snapshot } = open(text, { library: true });
  const { lines } = snapshot.document.file;
  const whole = { start: { line: 0, character: 0 }, end: { line: lines.length, character: 0 } };
  const hints = new Map(
    toItsEnd(inlayHints(snapshot, whole)).map(({ position, label }) => [
      `${position.line}:${position.character}`,
      label,
    ]),
  );
  const reported = new Map<number, readonly OperandTags[]>();
  let count = 0;
  for (const [number, line] of lines.entries()) {
    const { statement } = line.tree;
    const placed = placedOn(snapshot, snapshot.document.file, number);
    if (statement?.kind !== "instruction" || !placed) continue;
    const analysis = analysisOf(snapshot, placed);
    if (!analysis?.reachable(placed.index)) continue;
    if (reported.size === 0)
      for (const { pc, operands } of tagsReport(analysis).instructions) reported.set(pc, operands);
    let position = 0;
    for (const [index, { operand }] of placed.form.fields.entries()) {
      if (operand.kind !== "memory" || !statement.operands[index]) continue;
      const report: OperandTags = reported.get(placed.pc)![position++];
      const { name, tags, access } = report;
      const told = `line ${number + 1}, ${name}\n${line.text}`;
      const { start, end } = columnsOf(line, statement.operands[index]);
      const contents = hover(snapshot, { line: number, character: start })?.contents;
      const markdown = contents && typeof contents === "object" && "value" in contents ? contents.value : "";
      const said: string | undefined = /^(?:Here|Afterwards): (.*?)(?: {2})?$/m.exec(markdown)?.[1];
      // A tag that `.cell` declares stands in for what isn't proven.
      if (said === undefined && /^Declared `/m.test(markdown)) continue;
      assert.deepEqual(tagsIn(said ?? assert.fail(`${told}\n${markdown}`)), tags, `${told}\n${said}`);
      const hint = hints.get(`${number}:${end}`);
      if (hint !== undefined) assert.equal(hint, `: ${tags.join("|")}`, told);
      else if (access === "write" && tags.length > 0 && tags.length < TAGS.length)
        assert.ok(isGiven(operand), `${told} has no hint`);
      count++;
    }
  }
  return count;
}

/** The tags that the words of a hover stand for. */
function tagsIn(said: string): string[] {
  if (said.startsWith("never happens")) return [];
  if (said.startsWith("unknown")) return [...TAGS];
  if (said.startsWith("never written")) return ["ff"];
  const words = said.replace(/, holds .*$/, "");
  const tags = TAGS.filter((tag) => words.includes(`\`${tag}\``));
  assert.equal(tags.length > 1, words.startsWith("one of "), said);
  return tags;
}

/** SET and CAST state the tag that they write. */
function isGiven(operand: { readonly result?: unknown }): boolean {
  return typeof operand.result === "object" && operand.result !== null && "given" in operand.result;
}
