/**
 * Random edits over several files that include each other: they are opened, edited, saved, closed, and changed and removed on
 * disk. After a step the session has to know of every open document what a fresh one knows: diagnostics, tokens, lenses and
 * the like, references and renamings. With `--every 5` only each fifth step is compared, and one open document is looked at
 * after the others; if there is a difference, all is done again with each step compared, so that the first bad one is named.
 *
 *   tsx test/server/shared-edits.ts [--count 20000] [--seed N] [--every 1]
 *
 * The last line says how many steps passed and failed.
 */

import assert from "node:assert/strict";
import { pathToFileURL } from "node:url";
import { parseArgs } from "node:util";
import { references } from "../../server/features/references.ts";
import { rename } from "../../server/features/rename.ts";
import { readSettings } from "../../server/documents/settings.ts";
import { Session } from "../../server/session/session.ts";
import { randomNumbers, type RandomNumbers } from "../support/random.ts";
import { providerOf, uriOf } from "./fixture.ts";
import { changeOf, known, textOf } from "./random-edits.ts";
import { toItsEnd } from "../../program/cooperative.ts";

const FILES: Readonly<Record<string, string>> = {
  "main.avm": `.const LIMIT = 3
.include "lib.avm"
start:  SET [1], u32, #LIMIT
        ADD2 [1], [2]
        INTERNALCALL helper
        RETURN [1], [2]
`,
  "other.avm": `.include "lib.avm"
.const LIMIT = 4
        SET cell, u32, #LIMIT
        JUMP helper.loop
go:     JUMP go
`,
  "lib.avm": `.include "deep.avm"
.macro ADD2 a, b=cell
        ADD a, b, a
        .endm
helper: SET [9], u8, #LIMIT
.loop:  JUMPI [3], .loop
        INTERNALRETURN
`,
  "deep.avm": `; where the sum is
.cell cell = [5] : u32
.if defined(LIMIT)
.const KNOWN = 1
.endif
`,
  "alone.avm": "        SET [1], u32, #0\n        RETURN [1], [1]\n",
};
const NAMES = Object.keys(FILES);

/** A file is put back after so many steps: by then little of it is still a program. */
const RESTORE_AFTER = 40;

async function sessionOn(disk: Readonly<Record<string, string>>): Promise<Session> {
  const files = providerOf(disk);
  const session = new Session(
    { publish: () => undefined, logError: (message) => assert.fail(message), refresh: () => undefined },
    {
      ...files,
      find: () => Promise.resolve(Object.keys(disk).map(uriOf).sort()),
    },
    { encoding: "utf-16", push: false, workspace: [uriOf("./")] },
  );
  session.changeSettings(readSettings({ strict: true, inlayHints: { tags: true, gas: true } }));
  await session.whenIndexed();
  return session;
}

/** What can be seen of a document, with what is said of one of its places. */
function seen(session: Session, name: string, at: { line: number; character: number }) {
  const snapshot = session.snapshot(uriOf(name))!;
  // On a busy machine a request may do without an assembly that isn't known yet.
  for (const program of snapshot.programs(snapshot.document)) program.allDiagnostics();
  const all = known(session, uriOf(name));
  const edit = toItsEnd(rename(snapshot, at, "quite_fresh"));
  return {
    ...all,
    references: references(snapshot, at, { includeDeclaration: true }),
    renamed: "refused" in edit ? edit : sorted(edit.changes!),
  };
}

function sorted<Item>(record: Readonly<Record<string, Item>>): Record<string, Item> {
  return Object.fromEntries(Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** Makes steps at random, and fails at the first difference. */
export async function editSharedFiles(count: number, seed: number, every = 1): Promise<void> {
  try {
    await editAndCompare(count, seed, every);
  } catch (error) {
    if (every > 1) await editAndCompare(count, seed, 1);
    throw error;
  }
}

async function editAndCompare(count: number, seed: number, every: number): Promise<void> {
  const random = randomNumbers(seed);
  // Steps are the same however often they are compared.
  const places = randomNumbers(seed + 1);
  const disk: Record<string, string> = { ...FILES };
  /** The texts of the open ones, in the order in which they were opened. */
  const open = new Map<string, string>();
  const session = await sessionOn(disk);
  const done: string[] = [];
  for (let number = 0; number < count; number++) {
    done.push(step(random, session, disk, open, number));
    await session.whenIndexed();
    if ((number + 1) % every > 0) {
      const names = [...open.keys()];
      if (names.length > 0) seen(session, names[number % names.length], { line: 0, character: 0 });
      continue;
    }
    const fresh = await sessionOn(disk);
    for (const [name, text] of open) fresh.openDocument(uriOf(name), 0, text);
    await fresh.whenIndexed();
    for (const [name, text] of open) {
      const lines = text.split("\n");
      const line = places.below(lines.length);
      const at = { line, character: places.below(lines[line].length + 1) };
      const where = `${name}:${line + 1} after step ${number} of seed ${seed}: ${done.slice(-5).join("; ")}\n${JSON.stringify({ disk, open: [...open] }, null, 1)}`;
      assert.deepEqual(seen(session, name, at), seen(fresh, name, at), where);
    }
    fresh.dispose();
  }
  session.dispose();
}

/** One step. Returns what it was. */
function step(
  random: RandomNumbers,
  session: Session,
  disk: Record<string, string>,
  open: Map<string, string>,
  number: number,
): string {
  const name = NAMES[random.below(NAMES.length)];
  const uri = uriOf(name);
  const text = open.get(name);
  const kind = random.below(10);
  if (kind < 6 && text !== undefined) {
    const change = number % RESTORE_AFTER === 0 ? { text: FILES[name] } : changeOf(random, text);
    session.changeDocument(uri, number, [change]);
    open.set(name, textOf(session, uri));
    return `${name} edited: ${JSON.stringify(change)}`;
  }
  if (kind === 6 && text !== undefined) {
    open.delete(name);
    session.closeDocument(uri);
    return `${name} closed`;
  }
  if (kind < 8 && text === undefined) {
    const opened = disk[name] ?? "";
    open.set(name, opened);
    session.openDocument(uri, number, opened);
    return `${name} opened`;
  }
  if (kind === 8 && random.below(4) === 0) delete disk[name];
  else if (text !== undefined && random.below(2) === 0) disk[name] = text;
  else disk[name] = random.below(3) === 0 ? FILES[name] : changedText(random, disk[name] ?? FILES[name]);
  session.changeFiles([uri]);
  return `${name} ${disk[name] === undefined ? "removed" : "written"}`;
}

function changedText(random: RandomNumbers, text: string): string {
  const { range, text: inserted } = changeOf(random, text);
  if (!range) return inserted;
  const lines = text.split("\n");
  const offset = (line: number, character: number): number =>
    lines.slice(0, line).reduce((sum, { length }) => sum + length + 1, 0) + character;
  const start = offset(range.start.line, range.start.character);
  return text.slice(0, start) + inserted + text.slice(offset(range.end.line, range.end.character));
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  const { values: flags } = parseArgs({
    options: {
      count: { type: "string", default: "20000" },
      seed: { type: "string", default: "1" },
      every: { type: "string", default: "1" },
    },
  });
  try {
    await editSharedFiles(Number(flags.count), Number(flags.seed), Number(flags.every));
    console.log(`${flags.count} passed, 0 failed`);
  } catch (error) {
    console.log(error instanceof Error ? error.message.slice(0, 6000) : error);
    console.log("0 passed, 1 failed");
    process.exitCode = 1;
  }
}
