import { deflateRawSync } from "node:zlib";

/** A parameter's type in the form that artifacts use. */
export type AbiType = Readonly<Record<string, unknown>>;

export interface ArtifactFunctionParts {
  name: string;
  code?: Uint8Array;
  /** Replaces the function's default bytecode, as base64. */
  bytecode?: string;
  parameters?: readonly AbiType[];
  attributes?: readonly string[];
  errors?: Readonly<Record<string, unknown>>;
  debug?: object;
  debugSymbols?: string;
}

/** A contract artifact with these functions, in the form that Aztec's compiler writes. */
export function artifact(
  functions: readonly ArtifactFunctionParts[],
  rest: Readonly<Record<string, unknown>> = {},
): Record<string, unknown> {
  return {
    transpiled: true,
    noir_version: "1.0.0-beta.25+75061fab",
    aztec_version: "5.2.0",
    name: "Test",
    functions: functions.map(functionEntry),
    outputs: {},
    file_map: {},
    ...rest,
  };
}

function functionEntry(parts: ArtifactFunctionParts): Record<string, unknown> {
  const { name, code = new Uint8Array([0x26]), parameters = [], attributes = ["abi_public"] } = parts;
  return {
    name,
    is_unconstrained: true,
    custom_attributes: attributes,
    abi: {
      parameters: parameters.map((type, index) => ({ name: `p${index}`, type, visibility: "private" })),
      return_type: null,
      error_types: parts.errors ?? {},
    },
    bytecode: parts.bytecode ?? Buffer.from(code).toString("base64"),
    debug_symbols: parts.debugSymbols ?? (parts.debug ? debugSymbols(parts.debug) : undefined),
  };
}

/** Encodes debug symbols in the form that artifacts use. */
export function debugSymbols(info: object): string {
  return deflateRawSync(JSON.stringify({ debug_infos: [info] })).toString("base64");
}

export function bytesOfJson(value: unknown): Uint8Array {
  return new TextEncoder().encode(JSON.stringify(value));
}

export const FIELD: AbiType = { kind: "field" };
export const U128: AbiType = { kind: "integer", sign: "unsigned", width: 128 };
export const ADDRESS: AbiType = {
  kind: "struct",
  path: "aztec::AztecAddress",
  fields: [{ name: "inner", type: FIELD }],
};
