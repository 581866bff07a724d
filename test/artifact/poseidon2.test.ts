import assert from "node:assert/strict";
import { permute as permuteOfLibrary } from "@zkpassport/poseidon2";
import { limbsOf } from "../../artifact/field-limbs.ts";
import { BYTES_OF_VALUE, instantiateFieldModule, type WebAssemblyHost } from "../../artifact/field-module.ts";
import { permute } from "../../artifact/poseidon2.ts";
import { permuteBigints } from "../../artifact/poseidon2-bigints.ts";
import { permutationIn } from "../../artifact/poseidon2-module.ts";
import { FIELD_MODULUS } from "../../isa/tags.ts";
import { randomNumbers } from "../support/random.ts";

const random = randomNumbers(1);
const R = 1n << 261n;

function randomBelow(bound: bigint): bigint {
  let value = 0n;
  for (let k = 0; k < 9; k++) value = (value << 32n) | BigInt(random.below(2 ** 32));
  return value % bound;
}

const EDGES = [
  0n,
  1n,
  2n ** 29n - 1n,
  2n ** 29n,
  2n ** 232n - 1n,
  2n ** 253n,
  R % FIELD_MODULUS,
  FIELD_MODULUS - 1n,
];
const inModule = permutationIn(instantiateFieldModule()!);

/** Held against each other, and against @zkpassport/poseidon2. */
const PERMUTATIONS: Readonly<Record<string, typeof permute>> = {
  "in bigints": permuteBigints,
  "in WebAssembly": inModule,
  "as chosen": permute,
};

describe("the permutation of Poseidon2", () => {
  for (const [name, permutation] of Object.entries(PERMUTATIONS)) {
    it(`is the library's, ${name}`, () => {
      for (const edge of EDGES) {
        const state = [edge, edge, edge, edge];
        assert.deepEqual(permutation(state), permuteOfLibrary([...state]));
      }
      for (let round = 0; round < 200; round++) {
        const state = Array.from({ length: 4 }, () =>
          random.below(4) === 0 ? EDGES[random.below(EDGES.length)] : randomBelow(FIELD_MODULUS),
        );
        assert.deepEqual(permutation(state), permuteOfLibrary([...state]));
      }
    });

    it(`gives Aztec's test vector, ${name}`, () => {
      assert.deepEqual(permutation([0n, 1n, 2n, 3n]), [
        0x01bd538c2ee014ed5141b29e9ae240bf8db3fe5b9a38629a9647cf8d76c01737n,
        0x239b62e7db98aa3a2a8f6a0d2fa1709e7a35959aa6c7034814d9daa90cbac662n,
        0x04cbb44c61d928ed06808456bf758cbf0c18d1e15a7b6dbc8245fa7515d5e3cbn,
        0x2e11c5cff2a22c64d01304b778d78f6998eff1ab73163a35603f54794c30847an,
      ]);
    });

    it(`takes sums that aren't reduced, ${name}`, () => {
      const state = [FIELD_MODULUS, 2n * FIELD_MODULUS - 1n, FIELD_MODULUS + 5n, 3n];
      assert.deepEqual(permutation(state), permutation([0n, FIELD_MODULUS - 1n, 5n, 3n]));
    });
  }

  it("permutes its own results in WebAssembly for a long time as in bigints", () => {
    let [state, expected] = [permuteBigints([1n, 2n, 3n, 4n]), permuteBigints([1n, 2n, 3n, 4n])];
    for (let round = 0; round < 300; round++) [state, expected] = [inModule(state), permuteBigints(expected)];
    assert.deepEqual(state, expected);
  });
});

describe("the WebAssembly module of the field", () => {
  const { memory, multiply, add } = instantiateFieldModule()!;
  const words = new Uint32Array(memory.buffer);
  const [A, B, TO] = [0, BYTES_OF_VALUE, 2 * BYTES_OF_VALUE];
  const valueAt = (at: number): bigint =>
    limbsOf(0n).reduceRight((value, _, k) => (value << 29n) | BigInt(words[at / 4 + k]), 0n);
  const write = (at: number, value: bigint): void => words.set(limbsOf(value), at / 4);

  it("multiplies and adds values up to twenty times the modulus", () => {
    const highest = 20n * FIELD_MODULUS;
    const values = [...EDGES, highest - 1n, FIELD_MODULUS, 2n ** 258n - 1n];
    for (let round = 0; round < 2000; round++) {
      const [a, b] = [0, 1].map(() =>
        random.below(3) === 0 ? values[random.below(values.length)] : randomBelow(highest),
      );
      write(A, a);
      write(B, b);
      multiply(TO, A, B);
      assert.equal((valueAt(TO) * R - a * b) % FIELD_MODULUS, 0n, `${a} * ${b}`);
      assert.ok(valueAt(TO) < 4n * FIELD_MODULUS);
      add(TO, A, B);
      assert.equal(valueAt(TO), a + b);
    }
  });

  it("writes a result over an operand", () => {
    for (const operation of [multiply, add]) {
      write(A, 5n * FIELD_MODULUS - 3n);
      operation(TO, A, A);
      operation(A, A, A);
      assert.equal(valueAt(A), valueAt(TO));
    }
  });

  it("isn't used if the host has no WebAssembly or refuses it", () => {
    class Refusing {
      constructor() {
        throw new Error("refused by the content security policy");
      }
    }
    const refusing = { Module: Refusing, Instance: Refusing } as unknown as WebAssemblyHost;
    assert.equal(instantiateFieldModule(refusing), undefined);
    const { WebAssembly: host } = globalThis as { WebAssembly?: WebAssemblyHost };
    try {
      delete (globalThis as { WebAssembly?: WebAssemblyHost }).WebAssembly;
      assert.equal(instantiateFieldModule(), undefined);
    } finally {
      (globalThis as { WebAssembly?: WebAssemblyHost }).WebAssembly = host;
    }
  });
});
