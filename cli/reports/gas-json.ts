/** Ranges of gas in JSON, which has no infinity. */

/** For `JSON.stringify`: null stands for no bound. */
export function boundsAsNull(_key: string, value: unknown): unknown {
  return value === Infinity ? null : value;
}
