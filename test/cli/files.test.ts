import assert from "node:assert/strict";
import fc from "fast-check";
import { countLineBreaks } from "../../cli/files/decode.ts";

describe("line breaks", () => {
  it("are counted as an editor counts lines", () => {
    // Bytes that differ from those of line breaks in one bit, and bytes whose highest one is set.
    const text = fc.array(fc.constantFrom(...[..."\n\r\u000b\b\u0002\u001a*\u008a\u0001a"]), {
      maxLength: 3000,
    });
    const bytes = fc.tuple(text, fc.boolean(), fc.nat(5)).map(([characters, isUnix, offset]) => {
      const kept = characters.filter((character) => !isUnix || character !== "\r").join("");
      return Buffer.from(`${" ".repeat(offset)}${kept}`, "latin1").subarray(offset);
    });
    fc.assert(
      fc.property(bytes, (bytes) => {
        assert.equal(countLineBreaks(bytes), bytes.toString("latin1").split(/\r\n|\n|\r/).length - 1);
      }),
      { numRuns: 300 },
    );
  });
});
