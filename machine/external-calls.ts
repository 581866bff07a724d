/** CALL, STATICCALL, RETURN and REVERT. */

import { MemoryData } from "./data.ts";
import type { Decoded } from "./code.ts";
import { Frame } from "./frame.ts";
import type { Handler, Run, Signal } from "./run.ts";

export const call: Handler = (frame, instruction, run) => begin(frame, instruction, run, frame.isStatic);

export const staticCall: Handler = (frame, instruction, run) => begin(frame, instruction, run, true);

/** Begins a nested call: takes its gas from the caller. Unused gas is given back when the call ends. */
function begin(frame: Frame, instruction: Decoded, run: Run, isStatic: boolean): Signal {
  frame.pay(instruction);
  const [l2At, daAt, addressAt, sizeAt, start] = frame.resolve(instruction);
  for (const [index, at] of [l2At, daAt, addressAt, sizeAt].entries()) frame.demand(instruction, index, at);
  const { memory } = frame;
  const gas = {
    l2: Math.min(memory.smallAt(l2At), frame.l2GasLeft),
    da: Math.min(memory.smallAt(daAt), frame.daGasLeft),
  };
  frame.charge(gas.l2, gas.da);
  const address = memory.valueAt(addressAt);
  const calldata = new MemoryData(memory, start, memory.smallAt(sizeAt), clamps(run));
  run.callee = new Frame(
    {
      number: run.calls++,
      caller: frame,
      address,
      sender: frame.address,
      isStatic,
      calldata,
      gas,
      budget: run.budget,
    },
    run.world.contractToCall(address)?.code,
  );
  return "call";
}

export const finish: Handler = (frame, instruction, run) => {
  frame.pay(instruction);
  const [sizeAt, start] = frame.resolve(instruction);
  frame.demand(instruction, 0, sizeAt);
  frame.output = new MemoryData(frame.memory, start, frame.memory.smallAt(sizeAt), clamps(run));
  frame.isReverted = instruction.form.definition.mnemonic === "REVERT";
  return "end";
};

/** Whether data beyond memory is left out. Up to v4, copying it is an error. */
function clamps({ world }: Run): boolean {
  return world.target !== "v4";
}
