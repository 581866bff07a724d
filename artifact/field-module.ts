/**
 * A WebAssembly module that computes in BN254's scalar field, about five times as fast as bigints do
 * (docs/decisions/011-poseidon2-in-webassembly.md).
 *
 * Values are in the module's memory, each as nine limbs of 29 bits in four bytes each. The functions take byte offsets. `multiply`
 * gives Montgomery products, a*b/R modulo p with R = 2^261, and values may exceed p, so `add` doesn't reduce: the product of a
 * value below a*p and one below b*p is below (a*b/169 + 1) * p. Every value has to stay below R, which is 169 p.
 */

import { bytesOfBase64 } from "./encodings.ts";
import { FIELD_MODULE } from "./field-module-bytes.ts";
import { LIMBS } from "./field-limbs.ts";

export const BYTES_OF_VALUE = 4 * LIMBS;

export interface FieldModule {
  readonly memory: { readonly buffer: ArrayBuffer };
  readonly multiply: (to: number, a: number, b: number) => void;
  readonly add: (to: number, a: number, b: number) => void;
}

/** The part of the host's `WebAssembly` that this module uses. TypeScript declares it only for browsers. */
export interface WebAssemblyHost {
  readonly Module: new (bytes: Uint8Array) => object;
  readonly Instance: new (module: object) => { readonly exports: object };
}

/**
 * Instantiates the module. Returns undefined if WebAssembly is missing or refused, for example by a page's content
 * security policy.
 */
export function instantiateFieldModule(
  host = (globalThis as { readonly WebAssembly?: WebAssemblyHost }).WebAssembly,
): FieldModule | undefined {
  const bytes = bytesOfBase64(FIELD_MODULE);
  if (host === undefined || "error" in bytes) return undefined;
  try {
    return new host.Instance(new host.Module(bytes)).exports as FieldModule;
  } catch {
    return undefined;
  }
}
