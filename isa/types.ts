/**
 * The types of the instruction table. `table.ts` and `targets/` hold the data; the lexer, the checker, the encoder, the
 * decoder, the editor features and the documentation read it, and no other module has knowledge about single
 * instructions.
 */

import type { Tag } from "./tags.ts";

export type Category =
  | "Arithmetic"
  | "Comparison"
  | "Bitwise"
  | "Conversion"
  | "Environment"
  | "Control"
  | "Memory"
  | "State"
  | "External"
  | "Misc"
  | "Gadget";

/** Number of cells of a memory operand: a constant, or the value of another operand of the instruction. */
export type RangeLength =
  | number
  /** The value of the u32 cell that the named memory operand resolves to. */
  | { readonly cell: string }
  /** The named immediate operand. */
  | { readonly immediate: string };

/** The tag that a cell must have when it is read; absent if any tag is allowed. */
export type TagRequirement =
  | Tag
  | "integral"
  /** The tag of the cell that the named memory operand reads. */
  | { readonly sameAs: string }
  /** One of several tags, because the target stands for several releases that differ here. */
  | { readonly oneOf: readonly Tag[] };

/** The tag that a written cell gets. */
export type ResultTag =
  | Tag
  /** The tag of the cell that the named memory operand reads. */
  | { readonly sameAs: string }
  /** One of several tags, because the target stands for several releases that differ here. */
  | { readonly oneOf: readonly Tag[] }
  /** The tag that the named tag operand gives. */
  | { readonly given: string }
  /** The tag of the member that the named enum operand chooses. */
  | { readonly member: string }
  /** One tag per cell of a range of fixed length. */
  | { readonly each: readonly Tag[] }
  /** `then` if the named operand's cell holds 1, else `otherwise`. */
  | { readonly when: string; readonly then: Tag; readonly otherwise: Tag };

export interface MemoryOperand {
  readonly kind: "memory";
  /** The AVM's own name, such as `aOffset`. */
  readonly name: string;
  readonly access: "read" | "write";
  /** Absent for a single cell. */
  readonly length?: RangeLength;
  /** For a read: the tag that the AVM requires of every cell. */
  readonly requires?: TagRequirement;
  /** For a write: the tag that every cell gets. */
  readonly result?: ResultTag;
  /**
   * The instruction doesn't access the range itself: a nested call or the caller may read it later (CALL's arguments,
   * RETURN's data). So the AVM checks neither its bounds nor its tags here.
   */
  readonly lazy?: boolean;
  /** Only a node that collects debug logs checks the tag, so a wrong one never halts on the network. */
  readonly unchecked?: boolean;
}

export interface TagOperand {
  readonly kind: "tag";
  readonly name: string;
}

export interface ImmediateOperand {
  readonly kind: "immediate";
  readonly name: string;
}

/** A byte offset in the code, always 32 bits wide. */
export interface TargetOperand {
  readonly kind: "target";
  readonly name: string;
}

export interface EnumMember {
  readonly name: string;
  readonly value: number;
  /** The tag of the value that this member reads; several if the releases of a target differ. */
  readonly tag: Tag | { readonly oneOf: readonly Tag[] };
  readonly summary: string;
  /** Names that other releases use, for suggestions. */
  readonly aliases?: readonly string[];
}

/** One byte that chooses a named member. */
export interface EnumOperand {
  readonly kind: "enum";
  readonly name: string;
  readonly members: readonly EnumMember[];
}

export type Operand = MemoryOperand | TagOperand | ImmediateOperand | TargetOperand | EnumOperand;
export type OperandKind = Operand["kind"];

/** Width of an immediate on the wire: bits, or the 32 bytes of a field element. */
export type ImmediateWidth = 8 | 16 | 32 | 64 | 128 | "ff";

