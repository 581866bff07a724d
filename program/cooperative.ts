/**
 * Long work as a generator that pauses now and then, so that its caller can do something else in between, or drop it.
 */

/** Work that has a result at its end. Every pause is a `yield`. */
export type Paused<Result> = Generator<undefined, Result, undefined>;

/** Runs work to its end without pausing. */
export function toItsEnd<Result>(work: Paused<Result>): Result {
  for (;;) {
    const { done, value } = work.next();
    if (done === true) return value;
  }
}

/** Length of a slice of work; a message that arrives during a slice waits until its end. */
const SLICE_MS = 2;

/** Runs work for one slice. Returns its result if the work ended. */
export function runSlice<Result>(work: Paused<Result>): { readonly result: Result } | undefined {
  const start = performance.now();
  do {
    const { done, value } = work.next();
    if (done === true) return { result: value };
  } while (performance.now() - start < SLICE_MS);
  return undefined;
}
