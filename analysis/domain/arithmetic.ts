/**
 * The AVM's computations on abstract values. Each function returns a value that covers all possible results; {@link TOP} always
 * does.
 */

import { FIELD_MODULUS, TAG_BITS, TAGS, truncate, type TagSet } from "../../isa/tags.ts";
import type { Computation } from "../../isa/types.ts";
import {
  limitOf,
  narrowestOf,
  offsetOf,
  REGION,
  regionOf,
  SET_SIZE,
  TOP,
  type Value,
  type Values,
} from "./value.ts";

/** A product with a constant is a set of alternatives if there are at most this many; otherwise it is a range. */
const MAX_MULTIPLES = 16;

/** The most pairs of alternatives that are computed with one by one. */
const MAX_PAIRS = 1024;

/** Both operands have the same tag, which is one of `tags`. */
type Binary = (values: Values, tags: TagSet, a: Value, b: Value) => Value;

const BINARY: Partial<Readonly<Record<Computation, Binary>>> = {
  add: (values, tags, a, b) => {
    const limit = limitOf(tags);
    if (a >= 0 && b >= 0 && a < REGION && b < REGION && limit <= 2 ** 32) return (a + b) % limit;
    const exact = exactly(values, tags, a, b, (x, y) => x + y);
    if (exact !== undefined && a < REGION && b < REGION) return exact;
    return (
      eachWithEach(values, listed(values, a, b), listed(values, b, a), (x, y) =>
        addPlaces(values, x, y, limit),
      ) ??
      addRanges(values, a, b, limit) ??
      addParts(values, a, b, limit) ??
      addNumbers(values, a, b, limit)
    );
  },
  sub: (values, tags, a, b) => {
    const limit = limitOf(tags);
    if (a >= 0 && b >= 0 && a < REGION && b < REGION && limit <= 2 ** 32)
      return a >= b ? a - b : a - b + limit;
    const exact = exactly(values, tags, a, b, (x, y) => x - y);
    if (exact !== undefined && a < REGION && b < REGION) return exact;
    return (
      eachWithEach(values, a, b, (x, y) => subtractPlaces(values, x, y, limit)) ??
      subtractRanges(values, a, b)
    );
  },
  mul: (values, tags, a, b) => {
    const limit = limitOf(tags);
    if (a >= 0 && b >= 0 && a < REGION && b < REGION && a * b < limit && a * b < REGION) return a * b;
    const exact = exactly(values, tags, a, b, (x, y) => x * y);
    if (exact !== undefined) return exact;
    const highs = [values.high(a), values.high(b)];
    // In JavaScript, 0 * Infinity is NaN; here the product is 0.
    const high = highs.includes(0) ? 0 : highs[0] * highs[1];
    if (high >= limit || high >= REGION) return TOP;
    return (
      multiples(values, a, b) ?? multiples(values, b, a) ?? values.range(values.low(a) * values.low(b), high)
    );
  },
  div: (values, tags, a, b) => {
    if (a >= 0 && b > 0 && a < REGION && b < REGION) return Math.floor(a / b);
    if (values.high(b) === 0) return TOP;
    const exact = exactly(values, tags, a, b, (x, y) => (y === 0n ? 0n : x / y));
    if (exact !== undefined && b !== 0) return exact;
    const high = values.high(a);
    if (high > REGION) return TOP;
    return values.range(
      values.high(b) > REGION ? 0 : Math.floor(values.low(a) / values.high(b)),
      Math.floor(high / Math.max(1, values.low(b))),
    );
  },
  fdiv: (values, _tags, a, b) => {
    const x = values.exact(a);
    const y = values.exact(b);
    if (x === undefined || y === undefined || y === 0n) return TOP;
    return values.constant((x * inverse(y)) % FIELD_MODULUS);
  },
  eq: (values, _tags, a, b) => {
    const x = values.exact(a);
    const y = values.exact(b);
    if (x !== undefined && y !== undefined) return x === y ? 1 : 0;
    if (a >= REGION && b >= REGION && values.sameObject(a, b)) return a === b ? 1 : 0;
    return values.high(a) < values.low(b) || values.high(b) < values.low(a) || disjoint(values, a, b)
      ? 0
      : values.set([0, 1]);
  },
  lt: (values, _tags, a, b) => {
    if (a >= 0 && b >= 0 && values.sameObject(a, b)) return a < b ? 1 : 0;
    const x = values.exact(a);
    const y = values.exact(b);
    if (x !== undefined && y !== undefined) return x < y ? 1 : 0;
    const [lowA, highA, lowB, highB] = comparable(values, a, b);
    if (highA < lowB) return 1;
    return lowA >= highB ? 0 : values.set([0, 1]);
  },
  lte: (values, _tags, a, b) => {
    if (a >= 0 && b >= 0 && values.sameObject(a, b)) return a <= b ? 1 : 0;
    const x = values.exact(a);
    const y = values.exact(b);
    if (x !== undefined && y !== undefined) return x <= y ? 1 : 0;
    const [lowA, highA, lowB, highB] = comparable(values, a, b);
    if (highA <= lowB) return 1;
    return lowA > highB ? 0 : values.set([0, 1]);
  },
  and: (values, tags, a, b) => {
    const exact = exactly(values, tags, a, b, (x, y) => x & y);
    if (exact !== undefined) return exact;
    const high = Math.min(values.high(a), values.high(b));
    return high < REGION ? values.range(0, high) : TOP;
  },
  or: (values, tags, a, b) => exactly(values, tags, a, b, (x, y) => x | y) ?? powerOfTwo(values, a, b),
  xor: (values, tags, a, b) => exactly(values, tags, a, b, (x, y) => x ^ y) ?? powerOfTwo(values, a, b),
  shl: (values, tags, a, b) =>
    exactly(values, tags, a, b, (x, y) => (y >= 256n ? 0n : x << y)) ??
    (b >= 0 && b <= 32 && values.high(a) * 2 ** b < Math.min(limitOf(tags), REGION)
      ? values.range(values.low(a) * 2 ** b, values.high(a) * 2 ** b)
      : TOP),
  shr: (values, tags, a, b) => {
    const exact = exactly(values, tags, a, b, (x, y) => (y >= 256n ? 0n : x >> y));
    if (exact !== undefined) return exact;
    const high = values.high(a);
    if (high > REGION) return TOP;
    if (b >= 0 && b < REGION)
      return values.range(Math.floor(values.low(a) / 2 ** b), Math.floor(high / 2 ** b));
    return values.range(0, high);
  },
};

