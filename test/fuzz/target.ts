/** A fuzzing target: how to generate inputs, and the check that must pass for each of them. */

import { randomNumbers, type RandomNumbers } from "../support/random.ts";

/** Text, bytes, or a list of steps that JSON can represent. */
export type Input = string | Uint8Array | readonly unknown[];

export interface FuzzTarget<Kind extends Input = Input> {
  readonly name: string;
  /** How often {@link check} does work that a user waits for; the time limit applies to each of them. */
  readonly times?: number;
  make(random: RandomNumbers): Kind;
  /** Throws or rejects if a property doesn't hold. The process that runs the worker checks time and memory. */
  check(input: Kind): void | Promise<void>;
  /** Releases the resources of {@link check}, such as processes. */
  end?(): void | Promise<void>;
}

/** The random numbers that an input is generated from; they depend only on the seed and the index. */
export function numbersOf(seed: number, index: number): RandomNumbers {
  const numbers = randomNumbers(Math.imul(seed + 1, 0x9e3779b1) ^ Math.imul(index + 1, 0x85ebca6b));
  // The generator's first numbers are similar for similar seeds.
  for (let skipped = 0; skipped < 4; skipped++) numbers.below(2);
  return numbers;
}

export function pick<Item>(random: RandomNumbers, items: readonly Item[]): Item {
  return items[random.below(items.length)];
}

/** True with probability 1 / `times`. */
export function once(random: RandomNumbers, times: number): boolean {
  return random.below(times) === 0;
}

export function many<Item>(random: RandomNumbers, most: number, make: () => Item): Item[] {
  return Array.from({ length: random.below(most + 1) }, make);
}

/** Fails unless the two are equal; the message shows where they begin to differ. */
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
