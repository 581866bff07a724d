/**
 * Writes contract artifacts: the JSON that Aztec's `loadContractArtifact` reads, for a contract whose public code was
 * assembled; and replaces the public code of an existing artifact.
 */

import { deflateText } from "./deflate.ts";
import type { TargetName } from "../isa/table.ts";
import type { AbiType, AbiVariable } from "./abi-types.ts";
import { DISPATCH, bytecodeText } from "./contract-functions.ts";
import { base64Of, bytesOfBase64 } from "./encodings.ts";
import { arrayOf, property, stringOf, type Unreadable } from "./json.ts";

/** A public function as its author declares it. */
export interface DeclaredFunction {
  readonly name: string;
  readonly parameters: readonly AbiVariable[];
  readonly returns?: AbiType | undefined;
  /** Attributes such as `view`. */
  readonly attributes: readonly string[];
}

/** Assembled code with its debug symbols and error messages. */
export interface PublicCode {
  readonly bytecode: Uint8Array;
  /** Messages by error selector. */
  readonly errors: ReadonlyMap<bigint, string>;
  readonly files: readonly CodeFile[];
  readonly locations: readonly CodeLocation[];
}

export interface CodeFile {
  readonly path: string;
  readonly source: string;
  readonly functions: readonly CodeFunction[];
}

/** A routine, from its label to the next one, or a macro; in byte offsets of the file's text. */
export interface CodeFunction {
  readonly name: string;
  readonly start: number;
  readonly end: number;
  readonly isMacro: boolean;
}

export interface CodeSpan {
  /** Index of the file. */
  readonly file: number;
  /** Byte offsets in its text. */
  readonly start: number;
  readonly end: number;
}

/** The place of an instruction in the source, and the macro calls that it was expanded from, the outermost first. */
export interface CodeLocation extends CodeSpan {
  readonly pc: number;
  readonly callers: readonly CodeSpan[];
}

/** The release of Aztec that the artifact names, by target. Readers choose the instruction set by it. */
const RELEASES: Readonly<Record<TargetName, string>> = {
  v6: "6.0.0",
  v5: "5.0.0",
  v4: "4.0.0",
  v3: "3.0.0",
  v2: "2.0.0",
};

/** Writes the artifact of a contract that has only public functions. */
export function writeArtifact(
  name: string,
  target: TargetName,
  functions: readonly DeclaredFunction[],
  code: PublicCode,
): Record<string, unknown> {
  const error_types = errorTypes(code.errors);
  return {
    transpiled: true,
    aztec_version: RELEASES[target],
    name,
    functions: [
      {
        name: DISPATCH,
        is_unconstrained: true,
        custom_attributes: [publicAttribute(target)],
        abi: {
          parameters: [parameter({ name: "selector", type: { kind: "field" } })],
          return_type: null,
          error_types,
        },
        bytecode: base64Of(code.bytecode),
        debug_symbols: debugSymbols(code),
      },
      ...functions.map((declared) => ({
        name: declared.name,
        is_unconstrained: true,
        custom_attributes: [
          publicAttribute(target),
          ...declared.attributes.map((attribute) => (isOld(target) ? attribute : `abi_${attribute}`)),
        ],
        abi: {
          parameters: declared.parameters.map(parameter),
          return_type: declared.returns ? { abi_type: declared.returns, visibility: "public" } : null,
          error_types,
        },
        bytecode: "",
        debug_symbols: "",
      })),
    ],
    outputs: { globals: {}, structs: { functions: functions.map((declared) => abiStruct(name, declared)) } },
    file_map: Object.fromEntries(code.files.map((file, index) => [index, fileEntry(file)])),
  };
}

/** True for releases before 3.x, whose attributes have no prefix. */
function isOld(target: TargetName): boolean {
  return target === "v2";
}

function publicAttribute(target: TargetName): string {
  return isOld(target) ? "public" : "abi_public";
}

function parameter({ name, type }: AbiVariable): object {
  return { name, type, visibility: "private" };
}

/** The struct in `outputs` that holds the parameters and the return type of a function. */
function abiStruct(contract: string, { name, parameters, returns }: DeclaredFunction): object {
  const path = `${contract}::${name}`;
  return {
    kind: "struct",
    path: `${path}_abi`,
    fields: [
      { name: "parameters", type: { kind: "struct", path: `${path}_parameters`, fields: parameters } },
      ...(returns ? [{ name: "return_type", type: returns }] : []),
    ],
  };
}

