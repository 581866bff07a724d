/** Every row of the reference has an input, and what comes of it is what stands beside it: see test/support/claims.ts. */

import assert from "node:assert/strict";
import { createIncludeReader } from "../../cli/files/includes.ts";
import { isDiagnosticCode } from "../../diagnostics/catalogue.ts";
import { parseSource } from "../../grammar/source-file.ts";
import { encode } from "../../program/codec.ts";
import { check } from "../../project/check.ts";
import { claimsOf, type Claim } from "../support/claims.ts";
import { avmasm, temporaryFolder } from "../support/command.ts";

const PAGES = ["docs/language.md", "docs/coming-from.md", "docs/halts.md"];

type Reader = ReturnType<typeof createIncludeReader>;

/** Assembles and checks a claim's source; its files are found beside it. */
function checked({ source, files }: Claim, strict: boolean): ReturnType<typeof check> {
  const library = createIncludeReader("main.avm");
  const read: Reader = (request) => {
    if (request.standard) return library(request);
    const text = Object.hasOwn(files, request.path) ? files[request.path] : undefined;
    return text === undefined ? { error: "there is no such file" } : { name: request.path, text };
  };
  return check(parseSource("main.avm", source), { read, strict });
}

function hold(claim: Claim): void {
  const [, strict, wanted] = /^(strict: )?(.*)$/.exec(claim.result)!;
  const { assembly, diagnostics } = checked(claim, strict !== undefined);
  const found = diagnostics.filter(({ severity }) => severity !== "hint");
  const said = found.map(({ code, message }) => `${code}: ${message}`).join("\n");
  if (wanted === "nothing") return assert.equal(said, "");
  if (/^[0-9a-f]+$/.test(wanted)) {
    const errors = assembly.diagnostics.filter(({ severity }) => severity === "error");
    assert.deepEqual(
      errors.map(({ message }) => message),
      [],
    );
    return assert.equal(Buffer.from(encode(assembly.program)).toString("hex"), wanted);
  }
  const codes = wanted.split(", ");
  for (const code of codes) assert.ok(isDiagnosticCode(code), code);
  // What the checker says about the rest of a text that can't be assembled isn't what the row is about.
  const errors = assembly.diagnostics.filter(({ severity }) => severity === "error");
  const told = errors.length > 0 ? errors : found;
  assert.deepEqual([...new Set(told.map(({ code }) => code))], codes, said);
}

for (const page of PAGES) {
  describe(`the claims of ${page}`, function () {
    this.timeout(60_000);
    const { claims, excused, rows } = claimsOf(page);
    const tests = claims.filter(({ result }) => result.startsWith("tests "));

    it("have an input each, or say why not", () => {
      const shown = new Set([...claims.map(({ row }) => row), ...excused.keys()]);
      assert.deepEqual(
        rows.filter((row) => !shown.has(row)),
        [],
      );
      // No input is left of a row that is gone.
      assert.deepEqual(
        [...shown].filter((row) => !rows.includes(row)),
        [],
      );
      assert.ok(claims.length > 20 && claims.length > excused.size * 4);
    });

    for (const claim of claims.filter((one) => !tests.includes(one))) {
      it(`line ${claim.line}: ${claim.row}`, () => hold(claim));
    }

    it("hold in the tests", () => {
      const folder = temporaryFolder(
        Object.assign(
          {},
          ...tests.map(({ source, files, line }) => ({ ...files, [`line-${line}.avm`]: source })),
        ) as Record<string, string>,
      );
      const { stdout } = avmasm(["test", ".", "--format", "json"], { cwd: folder.path });
      folder.remove();
      const { tests: results } = JSON.parse(stdout) as { tests: { file: string; status: string }[] };
      for (const { line, result, row } of tests) {
        const mine = results.filter(({ file }) => file.endsWith(`line-${line}.avm`));
        assert.ok(mine.length > 0, `line ${line}: ${row} has no test`);
        const wanted = result === "tests pass" ? "passed" : "failed";
        for (const { status } of mine) assert.equal(status, wanted, `line ${line}: ${row}`);
      }
    });
  });
}
