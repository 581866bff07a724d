/**
 * Emits the WebAssembly module of `artifact/field-module.ts`: `multiply` and `add` over BN254's scalar field. Both
 * functions are straight-line code, so no toolchain is needed. Emitting takes some milliseconds in a process that has
 * just started, so the bytes are committed as base64.
 */

import { base64Of } from "../../artifact/encodings.ts";
import { LIMB_BITS, LIMBS, limbsOf } from "../../artifact/field-limbs.ts";
import { FIELD_MODULUS } from "../../isa/tags.ts";

const MASK = 2 ** LIMB_BITS - 1;

/** The text of `artifact/field-module-bytes.ts`. */
export function fieldModuleFile(): string {
  const lines = base64Of(fieldModule()).match(/.{1,100}/g) ?? [];
  return [
    "/** The WebAssembly module of `field-module.ts`, in base64. Written by scripts/generate/field-module.ts: npm run generate. */",
    "",
    "export const FIELD_MODULE =",
    `${lines.map((line) => `  "${line}"`).join(" +\n")};`,
    "",
  ].join("\n");
}

/** The bytes of the module: https://webassembly.github.io/spec/core/binary/modules.html. */
function fieldModule(): Uint8Array {
  const name = (text: string): number[] => vector([...text].map((letter) => [letter.charCodeAt(0)]));
  const section = (id: number, content: number[]): number[] => [id, ...unsigned(content.length), ...content];
  const [FUNCTION, MEMORY] = [0, 2];
  return Uint8Array.from([
    ...[0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
    // The only function type: three i32 parameters (offsets), no results.
    ...section(1, vector([[0x60, ...vector([[I32], [I32], [I32]]), ...vector([])]])),
    ...section(3, vector([[0], [0]])),
    // One page of memory.
    ...section(5, vector([[0, 1]])),
    ...section(
      7,
      vector([
        [...name("multiply"), FUNCTION, 0],
        [...name("add"), FUNCTION, 1],
        [...name("memory"), MEMORY, 0],
      ]),
    ),
    ...section(10, vector([multiplyBody(), addBody()])),
  ]);
}

/**
 * Montgomery multiplication, one limb of `a` at a time: adds the limb times `b`, then the multiple of p that makes the
 * lowest limb zero, and drops that limb. Carries can wait until the end: a sum of eighteen products of 58 bits fits 64
 * bits.
 */
function multiplyBody(): number[] {
  const code = new FunctionCode();
  const b = code.locals(LIMBS);
  const sums = code.locals(LIMBS - 1);
  const [limb, factor, carry] = code.locals(3);
  const modulus = limbsOf(FIELD_MODULUS);
  const negativeInverse = inverseOfNegated(modulus[0]);
  b.forEach((local, k) => code.load(OPERAND_B, k).set(local));
  for (let i = 0; i < LIMBS; i++) {
    const sum = (k: number): FunctionCode =>
      i === 0 || k === LIMBS - 1
        ? code.get(limb).get(b[k]).multiply()
        : code.get(sums[k]).get(limb).get(b[k]).multiply().add();
    code.load(OPERAND_A, i).set(limb);
    sum(0).tee(carry).constant(negativeInverse).multiply().constant(MASK).and().set(factor);
    code.get(carry).get(factor).constant(modulus[0]).multiply().add();
    code.constant(LIMB_BITS).shiftRight().set(carry);
    for (let k = 1; k < LIMBS; k++) {
      sum(k).get(factor).constant(modulus[k]).multiply().add();
      if (k === 1) code.get(carry).add();
      code.set(sums[k - 1]);
    }
  }
  return storeWithCarries(code, carry, LIMBS, (k) =>
    k < LIMBS - 1 ? code.get(sums[k]) : code.constant(0),
  ).body();
}

function addBody(): number[] {
  const code = new FunctionCode();
  const [carry] = code.locals(1);
  return storeWithCarries(code, carry, LIMBS, (k) => code.load(OPERAND_A, k).load(OPERAND_B, k).add()).body();
}

/** Stores sums as limbs, and adds the carry of each to the next. */
function storeWithCarries(
  code: FunctionCode,
  carry: number,
  count: number,
  sum: (k: number) => FunctionCode,
): FunctionCode {
  for (let k = 0; k < count; k++) {
    code.get(RESULT);
    sum(k);
    if (k > 0) code.get(carry).constant(LIMB_BITS).shiftRight().add();
    code.tee(carry).constant(MASK).and().store(k);
  }
  return code;
}

/** -1/x modulo 2^29 for an odd x: each step of Newton's method doubles the number of correct bits. */
function inverseOfNegated(x: number): number {
  const modulus = 1n << BigInt(LIMB_BITS);
  let inverse = 1n;
  for (let bits = 1; bits < LIMB_BITS; bits *= 2) inverse = (inverse * (2n - BigInt(x) * inverse)) % modulus;
  return Number(BigInt.asUintN(LIMB_BITS, -inverse));
}

const I32 = 0x7f;
const I64 = 0x7e;
/** Indices of the parameters, which are the first locals. */
const [RESULT, OPERAND_A, OPERAND_B] = [0, 1, 2];

/** Builds the code of a function with three offsets as parameters. The other locals have 64 bits. */
class FunctionCode {
  readonly #code: number[] = [];
  #locals = 0;

  /** Declares locals of 64 bits. Returns their indices. */
  locals(count: number): number[] {
    this.#locals += count;
    return Array.from({ length: count }, (_, k) => 3 + this.#locals - count + k);
  }

  get(local: number): this {
    return this.#emit(0x20, ...unsigned(local));
  }

  set(local: number): this {
    return this.#emit(0x21, ...unsigned(local));
  }

  tee(local: number): this {
    return this.#emit(0x22, ...unsigned(local));
  }

  constant(value: number): this {
    return this.#emit(0x42, ...signed(value));
  }

  /** Pushes a limb of the value whose offset is in a local: i64.load32_u. */
  load(offset: number, limb: number): this {
    return this.get(offset).#emit(0x35, 2, ...unsigned(4 * limb));
  }

  /** Pops a limb and the offset below it: i64.store32. */
  store(limb: number): this {
    return this.#emit(0x3e, 2, ...unsigned(4 * limb));
  }

  add(): this {
    return this.#emit(0x7c);
  }

  multiply(): this {
    return this.#emit(0x7e);
  }

  and(): this {
    return this.#emit(0x83);
  }

  /** Unsigned: i64.shr_u. */
  shiftRight(): this {
    return this.#emit(0x88);
  }

  /** The function's entry in the code section: its size, its locals, its code. */
  body(): number[] {
    const END = 0x0b;
    const body = [...vector([[...unsigned(this.#locals), I64]]), ...this.#code, END];
    return [...unsigned(body.length), ...body];
  }

  #emit(...bytes: number[]): this {
    this.#code.push(...bytes);
    return this;
  }
}

/** Encodes a vector: the number of items, then the items. */
function vector(items: readonly number[][]): number[] {
  return [...unsigned(items.length), ...items.flat()];
}

/** Unsigned LEB128. */
function unsigned(value: number): number[] {
  return value < 0x80 ? [value] : [(value & 0x7f) | 0x80, ...unsigned(value >>> 7)];
}

/** Signed LEB128 of a number from 0 to 2^31 - 1. */
function signed(value: number): number[] {
  return value < 0x40 ? [value] : [(value & 0x7f) | 0x80, ...signed(value >>> 7)];
}
