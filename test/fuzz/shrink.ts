/** Makes a failing input smaller as long as it fails in the same way. */

import type { Input } from "./target.ts";

/** Maximum number of smaller inputs to try. */
const MAX_TRIES = 2_000;

/** The smallest input found for which `fails` is still true. */
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

/** Removes pieces, halves first and single items last. */
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
