import assert from "node:assert/strict";
import { check } from "../../project/check.ts";
import { createIncludeReader } from "../../cli/files/includes.ts";
import { parseSource } from "../../grammar/source-file.ts";
import { encode } from "../../program/codec.ts";
import { codeBlocks } from "../support/documentation.ts";
import { parseRuns } from "../support/example-header.ts";
import { itKeepsItsPromises } from "./promises.ts";

// What the pages say that their programs return is what Aztec's AVM returns.
for (const page of ["docs/language.md", "docs/tutorial.md"]) {
  describe(page, () => {
    const programs = codeBlocks(page).filter(
      ({ language, text }) => language === "avm" && parseRuns(text).length > 0,
    );

    it("has programs that say what they compute", () => assert.notEqual(programs.length, 0));

    for (const { line, text } of programs) {
      describe(`line ${line}`, () => {
        let bytecode: Uint8Array;
        it("is assembled without a word", () => {
          // The oracle speaks v4. None of the programs uses anything whose bytes differ there.
          const options = { target: "v4", strict: true, read: createIncludeReader("main.avm") } as const;
          const { assembly, diagnostics } = check(parseSource("main.avm", text), options);
          const said = diagnostics.filter(({ severity }) => severity !== "hint");
          assert.deepEqual(
            said.map(({ message }) => message),
            [],
          );
          bytecode = encode(assembly.program);
        });
        itKeepsItsPromises(text, () => bytecode);
      });
    }
  });
}
