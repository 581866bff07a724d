/** A stream of random numbers that is the same for the same seed. */
export interface RandomNumbers {
  /** A whole number from 0 to one less than `limit`. */
  below(limit: number): number;
}

/** Marsaglia's xorshift generator with 32 bits: fast, and random enough for test data. */
export function randomNumbers(seed: number): RandomNumbers {
  let state = seed >>> 0 || 1;
  return {
    below(limit) {
      state ^= state << 13;
      state ^= state >>> 17;
      state ^= state << 5;
      return (state >>> 0) % limit;
    },
  };
}
