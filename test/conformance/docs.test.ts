import assert from "node:assert/strict";
import { check } from "../../project/check.ts";
import { createIncludeReader } from "../../cli/files/includes.ts";
import { parseSource } from "../../grammar/source-file.ts";
import { codeBlocks } from "../support/documentation.ts";
import { keepsItsPromises } from "./promises.ts";

// What the pages say that their programs return is what Aztec's AVM returns.
for (const page of ["docs/language.md", "docs/tutorial.md", "docs/running.md"]) {
  describe(page, () => {
    const programs = codeBlocks(page).filter(
      ({ language, text, errors, fails }) =>
        language === "avm" && /^\.test /m.test(text) && !errors && !fails,
    );

    it("has programs that say what they compute", () => assert.notEqual(programs.length, 0));

    for (const { line, text } of programs) {
      it(`line ${line}`, async () => {
        // The oracle speaks v4. None of the programs uses anything whose bytes differ there.
        const options = { target: "v4", strict: true, read: createIncludeReader("main.avm") } as const;
        const { assembly, diagnostics } = check(parseSource("main.avm", text), options);
        const said = diagnostics.filter(({ severity }) => severity !== "hint");
        assert.deepEqual(
          said.map(({ message }) => message),
          [],
        );
        await keepsItsPromises(assembly);
      });
    }
  });
}
