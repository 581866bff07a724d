import assert from "node:assert/strict";
import fc from "fast-check";
import { hasLineBreaks } from "../../cli/files/decode.ts";

describe("line breaks", () => {
  it("are counted as an editor counts lines", () => {
    const text = fc.string({ unit: fc.constantFrom("\n", "\r", "a", "\u008a"), maxLength: 300 });
    fc.assert(
      fc.property(text, fc.boolean(), (text, isUnix) => {
        const kept = isUnix ? text.replaceAll("\r", "") : text;
        const bytes = Buffer.from(kept, "latin1");
        const count = kept.split(/\r\n|\n|\r/).length - 1;
        assert.ok(count === 0 || hasLineBreaks(bytes, count));
        assert.ok(!hasLineBreaks(bytes, count + 1));
        assert.ok(count < 2 || hasLineBreaks(bytes, count - 1));
      }),
      { numRuns: 1000 },
    );
  });
});
