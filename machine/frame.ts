/** The state of one running contract call. */

import { MEMORY_SIZE } from "../isa/limits.ts";
import { TAGS } from "../isa/tags.ts";
import { instructionSet } from "../isa/instruction-set.ts";
import { DEFAULT_TARGET } from "../isa/table.ts";
import { Code, type Decoded } from "./code.ts";
import { NO_DATA, type Data } from "./data.ts";
import { Halted } from "./halted.ts";
import { wrongTagOf } from "./messages.ts";
import { Memory, type MemoryBudget } from "./memory.ts";
import type { FrameView } from "./observer.ts";
import type { Failure, Gas } from "./outcome.ts";

export interface FrameOptions {
  readonly number: number;
  readonly caller?: Frame;
  readonly address: bigint;
  readonly sender: bigint;
  readonly isStatic: boolean;
  readonly calldata: Data;
  readonly gas: Gas;
  readonly budget: MemoryBudget;
}

const NO_CODE = new Code(instructionSet(DEFAULT_TARGET), new Uint8Array(0));

export class Frame implements FrameView {
  readonly number: number;
  readonly caller: Frame | undefined;
  readonly address: bigint;
  readonly sender: bigint;
  readonly isStatic: boolean;
  readonly code: Code;
  /** False if there is no contract at the address. */
  readonly hasCode: boolean;
  readonly calldata: Data;
  readonly memory: Memory;
  /** The cells of the last nested call's memory, which holds the returndata. */
  heldCells = 0;
  readonly internalCalls: number[] = [];
  /** Return addresses of the internal calls. */
  readonly internalReturns: number[] = [];
  pc = 0;
  /** Byte offset at which the interpreter starts or resumes. */
  resumeAt = 0;
  l2GasLeft: number;
  daGasLeft: number;
  /** True between the observer's `before` and `after` of an instruction. */
  isInside = false;
  /** Returndata of the last nested call. */
  returnData = NO_DATA;
  succeeded = false;
  failedCall: Failure | undefined;
  /** The data of RETURN or REVERT. */
  output: Data = NO_DATA;
  isReverted = false;

  constructor(
    { number, caller, address, sender, isStatic, calldata, gas, budget }: FrameOptions,
    code: Code | undefined,
  ) {
    this.memory = new Memory(budget);
    this.number = number;
    this.caller = caller;
    this.address = address;
    this.sender = sender;
    this.isStatic = isStatic;
    this.code = code ?? NO_CODE;
    this.hasCode = code !== undefined;
    this.calldata = calldata;
    this.l2GasLeft = gas.l2;
    this.daGasLeft = gas.da;
  }

  get calldataSize(): number {
    return this.calldata.size;
  }

  calldataAt(index: number): bigint {
    return this.calldata.at(index);
  }

  get returnDataSize(): number {
    return this.returnData.size;
  }

  returnDataAt(index: number): bigint {
    return this.returnData.at(index);
  }

  /** Charges gas. Throws {@link Halted} if there isn't enough of either kind. */
  charge(l2: number, da: number): void {
    if (l2 > this.l2GasLeft || da > this.daGasLeft) throw outOfGas(l2 > this.l2GasLeft, da > this.daGasLeft);
    this.l2GasLeft -= l2;
    this.daGasLeft -= da;
  }

  /** Charges an instruction's base gas. */
  pay({ l2, da }: Decoded): void {
    this.charge(l2, da);
  }

  /** Charges a number of units of an instruction's dynamic gas. */
  payFor({ form }: Decoded, units: number): void {
    const { l2 = 0, da = 0 } = form.definition.gas.dynamic ?? {};
    this.charge(l2 * units, da * units);
  }

  /** Throws {@link Halted} unless the cell at `address`, which is operand `index`, has the tag that the instruction table demands. */
  demand(instruction: Decoded, index: number, address: number): void {
    const operand = instruction.form.definition.operands[index];
    const wanted = operand.kind === "memory" ? operand.requires : undefined;
    if (typeof wanted !== "string" || wanted === "integral") return;
    const found = this.memory.tagAt(address);
    if (TAGS[found] !== wanted) throw wrongTagOf(instruction, index, found, wanted);
  }

  /** Like {@link demand}, for a range of cells. Also throws if the range ends beyond the last cell. */
  demandRange(instruction: Decoded, index: number, start: number, length: number): void {
    demandInMemory(start, length);
    const operand = instruction.form.definition.operands[index];
    const wanted = operand.kind === "memory" ? operand.requires : undefined;
    if (typeof wanted !== "string" || wanted === "integral") return;
    for (let address = start; address < start + length; address++) {
      const found = this.memory.tagAt(address);
      if (TAGS[found] !== wanted) throw wrongTagOf(instruction, index, found, wanted, address);
    }
  }

  /** The values of a range of cells, whatever their tags. */
  valuesFrom(start: number, length: number): bigint[] {
    return Array.from({ length }, (_, k) => this.memory.valueAt(start + k));
  }

  /** Resolves the addresses of an instruction's memory operands. Throws {@link Halted} at the first that can't be resolved. */
  resolve({ form, mode, values }: Decoded): number[] {
    const addresses: number[] = [];
    for (const { index, pair } of form.fields) {
      if (pair >= 0) addresses.push(this.memory.resolve(values[index], (mode >>> (2 * pair)) & 3));
    }
    return addresses;
  }
}

/** Throws {@link Halted} if a range of cells ends beyond the last one. */
export function demandInMemory(start: number, length: number): void {
  if (start + length <= MEMORY_SIZE) return;
  throw new Halted(
    "range-beyond-memory",
    `a range starts at ${start} and has ${length} cells, so it ends beyond the last one`,
  );
}

export function outOfGas(l2: boolean, da: boolean): Halted {
  const kinds = [...(l2 ? ["L2"] : []), ...(da ? ["DA"] : [])];
  return new Halted("out-of-gas", `not enough ${kinds.join(" and ")} gas is left for this instruction`);
}
