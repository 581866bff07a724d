/** A run with pauses ends as one without: with the same outcome, world and steps. */

import assert from "node:assert/strict";
import { assemble } from "../../assembler/assemble.ts";
import { parseSource } from "../../grammar/source-file.ts";
import { run, running } from "../../machine/machine.ts";
import { Recording } from "../../machine/recording.ts";
import { World } from "../../machine/world.ts";

/** Calls itself with one less, and stores what is left: nested calls and a loop in each. */
const RECURSIVE = `.cell one = [1] : u32
        SET [0], u32, #0
        SET one, u32, #1
        SET [2], u32, #0
        CALLDATACOPY one, [2], [3]
        SET [4], ff, #1
        SET [5], u32, #0
        SET [6], u32, #50
wait:   ADD [5], one, [5]
        LT [5], [6], [7]
        JUMPI [7], wait
        SET [8], ff, #0
        EQ [3], [8], [9]
        JUMPI [9], bottom
        SUB [3], [4], [10]
        GETENVVAR [11], ADDRESS
        SET [12], u32, #3000000
        SET [13], u32, #3000
        CALL [12], [13], [11], one, [10]
        SSTORE [3], [3]
        RETURN one, [3]
bottom: RETURN one, [3]
`;

describe("a run with pauses", () => {
  it("ends in the same state as a run without pauses", () => {
    const { program } = assemble(parseSource("main.avm", RECURSIVE));
    const begin = () => {
      const world = new World({ target: program.set.target });
      world.deploy(0x1234n, program);
      return { world, recording: new Recording(world) };
    };
    const call = { address: 0x1234n, calldata: [9n], gas: { l2: 6_000_000, da: 100_000 } };
    const plain = begin();
    const outcome = run(plain.world, call, plain.recording);
    assert.equal(outcome.kind, "return");
    assert.ok(outcome.steps > 1500, `${outcome.steps} steps`);
    assert.ok(outcome.effects.length > 5, `${outcome.effects.length} effects`);

    const paused = begin();
    const work = running(paused.world, call, paused.recording);
    let pauses = 0;
    let end = work.next();
    for (; end.done !== true; end = work.next()) pauses++;
    assert.ok(pauses > 8, `${pauses} pauses`);
    assert.deepEqual(end.value, outcome);
    assert.deepEqual(paused.world.storage, plain.world.storage);
    for (const key of ["count", "pcs", "callOf", "l2Gas", "addresses", "values"] as const)
      assert.deepEqual(paused.recording[key], plain.recording[key], key);
  });
});
