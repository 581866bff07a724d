/** Encodes the calldata of a call: fields, or a function with its arguments. */

import { encodeArguments, encodeArgumentValues, encodeMixedArguments } from "../artifact/abi-values.ts";
import type { AbiType, AbiVariable } from "../artifact/abi-types.ts";
import { DISPATCH } from "../artifact/contract-functions.ts";
import { functionSelector } from "../artifact/selector.ts";
import { parseSignature } from "../artifact/signature.ts";
import { didYouMean, nearest } from "../diagnostics/suggest.ts";
import { functionNamed, type Runnable } from "./runnable.ts";
import { parseField } from "./values.ts";

export interface CallData {
  readonly calldata: readonly bigint[];
  /** The function's return type; undefined if it isn't known. */
  readonly returns: AbiType | undefined;
}

/** One argument for each parameter: texts of a command line, JavaScript values, or both, as a launch configuration has them. */
export type Arguments =
  | { readonly texts: readonly string[] }
  | { readonly values: readonly unknown[] }
  | { readonly mixed: readonly unknown[] };

/** Why a call can't be made: a clause without a full stop, and whether the arguments or the program are to blame. */
export interface NoCall {
  readonly error: string;
  readonly isUsage: boolean;
}

/** A function that can be called. */
interface Callable {
  readonly name: string;
  readonly parameters: readonly AbiVariable[];
  readonly returns: AbiType | undefined;
  /** Undefined if the code has only this function, which is called without a selector. */
  readonly selector: number | undefined;
}

/** Makes a call by signature, canonical or in Noir's notation. The return type is the signature's, else the program's. */
export function callBySignature(runnable: Runnable, text: string, args: Arguments): CallData | NoCall {
  const signature = parseSignature(text, { structs: runnable.assembly?.contract.structs ?? new Map() });
  if ("error" in signature) return { error: signature.error, isUsage: true };
  const { name, parameters, canonical } = signature;
  const known = callable(runnable, name);
  const returns = signature.returns ?? ("error" in known ? undefined : known.returns);
  return encoded({ name, parameters, returns, selector: functionSelector(canonical) }, args);
}

/** Makes a call of a function that the artifact or the source declares. */
export function callByName(runnable: Runnable, name: string, args: Arguments): CallData | NoCall {
  if (runnable.artifact && name === DISPATCH) return rawCall(args);
  const found = callable(runnable, name);
  return "error" in found ? found : encoded(found, args);
}

function encoded({ name, parameters, returns, selector }: Callable, args: Arguments): CallData | NoCall {
  const fields =
    "texts" in args
      ? encodeArguments(parameters, args.texts)
      : "mixed" in args
        ? encodeMixedArguments(parameters, args.mixed)
        : encodeArgumentValues(parameters, args.values);
  if ("error" in fields) return { error: `\`${name}\`: ${fields.error}`, isUsage: true };
  return { calldata: selector === undefined ? fields : [BigInt(selector), ...fields], returns };
}

/** Makes a call of the dispatch, whose arguments are the fields of calldata. */
function rawCall(args: Arguments): CallData | NoCall {
  const calldata: bigint[] = [];
  for (const value of listOf(args)) {
    const field = parseField(String(value));
    if (typeof field !== "bigint") return { ...field, isUsage: true };
    calldata.push(field);
  }
  return { calldata, returns: undefined };
}

export function listOf(args: Arguments): readonly unknown[] {
  if ("texts" in args) return args.texts;
  return "mixed" in args ? args.mixed : args.values;
}

function callable({ artifact, assembly }: Runnable, name: string): Callable | NoCall {
  if (artifact) return callableOfArtifact(artifact, name);
  const declared = assembly?.contract.functions ?? [];
  if (declared.length === 0) {
    const what = assembly ? "declares no functions: `.function` does" : "isn't an artifact";
    return { error: `it ${what}; a call by signature, "name(types)", needs no declaration`, isUsage: false };
  }
  const found = declared.find((candidate) => candidate.name === name);
  if (found) return { ...found, returns: found.returns };
  const names = declared.map((candidate) => candidate.name);
  return { error: `it declares no function \`${name}\`${suggestion(name, names)}`, isUsage: false };
}

function suggestion(name: string, names: readonly string[]): string {
  return didYouMean(nearest(name, names)) || `; they are ${names.slice(0, 20).join(", ")}`;
}

function callableOfArtifact(artifact: NonNullable<Runnable["artifact"]>, name: string): Callable | NoCall {
  const found = functionNamed(artifact, name);
  if ("error" in found) return { ...found, isUsage: false };
  const { parameters, selector } = found;
  if (!parameters || selector === undefined) {
    const error = `\`${name}\` has a parameter of a type that isn't known; the fields of calldata can be given instead`;
    return { error, isUsage: false };
  }
  const isDispatched = artifact.functions.some((candidate) => candidate.name === DISPATCH);
  return {
    name,
    parameters,
    returns: found.returnTypes?.at(0),
    selector: isDispatched ? selector : undefined,
  };
}
