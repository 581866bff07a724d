import assert from "node:assert/strict";
import type { Assembly } from "../../assembler/assemble.ts";
import { encode } from "../../program/codec.ts";
import { runsOf } from "../support/program-runs.ts";
import { familyOfCode, familyOfError } from "./machine-judge.ts";
import { newWorld, runOnOracle } from "./oracle/oracle.ts";

/** The address of the programs that are run. */
const ADDRESS = 0x1234n;

/**
 * Runs the calls of a program's own tests on Aztec's AVM, and fails if a result differs. Returns the number of calls.
 */
export async function keepsItsPromises(assembly: Assembly): Promise<number> {
  const bytecode = encode(assembly.program);
  const runs = runsOf(assembly.tests);
  let world = await newWorld();
  for (const { name, continues, calldata, isStaticCall, sender, storage, stored, expected } of runs) {
    if (!continues) world = await newWorld();
    for (const { slot, value } of storage) world.setStorage(ADDRESS, slot, value);
    const options = {
      address: ADDRESS,
      calldata,
      isStaticCall,
      world,
      ...(sender !== undefined && { sender }),
    };
    const { outcome, returnData, error } = await runOnOracle(bytecode, options);
    const said = error === undefined ? name : `${name}: ${error.message}`;
    assert.equal(outcome === "exceptional" ? "halt" : outcome, expected.outcome, said);
    if (expected.outcome === "halt")
      assert.equal(familyOfError(error!.class), familyOfCode(expected.code), said);
    else if (expected.data) assert.deepEqual(returnData, expected.data, said);
    for (const { slot, value } of stored)
      assert.equal(world.storageAt(ADDRESS, slot), value, `${said}: slot ${slot}`);
  }
  return runs.length;
}
