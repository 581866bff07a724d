import assert from "node:assert/strict";
import path from "node:path";
import { avmasm, root } from "../support/command.ts";
import { assertGolden } from "../support/golden.ts";

const folder = path.join(root, "test/fixtures/mistakes");

interface Found {
  code: string;
  message: string;
  range: { start: { line: number; character: number }; end: { line: number; character: number } };
}

/** Files with that many mistakes, each of which is told with its place, its frame and, where one is likely, a suggestion. */
for (const [number, name] of [
  [10, "ten"],
  [12, "twelve"],
] as const) {
  describe(`a file with ${name} mistakes`, function () {
    this.timeout(60_000);
    it("reports all of them in one run", () => {
      const { status, stdout, stderr } = avmasm(["check", `${name}.avm`], { cwd: folder });
      assert.equal(status, 1);
      assert.equal(stderr, "");
      assert.equal(stdout.match(/^\S+:\d+:\d+: (?:error|warning)/gm)?.length, number);
      assertGolden(`mistakes/${name}.txt`, stdout);
    });
  });
}

describe("a file with ten mistakes", function () {
  this.timeout(60_000);
  it("has ten diagnostics with different codes and ranges", () => {
    const { stdout } = avmasm(["check", "ten.avm", "--format", "json"], { cwd: folder });
    const [{ diagnostics }] = (JSON.parse(stdout) as { files: { diagnostics: Found[] }[] }).files;
    assert.equal(new Set(diagnostics.map(({ code }) => code)).size, 10);
    assert.equal(new Set(diagnostics.map(({ range }) => JSON.stringify(range))).size, 10);
    for (const { range } of diagnostics) {
      assert.equal(range.end.line, range.start.line);
      assert.ok(range.end.character > range.start.character);
    }
  });

  it("has the same diagnostics when it is built, and no output is written", () => {
    const { status, stdout, stderr } = avmasm(["build", "ten.avm", "-o", "-"], { cwd: folder });
    assert.equal(status, 1);
    assert.equal(stdout, "");
    assertGolden("mistakes/ten.txt", stderr);
  });
});
