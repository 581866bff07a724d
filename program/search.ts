/** Binary search. */

/** The index of the first of `count` ascending numbers that is at least this one; `count` where none is. */
export function lowerBound(numbers: ArrayLike<number>, count: number, least: number): number {
  let low = 0;
  let high = count;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (numbers[middle] < least) low = middle + 1;
    else high = middle;
  }
  return low;
}
