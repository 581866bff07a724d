import assert from "node:assert/strict";
import { assemble } from "../../assembler/assemble.ts";
import { parseSource } from "../../grammar/source-file.ts";
import type { Program } from "../../program/program.ts";
import { run } from "../../machine/machine.ts";
import { refusalOf, World } from "../../machine/world.ts";

const CALLEE = 0xc0den;

function programOf(text: string): Program {
  const { program, diagnostics } = assemble(parseSource("test.avm", text), { target: "v6" });
  assert.deepEqual(diagnostics, []);
  return program;
}

/** Calls the callee with all its gas but for a reserve, ignores how that went, and returns whether it went well. */
const CALLER = programOf(`
        SET [1], u32, #0
        SET [2], u32, #100000
        SET [3], u32, #1000
        SET [4], ff, #0xc0de
        CALL [2], [3], [4], [1], [0]
        SUCCESSCOPY [5]
        SET [6], u32, #1
        RETURN [6], [5]
`);

describe("nested calls", () => {
  it("keep what a callee did that returned", () => {
    const world = new World();
    world.deploy(
      CALLEE,
      programOf("SET [1], ff, #7\nSET [2], ff, #3\nSSTORE [1], [2]\nSET [3], u32, #0\nRETURN [3], [0]"),
    );
    const { kind, returnData, effects } = run(world, { code: CALLER });
    assert.equal(kind, "return");
    assert.deepEqual(returnData, [1n]);
    assert.deepEqual(effects, [{ kind: "storage", address: CALLEE, slot: 3n, value: 7n }]);
    assert.equal(world.storageAt(CALLEE, 3n), 7n);
  });

  it("take back what a callee did that reverted, and say why it did", () => {
    const world = new World();
    world.setStorage(CALLEE, 3n, 1n);
    const storing =
      "SET [1], ff, #7\nSET [2], ff, #3\nSSTORE [1], [2]\nEMITNULLIFIER [1]\nEMITNOTEHASH [1]\n";
    world.deploy(CALLEE, programOf(`${storing}SET [3], u32, #1\nREVERT [3], [1]`));
    const before = { nullifiers: world.nullifiers.size, notes: world.noteHashes.size };
    const { returnData, effects } = run(world, { code: CALLER });
    assert.deepEqual(returnData, [0n]);
    assert.deepEqual(effects, []);
    assert.equal(world.storageAt(CALLEE, 3n), 1n);
    assert.deepEqual({ nullifiers: world.nullifiers.size, notes: world.noteHashes.size }, before);
    // The same nullifier may be emitted again, and the slot is cold again.
    const again = run(world, {
      address: CALLEE,
      code: programOf(`${storing}SET [3], u32, #0\nRETURN [3], [0]`),
    });
    assert.equal(again.kind, "return");
    assert.equal(again.gas.da, 64 + 32 + 32);
  });

  it("report the failure of the caller with its cause", () => {
    const world = new World();
    world.deploy(CALLEE, programOf("SET [1], u8, #0\nSET [2], u8, #1\nDIV [2], [1], [3]\nJUMP #0"));
    const code = programOf(`
        SET [1], u32, #0
        SET [2], u32, #100000
        SET [4], ff, #0xc0de
        CALL [2], [1], [4], [1], [0]
        REVERT [1], [0]
    `);
    const { kind, failure } = run(world, { code });
    assert.equal(kind, "revert");
    assert.equal(failure!.cause!.code, "zero-divisor");
    assert.equal(failure!.cause!.address, CALLEE);
    assert.equal(failure!.cause!.callers.length, 1);
    const [dividend, divisor] = failure!.cause!.operands;
    assert.deepEqual(dividend, { name: "aOffset", address: 2, tag: "u8", value: 1n, isWritten: true });
    assert.deepEqual(divisor, { name: "bOffset", address: 1, tag: "u8", value: 0n, isWritten: true });
  });

  it("may be as deep as the gas allows", () => {
    const world = new World();
    const code = programOf(`
        SET [1], u32, #0
        SET [2], u32, #0xffffffff
        SET [3], u32, #0
        GETENVVAR [4], ADDRESS
        CALL [2], [3], [4], [1], [0]
        RETURN [1], [0]
    `);
    world.deploy(CALLEE, code);
    const { kind, failure, steps } = run(world, { address: CALLEE, gas: { l2: 100_000_000 } });
    // The innermost call runs out of gas, and leaves none to the others.
    assert.equal(kind, "halt");
    assert.equal(failure!.code, "out-of-gas");
    assert.ok(steps > 40_000);
    assert.doesNotThrow(() => JSON.stringify(failure, (_key, part: unknown) => String(part)));
  });

  it("fail where there is no contract, and use up the gas", () => {
    const { returnData, gas } = run(new World(), { code: CALLER });
    assert.deepEqual(returnData, [0n]);
    assert.ok(gas.l2 > 100_000);
  });
});

describe("a world", () => {
  it("is copied completely, and the copy is independent", () => {
    const world = new World({ environment: { CHAINID: 5n } });
    const store = programOf("SET [1], ff, #7\nSSTORE [1], [1]\nSET [3], u32, #0\nRETURN [3], [0]");
    const first = run(world, { code: store });
    const copy = world.copy();
    assert.equal(copy.environment.CHAINID, 5n);
    // Still the same transaction: the slot is warm there too.
    assert.equal(run(copy, { code: store }).gas.da, 0);
    copy.setStorage(0x1234n, 7n, 1n);
    assert.equal(world.storageAt(0x1234n, 7n), 7n);
    world.startTransaction();
    assert.equal(run(world, { code: store }).gas.da, first.gas.da);
  });

  it("isn't made for a target whose gas isn't known", () => {
    for (const target of ["v2", "v3"] as const) {
      assert.match(refusalOf(target)!, /isn't known for certain/);
      assert.throws(() => new World({ target }), RangeError);
    }
    assert.equal(refusalOf("v4"), undefined);
  });
});

describe("invalid code", () => {
  const cases: readonly (readonly [string, string, string, number])[] = [
    ["no code at all", "", "empty-program", 0],
    ["an opcode that there is none of", "44", "undecodable-code", 0],
    ["an instruction that is cut off", "2700", "undecodable-code", 0],
    ["no end", "2700000405", "end-of-code", 0],
    ["a jump that leads out", "23ffffffff", "jump-out-of-code", 0],
    ["a call that leads out", "25ffffffff", "jump-out-of-code", 0],
    ["a return to behind the end", "2300000006" + "26" + "2500000005", "end-of-code", 5],
  ];
  for (const [what, hex, code, pc] of cases) {
    it(`halts on ${what}`, () => {
      const outcome = run(new World(), { code: Uint8Array.from(Buffer.from(hex, "hex")) });
      assert.equal(outcome.kind, "halt");
      assert.equal(outcome.failure!.code, code);
      assert.equal(outcome.failure!.pc, pc);
      assert.deepEqual(outcome.gas, { l2: 6_000_000, da: 196_512 });
    });
  }
});
