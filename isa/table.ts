/**
 * The instruction table of every target. `targets/v6.ts` has all instructions; each older target is an overlay with its
 * differences from the next newer target.
 */

import { INSTRUCTIONS } from "./targets/v6.ts";
import type { Instruction } from "./types.ts";
import { v2 } from "./targets/v2.ts";
import { v3 } from "./targets/v3.ts";
import { v4 } from "./targets/v4.ts";
import { v5 } from "./targets/v5.ts";
import type { Overlay } from "./overlay.ts";

export { INSTRUCTIONS };

type Overlays = ReturnType<typeof v5 | typeof v4 | typeof v3 | typeof v2>;
type KeysOf<Table> = Table extends unknown ? keyof Table & string : never;
type FormsOf<Table> = Table extends unknown ? FormsOfEntry<Table[keyof Table]> : never;
type FormsOfEntry<Entry> = Entry extends { readonly forms: infer Forms } ? keyof Forms & string : never;

/** The mnemonics of all targets. */
export type Mnemonic = KeysOf<typeof INSTRUCTIONS | Overlays>;

/** The wire names of all targets. A mnemonic with a single form may also be the name of that form. */
export type FormName = FormsOf<typeof INSTRUCTIONS | Overlays>;

/** The supported instruction sets, newest first. */
export const TARGETS = ["v6", "v5", "v4", "v3", "v2"] as const;
export type TargetName = (typeof TARGETS)[number];

export const DEFAULT_TARGET: TargetName = "v6";

export interface TargetInfo {
  /** The networks and releases that use this instruction set, in one sentence. */
  readonly summary: string;
  /** How reliable the table is for this target, in one sentence. */
  readonly sure: string;
}

export const TARGET_INFO: Readonly<Record<TargetName, TargetInfo>> = {
  v6: {
    summary: "Aztec's mainnet since 26 October 2026.",
    sure: "Bytes and tags are those of v5; gas is that of the C++ AVM of August 2026, since the release itself couldn't be read.",
  },
  v5: {
    summary: "Releases 5.0 to 5.2.",
    sure: "Bytes and tags come from the sources of 5.2.0, gas from the gas table of 5.0.0.",
  },
  v4: {
    summary: "Releases 4.0 to 4.4.",
    sure: "Every fact was executed against 4.1.2.",
  },
  v3: {
    summary: "Releases 3.x.",
    sure: "The bytes are those of 3.0.3; gas is that of 3.0.0-devnet.5, the nearest release whose figures are known.",
  },
  v2: {
    summary: "Releases 1.x and 2.x, which share their bytes.",
    sure: "The bytes are those of 1.2.1, 2.0.2 and 2.1.11; gas is that of 2.0.4; where the tags of 1.x and 2.x differ, either is accepted.",
  },
};

/**
 * The changes of each target, and the target they apply to. Each entry is a function, because most processes need few
 * of them.
 */
const OVERLAYS: Readonly<
  Record<TargetName, { readonly on: TargetName; readonly changes: () => Overlay } | null>
> = {
  v6: null,
  v5: { on: "v6", changes: v5 },
  v4: { on: "v5", changes: v4 },
  v3: { on: "v4", changes: v3 },
  v2: { on: "v3", changes: v2 },
};

/** The instructions of a target by mnemonic, in opcode order. */
export function instructionsOf(target: TargetName): Readonly<Record<string, Instruction>> {
  const overlay = OVERLAYS[target];
  return overlay ? lay(overlay.changes(), instructionsOf(overlay.on)) : INSTRUCTIONS;
}

/** Applies `changes` to `base`, and keeps the order of the instructions. */
function lay(changes: Overlay, base: Readonly<Record<string, Instruction>>): Record<string, Instruction> {
  const successors = new Map(
    Object.entries(changes).map(([name, change]) => [change.replaces ?? name, name]),
  );
  return Object.fromEntries(
    Object.entries(base).map(([name, instruction]) => {
      const successor = successors.get(name) ?? name;
      const { replaces: _, ...change } = changes[successor] ?? {};
      return [successor, { ...instruction, ...change }];
    }),
  );
}
