import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { parseInteger } from "../../artifact/integers.ts";

describe("numbers in options and arguments", () => {
  it("are decimal, hexadecimal, octal or binary, with a sign, underscores and blanks around them", () => {
    const numbers: readonly (readonly [string, bigint])[] = [
      ["5", 5n],
      [" 7 ", 7n],
      ["-0x1F", -31n],
      ["0B1_0", 2n],
      ["0o17", 15n],
      ["1_000", 1000n],
    ];
    for (const [text, value] of numbers) assert.equal(parseInteger(text), value, text);
  });

  it("are nothing else", () => {
    for (const text of ["", "-", "x", "5u32", "1.5", "0x", "0x_", "_5", "0b2", "1".repeat(401)])
      assert.equal(parseInteger(text), undefined, text);
  });
});
