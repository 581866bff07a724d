/**
 * The table as its consumers read it: one {@link InstructionSet} per target, with everything that follows from
 * the table (sizes, bit positions, field order) worked out once.
 */

import { TARGETS, instructionsOf, type FormName, type Mnemonic, type TargetName } from "./table.ts";
import type { Instruction, Operand } from "./types.ts";

/** How one operand of one wire form is laid out. */
export interface Field {
  readonly operand: Operand;
  /** Index into the instruction's operands. */
  readonly index: number;
  /** Offset from the opcode byte. */
  readonly byte: number;
  /** Width in bytes: 1, 2, 4, 8, 16 or 32. */
  readonly size: number;
  /** Which pair of mode bits is this operand's; -1 where it isn't memory. */
  readonly pair: number;
}

export interface WireForm {
  readonly name: FormName;
  readonly opcode: number;
  readonly definition: InstructionDefinition;
  /** Whole instruction in bytes. */
  readonly size: number;
  /** Bytes of the addressing field: 0, 1 or 2. */
  readonly modeSize: 0 | 1 | 2;
  /** In wire order, which is the order of the operands. */
  readonly fields: readonly Field[];
  /** Offset of the tag byte from the opcode byte; 0 where there is none. */
  readonly tagByte: number;
}

export interface InstructionDefinition extends Instruction {
  readonly mnemonic: Mnemonic;
  /** Narrowest first. */
  readonly wireForms: readonly WireForm[];
  readonly memoryOperandCount: number;
}

export interface InstructionSet {
  readonly target: TargetName;
  readonly instructions: readonly InstructionDefinition[];
  /** By mnemonic in upper case. */
  readonly byMnemonic: ReadonlyMap<string, InstructionDefinition>;
  /** By wire name in upper case. A name may be a mnemonic too (`SLOAD`). */
  readonly byForm: ReadonlyMap<string, WireForm>;
  /** Index is the opcode byte; undefined above the last opcode. */
  readonly byOpcode: readonly (WireForm | undefined)[];
}

/** Mode bits of one operand: which of the two steps its resolution takes. */
export const INDIRECT = 1;
export const RELATIVE = 2;

/** Gas that addressing adds: per indirect operand, per relative operand, and once when any is relative. */
export const ADDRESSING_GAS = { indirect: 3, relative: 3, base: 3 } as const;

/** Mode bits are charged for even where no operand is, up to so many pairs. */
function chargedPairs({ target }: InstructionSet): number {
  return target === "v6" ? 5 : 7;
}

/** What the mode bits of an instruction cost, those of no operand included. */
export function addressingGas(set: InstructionSet, form: WireForm, mode: number): number {
  const pairs = Math.min(chargedPairs(set), form.modeSize * 4);
  let indirect = 0;
  let relative = 0;
  for (let k = 0; k < pairs; k++) {
    const bits = mode >>> (2 * k);
    if (bits & INDIRECT) indirect++;
    if (bits & RELATIVE) relative++;
  }
  return (
    indirect * ADDRESSING_GAS.indirect +
    relative * ADDRESSING_GAS.relative +
    (relative > 0 ? ADDRESSING_GAS.base : 0)
  );
}

const sets = new Map<TargetName, InstructionSet>();

/** The instruction set of a target. Built on first use and shared. */
export function instructionSet(target: TargetName): InstructionSet {
  let set = sets.get(target);
  if (!set) sets.set(target, (set = build(target)));
  return set;
}

/** The target with this spelling in any case, or undefined. */
export function parseTarget(text: string): TargetName | undefined {
  const lower = text.toLowerCase();
  return TARGETS.find((target) => target === lower);
}

function build(target: TargetName): InstructionSet {
  const instructions: InstructionDefinition[] = [];
  const byMnemonic = new Map<string, InstructionDefinition>();
  const byForm = new Map<string, WireForm>();
  const byOpcode: (WireForm | undefined)[] = [];
  for (const [mnemonic, instruction] of Object.entries(instructionsOf(target))) {
    const wireForms: WireForm[] = [];
    const definition: InstructionDefinition = {
      ...instruction,
      mnemonic: mnemonic as Mnemonic,
      wireForms,
      memoryOperandCount: instruction.operands.filter((operand) => operand.kind === "memory").length,
    };
    for (const name of Object.keys(instruction.forms)) {
      const form = layOut(name as FormName, definition);
      wireForms.push(form);
      byForm.set(name, form);
      byOpcode[form.opcode] = form;
    }
    instructions.push(definition);
    byMnemonic.set(mnemonic, definition);
  }
  return { target, instructions, byMnemonic, byForm, byOpcode };
}

/** Works out where everything stands in one wire form. */
export function layOut(name: FormName, definition: InstructionDefinition): WireForm {
  const form = definition.forms[name];
  const modeSize = definition.memoryOperandCount === 0 ? 0 : definition.memoryOperandCount <= 4 ? 1 : 2;
  let byte = 1 + modeSize;
  let pair = 0;
  const fields = definition.operands.map((operand, index): Field => {
    const size = fieldSize(operand, form.offset, form.immediate);
    const field = { operand, index, byte, size, pair: operand.kind === "memory" ? pair++ : -1 };
    byte += size;
    return field;
  });
  const tagByte = fields.find(({ operand }) => operand.kind === "tag")?.byte ?? 0;
  return { name, opcode: form.opcode, definition, size: byte, modeSize, fields, tagByte };
}

function fieldSize(operand: Operand, offset: number, immediate: number | "ff" | undefined): number {
  switch (operand.kind) {
    case "memory":
      return offset / 8;
    case "tag":
    case "enum":
      return 1;
    case "target":
      return 4;
    case "immediate":
      return immediate === "ff" ? 32 : (immediate ?? 0) / 8;
  }
}
