/** A cache of joins, of a fixed size: a later join replaces one with the same hash. */

const BITS = 12;

export class JoinCache {
  private readonly a = new Float64Array(1 << BITS);
  private readonly b = new Float64Array(1 << BITS);
  private readonly joined = new Float64Array(1 << BITS);

  /** The join of two numbers, which aren't equal; undefined if it isn't known. */
  find(a: number, b: number): number | undefined {
    const place = placeOf(a, b);
    // An unused entry has 0 twice, which is no pair of different numbers.
    return this.a[place] === a && this.b[place] === b ? this.joined[place] : undefined;
  }

  add(a: number, b: number, joined: number): void {
    const place = placeOf(a, b);
    this.a[place] = a;
    this.b[place] = b;
    this.joined[place] = joined;
  }
}

function placeOf(a: number, b: number): number {
  // Places are beyond 32 bits.
  const high = Math.floor(b / 2 ** 32);
  return (Math.imul(a, 0x9e3779b1) ^ Math.imul(b ^ high, 0x85ebca6b)) >>> (32 - BITS);
}
