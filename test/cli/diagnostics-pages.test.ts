import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import path from "node:path";
import { createIncludeReader } from "../../cli/files/includes.ts";
import { check } from "../../project/check.ts";
import { CATALOGUE, type CatalogueEntry, type DiagnosticCode } from "../../diagnostics/catalogue.ts";
import { parseSource } from "../../grammar/source-file.ts";
import { parseTarget } from "../../isa/instruction-set.ts";

const folder = path.resolve(import.meta.dirname, "../../docs/diagnostics");

const STAGES: Readonly<Record<CatalogueEntry["stage"], string>> = {
  syntax: "found by the parser",
  assembly: "found by the assembler",
  check: "found by the checker; `--no-check` leaves it out",
};

/** A fenced block: ```` ```avm file=name --target v6 ````, both optional. */
interface Example {
  file: string | undefined;
  target: string | undefined;
  text: string;
}

function examplesOf(page: string): Example[] {
  return [...page.matchAll(/^```avm(.*)\n([^]*?)^```$/gm)].map(([, info, text]) => ({
    file: /file=(\S+)/.exec(info)?.[1],
    target: /--target (\S+)/.exec(info)?.[1],
    text,
  }));
}

const library = createIncludeReader("main.avm");

/** What an example is told: hints too where the page is about one. */
function codesIn({ text, target }: Example, files: readonly Example[], hints: boolean): DiagnosticCode[] {
  const { diagnostics } = check(parseSource("main.avm", text), {
    target: target === undefined ? undefined : parseTarget(target),
    read: (request) => {
      if (request.standard) return library(request);
      const { path } = request;
      const found = path === "main.avm" ? text : files.find(({ file }) => file === path)?.text;
      return found === undefined ? { error: "there is no such file" } : { name: path, text: found };
    },
  });
  return diagnostics.filter(({ severity }) => hints || severity !== "hint").map(({ code }) => code);
}

describe("docs/diagnostics", function () {
  this.timeout(60_000);
  it("has a page for each code and no other", () => {
    assert.deepEqual(
      readdirSync(folder).sort(),
      Object.keys(CATALOGUE)
        .map((code) => `${code}.md`)
        .sort(),
    );
  });

  for (const [code, { severity, stage, summary }] of Object.entries<CatalogueEntry>(CATALOGUE)) {
    describe(code, () => {
      const page = readFileSync(path.join(folder, `${code}.md`), "utf8");
      const examples = examplesOf(page);
      const [failing, fixed] = examples.filter(({ file }) => file === undefined);

      it("has the severity and summary of the catalogue", () => {
        const sentence = `${severity[0].toUpperCase()}${severity.slice(1)}, ${STAGES[stage]}.`;
        assert.ok(page.startsWith(`# ${code}\n\n${summary}\n\n${sentence}\n\n`), page.slice(0, 300));
        assert.match(page, /\n## Example\n\n```avm[^]*\n## Fix\n\n```avm/);
      });

      it("has an example with this diagnostic and no other", () => {
        assert.deepEqual([...new Set(codesIn(failing, examples, severity === "hint"))], [code]);
      });

      it("has a corrected example without diagnostics", () => {
        assert.deepEqual(codesIn(fixed, examples, severity === "hint"), []);
      });
    });
  }
});
