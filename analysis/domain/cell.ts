/** The abstract content of a cell, or of many cells that share one description. */

import { ALL_TAGS, type TagSet } from "../../isa/tags.ts";
import { ASSUMED, UNWRITTEN, type Origin } from "./provenance.ts";
import type { Tables } from "./tables.ts";
import { TOP, type Value, type Widening } from "./value.ts";

/** A flag in a cell's tags, beside the bit of `ff`: the cell may never have been written. */
export const MAYBE_UNWRITTEN = 0x80;
/** The tags of a cell in fresh memory: `ff`, and never written. */
const FRESH = MAYBE_UNWRITTEN | 1;
/** The tags of an unknown cell. */
export const UNKNOWN_TAGS = ALL_TAGS | MAYBE_UNWRITTEN;
export const U32: TagSet = 1 << 4;

export interface Content {
  readonly tags: number;
  readonly value: Value;
  readonly origin: Origin;
}

export const FRESH_CONTENT: Content = { tags: FRESH, value: 0, origin: UNWRITTEN };
/** The content of a cell after the analysis has repaired a mistake: anything, and nothing is reported of it. */
export const ASSUMED_CONTENT: Content = { tags: ALL_TAGS, value: TOP, origin: ASSUMED };
export const UNKNOWN_CONTENT: Content = { tags: UNKNOWN_TAGS, value: TOP, origin: UNWRITTEN };

/** The join of two contents. With `widen`, values are widened, so that every chain of joins ends after a few steps. */
export function joinContent(
  { values, origins }: Tables,
  a: Content,
  b: Content,
  widen: Widening = "none",
): Content {
  return {
    tags: a.tags | b.tags,
    value: values.joinContents(a.tags, a.value, b.tags, b.value, widen),
    origin: origins.join(a.origin, b.origin),
  };
}
