import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { lineLexer } from "../../grammar/parser/tokens.ts";

describe("the lexer", () => {
  it("has a token for every character, so that it never looks for the next one that it knows", () => {
    const lexer = lineLexer();
    for (let unit = 0; unit < 0x10000; unit++) {
      const character = String.fromCharCode(unit);
      if (character === "\n" || character === "\r") continue;
      for (const text of [character, `a${character}.${character}`]) {
        assert.deepEqual(lexer.tokenize(text).errors, [], JSON.stringify(text));
      }
    }
  });

  it("makes the last of several dots part of the name after it", () => {
    const { tokens, groups } = lineLexer().tokenize("...x .. .1");
    assert.deepEqual(
      [...tokens, ...groups.unexpected].map(({ image }) => image),
      [".x", "1", "..", "..", "."],
    );
  });
});
