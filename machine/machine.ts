/**
 * Runs contract calls: takes a call and a world, returns an outcome, and applies the call's side effects to the world.
 *
 * Nested calls are on an explicit stack, since only gas bounds their depth.
 */

import { toItsEnd, type Paused } from "../program/cooperative.ts";
import type { Program } from "../program/program.ts";
import type { Code } from "./code.ts";
import { GivenData } from "./data.ts";
import { Frame } from "./frame.ts";
import { Halted } from "./halted.ts";
import { execute } from "./interpreter.ts";
import { DEFAULT_GAS, MAX_CELLS } from "./limits.ts";
import type { Observer } from "./observer.ts";
import {
  MAX_RETURN_DATA,
  MAX_REPORTED_CALLS,
  type Failure,
  type OperandState,
  type Outcome,
  type Place,
} from "./outcome.ts";
import type { Run } from "./run.ts";
import { TAGS } from "../isa/tags.ts";
import type { World } from "./world.ts";

/** A call from a transaction. */
export interface Call {
  readonly address?: bigint;
  /** The code to run; by default the code deployed at the address. */
  readonly code?: Program | Uint8Array | Code;
  readonly sender?: bigint;
  readonly calldata?: readonly bigint[];
  readonly isStatic?: boolean;
  /** The gas limits; by default {@link DEFAULT_GAS}. */
  readonly gas?: { readonly l2?: number; readonly da?: number };
}

/** The default address of a program. */
export const DEFAULT_ADDRESS = 0x1234n;
export const DEFAULT_SENDER = 42n;

/** Number of steps between two pauses: few, because a step may take half a millisecond (POSEIDON2). */
const STEPS_PER_PAUSE = 128;

/** Runs a call to its end. A call that fails doesn't change the world. Throws `OutOfMemory`, after which the world is of no use. */
export function run(world: World, call: Call, observer?: Observer): Outcome {
  return toItsEnd(running(world, call, observer, false));
}

/**
 * Runs a call as {@link run} does, and pauses every {@link STEPS_PER_PAUSE} steps if there is an observer: so its caller can answer
 * requests in between, or end the run. The world of a run that was ended is of no use any more. Throws `OutOfMemory`.
 */
export function* running(
  world: World,
  call: Call,
  observer: Observer | undefined,
  pauses = true,
): Paused<Outcome> {
  const { address = DEFAULT_ADDRESS, sender = DEFAULT_SENDER, isStatic = false } = call;
  const gas = { l2: call.gas?.l2 ?? DEFAULT_GAS.l2, da: call.gas?.da ?? DEFAULT_GAS.da };
  const code = call.code === undefined ? world.contractToCall(address)?.code : world.codeOf(call.code);
  const state: Run = {
    world,
    observer,
    pauseAt: pauses ? STEPS_PER_PAUSE : Infinity,
    steps: 0,
    calls: 1,
    callee: undefined,
    budget: { cells: MAX_CELLS },
    debugLogs: [],
    debugReads: 0,
  };
  const calldata = new GivenData(call.calldata ?? []);
  const frame = new Frame(
    { number: 0, address, sender, isStatic, calldata, gas, budget: state.budget },
    code,
  );
  const checkpoint = world.checkpoint();
  const failure = yield* runToEnd(frame, state);
  const size = failure?.kind === "halt" ? 0 : frame.output.size;
  return {
    kind: failure ? failure.kind : "return",
    returnData: fieldsOf(frame),
    returnDataSize: size,
    gas: { l2: gas.l2 - frame.l2GasLeft, da: gas.da - frame.daGasLeft },
    steps: state.steps,
    debugLogs: state.debugLogs,
    ...(failure ? { failure } : frame.failedCall && { failedCall: frame.failedCall }),
    effects: world.effectsSince(checkpoint),
  };
}