/**
 * One wire form. Everything else about its layout follows: opcode, addressing field (u8 for up to 4 memory
 * operands, u16 above, none without), memory operands in `offset` bits each, tag byte, then immediate, enum byte
 * or 32-bit target. Big endian.
 */
export interface Form {
  readonly opcode: number;
  /** Width of every memory operand in bits. */
  readonly offset: 8 | 16;
  /** Width of the immediate operand; absent if there is none. */
  readonly immediate?: ImmediateWidth;
}

/** The number of units that dynamic gas is charged for. */
export type GasMultiplier =
  /** The value of the cell that the named operand reads. */
  | { readonly cell: string }
  /** The width in bytes of the tag of the cell that the named operand reads (1 for u1). */
  | { readonly tagBytes: string }
  /**
   * The larger of two numbers: the value of the `limbs` cell, and the number of digits of the modulus in the radix of
   * the `radix` cell.
   */
  | { readonly limbs: string; readonly radix: string }
  /** 1 if the transaction writes the storage slot for the first time, else 0. */
  | { readonly coldSlot: true };

export interface DynamicGas {
  readonly l2?: number;
  readonly da?: number;
  readonly per: GasMultiplier;
}

/** Gas units, before the addressing surcharge that is the same for every instruction. */
export interface Gas {
  readonly l2: number;
  readonly da?: number;
  readonly dynamic?: DynamicGas;
}

/** The instruction that runs next. */
export type Flow =
  /** The following instruction. */
  | "next"
  /** The instruction at the target. */
  | "jump"
  /** The instruction at the target or the following one. */
  | "branch"
  /** The instruction at the target, and the following one after it returns. */
  | "call"
  /** The instruction after the matching call. */
  | "return"
  /** None: the contract call ends, with or without an error. */
  | "halt";

/** The written value, if a static analysis can compute it. */
export type Computation =
  | "add"
  | "sub"
  | "mul"
  | "div"
  | "fdiv"
  | "eq"
  | "lt"
  | "lte"
  | "and"
  | "or"
  | "xor"
  | "not"
  | "shl"
  | "shr"
  | "cast"
  | "set"
  | "copy";

/** A condition besides tags under which the AVM halts. */
export type Hazard =
  /** The named operand's cell must not be zero. */
  | { readonly kind: "nonzero"; readonly operand: string }
  /** The inputs of a decomposition into limbs, named by role. */
  | {
      readonly kind: "radix";
      readonly value: string;
      readonly radix: string;
      readonly limbs: string;
      readonly bits: string;
      /** Digits that don't fit are dropped, so a value that is too large doesn't halt. */
      readonly truncates?: boolean;
    }
  /** The points must be on the curve, but for those at infinity. */
  | { readonly kind: "curve"; readonly points: readonly CurvePoint[] }
  /** The enum operand must be one of its members. */
  | { readonly kind: "member"; readonly operand: string }
  /** The named cell's value must be below 2^bits. */
  | { readonly kind: "width"; readonly operand: string; readonly bits: number };

/** The operands that hold a point of the curve. */
export interface CurvePoint {
  readonly x: string;
  readonly y: string;
  /** The flag for infinity; without one (0, 0) is infinity. */
  readonly isInfinite?: string;
}

export interface Instruction {
  readonly category: Category;
  /** One sentence. */
  readonly summary: string;
  /** The effect in the notation of the AVM's documentation: M[x] is a value, T[x] a tag. */
  readonly expression: string;
  /** In wire order. */
  readonly operands: readonly Operand[];
  /** By wire name, narrowest first. */
  readonly forms: Readonly<Record<string, Form>>;
  readonly gas: Gas;
  readonly flow: Flow;
  readonly computes?: Computation;
  readonly hazards?: readonly Hazard[];
  /** Halts when executed inside a static call. */
  readonly changesState?: boolean;
  /** Names that other releases or implementations use, for suggestions. */
  readonly aliases?: readonly string[];
  /** Further sentences for the documentation. */
  readonly notes?: readonly string[];
}
