import assert from "node:assert/strict";
import { recordedPrograms, saveRecording } from "../support/recorded-programs.ts";
import type { RecordedProgram, RecordedStep } from "../support/recorded-programs.ts";
import { newWorld, runOnOracle } from "./oracle/oracle.ts";
import type { OracleStep } from "./oracle/oracle.ts";

// Compares the recordings that other tests rely on with the AVM that they were made on. UPDATE_GOLDEN=1 records them
// again.
describe("the recorded programs", () => {
  for (const program of recordedPrograms()) {
    it(`${program.name}: ${program.description}`, async () => {
      const expected = await record(program);
      if (process.env.UPDATE_GOLDEN) saveRecording({ ...program, expected });
      else assert.deepEqual(expected, program.expected);
    });
  }
});

describe("the oracle", () => {
  // Written by hand, so that this test needs no assembler: one program stores 5 in slot 7, the other returns slot 7.
  const store = bytes("2700000005 2700010007 300000000001 2700020400 3b0000020000");
  const load = bytes("2700010007 1e00000000 2f00000100000003 2700020401 3b0000020003");

  it("keeps a world between the programs that are run in it", async () => {
    const world = await newWorld();
    await runOnOracle(store, { world });
    const { returnData } = await runOnOracle(load, { world });
    assert.deepEqual(returnData, [5n]);
  });

  it("starts every other run afresh", async () => {
    await runOnOracle(store);
    const { returnData } = await runOnOracle(load);
    assert.deepEqual(returnData, [0n]);
  });

  it("runs programs one at a time, even when asked for many at once", async () => {
    const [good, bad] = await Promise.all([runOnOracle(load, { trace: true }), runOnOracle(bytes("44"))]);
    assert.equal(good.steps?.length, 5);
    assert.equal(bad.error?.class, "InvalidOpcodeError");
  });

  it("tells the tags that the operands had, by pc", async () => {
    const { tags } = await runOnOracle(bytes("2700010414 2d010102 2700030400 3b0000030000"), { tags: true });
    assert.deepEqual(tags, {
      0: ["SET_8", { rw: "w", after: ["u32"] }],
      5: ["MOV_8", { rw: "r", before: ["ff"] }, { rw: "w", after: ["ff"] }],
      9: ["SET_8", { rw: "w", after: ["u32"] }],
      14: ["RETURN", { rw: "r", before: ["u32"] }, { rw: "" }],
    });
  });
});

async function record(program: RecordedProgram): Promise<RecordedProgram["expected"]> {
  const run = await runOnOracle(bytes(program.bytecodeHex), {
    calldata: program.calldata.map(BigInt),
    isStaticCall: program.isStaticCall,
    l2Gas: program.l2Gas,
    contracts: program.contracts?.map((callee) => ({
      address: BigInt(callee.address),
      bytecode: bytes(callee.bytecodeHex),
    })),
    trace: true,
  });
  const own = run.steps!.filter((step) => step.depth === 0);
  return {
    outcome: run.outcome,
    returnData: run.returnData.map((value) => `0x${value.toString(16)}`),
    ...(run.error && { error: run.error }),
    gasUsed: run.gasUsed,
    stepsTotal: run.steps!.length,
    ...(own.length <= 1000 && { steps: own.map(recorded) }),
  };
}

function recorded({ pc, form, operands }: OracleStep): RecordedStep {
  return [pc, form, operands.map(({ before }) => before), operands.map(({ after }) => after)];
}

function bytes(hex: string): Uint8Array {
  return Buffer.from(hex.replaceAll(" ", ""), "hex");
}
