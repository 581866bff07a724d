/**
 * Decodes bytes to statements and encodes them, by the layouts of the instruction table.
 *
 * Any bytes can be decoded. Bytes that aren't an instruction become raw bytes: an unknown opcode, a tag
 * byte above 6, an instruction that is cut off at the end of the code.
 */

import type { InstructionSet, WireForm } from "../isa/instruction-set.ts";
import { TAGS } from "../isa/tags.ts";
import { DATA, ProgramBuilder, type Program } from "./program.ts";

/** Why the AVM can't decode an instruction at a byte offset. */
export type DecodeFailure = "invalid-opcode" | "truncated" | "invalid-tag";

/**
 * The form of the instruction at `pc`, or why none can be decoded. The AVM checks the size before
 * the tag.
 */
export function formAt(set: InstructionSet, bytes: Uint8Array, pc: number): WireForm | DecodeFailure {
  const form = set.byOpcode[bytes[pc]];
  if (!form) return "invalid-opcode";
  if (pc + form.size > bytes.length) return "truncated";
  if (form.tagByte > 0 && bytes[pc + form.tagByte] >= TAGS.length) return "invalid-tag";
  return form;
}

/** Decodes all bytes, one statement after the other. */
export function decode(set: InstructionSet, bytes: Uint8Array): Program {
  const builder = new ProgramBuilder(set, Math.max(16, bytes.length >>> 2));
  let pc = 0;
  while (pc < bytes.length) pc += decodeInto(builder, bytes, pc);
  return builder.finish();
}

/** Appends the instruction or raw bytes at `pc`. Returns its size in bytes. */
export function decodeInto(builder: ProgramBuilder, bytes: Uint8Array, pc: number): number {
  const form = formAt(builder.set, bytes, pc);
  if (typeof form === "string") {
    const size = sizeOfUndecodable(builder.set, bytes, pc, form);
    builder.addData(bytes.subarray(pc, pc + size));
    return size;
  }
  builder.startInstruction(form, modeAt(form, bytes, pc));
  const { fields } = form;
  for (let index = 0; index < fields.length; index++) {
    const { size, byte } = fields[index];
    if (size <= 4) builder.addValue(readNumber(bytes, pc + byte, size));
    else builder.addWide(readWide(bytes, pc + byte, size));
  }
  return form.size;
}

/** The addressing field of the instruction at `pc`; 0 if its form has none. */
export function modeAt(form: WireForm, bytes: Uint8Array, pc: number): number {
  return form.modeSize === 0 ? 0 : readNumber(bytes, pc + 1, form.modeSize);
}

/** Encodes a program. */
export function encode(program: Program): Uint8Array {
  const { set, count, pcs, opcodes, modes, firsts, values } = program;
  const bytes = new Uint8Array(pcs[count]);
  for (let index = 0; index < count; index++) {
    const pc = pcs[index];
    let value = firsts[index];
    const opcode = opcodes[index];
    if (opcode === DATA) {
      for (let at = pc; value < firsts[index + 1]; value++, at++) bytes[at] = values[value];
      continue;
    }
    const form = set.byOpcode[opcode];
    if (!form) continue;
    bytes[pc] = opcode;
    if (form.modeSize === 1) bytes[pc + 1] = modes[index];
    else if (form.modeSize === 2) {
      bytes[pc + 1] = modes[index] >>> 8;
      bytes[pc + 2] = modes[index];
    }
    const { fields } = form;
    for (let k = 0; k < fields.length; k++, value++) {
      const { size, byte } = fields[k];
      const at = pc + byte;
      const number = values[value];
      if (size === 1) bytes[at] = number;
      else if (size === 2) {
        bytes[at] = number >>> 8;
        bytes[at + 1] = number;
      } else if (size === 4) {
        bytes[at] = number >>> 24;
        bytes[at + 1] = number >>> 16;
        bytes[at + 2] = number >>> 8;
        bytes[at + 3] = number;
      } else writeWide(bytes, at, size, program.wide[number]);
    }
  }
  return bytes;
}

function sizeOfUndecodable(
  set: InstructionSet,
  bytes: Uint8Array,
  pc: number,
  failure: DecodeFailure,
): number {
  switch (failure) {
    case "invalid-opcode":
      return 1;
    case "truncated":
      return bytes.length - pc;
    case "invalid-tag":
      return set.byOpcode[bytes[pc]]!.size;
  }
}

/** Reads a number of 1, 2 or 4 bytes. */
export function readNumber(bytes: Uint8Array, at: number, size: number): number {
  if (size === 1) return bytes[at];
  return size === 2 ? (bytes[at] << 8) | bytes[at + 1] : readUint32(bytes, at);
}

function readUint32(bytes: Uint8Array, at: number): number {
  return ((bytes[at] << 24) | (bytes[at + 1] << 16) | (bytes[at + 2] << 8) | bytes[at + 3]) >>> 0;
}

/** Reads a number of 8, 16 or 32 bytes. */
export function readWide(bytes: Uint8Array, at: number, size: number): bigint {
  let value = 0n;
  for (let word = at; word < at + size; word += 4) value = (value << 32n) | BigInt(readUint32(bytes, word));
  return value;
}

/** Writes a number of 8, 16 or 32 bytes. The bytes must be zero before. */
function writeWide(bytes: Uint8Array, at: number, size: number, value: bigint): void {
  // The loop ends early for small numbers, because each step creates a new bigint.
  for (let end = at + size; value > 0n && end > at; end -= 4) {
    const low = Number(value & 0xffff_ffffn);
    bytes[end - 1] = low;
    bytes[end - 2] = low >>> 8;
    bytes[end - 3] = low >>> 16;
    bytes[end - 4] = low >>> 24;
    value >>= 32n;
  }
}
