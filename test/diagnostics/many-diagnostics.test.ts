import assert from "node:assert/strict";
import { describe, it } from "mocha";
import type { Diagnostic } from "../../diagnostics/diagnostic.ts";
import { withoutFollowUps } from "../../diagnostics/follow-ups.ts";

const COUNT = 5_000;
/** How often each diagnostic may be read; the work would otherwise grow with the square of their number. */
const MAX_READS = 10;

describe("diagnostics that follow from others", () => {
  it("are found by reading each diagnostic a few times", () => {
    let reads = 0;
    const list = Array.from({ length: COUNT }, (_, line): Diagnostic => ({
      severity: "error",
      code: "undefined-name",
      message: `there is no \`a${line}\``,
      source: "main.avm",
      span: { line, start: 0, end: 1 },
      get dependence() {
        reads++;
        return { uses: `a${line}` };
      },
    }));
    assert.equal(withoutFollowUps(list).length, COUNT);
    assert.ok(reads <= MAX_READS * COUNT, `${reads} reads`);
  });
});
