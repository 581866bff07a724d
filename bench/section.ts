/** The result of a benchmark: a table for readers, and numbers for programs. */

import type { Machine } from "./machine.ts";
import type { Spread } from "./measure.ts";

export interface Section {
  readonly name: string;
  readonly title: string;
  /** A paragraph above the table. */
  readonly about: string;
  readonly header: readonly string[];
  readonly rows: readonly (readonly string[])[];
  /** Printed output that doesn't fit a table. */
  readonly printed?: string;
  readonly notes?: readonly string[];
  /** All measurements, in milliseconds and MiB. */
  readonly data: unknown;
}

/** Results of all benchmarks of one run. */
export interface Results {
  readonly date: string;
  readonly command: string;
  readonly machine: Machine;
  readonly sections: readonly Section[];
}

export interface Options {
  /** Small inputs and few rounds, to test that everything runs. */
  readonly quick: boolean;
  /** Prints what the benchmark is doing. */
  readonly say: (message: string) => void;
}

/** Formats a time with three digits. */
export function time(milliseconds: number): string {
  const [value, unit] = milliseconds < 1000 ? [milliseconds, "ms"] : [milliseconds / 1000, "s"];
  return `${digits(value)} ${unit}`;
}

/** Formats the median, with the minimum and the maximum. */
export function times({ median, min, max }: Spread): string {
  return `${time(median)} (${time(min)}–${time(max)})`;
}

export function digits(value: number): string {
  return value >= 100 ? Math.round(value).toLocaleString("en") : value.toPrecision(value >= 10 ? 3 : 2);
}

/** Formats a ratio with the multiplication sign. */
export function ratio(value: number): string {
  return `×${digits(value)}`;
}

/** Formats a count with `k` or `M`. */
export function count(value: number): string {
  if (value >= 1e6) return `${digits(value / 1e6)} M`;
  return value >= 1e3 ? `${digits(value / 1e3)} k` : digits(value);
}
