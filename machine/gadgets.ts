/** The gadget instructions: hashes, ECADD and TORADIXBE. */

import { keccakP } from "@noble/hashes/sha3.js";
import { modulusLimbs } from "../isa/limits.ts";
import { demandInMemory } from "./frame.ts";
import { isOnCurve } from "../isa/grumpkin.ts";
import { addPoints, type Point } from "./grumpkin.ts";
import { Halted } from "./halted.ts";
import { permute } from "../artifact/poseidon2.ts";
import type { Handler } from "./run.ts";
import { compress } from "./sha256.ts";
import { FF, U1, U32, U64, U8 } from "./tag-codes.ts";

export const poseidon2: Handler = (frame, instruction) => {
  frame.pay(instruction);
  const [from, to] = frame.resolve(instruction);
  frame.demandRange(instruction, 0, from, 4);
  const state = permute(frame.valuesFrom(from, 4));
  demandInMemory(to, 4);
  state.forEach((value, k) => frame.memory.set(to + k, FF, value));
  return undefined;
};

export const keccakF1600: Handler = (frame, instruction) => {
  frame.pay(instruction);
  const [to, from] = frame.resolve(instruction);
  frame.demandRange(instruction, 1, from, 25);
  const words = BigUint64Array.from(frame.valuesFrom(from, 25));
  keccakP(new Uint32Array(words.buffer));
  demandInMemory(to, 25);
  words.forEach((word, k) => frame.memory.set(to + k, U64, word));
  return undefined;
};

export const sha256Compression: Handler = (frame, instruction) => {
  frame.pay(instruction);
  const [to, stateAt, blockAt] = frame.resolve(instruction);
  const { memory } = frame;
  demandInMemory(blockAt, 16);
  demandInMemory(stateAt, 8);
  frame.demandRange(instruction, 2, blockAt, 16);
  frame.demandRange(instruction, 1, stateAt, 8);
  const words = (start: number, length: number): Uint32Array =>
    Uint32Array.from({ length }, (_, k) => memory.smallAt(start + k));
  const result = compress(words(stateAt, 8), words(blockAt, 16));
  demandInMemory(to, 8);
  result.forEach((word, k) => memory.setSmall(to + k, U32, word));
  return undefined;
};

export const ecAdd: Handler = (frame, instruction) => {
  frame.pay(instruction);
  const addresses = frame.resolve(instruction);
  const to = addresses[addresses.length - 1];
  // In v4 each point is followed by a flag for infinity; from v5 on, infinity is the point (0, 0).
  const hasFlags = addresses.length === 7;
  const coordinates = hasFlags ? [0, 1, 3, 4] : [0, 1, 2, 3];
  for (const index of coordinates) frame.demand(instruction, index, addresses[index]);
  if (hasFlags) for (const index of [2, 5]) frame.demand(instruction, index, addresses[index]);
  const { memory } = frame;
  const point = (first: number): Point => {
    const x = memory.valueAt(addresses[first]);
    const y = memory.valueAt(addresses[first + 1]);
    const isInfinite = hasFlags ? memory.smallAt(addresses[first + 2]) === 1 : x === 0n && y === 0n;
    if (!isInfinite && !isOnCurve(x, y))
      throw new Halted("not-on-curve", `point ${first === 0 ? 1 : 2} (${x}, ${y}) isn't on the curve`);
    return isInfinite ? { x, y, isInfinite } : { x, y, isInfinite };
  };
  const first = point(0);
  const second = point(hasFlags ? 3 : 2);
  const sum = addPoints(first, second);
  demandInMemory(to, hasFlags ? 3 : 2);
  memory.set(to, FF, sum.x);
  memory.set(to + 1, FF, sum.y);
  if (hasFlags) memory.setSmall(to + 2, U1, sum.x === 0n && sum.y === 0n ? 1 : 0);
  return undefined;
};

export const toRadixBe: Handler = (frame, instruction) => {
  frame.pay(instruction);
  const [valueAt, radixAt, limbsAt, bitsAt, to] = frame.resolve(instruction);
  for (const [index, at] of [valueAt, radixAt, limbsAt, bitsAt].entries())
    frame.demand(instruction, index, at);
  const { memory } = frame;
  const limbs = memory.smallAt(limbsAt);
  const radix = memory.smallAt(radixAt);
  frame.payFor(instruction, Math.max(limbs, modulusLimbs(radix)));
  const asBits = memory.smallAt(bitsAt) === 1;
  const value = memory.valueAt(valueAt);
  if (radix < 2 || radix > 256) throw new Halted("bad-radix", `the radix ${radix} is outside of 2 to 256`);
  if (limbs === 0 && value !== 0n) throw tooFewLimbs(limbs);
  if (asBits && radix !== 2) throw new Halted("bad-radix", `bits are demanded, but the radix is ${radix}`);
  const digits = new Uint16Array(limbs);
  let rest = value;
  for (let k = limbs - 1; k >= 0 && rest > 0n; k--) {
    digits[k] = Number(rest % BigInt(radix));
    rest /= BigInt(radix);
  }
  if (rest !== 0n) throw tooFewLimbs(limbs);
  demandInMemory(to, limbs);
  digits.forEach((digit, k) => memory.setSmall(to + k, asBits ? U1 : U8, digit));
  return undefined;
};

function tooFewLimbs(limbs: number): Halted {
  return new Halted("too-few-limbs", `the value has more digits than the ${limbs} limbs`);
}
