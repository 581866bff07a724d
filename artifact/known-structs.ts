/** The structs of Aztec's libraries, which signatures may name without a definition. */

import type { AbiType, AbiVariable } from "./abi-types.ts";

const FIELD: AbiType = { kind: "field" };
const U32: AbiType = { kind: "integer", sign: "unsigned", width: 32 };
const BOOL: AbiType = { kind: "boolean" };

function struct(path: string, fields: readonly AbiVariable[]): AbiType {
  return { kind: "struct", path, fields };
}

/** A struct that holds one field, `inner`. */
function wrapper(path: string): AbiType {
  return struct(path, [{ name: "inner", type: FIELD }]);
}

const TYPES = "aztec::protocol_types";

/** The structs by name, with the paths by which Aztec's libraries recognise them. */
export const KNOWN_STRUCTS: ReadonlyMap<string, AbiType> = new Map([
  ["AztecAddress", wrapper(`${TYPES}::address::aztec_address::AztecAddress`)],
  ["EthAddress", wrapper(`${TYPES}::address::eth_address::EthAddress`)],
  ["ContractClassId", wrapper(`${TYPES}::contract_class_id::ContractClassId`)],
  [
    "FunctionSelector",
    struct(`${TYPES}::abis::function_selector::FunctionSelector`, [{ name: "inner", type: U32 }]),
  ],
  [
    "EmbeddedCurvePoint",
    struct("std::embedded_curve_ops::EmbeddedCurvePoint", [
      { name: "x", type: FIELD },
      { name: "y", type: FIELD },
      { name: "is_infinite", type: BOOL },
    ]),
  ],
]);

/** The ABI type of `Option<T>`. */
export function optionOf(type: AbiType): AbiType {
  return struct("std::option::Option", [
    { name: "_is_some", type: BOOL },
    { name: "_value", type },
  ]);
}

/** The ABI type of `BoundedVec<T, n>`. */
export function boundedVecOf(type: AbiType, length: number): AbiType {
  return struct("std::collections::bounded_vec::BoundedVec", [
    { name: "storage", type: { kind: "array", length, type } },
    { name: "len", type: U32 },
  ]);
}
