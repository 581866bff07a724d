/** Programs that use every corner of the language are their plain twins, however they are laid out. */

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import path from "node:path";
import { assemble } from "../../assembler/assemble.ts";
import { describeCode } from "../../disassembler/contract.ts";
import { disassemble } from "../../disassembler/disassemble.ts";
import { formatText } from "../../grammar/formatter/formatter.ts";
import { parseSource } from "../../grammar/source-file.ts";
import { encode } from "../../program/codec.ts";
import { root } from "../support/command.ts";
import { cornerProgram } from "../support/corner-programs.ts";
import { fuzz } from "../support/runs.ts";
import { randomNumbers } from "../support/random.ts";

type Files = Readonly<Record<string, string>>;

function bytesOf(text: string, files: Files = {}): string {
  const { program, diagnostics } = assemble(parseSource("main.avm", text), {
    read: ({ path: name, standard }) => {
      if (standard) return { name, text: readFileSync(path.join(root, "lib", name), "utf8") };
      return { name, text: files[name] };
    },
  });
  const errors = diagnostics.filter(({ severity }) => severity === "error");
  assert.deepEqual(
    errors.map(({ source, span, message }) => `${source}:${span.line + 1}: ${message}`),
    [],
    text,
  );
  return Buffer.from(encode(program)).toString("hex");
}

describe("programs with every construct of the language", () => {
  it("equal their expanded twins in any formatting, and survive disassembly", () => {
    const random = randomNumbers(11);
    for (let number = 0; number < fuzz(30); number++) {
      const { main, files, plain } = cornerProgram(random, { library: number % 2 === 0 });
      const bytes = bytesOf(plain);
      const where = `program ${number}:\n${main}\nis meant as\n${plain}`;
      assert.equal(bytesOf(main, files), bytes, where);

      const formatted = formatText(main);
      assert.equal(formatText(formatted), formatted, where);
      const parts = Object.fromEntries(Object.entries(files).map(([name, text]) => [name, formatText(text)]));
      for (const text of [
        formatted,
        `\ufeff${formatted.replaceAll("\n", "\r\n")}`,
        main.replaceAll("\n", "\r"),
      ])
        assert.equal(bytesOf(text, parts), bytes, where);

      const { model } = describeCode(Buffer.from(bytes, "hex"), { target: "v6" });
      assert.equal(bytesOf(disassemble(model).text), bytes, where);
    }
  });
});
