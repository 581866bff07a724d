import type { Instruction } from "./types.ts";

/** The changes of one instruction. Each property replaces the old one as a whole. */
export interface Change extends Partial<Instruction> {
  /** The mnemonic in the base, if the instruction is renamed. */
  readonly replaces?: string;
}

/** The changes of a target against its base, by mnemonic. */
export type Overlay = Readonly<Record<string, Change>>;