const NEVER_WRAPS: ReadonlySet<Computation> = new Set<Computation>(["eq", "lt", "lte", "div", "and", "shr"]);

/** The result of a computation on two values with the same tag. `set`, `cast`, `copy` and `not` are handled elsewhere. */
export function compute(kind: Computation, values: Values, tags: TagSet, a: Value, b: Value): Value {
  const binary = BINARY[kind];
  // The tag decides at which number a result wraps.
  if (tags & (tags - 1) && !NEVER_WRAPS.has(kind)) return unwrapped(kind, tags, a, b);
  if (!binary) return TOP;
  const x = bounded(values, tags, a);
  const y = bounded(values, tags, b);
  // Two different names say nothing about the difference of their values, so the values are used without names.
  const apart = values.nameOf(x) !== values.nameOf(y) && values.isPlace(x) && values.isPlace(y);
  return apart ? binary(values, tags, values.unnamed(x), values.unnamed(y)) : binary(values, tags, x, y);
}

/** The result for any of several tags: {@link TOP} if it isn't certain that the result wraps for none of them. */
function unwrapped(kind: Computation, tags: TagSet, a: Value, b: Value): Value {
  if (a < 0 || b < 0 || a >= REGION || b >= REGION) return TOP;
  const result = kind === "add" ? a + b : kind === "sub" ? a - b : kind === "mul" ? a * b : -1;
  return result >= 0 && result < REGION && result < 2 ** narrowestOf(tags) ? result : TOP;
}

/** The result of NOT: all bits inverted in the width of the tag. */
export function invert(values: Values, tags: TagSet, given: Value): Value {
  const a = values.under(given, tags);
  const exact = values.exact(a);
  if (exact === undefined) return tags === 2 ? values.set([0, 1]) : TOP;
  const tag = onlyTag(tags);
  if (tag === undefined) return TOP;
  // The value may be too large for the tag if the tag was assumed later.
  const inverted = (1n << BigInt(TAG_BITS[tag])) - 1n - exact;
  return inverted < 0n ? TOP : values.constant(inverted);
}

