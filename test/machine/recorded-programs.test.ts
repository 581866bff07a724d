import assert from "node:assert/strict";
import { run } from "../../machine/machine.ts";
import type { FrameView, Observer } from "../../machine/observer.ts";
import { TAGS } from "../../isa/tags.ts";
import { prepare, recorded, type Recorded } from "./recorded.ts";

/** The simulator's class of error for each of our codes. */
const CLASSES: Readonly<Record<string, string>> = {
  "non-u32-address": "TagCheckError",
  "uninitialised-address": "TagCheckError",
  "non-u32-base": "TagCheckError",
  "uninitialised-base": "TagCheckError",
  "wrong-tag": "TagCheckError",
  "non-integral-tag": "TagCheckError",
  "tag-mismatch": "TagCheckError",
  "zero-divisor": "ArithmeticError",
  "bad-radix": "InvalidToRadixInputsError",
  "too-few-limbs": "InvalidToRadixInputsError",
  "value-too-wide": "InstructionExecutionError",
  "no-such-member": "InstructionExecutionError",
  "duplicate-nullifier": "InstructionExecutionError",
  "return-without-call": "InstructionExecutionError",
  "change-in-static-call": "StaticCallAlterationError",
  "jump-out-of-code": "InvalidProgramCounterError",
  "end-of-code": "InvalidProgramCounterError",
  "out-of-gas": "OutOfGasError",
  "not-on-curve": "EcAddPointNotOnCurveError",
};

describe("programs recorded on Aztec's AVM", () => {
  for (const program of recorded) it(program.name, () => replay(program));
});

function replay(program: Recorded): void {
  const { world, call } = prepare(program);
  const outcome = run(world, call, program.steps && stepChecker(program.steps));
  assert.equal(outcome.kind, program.outcome === "exceptional" ? "halt" : program.outcome);
  assert.deepEqual(outcome.returnData.map(hex), program.returnData);
  assert.deepEqual(outcome.gas, program.gasUsed);
  assert.equal(outcome.steps, program.stepsTotal);
  if (!program.error) return;
  const { code, pc, target } = outcome.failure!;
  assert.equal(target ?? pc, program.error.pc);
  if (code === "range-beyond-memory") assert.match(program.error.class, /(Slice|Address)OutOfRangeError$/);
  else if (code === "undecodable-code")
    assert.match(program.error.class, /Invalid(Opcode|TagValue)Error|ParsingError$/);
  else assert.equal(CLASSES[code], program.error.class);
}

/** Holds every step of a run against the recorded ones. */
function stepChecker(steps: NonNullable<Recorded["steps"]>): Observer {
  let next = 0;
  const open: (readonly [FrameView, number])[] = [];
  return {
    before(frame) {
      assert.ok(next < steps.length, "a step too many");
      const [pc, form, depth, l2, da, , , resolved, reads] = steps[next];
      assert.equal(frame.pc, pc);
      assert.equal(frame.code.at(pc).form.name, form);
      let callers = 0;
      for (let caller = frame.caller; caller; caller = caller.caller) callers++;
      assert.equal(callers, depth);
      assert.deepEqual([frame.l2GasLeft, frame.daGasLeft], [l2, da]);
      // Of operands that can't all be resolved none were recorded.
      if (resolved.length > 0) assert.deepEqual(resolve(frame), resolved);
      // Behind their operands these read another call's memory.
      const own = form.endsWith("DATACOPY")
        ? reads.slice(0, 2)
        : form.endsWith("CALL")
          ? reads.slice(0, 4)
          : reads;
      for (const [address, tag, value] of own) assertCell(frame, address, tag, value);
      open.push([frame, next++]);
    },
    after(frame) {
      const [begun, step] = open.pop()!;
      assert.equal(begun, frame);
      const [, , , , , l2, da, , , writes] = steps[step];
      assert.deepEqual([frame.l2GasLeft, frame.daGasLeft], [l2, da]);
      for (const [address, tag, value] of writes) assertCell(frame, address, tag, value);
    },
    left(_frame, failure) {
      if (failure?.kind === "halt" && steps.length > 0 && open.length > 0) open.pop();
      if (open.length === 0) assert.equal(next, steps.length, "a step too few");
    },
  };
}

function resolve({ code, pc, memory }: FrameView): number[] {
  const { form, mode, values } = code.at(pc);
  return form.fields
    .filter(({ pair }) => pair >= 0)
    .map(({ index, pair }) => memory.resolve(values[index], (mode >>> (2 * pair)) & 3));
}

function assertCell({ memory }: FrameView, address: number, tag: string, value: string): void {
  assert.deepEqual([TAGS[memory.tagAt(address)], hex(memory.valueAt(address))], [tag, value], `[${address}]`);
}

function hex(value: bigint): string {
  return `0x${value.toString(16)}`;
}
