import assert from "node:assert/strict";
import { grouped } from "../../program/grouped.ts";

describe("integers as text", () => {
  it("have a comma between groups of three digits, as in English", () => {
    for (const value of [
      0,
      7,
      12,
      999,
      1_000,
      12_345,
      999_999,
      1_000_000,
      -5,
      -999,
      -1_234,
      2 ** 40,
      10n ** 30n,
    ])
      assert.equal(grouped(value), value.toLocaleString("en"));
  });
});