/** A value, or if it is {@link TOP}, the range of numbers that a cell with these tags can hold. */
export function bounded(values: Values, tags: TagSet, given: Value): Value {
  const value = values.under(given, tags);
  if (value !== TOP) return value;
  const limit = limitOf(tags);
  return limit <= 2 ** 32 ? values.range(0, limit - 1) : TOP;
}

function onlyTag(tags: TagSet): number | undefined {
  return tags !== 0 && (tags & (tags - 1)) === 0 ? 31 - Math.clz32(tags) : undefined;
}

function exactly(
  values: Values,
  tags: TagSet,
  a: Value,
  b: Value,
  operation: (a: bigint, b: bigint) => bigint,
): Value | undefined {
  const tag = onlyTag(tags);
  if (tag === undefined) return undefined;
  const x = values.exact(a);
  const y = x === undefined ? undefined : values.exact(b);
  if (x === undefined || y === undefined) return undefined;
  return values.constant(truncate(operation(x, y), TAGS[tag]));
}

/**
 * The set of results of an operation on each pair of members; undefined if one of the values isn't a set of few members.
 *
 * @param operation returns a negative number if the result isn't known
 */
function eachWithEach(
  values: Values,
  a: Value,
  b: Value,
  operation: (a: number, b: number) => number,
): Value | undefined {
  const first = values.members(a);
  const second = first && values.members(b);
  if (!first || !second || first.length * second.length > MAX_PAIRS) return undefined;
  const results: number[] = [];
  for (const x of first) {
    for (const y of second) {
      const result = operation(x, y);
      if (result < 0) return undefined;
      results.push(result);
    }
  }
  return values.set(results);
}

function addPlaces(values: Values, x: number, y: number, limit: number): number {
  if (x < REGION && y < REGION) {
    const sum = x + y;
    if (limit > 2 ** 32) return sum < REGION ? sum : -1;
    return sum < limit ? sum : sum - limit;
  }
  if (x >= REGION && y >= REGION) return -1;
  const [place, offset] = x >= REGION ? [x, y] : [y, x];
  return values.high(place) + offset < 2 ** 32 && offsetOf(place) + offset < 2 ** 32 ? place + offset : -1;
}

/** Adds two values, one of which may be a place or a range in a region. */
function addRanges(values: Values, a: Value, b: Value, limit: number): Value | undefined {
  const first = values.ends(a);
  const second = values.ends(b);
  if (!first || !second || (first.low >= REGION && second.low >= REGION)) return undefined;
  const growthA = values.growth(a);
  const growthB = values.growth(b);
  const growth = growthA + growthB;
  const low = first.low + second.low;
  // If one range grows by some amount per instruction, this addition is one instruction: its growth covers that much of the sum.
  const highA = values.initialHigh(a);
  const highB = values.initialHigh(b);
  const place = Math.max(first.low, second.low);
  const least = regionOf(place) * REGION;
  const high =
    growthA > 0 && growthB === 0
      ? highA +
        (highB >= REGION ? Math.max(0, highB - least - growthA) + least : Math.max(0, highB - growthA))
      : growthB > 0 && growthA === 0
        ? highB +
          (highA >= REGION ? Math.max(0, highA - least - growthB) + least : Math.max(0, highA - growthB))
        : highA + highB;
  // Constants never add up to a place.
  if (place < REGION && high >= REGION) return undefined;
  const result = values.range(low, high, growth);
  const greatest = result >= 0 || result < TOP ? values.high(result) : Infinity;
  if (greatest >= limit || greatest >= 2 ** 32) return undefined;
  return regionOf(low) === regionOf(high) ? result : undefined;
}

/** Adds a number to a union, which has parts in several regions. */
function addParts(values: Values, a: Value, b: Value, limit: number): Value | undefined {
  const first = values.parts(a);
  const second = values.parts(b);
  if ((first.length === 1) === (second.length === 1)) return undefined;
  const [parts, other] = first.length > 1 ? [first, b] : [second, a];
  const sums: Value[] = [];
  for (const part of parts) {
    const sum = addRanges(values, part, other, limit);
    if (sum === undefined) return undefined;
    sums.push(sum);
  }
  return values.union(sums);
}

