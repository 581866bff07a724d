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
