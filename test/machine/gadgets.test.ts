import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { poseidon2Hash } from "@zkpassport/poseidon2";
import { FIELD_MODULUS } from "../../isa/tags.ts";
import { isOnCurve } from "../../isa/grumpkin.ts";
import { addPoints, type Point } from "../../machine/grumpkin.ts";
import { hashFields } from "../../artifact/poseidon2.ts";
import { compress } from "../../machine/sha256.ts";
import { randomNumbers } from "../support/random.ts";

const random = randomNumbers(1);

function randomField(): bigint {
  let value = 0n;
  for (let k = 0; k < 8; k++) value = (value << 32n) | BigInt(random.below(2 ** 32));
  return value % FIELD_MODULUS;
}

describe("the gadgets", () => {
  it("hash any number of fields as the library does", () => {
    for (let length = 1; length < 12; length++) {
      const fields = Array.from({ length }, randomField);
      assert.equal(hashFields(fields), poseidon2Hash(fields));
    }
  });

  it("compress as SHA-256 does", () => {
    const initial = Uint32Array.of(
      ...[0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19],
    );
    for (let length = 0; length < 56; length++) {
      const message = Buffer.from(Array.from({ length }, () => random.below(256)));
      const block = Buffer.alloc(64);
      message.copy(block);
      block[length] = 0x80;
      block.writeUInt32BE(8 * length, 60);
      const words = Uint32Array.from({ length: 16 }, (_, k) => block.readUInt32BE(4 * k));
      const digest = [...compress(initial, words)].map((word) => word.toString(16).padStart(8, "0")).join("");
      assert.equal(digest, createHash("sha256").update(message).digest("hex"));
    }
  });

  it("add points of a group", () => {
    const generator: Point = {
      x: 1n,
      y: 0x2cf135e7506a45d632d270d45f1181294833fc48d823f272cn,
      isInfinite: false,
    };
    const infinity: Point = { x: 0n, y: 0n, isInfinite: true };
    const negative = { ...generator, y: FIELD_MODULUS - generator.y };
    const two = addPoints(generator, generator);
    const three = addPoints(two, generator);
    assert.ok(isOnCurve(three.x, three.y));
    assert.deepEqual(addPoints(generator, two), three);
    assert.deepEqual(addPoints(three, negative), two);
    assert.deepEqual(addPoints(generator, negative), infinity);
    assert.deepEqual(addPoints(generator, infinity), generator);
    assert.deepEqual(addPoints(infinity, generator), generator);
    assert.ok(!isOnCurve(1n, 1n));
  });
});
