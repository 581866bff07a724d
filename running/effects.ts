/** The side effects of a run by their kinds. */

import type { Effect } from "../machine/outcome.ts";

/** Side effects whose field elements are bigints, or another form of them. */
export interface EffectsByKind<Field> {
  readonly storage: readonly { readonly address: Field; readonly slot: Field; readonly value: Field }[];
  readonly noteHashes: readonly { readonly address: Field; readonly value: Field }[];
  readonly nullifiers: readonly { readonly address: Field; readonly value: Field }[];
  readonly logs: readonly { readonly address: Field; readonly fields: readonly Field[] }[];
  readonly messages: readonly {
    readonly address: Field;
    readonly recipient: Field;
    readonly content: Field;
  }[];
}

/**
 * Divides side effects by their kinds. If a slot was written several times, only the last value is listed.
 *
 * @param shown converts each field element
 */
export function effectsByKind<Field>(
  effects: readonly Effect[],
  shown: (value: bigint) => Field,
): EffectsByKind<Field> {
  const of = <Kind extends Effect["kind"]>(kind: Kind) =>
    effects.filter((effect): effect is Extract<Effect, { kind: Kind }> => effect.kind === kind);
  const slots = new Map(of("storage").map((effect) => [`${effect.address} ${effect.slot}`, effect]));
  return {
    storage: [...slots.values()].map(({ address, slot, value }) => ({
      address: shown(address),
      slot: shown(slot),
      value: shown(value),
    })),
    noteHashes: of("noteHash").map(({ address, value }) => ({
      address: shown(address),
      value: shown(value),
    })),
    nullifiers: of("nullifier").map(({ address, value }) => ({
      address: shown(address),
      value: shown(value),
    })),
    logs: of("log").map(({ address, fields }) => ({ address: shown(address), fields: fields.map(shown) })),
    messages: of("message").map(({ address, recipient, content }) => ({
      address: shown(address),
      recipient: shown(recipient),
      content: shown(content),
    })),
  };
}
