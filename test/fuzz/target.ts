/** What is fuzzed: how inputs are made, and what must hold for every one of them. */

import { randomNumbers, type RandomNumbers } from "../support/random.ts";

/** Text, bytes, or a list of steps that JSON can hold. */
export type Input = string | Uint8Array | readonly unknown[];

export interface FuzzTarget<Kind extends Input = Input> {
  readonly name: string;
  /** How often {@link check} does over what a user waits for once; the bound of time is that of one time. */
  readonly times?: number;
  make(random: RandomNumbers): Kind;
  /** Throws, or rejects, where something doesn't hold. Ending too late and taking too much memory are seen from outside. */
  check(input: Kind): void | Promise<void>;
  /** Ends what {@link check} started. */
  end?(): void | Promise<void>;
}

/** The numbers that one input is made from: the same for the same seed and index, whatever was made before. */
export function numbersOf(seed: number, index: number): RandomNumbers {
  const numbers = randomNumbers(Math.imul(seed + 1, 0x9e3779b1) ^ Math.imul(index + 1, 0x85ebca6b));
  // The first numbers of close seeds are close.
  for (let skipped = 0; skipped < 4; skipped++) numbers.below(2);
  return numbers;
}

export function pick<Item>(random: RandomNumbers, items: readonly Item[]): Item {
  return items[random.below(items.length)];
}

/** True once in so many times. */
export function once(random: RandomNumbers, times: number): boolean {
  return random.below(times) === 0;
}

export function many<Item>(random: RandomNumbers, most: number, make: () => Item): Item[] {
  return Array.from({ length: random.below(most + 1) }, make);
}

/** Fails unless the two are equal; says where they begin to differ. */
export function assertSame(what: string, found: unknown, wanted: unknown): void {
  const [a, b] = [textOf(found), textOf(wanted)];
  if (a === b) return;
  let at = 0;
  while (a[at] === b[at]) at++;
  const around = (text: string) => text.slice(Math.max(0, at - 100), at + 200);
  throw new Error(`${what} differ at ${at}\n  found:  ${around(a)}\n  wanted: ${around(b)}`);
}

function textOf(value: unknown): string {
  if (typeof value === "string") return value;
  if (value instanceof Uint8Array) return Buffer.from(value).toString("hex");
  return (
    JSON.stringify(value, (_, part: unknown) => (typeof part === "bigint" ? `${part}n` : part)) ?? "undefined"
  );
}

/** Fails where `holds` is false. */
export function assertThat(holds: boolean, what: string): asserts holds {
  if (!holds) throw new Error(what);
}
