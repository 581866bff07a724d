/** What all memories and facts of one analysis share: the values and origins that have numbers. */

import type { Origins } from "./origins.ts";
import type { Values } from "./values.ts";

export type { Origin } from "./origins.ts";

export interface Tables {
  readonly values: Values;
  readonly origins: Origins;
}
