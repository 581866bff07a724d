/** A small contract with all that an artifact can say about its code: Noir source and where each instruction is from. */

import { artifact, bytesOfJson } from "./artifacts.ts";
import { bytesOf } from "./assemble.ts";

export const NOIR_PATH = "/home/x/token/src/main.nr";

export const NOIR_SOURCE = `fn helper() {
    store(1)
}
fn store() {
    opcode()
}
`;

/** Both ADD are from `opcode()`, that `store(1)` calls; SSTORE is from `store(1)` itself. */
const CODE = `
        INTERNALCALL a
        RETURN [1], [2]
a:      ADD [1], [2], [3]
        ADD [1], [2], [3]
        SSTORE [1], [2]
        INTERNALRETURN`;

const spanOf = (text: string, parent: number) => ({
  parent,
  value: { file: 3, span: { start: NOIR_SOURCE.indexOf(text), end: 0 } },
});

/** Debug data as the compiler writes it; the keys of its locations are byte offsets. */
export const NOIR_DEBUG = {
  brillig_locations: { "0": { "11": 2, "16": 2, "21": 1 } },
  location_tree: {
    locations: [
      { parent: null, value: { file: 0, span: { start: 0, end: 0 } } },
      spanOf("store(1)", 0),
      spanOf("opcode", 1),
    ],
  },
};

export const NOIR_FILES = { "3": { path: NOIR_PATH, source: NOIR_SOURCE } };

/** The bytes of its artifact, with two functions that have code. */
export function noirContract(): Uint8Array {
  const code = Buffer.from(bytesOf(CODE), "hex");
  const functions = [
    { name: "small", code: Buffer.from(bytesOf("REVERT [1], [1]"), "hex") },
    { name: "public_dispatch", code, debug: NOIR_DEBUG },
  ];
  return bytesOfJson(artifact(functions, { file_map: NOIR_FILES }));
}
