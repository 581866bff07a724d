import assert from "node:assert/strict";
import { analyze } from "../../analysis/analyze.ts";
import { gasReport, type GasRange } from "../../analysis/reports/gas.ts";
import { instructionSet, parseTarget } from "../../isa/instruction-set.ts";
import { decode } from "../../program/codec.ts";
import { recordedPrograms } from "../support/recorded-programs.ts";
import { randomNumbers } from "../support/random.ts";
import { randomInput, randomProgram } from "./fuzz-programs.ts";
import { runOnOracle } from "./oracle/oracle.ts";

/** For v5, AVM_ORACLE_MODULES must be the folder of the packages of 5.2.0 (oracle/README.md). */
const target = parseTarget(process.env.ORACLE_TARGET ?? "v4") ?? "v4";

/** Recordings of 4.1.2 that halt on 5.2.0, where ECADD has other operands. */
const ONLY_V4: ReadonlySet<string> = new Set(["12_ecadd"]);

function costOf(bytecode: Uint8Array): { l2: GasRange; da: GasRange } {
  const program = gasReport(analyze(decode(instructionSet(target), bytecode))).routines[0];
  assert.equal(program.pc, 0);
  return program;
}

function assertWithin({ low, high }: GasRange, used: number, what: string): void {
  assert.ok(low <= used && used <= high, `${what}: ${used} was used, ${low} to ${high} was said`);
}

// An error consumes all gas, so only runs without one show what instructions cost.
describe("gas, against Aztec's AVM", () => {
  let exact = 0;
  for (const { name, bytecodeHex, calldata, isStaticCall, contracts, expected } of recordedPrograms()) {
    if (expected.outcome === "exceptional" || (target !== "v4" && ONLY_V4.has(name))) continue;
    it(name, async () => {
      const bytecode = Buffer.from(bytecodeHex, "hex");
      const { l2, da } = costOf(bytecode);
      const others = contracts?.map((one) => ({
        address: BigInt(one.address),
        bytecode: Buffer.from(one.bytecodeHex, "hex"),
      }));
      // The recordings are from 4.1.2.
      const { outcome, gasUsed } =
        target === "v4"
          ? expected
          : await runOnOracle(bytecode, {
              calldata: calldata.map(BigInt),
              isStaticCall,
              contracts: others,
            });
      assert.equal(outcome, expected.outcome);
      assertWithin(l2, gasUsed.l2, "L2");
      assertWithin(da, gasUsed.da, "DA");
      if (l2.low === l2.high) exact++;
    });
  }
  it("is exactly predicted for at least ten recorded programs", () => assert.ok(exact >= 10, `${exact}`));

  it("lies within the predicted range for 300 random programs", async () => {
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
