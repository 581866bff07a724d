import assert from "node:assert/strict";
import { analyze } from "../../analysis/analyze.ts";
import { gasReport, type GasRange } from "../../analysis/reports/gas.ts";
import { instructionSet } from "../../isa/instruction-set.ts";
import { decode } from "../../program/codec.ts";
import { recordedPrograms } from "../support/recorded-programs.ts";
import { randomNumbers } from "../support/random.ts";
import { randomInput, randomProgram } from "./fuzz-programs.ts";
import { runOnOracle } from "./oracle/oracle.ts";

function costOf(bytecode: Uint8Array): { l2: GasRange; da: GasRange } {
  const program = gasReport(analyze(decode(instructionSet("v4"), bytecode))).routines[0];
  assert.equal(program.pc, 0);
  return program;
}

function assertWithin({ low, high }: GasRange, used: number, what: string): void {
  assert.ok(low <= used && used <= high, `${what}: ${used} was used, ${low} to ${high} was said`);
}

// An error takes all the gas there is, so only runs that end by themselves say anything.
describe("gas, against Aztec's AVM", () => {
  let exact = 0;
  for (const { name, bytecodeHex, expected } of recordedPrograms()) {
    if (expected.outcome === "exceptional") continue;
    it(name, () => {
      const { l2, da } = costOf(Buffer.from(bytecodeHex, "hex"));
      assertWithin(l2, expected.gasUsed.l2, "L2");
      assertWithin(da, expected.gasUsed.da, "DA");
      if (l2.low === l2.high) exact++;
    });
  }
  it("is exact for many of them", () => assert.ok(exact >= 10, `${exact}`));

  it("300 random programs", async () => {
    let compared = 0;
    for (let seed = 1; seed <= 300; seed++) {
      const bytecode = randomProgram(seed);
      const calldata = randomInput(randomNumbers(seed));
      const { outcome, gasUsed } = await runOnOracle(bytecode, { calldata, l2Gas: 400_000 });
      if (outcome === "exceptional") continue;
      const { l2, da } = costOf(bytecode);
      assertWithin(l2, gasUsed.l2, `seed ${seed}, L2`);
      assertWithin(da, gasUsed.da, `seed ${seed}, DA`);
      compared++;
    }
    assert.ok(compared > 50, `${compared}`);
  });
});