function addNumbers(values: Values, a: Value, b: Value, limit: number): Value {
  const low = values.low(a) + values.low(b);
  const high = values.high(a) + values.high(b);
  if (high < limit && high < REGION) return values.range(low, high);
  return low >= limit && high < 2 * limit && limit <= 2 ** 32 ? values.range(low - limit, high - limit) : TOP;
}

function subtractPlaces(values: Values, x: number, y: number, limit: number): number {
  if (values.sameObject(x, y)) {
    if (x >= y) return x - y;
    return limit <= 2 ** 32 ? x - y + limit : -1;
  }
  return y < REGION && offsetOf(x) >= y ? x - y : -1;
}

function subtractRanges(values: Values, a: Value, b: Value): Value {
  const first = values.ends(a);
  const second = values.ends(b);
  const same = first !== undefined && second !== undefined && values.sameObject(first.low, second.low);
  if (first && second && (same || second.low < REGION)) {
    const low = first.low - second.high;
    const high = first.high - second.low;
    if (low >= 0 && high < REGION && same) return values.range(low, high);
    if (!same && offsetOf(first.low) >= second.high) return values.range(low, high);
  }
  const low = values.low(a) - values.high(b);
  const high = values.high(a) - values.low(b);
  return low >= 0 && high < REGION ? values.range(low, high) : TOP;
}

/** The bounds of two values: as places if both lie in one region, otherwise as numbers. */
function comparable(values: Values, a: Value, b: Value): [number, number, number, number] {
  const first = values.ends(a);
  const second = values.ends(b);
  if (first && second && first.low >= REGION && values.sameObject(first.low, second.low)) {
    return [first.low, first.high, second.low, second.high];
  }
  return [values.low(a), values.high(a), values.low(b), values.high(b)];
}

function disjoint(values: Values, a: Value, b: Value): boolean {
  const members = values.members(a);
  const apart = (one: number, other: Value): boolean =>
    one >= REGION && other >= REGION && values.sameObject(one, other)
      ? one !== other
      : values.low(one) > values.high(other) || values.high(one) < values.low(other);
  const others = values.members(b);
  if (members && others && members.length * others.length <= MAX_PAIRS)
    return members.every((one) => others.every((other) => apart(one, other)));
  if (members) return members.every((one) => apart(one, b));
  return others?.every((one) => apart(one, a)) ?? false;
}

/** A range as a set, if it is short and added to a set: between the sums there are gaps. */
function listed(values: Values, range: Value, other: Value): Value {
  const count = values.members(other)?.length ?? 0;
  const ends = count > 1 && !values.members(range) && !values.grows(range) ? values.ends(range) : undefined;
  if (!ends || ends.low >= REGION || (ends.high - ends.low + 1) * count > SET_SIZE) return range;
  return values.set(Array.from({ length: ends.high - ends.low + 1 }, (_, k) => ends.low + k));
}

/** The products of a constant `b` with the numbers in `a`, as a set; undefined if there are too many. */
function multiples(values: Values, a: Value, b: Value): Value | undefined {
  if (b < 2 || b >= REGION || a >= 0) return undefined;
  const low = values.low(a);
  const count = values.high(a) - low + 1;
  if (count > MAX_MULTIPLES) return undefined;
  return values.set(Array.from({ length: count }, (_, k) => (low + k) * b));
}

function powerOfTwo(values: Values, a: Value, b: Value): Value {
  const high = Math.max(values.high(a), values.high(b));
  return high < 2 ** 32 ? values.range(0, 2 ** (32 - Math.clz32(high)) - 1) : TOP;
}

function inverse(value: bigint): bigint {
  let [oldRest, rest] = [value % FIELD_MODULUS, FIELD_MODULUS];
  let [oldFactor, factor] = [1n, 0n];
  while (rest !== 0n) {
    const quotient = oldRest / rest;
    [oldRest, rest] = [rest, oldRest - quotient * rest];
    [oldFactor, factor] = [factor, oldFactor - quotient * factor];
  }
  return ((oldFactor % FIELD_MODULUS) + FIELD_MODULUS) % FIELD_MODULUS;
}
