/**
 * The instruction table in the form that its users read: one {@link InstructionSet} per target, with the properties
 * that follow from the table (sizes, bit positions, field order) computed once.
 */

import { TARGETS, instructionsOf, type FormName, type Mnemonic, type TargetName } from "./table.ts";
import type { Instruction, Operand, EnumOperand } from "./types.ts";

/** The layout of one operand in a wire form. */
export interface Field {
  readonly operand: Operand;
  /** Index into the instruction's operands. */
  readonly index: number;
  /** Offset from the opcode byte. */
  readonly byte: number;
  /** Width in bytes: 1, 2, 4, 8, 16 or 32. */
  readonly size: number;
  /** Index of the operand's pair of mode bits; -1 if it isn't a memory operand. */
  readonly pair: number;
}

export interface WireForm {
  readonly name: FormName;
  readonly opcode: number;
  readonly definition: InstructionDefinition;
  /** Size of the whole instruction in bytes. */
  readonly size: number;
  /** Bytes of the addressing field: 0, 1 or 2. */
  readonly modeSize: 0 | 1 | 2;
  /** In wire order, which is the order of the operands. */
  readonly fields: readonly Field[];
  /** Offset of the tag byte from the opcode byte; 0 if there is none. */
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
  /** Instructions by mnemonic in upper case. */
  readonly byMnemonic: ReadonlyMap<string, InstructionDefinition>;
  /** Wire forms by name in upper case. A name may also be a mnemonic (`SLOAD`). */
  readonly byForm: ReadonlyMap<string, WireForm>;
  /** Index is the opcode byte; undefined above the last opcode. */
  readonly byOpcode: readonly (WireForm | undefined)[];
}

/** Mode bits of one operand; each adds one step to its address resolution. */
export const INDIRECT = 1;
export const RELATIVE = 2;

/** Gas that addressing adds: per indirect operand, per relative operand, and once if any operand is relative. */
export const ADDRESSING_GAS = { indirect: 3, relative: 3, base: 3 } as const;

/** The number of pairs of mode bits that the AVM charges for, including pairs without an operand. */
function chargedPairs({ target }: InstructionSet): number {
  return target === "v6" ? 5 : 7;
}

/** Gas for the mode bits of an instruction, including those without an operand. */
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

/** The target with this name, ignoring case; undefined if there is none. */
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

/** The operand of GETENVVAR whose members are the values that it can read. */
export function environmentOperand({ byMnemonic }: InstructionSet): EnumOperand | undefined {
  return byMnemonic.get("GETENVVAR")?.operands.find((operand) => operand.kind === "enum");
}

/** Computes the layout of a wire form. */
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
