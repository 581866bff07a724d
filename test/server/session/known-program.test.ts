import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { check } from "../../../project/check.ts";
import { NO_PROJECT } from "../../../project/config.ts";
import { runSlice } from "../../../program/cooperative.ts";
import { DEFAULT_SETTINGS } from "../../../server/documents/settings.ts";
import { openDocument } from "../../../server/documents/document.ts";
import { KnownProgram } from "../../../server/session/known-program.ts";
import type { ProgramSettings } from "../../../server/session/projects.ts";

/** Three lines that become 60,000 statements, which no request waits for. */
const LARGE = ".rept 60000\n        MOV [5], [6]\n.endr\n";
const SMALL = "        SET [1], u32, #0\n        RETURN [1], [1]\n";

const SETTINGS: ProgramSettings = {
  ...DEFAULT_SETTINGS,
  levels: NO_PROJECT.levels,
  folders: [],
  roots: [],
  isOutside: () => false,
};

const programOf = (text: string): KnownProgram =>
  new KnownProgram([openDocument("file:///main.avm", 1, text, "utf-16")], SETTINGS, () => ({}));

describe("a program of the session", function () {
  this.timeout(30_000);

  it("isn't checked while a request waits if few lines become many statements", () => {
    const program = programOf(LARGE);
    assert.ok(program.checkInBudget() === undefined);
    assert.equal(program.isChecked, false);
    // What it took so far is more than a request waits, so the next one doesn't go on with it.
    assert.ok(program.costs().check > 0);
  });

  it("gives the same result whether the server or a request continues the check", () => {
    const program = programOf(LARGE);
    const work = program.checking();
    runSlice(work);
    program.checkInBudget();
    const checked = program.check();
    assert.equal(program.isChecked, true);
    assert.ok(program.checkInBudget() === checked);
    let done = runSlice(work);
    while (!done) done = runSlice(work);
    assert.ok(done.result === checked);
    assert.deepEqual(
      checked.diagnostics.map(({ code }) => code),
      check(program.main.file).diagnostics.map(({ code }) => code),
    );
  });

  it("drops the work in progress when the text changes", () => {
    const program = programOf(LARGE);
    const old = program.checking();
    runSlice(old);
    const files = [openDocument("file:///main.avm", 2, SMALL, "utf-16")];
    program.update(files, SETTINGS);
    const checked = program.check();
    let done = runSlice(old);
    while (!done) done = runSlice(old);
    assert.ok(program.check() === checked);
    assert.deepEqual(checked.diagnostics, []);
  });
});
