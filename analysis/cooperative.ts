/** Long work that pauses now and then, so that who does it can do something else meanwhile, or drop it. */

/** Work that has a result at its end. Every pause is a `yield`. */
export type Paused<Result> = Generator<undefined, Result, undefined>;

/** Does work to its end without a pause. */
export function toItsEnd<Result>(work: Paused<Result>): Result {
  for (;;) {
    const { done, value } = work.next();
    if (done === true) return value;
  }
}
