/** The least and the greatest of some numbers, both inclusive. Without any, `low` is Infinity and `high` is -Infinity. */
export class Bounds {
  low = Infinity;
  high = -Infinity;

  add(low: number, high: number): void {
    if (low < this.low) this.low = low;
    if (high > this.high) this.high = high;
  }
}
