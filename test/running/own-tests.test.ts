import assert from "node:assert/strict";
import { mkdirSync, readdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { avmasm, root, temporaryFolder } from "../support/command.ts";
import { codeBlocks } from "../support/documentation.ts";
import { LIBRARY_PROGRAMS } from "../support/library-programs.ts";

interface Report {
  readonly passed: number;
  readonly failed: number;
  readonly tests: readonly {
    readonly file: string;
    readonly name: string;
    readonly failures: readonly object[];
  }[];
}

/** Runs `avmasm test` as users do: with the tags of every run compared with the inferred ones. */
function tested(...args: string[]): Report {
  const { status, stdout, stderr } = avmasm(["test", ...args, "--format", "json"]);
  assert.equal(stderr, "");
  const report = JSON.parse(stdout) as Report;
  assert.deepEqual(
    report.tests.filter(({ failures }) => failures.length > 0),
    [],
  );
  assert.equal(status, 0);
  return report;
}

describe("the tests in our own programs", function () {
  this.timeout(60_000);

  it("pass in every example", () => {
    const { tests } = tested(path.join(root, "examples"));
    const folder = path.join(root, "examples");
    const files = readdirSync(folder, { recursive: true, encoding: "utf8" });
    assert.deepEqual(
      [...new Set(tests.map(({ file }) => path.relative(folder, file)))].sort(),
      files.filter((name) => name.endsWith(".avm")).sort(),
    );
  });

  it("pass in the programs of the library", () => {
    const folder = temporaryFolder();
    const names = Object.keys(LIBRARY_PROGRAMS).map((name) => `${name.replace(/[^a-z0-9]+/gi, "-")}.avm`);
    for (const [index, text] of Object.values(LIBRARY_PROGRAMS).entries()) folder.write(names[index], text);
    const { tests } = tested(folder.path);
    assert.equal(new Set(tests.map(({ file }) => file)).size, names.length);
    folder.remove();
  });

  it("pass in the pages and in the tutorial", () => {
    const folder = temporaryFolder();
    let count = 0;
    for (const page of ["language", "tutorial", "running", "contracts", "debugging"]) {
      for (const { language, line, text, errors, fails, files, file } of codeBlocks(`docs/${page}.md`)) {
        if (language !== "avm" || errors || !/^\.test /m.test(text)) continue;
        const place = path.join(folder.path, `${page}-${line}`);
        mkdirSync(place);
        for (const [name, content] of Object.entries(files)) writeFileSync(path.join(place, name), content);
        const program = path.join(place, file ?? "main.avm");
        writeFileSync(program, text);
        if (fails) {
          assert.equal(avmasm(["test", program]).status, 1, `${page}:${line} fails`);
          continue;
        }
        assert.notEqual(tested(program).passed, 0);
        count++;
      }
    }
    assert.ok(count >= 10, String(count));
    folder.remove();
  });
});
