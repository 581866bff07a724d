/** Shared by all memories and facts of one analysis: the tables of interned values and origins, and counters of work. */

import { Bounds } from "./bounds.ts";
import { Origins, type Origin } from "./provenance.ts";
import { Values } from "./value.ts";

export type { Origin } from "./provenance.ts";

export interface Tables {
  readonly values: Values;
  readonly origins: Origins;
  /** A measure of work: how many pages have been joined cell by cell. */
  joinedPages: number;
  /** A measure of work: how many pages accesses to ranges have visited, except for the first few of each access. */
  rangePages: number;
  /**
   * Operands name only cells below this address directly. While M[1] holds a lower one, it isn't taken for the address of the next free
   * cell: a program that isn't compiled may use M[1] for anything.
   */
  namedCells: number;
  /** The writes that made a large part of memory unknown, in the order in which that first happened. Only reports use them. */
  forgotten: Set<Origin>;
  /** How often a repair has made all cells unknown that may not be written yet. */
  doubted: number;
  /** The constants that may have become places, in a cell that held one of them. */
  renamed: Bounds;
}

/** The tables of an analysis that begins. */
export function emptyTables(): Tables {
  return {
    values: new Values(),
    origins: new Origins(),
    joinedPages: 0,
    namedCells: 0,
    rangePages: 0,
    forgotten: new Set(),
    doubted: 0,
    renamed: new Bounds(),
  };
}
