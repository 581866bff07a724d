import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { describe, it } from "mocha";
import { answered } from "../support/bounded.ts";
import { HOSTILE_FILES } from "../support/hostile-files.ts";

describe("a hostile file", function () {
  this.timeout(120_000);
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(path.join(os.tmpdir(), "avmasm-hostile-"));
  });
  afterEach(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  for (const [name, [files, says]] of Object.entries(HOSTILE_FILES)) {
    it(`gets an answer: ${name}`, () => {
      for (const [file, text] of Object.entries(files)) writeFileSync(path.join(folder, file), text);
      const { status, stdout, stderr } = answered(["check", Object.keys(files)[0]], folder);
      if (says) assert.match(stdout, says);
      // What can't be read at all is said there.
      assert.match(
        stderr,
        status === 2 ? /^avmasm: `a\.avm` can't be read: it has more than 500,000 lines\n$/ : /^$/,
      );
    });
  }

  it("is named in one line, whatever its name", () => {
    const name = "a\n::error::x\x1b[31m.avm";
    writeFileSync(path.join(folder, name), "        FROB\n");
    const text = answered(["check", name], folder).stdout;
    assert.match(text, /^a␊::error::x␛\[31m\.avm:1:9: error/);
    const github = answered(["check", "--format", "github", name], folder).stdout;
    assert.equal(github.trimEnd().split("\n").length, 1);
    for (const [command, ...options] of [["check"], ["build"], ["fmt", "--check"], ["size"], ["disasm"]]) {
      const missing = answered([command, "b\n::error::y", ...options], folder).stderr;
      assert.match(missing, /^avmasm: `b␊::error::y` can't be read: there is no such file\n$/, command);
    }
  });
});
