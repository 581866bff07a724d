/** Makes an input that fails smaller as long as it fails in the same way. */

import type { Input } from "./target.ts";

/** Tries that are made; shrinking is a convenience. */
const MAX_TRIES = 2_000;

/** The smallest input that was found for which `fails` still holds. */
export async function shrink<Kind extends Input>(
  input: Kind,
  fails: (smaller: Kind) => Promise<boolean>,
  deadline: number,
): Promise<Kind> {
  let tries = 0;
  const attempt = async (smaller: Kind): Promise<boolean> => {
    if (++tries > MAX_TRIES || performance.now() > deadline) return false;
    return fails(smaller);
  };
  if (typeof input !== "string") return smallest(input as Kind & Sliced, attempt);
  const lines = await smallest(input.split(/(?<=\n)/), (parts) => attempt(parts.join("") as Kind));
  const characters = await smallest([...lines.join("")], (parts) => attempt(parts.join("") as Kind));
  return characters.join("") as Kind;
}

type Sliced = readonly unknown[] | Uint8Array;

/** Leaves out pieces, halves first and single items last. */
async function smallest<Items extends Sliced>(
  input: Items,
  fails: (smaller: Items) => Promise<boolean>,
): Promise<Items> {
  let items = input;
  for (let size = items.length >> 1; size >= 1; size >>= 1) {
    for (let at = 0; at < items.length;) {
      const rest = without(items, at, size);
      if (await fails(rest)) items = rest;
      else at += size;
    }
  }
  return items;
}

function without<Items extends Sliced>(items: Items, at: number, size: number): Items {
  const rest = [...items.slice(0, at), ...items.slice(at + size)];
  return (items instanceof Uint8Array ? Uint8Array.from(rest as number[]) : rest) as unknown as Items;
}
