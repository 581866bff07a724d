/** Binary search. */

/** The number of leading items for which a condition holds. It must hold for all items before some index and for none after. */
export function partitionPoint(count: number, holds: (index: number) => boolean): number {
  let low = 0;
  let high = count;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (holds(middle)) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The index of the first of `count` ascending numbers that is at least `least`; `count` if there is none. */
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
