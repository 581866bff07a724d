import assert from "node:assert/strict";
import { analyze } from "../../analysis/analyze.ts";
import { gasReport } from "../../analysis/reports/gas.ts";
import { instructionSet } from "../../isa/instruction-set.ts";
import { decode } from "../../program/codec.ts";

describe("gas", () => {
  it("counts mode bits of no operand as the AVM of the version does", () => {
    // TORADIXBE with a bit of a sixth pair, as 5.2.0's AVM charges it: 402.
    const code = Buffer.from(
      "2700010005270002040a270003040327000401004304000001000200030004001427000504003b0000050001",
      "hex",
    );
    const cost = (target: "v5" | "v6"): number =>
      gasReport(analyze(decode(instructionSet(target), code))).routines[0].l2.low;
    assert.equal(cost("v5"), 402);
    assert.equal(cost("v6"), 399);
  });
});
