import assert from "node:assert/strict";
import { check } from "../../project/check.ts";
import { createIncludeReader } from "../../cli/files/includes.ts";
import { parseSource } from "../../grammar/source-file.ts";
import { codeBlocks } from "../support/documentation.ts";
import { onlyHere } from "../support/program-runs.ts";
import { keepsItsPromises } from "./promises.ts";

/** The tests that deploy other contracts or set the environment; they run on the project's own machine only. */
const ONLY_HERE = ["a static call may change nothing", "it stores what the echo gives back"];

// Aztec's AVM must return what the pages say that their programs return.
for (const page of ["docs/language.md", "docs/tutorial.md", "docs/running.md"]) {
  describe(page, () => {
    const programs = codeBlocks(page).filter(
      ({ language, text, errors, fails }) =>
        language === "avm" && /^\.test /m.test(text) && !errors && !fails,
    );

    it("has programs with the results that they return", () => assert.notEqual(programs.length, 0));

    for (const { line, text } of programs) {
      it(`returns the stated result from the program in line ${line}`, async () => {
        // The oracle runs v4. The programs use no instruction whose bytes differ there.
        const options = { target: "v4", strict: true, read: createIncludeReader("main.avm") } as const;
        const { assembly, diagnostics } = check(parseSource("main.avm", text), options);
        const said = diagnostics.filter(({ severity }) => severity !== "hint");
        assert.deepEqual(
          said.map(({ message }) => message),
          [],
        );
        const skipped = onlyHere(assembly.tests);
        assert.deepEqual(
          skipped.filter((name) => !ONLY_HERE.includes(name)),
          [],
        );
        const ran = await keepsItsPromises(assembly);
        assert.ok(ran > 0 || skipped.length === assembly.tests.length);
      });
    }
  });
}
