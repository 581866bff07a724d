/**
 * What comes of a run: how it ended, what it handed back, what it cost, what it changed; and where it failed, if it did.
 */

import type { HALTS } from "../isa/halts.ts";
import type { Tag } from "../isa/tags.ts";

/** Units of the two kinds of gas. */
export interface Gas {
  readonly l2: number;
  readonly da: number;
}

/** Why the AVM halted on an error: the checker's code where it has one for the same thing. `docs/halts.md` lists them. */
export type HaltCode = keyof typeof HALTS;

/** A memory operand as the failing instruction met it. */
export interface OperandState {
  /** The AVM's own name, such as `aOffset`. */
  readonly name: string;
  /** The cell that it resolved to, or undefined where that failed or came to nothing before it. */
  readonly address?: number;
  readonly tag?: Tag;
  readonly value?: bigint;
  /** False for a cell that nothing has written yet, which reads as ff 0. */
  readonly isWritten?: boolean;
}

/** How one contract call failed. */
export interface Failure {
  /** `revert` is REVERT's doing; a `halt` is an error's, takes all gas of the call and returns nothing. */
  readonly kind: "revert" | "halt";
  readonly code: HaltCode | "revert";
  /** One clause, without the place. */
  readonly message: string;
  /** Of the contract that ran. */
  readonly address: bigint;
  /** Byte offset of the instruction. */
  readonly pc: number;
  /** Where control went, if the instruction led out of the code. */
  readonly target?: number;
  /** Byte offsets of the INTERNALCALLs that hadn't returned, outermost first. */
  readonly internalCalls: readonly number[];
  /** The memory operands of the instruction, in wire order. Empty where none could be decoded. */
  readonly operands: readonly OperandState[];
  /** The contract calls around it, outermost first: by whom, and at which CALL or STATICCALL. Of very many the nearest. */
  readonly callers: readonly Place[];
  /** What REVERT handed back. */
  readonly returnData: readonly bigint[];
  /** The last nested call that had failed before, which often is why. Of a long chain of them the middle is left out. */
  readonly cause?: Failure;
  /** How many failures this is, with its cause and the cause of that. */
  readonly depth: number;
}

/** An instruction of a contract. */
export interface Place {
  readonly address: bigint;
  readonly pc: number;
  /** Byte offsets of the INTERNALCALLs around it, outermost first. */
  readonly internalCalls: readonly number[];
}

/** What DEBUGLOG printed. */
export interface DebugLog extends Place {
  /** 0 (silent) to 7 (trace); a program can write any u8. */
  readonly level: number;
  /** With `{0}`, `{1}` … as written. */
  readonly message: string;
  readonly fields: readonly bigint[];
}

/** A change of state that remains, in the order in which it was made. */
export type Effect =
  | { readonly kind: "storage"; readonly address: bigint; readonly slot: bigint; readonly value: bigint }
  /** `value` as EMITNOTEHASH had it, `unique` as it stands in the tree at `index`. */
  | {
      readonly kind: "noteHash";
      readonly address: bigint;
      readonly value: bigint;
      readonly unique: bigint;
      readonly index: bigint;
    }
  /** `value` as EMITNULLIFIER had it, `siloed` with the contract's address. */
  | { readonly kind: "nullifier"; readonly address: bigint; readonly value: bigint; readonly siloed: bigint }
  | { readonly kind: "log"; readonly address: bigint; readonly fields: readonly bigint[] }
  | {
      readonly kind: "message";
      readonly address: bigint;
      readonly recipient: bigint;
      readonly content: bigint;
    };

export interface Outcome {
  readonly kind: "return" | "revert" | "halt";
  /** What RETURN or REVERT handed back; at most {@link MAX_RETURN_DATA} fields of it. */
  readonly returnData: readonly bigint[];
  /** How many fields it handed back. */
  readonly returnDataSize: number;
  /** What was used, nested calls included. A halt uses all there was. */
  readonly gas: Gas;
  /** Instructions that were executed, nested calls included. */
  readonly steps: number;
  /** Of nested calls too, those that failed included. */
  readonly debugLogs: readonly DebugLog[];
  /** Of a revert or halt. */
  readonly failure?: Failure;
  /** Empty unless the call returned. */
  readonly effects: readonly Effect[];
}

/** How many calls around a failure, or failures behind one, are told. */
export const MAX_TOLD_CALLS = 100;

/** How much of what was handed back an outcome holds; a program can hand back 2^32 cells. */
export const MAX_RETURN_DATA = 10_000;
