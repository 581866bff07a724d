import assert from "node:assert/strict";
import { parseRuns } from "../support/example-header.ts";
import { newWorld, runOnOracle } from "./oracle/oracle.ts";
import type { World } from "./oracle/oracle.ts";

/** A test for each run that the comments of a program promise. The bytecode is asked for when the first one starts. */
export function itKeepsItsPromises(text: string, bytecode: () => Uint8Array): void {
  let world: World;
  for (const run of parseRuns(text)) {
    it(run.text, async () => {
      if (!run.continues) world = await newWorld();
      const { calldata, isStaticCall } = run;
      const { outcome, returnData, error } = await runOnOracle(bytecode(), { calldata, isStaticCall, world });
      assert.deepEqual(
        error ? { outcome, errorClass: error.class } : { outcome, data: returnData },
        run.expected,
        error?.message,
      );
    });
  }
}
