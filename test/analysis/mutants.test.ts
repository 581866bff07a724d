/**
 * Every SET of every example, library program and program of the pages with each wrong tag: what then halts on every
 * input is reported where it halts.
 */

import assert from "node:assert/strict";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { describe, it } from "mocha";
import { assemble } from "../../assembler/assemble.ts";
import { createIncludeReader } from "../../cli/files/includes.ts";
import { parseSource } from "../../grammar/source-file.ts";
import { encode } from "../../program/codec.ts";
import { root } from "../support/command.ts";
import { codeBlocks } from "../support/documentation.ts";
import { runsOf } from "../support/program-runs.ts";
import { LIBRARY_PROGRAMS } from "../support/library-programs.ts";
import { tryMutants, type MutantCounts } from "../support/mutants.ts";

const examples = path.join(root, "examples");
const programs: [name: string, text: string][] = [
  ...readdirSync(examples)
    .filter((file) => file.endsWith(".avm"))
    .map((file): [string, string] => [file, readFileSync(path.join(examples, file), "utf8")]),
  ...Object.entries(LIBRARY_PROGRAMS),
  ...["docs/language.md", "docs/tutorial.md"].flatMap((page) =>
    codeBlocks(page)
      .filter(
        ({ language, text, errors, fails }) =>
          language === "avm" && !errors && !fails && /^\.test /m.test(text),
      )
      .map(({ line, text }): [string, string] => [`${page}:${line}`, text]),
  ),
];

describe("programs with a wrong tag", () => {
  const counts: MutantCounts = { halting: 0, errors: 0, warnings: 0, unnoticed: [], refuted: [] };

  for (const [name, text] of programs) {
    it(name, () => {
      const { program, diagnostics, tests } = assemble(parseSource("main.avm", text), {
        target: "v4",
        read: createIncludeReader("main.avm"),
      });
      assert.deepEqual(diagnostics, []);
      const before = { unnoticed: counts.unnoticed.length, refuted: counts.refuted.length };
      const runs = runsOf(tests);
      // Those whose tests set up a world say nothing of the program alone.
      if (runs.length > 0) tryMutants(name, encode(program), runs, "v4", counts);
      assert.deepEqual(counts.unnoticed.slice(before.unnoticed), []);
      assert.deepEqual(counts.refuted.slice(before.refuted), []);
    });
  }

  it("are as many as docs/tag-inference.md says, and each is an error", () => {
    const { halting, errors, warnings } = counts;
    const page = path.join(root, "docs/tag-inference.md");
    const text = readFileSync(page, "utf8");
    const said = /(?<=each wrong tag: )\d+/;
    if (process.env.UPDATE_GOLDEN) writeFileSync(page, text.replace(said, `${halting}`));
    else assert.equal(said.exec(text)?.[0], `${halting}`);
    assert.deepEqual({ errors, warnings }, { errors: halting, warnings: 0 });
  });
});