/** Runs a call and its nested calls. Returns the failure, if it failed. */
function* runToEnd(first: Frame, run: Run): Paused<Failure | undefined> {
  const { world, observer } = run;
  const stack = [{ frame: first, checkpoint: world.checkpoint() }];
  observer?.entered?.(first);
  for (;;) {
    const { frame, checkpoint } = stack[stack.length - 1];
    const failure = runCall(frame, run);
    if (failure === "pause") {
      yield;
      run.pauseAt = run.steps + STEPS_PER_PAUSE;
      continue;
    }
    if (failure === "call") {
      const callee = run.callee!;
      stack.push({ frame: callee, checkpoint: world.checkpoint() });
      observer?.entered?.(callee);
      continue;
    }
    if (failure) world.rollBack(checkpoint);
    observer?.left?.(frame, failure);
    stack.pop();
    const { caller } = frame;
    if (!caller) return failure;
    caller.returnData = frame.output;
    if (observer?.keepsMemory !== true) run.budget.cells += caller.heldCells + frame.heldCells;
    caller.heldCells = frame.memory.size;
    caller.succeeded = failure === undefined;
    if (failure) caller.failedCall = failure;
    caller.l2GasLeft += frame.l2GasLeft;
    caller.daGasLeft += frame.daGasLeft;
  }
}

/** Runs one call until it ends, pauses or makes a nested call. Returns the failure, the signal, or undefined if it ended well. */
function runCall(frame: Frame, run: Run): Failure | "call" | "pause" | undefined {
  try {
    if (!frame.hasCode) throw new Halted("no-contract", `no contract is deployed at ${hex(frame.address)}`);
    if (frame.code.bytes.length === 0) throw new Halted("empty-program", "the contract has no code");
    const signal = execute(frame, run);
    if (signal !== "end") return signal;
    if (!frame.isReverted) return undefined;
    return failureOf(frame, { kind: "revert", code: "revert", message: "REVERT was executed" });
  } catch (error) {
    if (!(error instanceof Halted)) throw error;
    const { code, message, target } = error;
    const failure = failureOf(frame, {
      kind: "halt",
      code,
      message,
      ...(target !== undefined && { target }),
    });
    frame.l2GasLeft = 0;
    frame.daGasLeft = 0;
    return failure;
  }
}

function failureOf(frame: Frame, what: Pick<Failure, "kind" | "code" | "message" | "target">): Failure {
  const callers: Place[] = [];
  for (let caller = frame.caller; caller && callers.length < MAX_REPORTED_CALLS; caller = caller.caller)
    callers.push(placeOf(caller));
  callers.reverse();
  // In a chain of failures that is too long, the middle ones are left out: the innermost ones say most.
  const nested = frame.failedCall;
  const cause = nested && nested.depth > MAX_REPORTED_CALLS ? nested.cause : nested;
  return {
    ...what,
    ...placeOf(frame),
    operands: operandsOf(frame),
    callers,
    returnData: fieldsOf(frame),
    depth: cause ? cause.depth + 1 : 1,
    ...(cause && { cause }),
  };
}

function placeOf({ address, pc, internalCalls }: Frame): Place {
  return { address, pc, internalCalls: [...internalCalls] };
}

/** The memory operands of the instruction at `frame.pc` that can be resolved. */
function operandsOf(frame: Frame): OperandState[] {
  const { code, memory, pc } = frame;
  const instruction = code.peek(pc);
  if (!instruction) return [];
  const { form, mode, values } = instruction;
  return form.fields
    .filter(({ pair }) => pair >= 0)
    .map(({ operand, index, pair }): OperandState => {
      try {
        const address = memory.resolve(values[index], (mode >>> (2 * pair)) & 3);
        return {
          name: operand.name,
          address,
          tag: TAGS[memory.tagAt(address)],
          value: memory.valueAt(address),
          isWritten: memory.isWritten(address),
        };
      } catch {
        return { name: operand.name };
      }
    });
}

function fieldsOf({ output }: Frame): bigint[] {
  return Array.from({ length: Math.min(output.size, MAX_RETURN_DATA) }, (_, index) => output.at(index));
}

function hex(value: bigint): string {
  return `0x${value.toString(16)}`;
}
