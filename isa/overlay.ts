import type { Instruction } from "./types.ts";

/** What differs in one instruction: each property that is there takes the place of the old one as a whole. */
export interface Change extends Partial<Instruction> {
  /** The old mnemonic, where the instruction has another one here. */
  readonly replaces?: string;
}

/** What differs between a target and the one that it is laid over, by mnemonic. */
export type Overlay = Readonly<Record<string, Change>>;
