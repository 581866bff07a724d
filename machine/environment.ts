/** The instructions that read the environment, calldata and returndata. */

import { tagCode, truncate } from "../isa/tags.ts";
import type { EnumMember } from "../isa/types.ts";
import type { Data } from "./data.ts";
import type { Decoded } from "./code.ts";
import { demandInMemory, type Frame } from "./frame.ts";
import { Halted } from "./halted.ts";
import type { Handler, Run } from "./run.ts";
import { FF, U1, U32 } from "./tag-codes.ts";

export const getEnvVar: Handler = (frame, instruction, run) => {
  frame.pay(instruction);
  const [to] = frame.resolve(instruction);
  const { name, tag } = memberOf(instruction, 1);
  // Only targets that the machine refuses have members without a single tag.
  if (typeof tag !== "string") return;
  frame.memory.set(to, tagCode(tag), truncate(environmentOf(frame, run, name), tag));
  return undefined;
};

/** The member that an enum operand names. Throws {@link Halted} if there is none. */
export function memberOf({ form, values }: Decoded, index: number): EnumMember {
  const operand = form.definition.operands[index];
  const members = operand.kind === "enum" ? operand.members : [];
  const member = members.find(({ value }) => value === values[index]);
  if (!member)
    throw new Halted(
      "no-such-member",
      `${form.definition.mnemonic} has no member with the number ${values[index]}`,
    );
  return member;
}

function environmentOf(frame: Frame, { world }: Run, name: string): bigint {
  switch (name) {
    case "ADDRESS":
      return frame.address;
    case "SENDER":
      return frame.sender;
    case "ISSTATICCALL":
      return frame.isStatic ? 1n : 0n;
    case "L2GASLEFT":
      return BigInt(frame.l2GasLeft);
    case "DAGASLEFT":
      return BigInt(frame.daGasLeft);
    default:
      return world.environment[name as keyof typeof world.environment];
  }
}

export const callDataCopy: Handler = (frame, instruction) => {
  copy(frame, instruction, frame.calldata);
  return undefined;
};

export const returnDataCopy: Handler = (frame, instruction) => {
  copy(frame, instruction, frame.returnData);
  return undefined;
};

/** Copies fields to memory. Past the end of the data, the fields are 0. */
function copy(frame: Frame, instruction: Decoded, data: Data): void {
  frame.pay(instruction);
  const [sizeAt, startAt, to] = frame.resolve(instruction);
  frame.demand(instruction, 1, startAt);
  frame.demand(instruction, 0, sizeAt);
  const { memory } = frame;
  const size = memory.smallAt(sizeAt);
  const start = memory.smallAt(startAt);
  frame.payFor(instruction, size);
  const available = data.available(start, size);
  if (available === undefined)
    throw new Halted(
      "range-beyond-memory",
      "the data that is copied is beyond the last cell of its call's memory",
    );
  demandInMemory(to, size);
  for (let k = 0; k < size; k++) memory.set(to + k, FF, k < available ? data.at(start + k) : 0n);
}

export const successCopy: Handler = (frame, instruction) => {
  frame.pay(instruction);
  const [to] = frame.resolve(instruction);
  frame.memory.setSmall(to, U1, frame.succeeded ? 1 : 0);
  return undefined;
};

export const returnDataSize: Handler = (frame, instruction) => {
  frame.pay(instruction);
  const [to] = frame.resolve(instruction);
  frame.memory.setSmall(to, U32, frame.returnData.size);
  return undefined;
};