function errorTypes(errors: ReadonlyMap<bigint, string>): Record<string, object> {
  return Object.fromEntries(
    [...errors].map(([selector, message]) => [String(selector), { error_kind: "string", string: message }]),
  );
}

/** An entry of `file_map`, as the compiler writes it. The functions also have an end, which the compiler doesn't write. */
function fileEntry({ path, source, functions }: CodeFile): object {
  const function_locations = functions.map(({ name, start, end, isMacro }) => ({
    start,
    name,
    end,
    ...(isMacro && { macro: true }),
  }));
  return { function_locations, source, path };
}

/** Renders debug symbols as Noir does: the location of each byte offset, in a tree of calls. */
function debugSymbols({ locations }: PublicCode, firstFile = 0): string {
  const tree = new LocationTree(firstFile);
  const brillig: [number, number][] = locations.map(({ pc, callers, ...span }) => {
    let parent = 0;
    for (const caller of callers) parent = tree.child(parent, caller);
    return [pc, tree.child(parent, span)];
  });
  const info = {
    brillig_locations: { 0: Object.fromEntries(brillig) },
    location_tree: { locations: tree.locations },
    acir_locations: {},
    variables: {},
    functions: {},
    types: {},
    brillig_procedure_locs: {},
  };
  return base64Of(deflateText(JSON.stringify({ debug_infos: [info] })));
}

class LocationTree {
  readonly locations: object[] = [{ parent: null, value: { span: { start: 0, end: 0 }, file: 0 } }];
  private readonly known = new Map<string, number>();
  private readonly firstFile: number;

  constructor(firstFile: number) {
    this.firstFile = firstFile;
  }

  /** The number of a location in a call. */
  child(parent: number, { file, start, end }: CodeSpan): number {
    const key = `${parent} ${file} ${start} ${end}`;
    let found = this.known.get(key);
    if (found === undefined) {
      const value = { span: { start, end }, file: file + this.firstFile };
      found = this.locations.push({ parent, value }) - 1;
      this.known.set(key, found);
    }
    return found;
  }
}

/**
 * Replaces the public code of an artifact. If the code is the same, the artifact is unchanged. Otherwise it gets the new debug
 * symbols, and the new files and errors are added to those it has. Private functions are unchanged.
 */
export function replacePublicCode(artifact: unknown, code: PublicCode): Record<string, unknown> | Unreadable {
  const functions = arrayOf(artifact, "functions");
  const index = functions.findIndex((entry) => stringOf(entry, "name") === DISPATCH);
  if (index < 0) return { error: `it has no function \`${DISPATCH}\` whose code could be replaced` };
  const old = bytesOfBase64(bytecodeText(functions[index]));
  if ("error" in old) return { error: `the bytecode of ${DISPATCH} can't be read: ${old.error}` };
  const whole = artifact as Record<string, unknown>;
  if (sameBytes(old, code.bytecode)) return whole;

  const dispatch = functions[index] as Record<string, unknown>;
  const loaded = property(artifact, "fileMap") !== undefined;
  const mapName = loaded ? "fileMap" : "file_map";
  const fileMap = { ...(property(artifact, mapName) as Record<string, unknown> | undefined) };
  const first = Math.max(-1, ...Object.keys(fileMap).map(Number).filter(Number.isSafeInteger)) + 1;
  for (const [index, file] of code.files.entries()) fileMap[first + index] = fileEntry(file);
  const symbols = debugSymbols(code, first);
  const errors = errorTypes(code.errors);
  const bytecode = base64Of(code.bytecode);
  const abi = property(dispatch, "abi") as Record<string, unknown> | undefined;
  const replaced = loaded
    ? {
        ...dispatch,
        errorTypes: { ...(dispatch.errorTypes as object | undefined), ...errors },
        bytecode: typeof dispatch.bytecode === "string" ? bytecode : { type: "Buffer", data: bytecode },
        debugSymbols: symbols,
      }
    : {
        ...dispatch,
        abi: { ...abi, error_types: { ...(abi?.error_types as object | undefined), ...errors } },
        bytecode,
        debug_symbols: symbols,
      };
  return { ...whole, functions: functions.with(index, replaced), [mapName]: fileMap };
}

function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, index) => byte === b[index]);
}
