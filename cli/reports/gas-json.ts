/** Writes ranges of gas as JSON, which has no infinity. */

/** A replacer for `JSON.stringify` that writes an absent upper bound as null. */
export function boundsAsNull(_key: string, value: unknown): unknown {
  return value === Infinity ? null : value;
}
