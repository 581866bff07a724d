/**
 * The outcome of a run: how it ended, its returned data, gas and side effects, and the failure if there was one.
 */

import type { HALTS } from "../isa/halts.ts";
import type { Tag } from "../isa/tags.ts";

/** Units of the two kinds of gas. */
export interface Gas {
  readonly l2: number;
  readonly da: number;
}

/** Why the AVM halted: the code of the checker's diagnostic for the same error, if there is one. `docs/halts.md` lists all codes. */
export type HaltCode = keyof typeof HALTS;

/** A memory operand of the failing instruction. */
export interface OperandState {
  /** The AVM's name of the operand, such as `aOffset`. */
  readonly name: string;
  /** The address that it resolved to; undefined if it wasn't resolved. */
  readonly address?: number;
  readonly tag?: Tag;
  readonly value?: bigint;
  /** False for a cell that was never written. It reads as ff 0. */
  readonly isWritten?: boolean;
}

/** The failure of one contract call. */
export interface Failure {
  /** `revert`: the call executed REVERT. `halt`: an error, which takes all gas of the call and returns no data. */
  readonly kind: "revert" | "halt";
  readonly code: HaltCode | "revert";
  /** A clause without the place. */
  readonly message: string;
  /** Address of the contract that ran. */
  readonly address: bigint;
  /** Byte offset of the instruction. */
  readonly pc: number;
  /** The jump target, if it is outside of the code. */
  readonly target?: number;
  /** Byte offsets of the INTERNALCALLs that hadn't returned, outermost first. */
  readonly internalCalls: readonly number[];
  /** The memory operands of the instruction, in wire order. Empty if no instruction could be decoded. */
  readonly operands: readonly OperandState[];
  /** The CALLs and STATICCALLs that led to this call, outermost first; only the innermost {@link MAX_REPORTED_CALLS}. */
  readonly callers: readonly Place[];
  /** The data of REVERT. */
  readonly returnData: readonly bigint[];
  /** The failure of the last nested call that failed before, which often is the reason. The middle of a long chain is left out. */
  readonly cause?: Failure;
  /** Number of failures in the chain of causes, this one included. */
  readonly depth: number;
}

/** An instruction of a contract. */
export interface Place {
  readonly address: bigint;
  readonly pc: number;
  /** Byte offsets of the INTERNALCALLs around it, outermost first. */
  readonly internalCalls: readonly number[];
}

/** A message of DEBUGLOG. */
export interface DebugLog extends Place {
  /** 0 (silent) to 7 (trace); a program can give any u8. */
  readonly level: number;
  /** The message with its placeholders `{0}`, `{1}` … */
  readonly message: string;
  readonly fields: readonly bigint[];
}

/** A side effect that wasn't rolled back. */
export type Effect =
  | { readonly kind: "storage"; readonly address: bigint; readonly slot: bigint; readonly value: bigint }
  /** `value` is the operand of EMITNOTEHASH, `unique` the note hash in the tree at `index`. */
  | {
      readonly kind: "noteHash";
      readonly address: bigint;
      readonly value: bigint;
      readonly unique: bigint;
      readonly index: bigint;
    }
  /** `value` is the operand of EMITNULLIFIER, `siloed` its hash with the contract's address. */
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
  /** The data of RETURN or REVERT, at most {@link MAX_RETURN_DATA} fields. */
  readonly returnData: readonly bigint[];
  /** Number of fields of that data. */
  readonly returnDataSize: number;
  /** The gas used, nested calls included. A halt uses all gas of its call. */
  readonly gas: Gas;
  /** Number of executed instructions, nested calls included. */
  readonly steps: number;
  /** Messages of all calls, failed nested calls included. */
  readonly debugLogs: readonly DebugLog[];
  /** Set if the call reverted or halted. */
  readonly failure?: Failure;
  /** If the call returned: the failure of the last nested call that failed, which may explain the returned data. */
  readonly failedCall?: Failure;
  /** The side effects in order. Empty if the call failed. */
  readonly effects: readonly Effect[];
}

/** Maximum number of callers, and of causes, in a failure. */
export const MAX_REPORTED_CALLS = 100;

/** Maximum number of returned fields in an outcome. A program can return up to 2^32. */
export const MAX_RETURN_DATA = 10_000;
