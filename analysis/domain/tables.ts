/** What all memories and facts of one analysis share: the values and origins that have numbers. */

import type { Origin, Origins } from "./provenance.ts";
import type { Values } from "./value.ts";

export type { Origin } from "./provenance.ts";

export interface Tables {
  readonly values: Values;
  readonly origins: Origins;
  /** How many pages have been joined cell by cell, as a measure of work. */
  joinedPages: number;
  /** How many pages reads and writes of ranges have gone through, except for the first few of each. */
  rangePages: number;
  /** The writes that made much or all of memory unknown, in the order in which they first did. They only explain. */
  readonly forgotten: Set<Origin>;
}
