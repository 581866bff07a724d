/** What a benchmark hands back: a table for people, and the numbers for programs. */

import type { Machine } from "./machine.ts";
import type { Spread } from "./measure.ts";

export interface Section {
  readonly name: string;
  readonly title: string;
  /** A paragraph above the table. */
  readonly about: string;
  readonly header: readonly string[];
  readonly rows: readonly (readonly string[])[];
  /** What can't be put in a table, as it was printed. */
  readonly printed?: string;
  readonly notes?: readonly string[];
  /** Everything that was measured, in milliseconds and MiB. */
  readonly data: unknown;
}

/** All that one run of the benchmarks found. */
export interface Results {
  readonly date: string;
  readonly command: string;
  readonly machine: Machine;
  readonly sections: readonly Section[];
}

export interface Options {
  /** Small inputs and few rounds: that everything runs at all. */
  readonly quick: boolean;
  /** Says what is being done. */
  readonly say: (message: string) => void;
}

/** A time for people: three digits. */
export function time(milliseconds: number): string {
  const [value, unit] = milliseconds < 1000 ? [milliseconds, "ms"] : [milliseconds / 1000, "s"];
  return `${digits(value)} ${unit}`;
}

/** The median, with the smallest and the largest. */
export function times({ median, min, max }: Spread): string {
  return `${time(median)} (${time(min)}–${time(max)})`;
}

export function digits(value: number): string {
  return value >= 100 ? Math.round(value).toLocaleString("en") : value.toPrecision(value >= 10 ? 3 : 2);
}

/** A ratio with the sign of multiplication. */
export function ratio(value: number): string {
  return `×${digits(value)}`;
}

/** A number of things with `k` or `M`. */
export function count(value: number): string {
  if (value >= 1e6) return `${digits(value / 1e6)} M`;
  return value >= 1e3 ? `${digits(value / 1e3)} k` : digits(value);
}
