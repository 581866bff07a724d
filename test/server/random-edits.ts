/**
 * Random edits over ten documents: after each, a session that has followed them all has to know what a fresh one knows.
 *
 *   tsx test/server/random-edits.ts [--count 20000] [--seed N]
 *
 * The last line says how many edits passed and failed.
 */

import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { parseArgs } from "node:util";
import type { Range, SemanticTokensDelta } from "vscode-languageserver-types";
import { describeCode } from "../../disassembler/contract.ts";
import { disassemble } from "../../disassembler/disassemble.ts";
import { codeLenses, codeLensResolve } from "../../server/features/code-lens.ts";
import { documentSymbols } from "../../server/features/document-symbol.ts";
import { foldingRanges } from "../../server/features/folding-range.ts";
import { inlayHints } from "../../server/features/inlay-hint.ts";
import { allNumbersOf, documentTokens, semanticTokens } from "../../server/features/semantic-tokens.ts";
import { Session, type Client } from "../../server/session/session.ts";
import { readSettings } from "../../server/documents/settings.ts";
import type { ContentChange } from "../../server/documents/document.ts";
import { change } from "../fuzz/edits.ts";
import { root } from "../support/command.ts";
import { randomNumbers, type RandomNumbers } from "../support/random.ts";
import { recordedPrograms } from "../support/recorded-programs.ts";
import { providerOf, uriOf } from "./fixture.ts";
import { toItsEnd } from "../../program/cooperative.ts";

const EVERYTHING: Range = { start: { line: 0, character: 0 }, end: { line: 100_000, character: 0 } };
const SILENT: Client = {
  publish: () => undefined,
  logError: (message) => assert.fail(message),
  refresh: () => undefined,
};

/** A document is put back after so many edits: by then little of it is still a program. */
const RESTORE_AFTER = 25;

/** Ten programs: the examples, one of many mistakes, and one that was disassembled. */
function documents(): string[] {
  const read = (folder: string, name: string): string => readFileSync(path.join(root, folder, name), "utf8");
  const examples = readdirSync(path.join(root, "examples")).filter((name) => name.endsWith(".avm"));
  const [program] = recordedPrograms();
  const { model } = describeCode(Buffer.from(program.bytecodeHex, "hex"), { target: "v4" });
  return [
    ...examples.map((name) => read("examples", name)),
    read("test/fixtures/mistakes", "ten.avm"),
    disassemble(model).text,
  ];
}

function sessionWith(texts: readonly string[]): Session {
  const session = new Session(SILENT, providerOf({}), { encoding: "utf-16", push: false });
  session.changeSettings(
    readSettings({ strict: true, inlayHints: { tags: true, operands: true, offsets: true, gas: true } }),
  );
  for (const [index, text] of texts.entries()) session.openDocument(nameOf(index), 0, text);
  return session;
}

function nameOf(index: number): string {
  return uriOf(`document-${index}.avm`);
}

/** All that a client can see of a document. */
export function known(session: Session, uri: string) {
  const snapshot = session.snapshot(uri)!;
  return {
    diagnostics: snapshot.allDiagnostics(),
    symbols: toItsEnd(documentSymbols(snapshot)),
    tokens: toItsEnd(semanticTokens(snapshot)).data,
    hints: toItsEnd(inlayHints(snapshot, EVERYTHING)),
    folding: toItsEnd(foldingRanges(snapshot)),
    lenses: codeLenses(snapshot, { commands: true }).map((lens) =>
      codeLensResolve(snapshot, lens, { commands: true }),
    ),
  };
}

/** Edits at random, and fails at the first difference. */
export function editRandomly(count: number, seed: number): void {
  const random = randomNumbers(seed);
  const originals = documents();
  assert.equal(originals.length, 10);
  const session = sessionWith(originals);
  const texts = [...originals];
  const edits = texts.map(() => 0);
  const tokens = texts.map((_, index) => toItsEnd(documentTokens(session.snapshot(nameOf(index))!)).tokens);
  for (let number = 0; number < count; number++) {
    const index = random.below(texts.length);
    const isReset = ++edits[index] % RESTORE_AFTER === 0;
    const step: ContentChange = isReset ? { text: originals[index] } : changeOf(random, texts[index]);
    session.changeDocument(nameOf(index), number + 1, [step]);
    texts[index] = textOf(session, nameOf(index));
    const fresh = sessionWith([]);
    fresh.openDocument(nameOf(index), 0, texts[index]);
    const where = `edit ${number} of seed ${seed}, ${JSON.stringify(step)}`;
    const found = known(session, nameOf(index));
    const wanted = known(fresh, nameOf(index));
    assert.deepEqual(found, wanted, where);
    assert.ok(found.tokens.every(Number.isInteger), where);
    const numbers = toItsEnd(allNumbersOf(tokens[index]));
    const next = toItsEnd(documentTokens(session.snapshot(nameOf(index))!, tokens[index]));
    assert.deepEqual(toItsEnd(allNumbersOf(next.tokens)), found.tokens, where);
    assert.deepEqual(patched(numbers, next.edits), found.tokens, where);
    tokens[index] = next.tokens;
    fresh.dispose();
  }
  session.dispose();
}

/** Most edits are like those of a user who types. */
export function changeOf(random: RandomNumbers, text: string): ContentChange {
  if (random.below(4) === 0) return change(random, text);
  const lines = text.split("\n");
  const line = random.below(lines.length);
  const character = random.below(lines[line].length + 1);
  const removed = random.below(3) === 0 ? 1 : 0;
  const typed = ["a", "1", " ", "[", "]", "#", ",", ":", ".", "\n", ";", "u32", "sp", ""][random.below(14)];
  return {
    range: { start: { line, character }, end: { line, character: character + removed } },
    text: typed,
  };
}

export function textOf(session: Session, uri: string): string {
  const { file, breaks } = session.snapshot(uri)!.document;
  return file.lines.map(({ text }, line) => text + breaks[line]).join("");
}

function patched(data: readonly number[], edits: SemanticTokensDelta["edits"]): number[] {
  const result = [...data];
  for (const { start, deleteCount, data: inserted = [] } of [...edits].reverse()) {
    result.splice(start, deleteCount, ...inserted);
  }
  return result;
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  const { values: flags } = parseArgs({
    options: { count: { type: "string", default: "20000" }, seed: { type: "string", default: "1" } },
  });
  try {
    editRandomly(Number(flags.count), Number(flags.seed));
    console.log(`${flags.count} passed, 0 failed`);
  } catch (error) {
    console.log(error instanceof Error ? error.message.slice(0, 4000) : error);
    console.log("0 passed, 1 failed");
    process.exitCode = 1;
  }
}
