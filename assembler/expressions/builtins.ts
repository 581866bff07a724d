/** The functions that expressions can call. */

import { didYouMean, nearest } from "../../diagnostics/suggest.ts";
import type { CallExpression, Expression } from "../../grammar/ast.ts";
import { tokenText } from "../../grammar/line.ts";
import type { TargetName } from "../../isa/table.ts";
import { FIELD_MODULUS } from "../../isa/tags.ts";
import {
  bounded,
  evaluate,
  hasFixedAddress,
  isPlaceName,
  namesCell,
  reportEscape,
  resolveName,
  sumTerms,
  type DeclaredFunctionFacts,
  type EvaluationContext,
  type Functions,
} from "./evaluate.ts";
import { MAX_VALUE_BITS } from "../limits.ts";
import { mayHash, textFields } from "./hash-budget.ts";
import { lookupName } from "./lookup.ts";
import { placeOf } from "./places.ts";
import { replacement } from "./replacement.ts";
import { parseQuoted } from "./literals.ts";
import { hashFields } from "../../artifact/poseidon2.ts";
import { fieldCount, typeName, type AbiType } from "../../artifact/abi-types.ts";
import { checkSignature, errorSelector } from "../../artifact/selector.ts";
import type { Scoped } from "./symbols.ts";

type Call = Scoped<CallExpression>;

/** Maximum number of fields that one call of `poseidon2` hashes. */
const MAX_HASHED = 64;
/** The domain separator with which Aztec hashes map slots: `PUBLIC_STORAGE_MAP_SLOT` of `@aztec/constants`. */
const MAP_SEPARATOR = 4_015_149_901n;
/** The targets of releases that hashed map slots without a domain separator. */
const BEFORE_SEPARATORS: readonly TargetName[] = ["v2", "v3"];

interface Builtin {
  readonly usage: string;
  readonly summary: string;
  /** Number of arguments, or its minimum and maximum. */
  readonly arity: number | readonly [min: number, max: number];
  /** Set if the function takes names, which may be those of cells, instead of values. */
  readonly takesNames?: true;
  readonly compute: (call: Call, context: EvaluationContext) => bigint | undefined;
}

/** The evaluator's interface to the functions. */
export const FUNCTIONS: Functions = { names: () => Object.keys(BUILTINS), call: callBuiltin };

/** The functions by name in lower case; calls may use any case. */
export const BUILTINS: Readonly<Record<string, Builtin>> = {
  lo: {
    usage: "lo(x, bits)",
    summary: "The lower `bits` bits of `x`.",
    arity: 2,
    compute: (call, context) => {
      const [value, bits] = valueAndBits(call, context);
      return value === undefined || bits === undefined ? undefined : value & ((1n << bits) - 1n);
    },
  },
  hi: {
    usage: "hi(x, bits)",
    summary: "`x` without its lower `bits` bits, shifted down.",
    arity: 2,
    compute: (call, context) => {
      const [value, bits] = valueAndBits(call, context);
      return value === undefined || bits === undefined ? undefined : value >> bits;
    },
  },
  fdiv: {
    usage: "fdiv(a, b)",
    summary: "The field element that, times `b`, is `a`.",
    arity: 2,
    compute: (call, context) => {
      const dividend = argument(call, 0, context);
      const divisor = argument(call, 1, context);
      if (dividend === undefined || divisor === undefined) return undefined;
      const inverse = invert(divisor, call, 1, context);
      return inverse === undefined ? undefined : residue(dividend * inverse);
    },
  },
  inv: {
    usage: "inv(a)",
    summary: "The field element that, times `a`, is 1.",
    arity: 1,
    compute: (call, context) => {
      const value = argument(call, 0, context);
      return value === undefined ? undefined : invert(value, call, 0, context);
    },
  },
  selector: {
    usage: 'selector("transfer(Field,u128)")',
    summary:
      "The selector by which Aztec calls the function with this signature, or a function's that is declared at a label.",
    arity: 1,
    compute: (call, context) => {
      if (followStrings({ ...call, node: call.node.arguments[0] }).node.kind === "name") {
        const declared = declaredFunction(call, context);
        return declared && BigInt(declared.selector);
      }
      const string = text(call, 0, context);
      if (!string || !mayHash(call, textFields(string.text), context)) return undefined;
      const checked = checkSignature(string.text);
      if ("selector" in checked) return BigInt(checked.selector);
      const { error, canonical } = checked;
      const fix = canonical === undefined ? {} : replacement(string.at, `"${canonical}"`);
      context.report(string.at, "wrong-signature", error, fix);
      return undefined;
    },
  },
  error_selector: {
    usage: 'error_selector("message")',
    summary: "The number of a message in the contract's artifact, with which wallets find its text.",
    arity: 1,
    compute: (call, context) => {
      const message = text(call, 0, context);
      if (!message || !mayHash(call, textFields(message.text) + 1, context)) return undefined;
      return errorSelector(message.text);
    },
  },
  function_count: {
    usage: "function_count()",
    summary: "How many public functions are declared outside of all blocks, or up to here.",
    arity: 0,
    compute: (_, context) => BigInt(context.declarations?.count ?? 0),
  },
  function_selector: {
    usage: "function_selector(i)",
    summary: "The selector of the function that is declared at place `i`, from 0.",
    arity: 1,
    compute: (call, context) => {
      const declared = functionAt(call, context);
      return declared && BigInt(declared.selector);
    },
  },
  function_label: {
    usage: "function_label(i)",
    summary: "The byte offset of the code of the function that is declared at place `i`, from 0.",
    arity: 1,
    compute: (call, context) => {
      const label = functionAt(call, context)?.label;
      if (!label) return undefined;
      const offset = context.offsetOf(label);
      if (offset === undefined) context.dependsOnLayout = true;
      return BigInt(offset ?? 0);
    },
  },
  argument_at: {
    usage: 'argument_at(label, "amount")',
    summary:
      "The index in calldata of a parameter of the function that is declared at a label; `order.maker` for a field of one, `prices[2]` for an element.",
    arity: 2,
    compute: (call, context) => {
      const place = argumentPlace(call, context);
      return place && BigInt(place.index);
    },
  },
  argument_size: {
    usage: 'argument_size(label, "range")',
    summary: "How many fields of calldata a parameter, or a part of one, takes.",
    arity: 2,
    compute: (call, context) => {
      const place = argumentPlace(call, context);
      return place && BigInt(fieldCount(place.type));
    },
  },
  poseidon2: {
    usage: "poseidon2(x, …)",
    summary: "The Poseidon2 hash of a list of fields, as `poseidon2_hash([x, …])` in Aztec.nr.",
    arity: [1, MAX_HASHED],
    compute: (call, context) => {
      const inputs = call.node.arguments.map((_, index) => fieldArgument(call, index, context));
      if (!mayHash(call, inputs.length, context)) return undefined;
      return inputs.every((input) => input !== undefined) ? hashFields(inputs) : undefined;
    },
  },
  map_slot: {
    usage: "map_slot(slot, key)",
    summary:
      "The storage slot of a key's value in a map, as `MAP_SLOT` of `std/storage.avm` computes it; depends on the target and STD_MAP_SEPARATOR.",
    arity: 2,
    compute: (call, context) => {
      const map = fieldArgument(call, 0, context);
      const key = fieldArgument(call, 1, context);
      const separator = mapSeparator(call, context);
      if (map === undefined || key === undefined || separator === undefined) return undefined;
      if (!mayHash(call, 3, context)) return undefined;
      return hashFields(separator === 0n ? [map, key] : [separator, map, key]);
    },
  },
  size: {
    usage: "size(label)",
    summary: "Bytes from a label to the next global label, or to the end of the code.",
    arity: 1,
    compute: (call, context) => {
      const node = call.node.arguments[0];
      const symbol = node.kind === "name" ? resolveName({ ...call, node }, context) : undefined;
      if (node.kind === "name" && !symbol) return undefined;
      if (symbol?.kind !== "label") {
        context.report({ ...call, node }, "operand-kind", "`size` takes a label");
        return undefined;
      }
      const size = context.sizeOf(symbol);
      if (size === undefined) context.dependsOnLayout = true;
      return BigInt(size ?? 0);
    },
  },
  defined: {
    usage: "defined(NAME)",
    summary:
      "1 if the name is defined at this point, else 0. Definitions outside of all blocks count from the start of their file.",
    arity: 1,
    takesNames: true,
    compute: (call, context) => {
      const node = call.node.arguments[0];
      if (node.kind !== "name") {
        context.report({ ...call, node }, "operand-kind", "`defined` takes a name");
        return undefined;
      }
      const name = tokenText(call.line, node.first);
      return lookupName(name, call.scope, call.label) ? 1n : 0n;
    },
  },
  is_cell: {
    usage: "is_cell(x)",
    summary: "1 if a macro's argument is a memory operand or a cell's name, 0 if it is a value.",
    arity: 1,
    takesNames: true,
    compute: (call) => {
      // Depends only on the syntax of the argument, not on its value.
      return namesCell({ ...call, node: call.node.arguments[0] }) ? 1n : 0n;
    },
  },
  has_addr: {
    usage: "has_addr(x)",
    summary: "1 if a macro's argument is a cell with a fixed address, so that `addr(x)` has a value; else 0.",
    arity: 1,
    takesNames: true,
    compute: (call) => {
      const at = { ...call, node: call.node.arguments[0] };
      const cells = sumTerms(at.node).filter(({ node }) => isPlaceName({ ...call, node }));
      if (cells.length !== 1) return 0n;
      const name = tokenText(call.line, cells[0].node.first);
      return hasFixedAddress(lookupName(name, call.scope, call.label)) ? 1n : 0n;
    },
  },
  addr: {
    usage: "addr(NAME)",
    summary: "The address of a cell that isn't relative to `sp`, as a number.",
    arity: 1,
    takesNames: true,
    compute: (call, context) => {
      const node = call.node.arguments[0];
      const at = { ...call, node };
      if (!namesCell(at)) {
        // `resolveName` reports an undefined name.
        if (node.kind === "name" && !resolveName(at, context)) return undefined;
        context.report(at, "operand-kind", "`addr` takes a cell, or a neighbour of one");
        return undefined;
      }
      const place = placeOf(
        { ...at, node: { kind: "bare", value: node, first: node.first, last: node.last } },
        context,
      );
      if (!place || place.mode === 0) return place?.address;
      context.report(at, "operand-kind", "the cell has no address that is known before the program runs");
      return undefined;
    },
  },
  str: {
    usage: 'str("text")',
    summary:
      "The text's UTF-8 bytes as one number, the first byte the most significant, as Noir packs a string.",
    arity: 1,
    compute: (call, context) => {
      const string = text(call, 0, context);
      if (!string) return undefined;
      let packed = 0n;
      for (const byte of new TextEncoder().encode(string.text)) {
        packed = (packed << 8n) | BigInt(byte);
        if (packed >> BigInt(MAX_VALUE_BITS)) break;
      }
      return bounded(packed, call, context);
    },
  },
};

/** The function with this name, in any case; undefined if there is none. */
export function builtinNamed(name: string): Builtin | undefined {
  const lower = name.toLowerCase();
  return Object.hasOwn(BUILTINS, lower) ? BUILTINS[lower] : undefined;
}

/** The value of a call; undefined after reporting an error. */
function callBuiltin(call: Call, context: EvaluationContext): bigint | undefined {
  const name = tokenText(call.line, call.node.first);
  const builtin = builtinNamed(name);
  if (!builtin) {
    const suggestion = didYouMean(nearest(name.toLowerCase(), Object.keys(BUILTINS)));
    context.report(
      { ...call, node: { first: call.node.first, last: call.node.first } },
      "undefined-name",
      `there is no function \`${name}\`${suggestion}`,
    );
    return undefined;
  }
  const given = call.node.arguments.length;
  const [min, max] = typeof builtin.arity === "number" ? [builtin.arity, builtin.arity] : builtin.arity;
  if (given < min || given > max) {
    const number = min === max ? `${min}` : `${min} to ${max}`;
    const wanted = `${number} argument${max === 1 ? "" : "s"}`;
    context.report(call, "operand-count", `\`${builtin.usage}\` takes ${wanted}; ${given} given`);
    return undefined;
  }
  return builtin.compute(call, context);
}

function argument(call: Call, index: number, context: EvaluationContext): bigint | undefined {
  return evaluate({ ...call, node: call.node.arguments[index] }, context);
}

/** An argument as a field element. A negative value counts modulo p; undefined after reporting an error. */
function fieldArgument(call: Call, index: number, context: EvaluationContext): bigint | undefined {
  const value = argument(call, index, context);
  if (value === undefined) return undefined;
  if (value > -FIELD_MODULUS && value < FIELD_MODULUS) return residue(value);
  const node = call.node.arguments[index];
  context.report({ ...call, node }, "out-of-range", `${value} is not a field: it has to be below p`);
  return undefined;
}

/**
 * The domain separator for map slots: the program's `STD_MAP_SEPARATOR`, or else that of the target's Aztec (from release 4 on).
 */
function mapSeparator(call: Call, context: EvaluationContext): bigint | undefined {
  const symbol = call.scope.lookup("STD_MAP_SEPARATOR");
  if (symbol?.kind === "constant") return evaluate(symbol.value, context);
  return BEFORE_SEPARATORS.includes(context.target) ? 0n : MAP_SEPARATOR;
}

function valueAndBits(call: Call, context: EvaluationContext): [bigint | undefined, bigint | undefined] {
  const value = argument(call, 0, context);
  const bits = argument(call, 1, context);
  if (bits !== undefined && (bits < 0n || bits > MAX_VALUE_BITS)) {
    const node = call.node.arguments[1];
    context.report(
      { ...call, node },
      "out-of-range",
      `${bits} is not a number of bits from 0 to ${MAX_VALUE_BITS}`,
    );
    return [value, undefined];
  }
  return [value, bits];
}

function text(
  call: Call,
  index: number,
  context: EvaluationContext,
): { readonly text: string; readonly at: Scoped<Expression> } | undefined {
  const written: Scoped<Expression> = { ...call, node: call.node.arguments[index] };
  const at = followStrings(written);
  if (at.node.kind !== "string") {
    context.report(written, "operand-kind", "a string in double quotes was expected");
    return undefined;
  }
  const value = parseQuoted(tokenText(at.line, at.node.first));
  if (typeof value === "string") return { text: value, at };
  reportEscape(at, value, context);
  return undefined;
}

/** The function whose code begins at the label in the first argument. */
function declaredFunction(call: Call, context: EvaluationContext): DeclaredFunctionFacts | undefined {
  const written: Scoped<Expression> = { ...call, node: call.node.arguments[0] };
  const at = followStrings(written);
  const { node } = at;
  if (node.kind !== "name") {
    context.report(written, "operand-kind", "the label of a function was expected");
    return undefined;
  }
  const symbol = resolveName({ ...at, node }, context);
  if (!symbol) return undefined;
  const declared = symbol.kind === "label" ? context.declarations?.functionOf(symbol, context) : undefined;
  if (!declared) {
    const name = tokenText(at.line, node.first);
    context.report(
      written,
      "undeclared-function",
      `no function is declared at \`${name}\`: \`.function "${symbol.kind === "label" ? name : "name"}()", ${name}\``,
      { dependence: { uses: name } },
    );
  }
  return declared;
}

function functionAt(call: Call, context: EvaluationContext): DeclaredFunctionFacts | undefined {
  const index = argument(call, 0, context);
  const count = context.declarations?.count ?? 0;
  if (index === undefined) return undefined;
  if (index >= 0n && index < BigInt(count)) return context.declarations?.functionAt(Number(index), context);
  context.report(
    call,
    "undeclared-function",
    `there is no function ${index}: ${count} are declared, counted from 0`,
  );
  return undefined;
}

/** A parameter or a part of one: the index of its first field in calldata, and its type. */
interface ArgumentPlace {
  readonly index: number;
  readonly type: AbiType;
}

/** The parameter that a call of `argument_at` or `argument_size` names; undefined after reporting an error. */
function argumentPlace(call: Call, context: EvaluationContext): ArgumentPlace | undefined {
  const declared = declaredFunction(call, context);
  const path = text(call, 1, context)?.text;
  if (!declared || path === undefined) return undefined;
  const node = call.node.arguments[1];
  const refuse = (message: string): undefined => {
    context.report({ ...call, node }, "undefined-name", message);
  };
  // `order.prices[1]` is `order`, `prices`, `1`.
  const [name, ...parts] = path.split(/[.[]/).map((part) => part.replace(/\]$/, ""));
  let place: ArgumentPlace | undefined;
  // Field 0 is the selector.
  let index = 1;
  for (const parameter of declared.parameters) {
    if (parameter.name === name) place = { index, type: parameter.type };
    index += fieldCount(parameter.type);
  }
  if (!place) {
    const names = declared.parameters.map((parameter) => parameter.name);
    return refuse(`there is no parameter \`${name}\`${didYouMean(nearest(name, names))}`);
  }
  for (const part of parts) {
    const next = partOf(place, part);
    if ("error" in next) return refuse(`\`${path}\` names nothing: ${next.error}`);
    place = next;
  }
  return place;
}

/** The place of a struct's field, or of an element of an array or string. */
function partOf({ index, type }: ArgumentPlace, part: string): ArgumentPlace | { readonly error: string } {
  if (type.kind === "struct") {
    let at = index;
    for (const field of type.fields) {
      if (field.name === part) return { index: at, type: field.type };
      at += fieldCount(field.type);
    }
    const names = type.fields.map((field) => field.name);
    return {
      error: `\`${typeName(type)}\` has no \`${part}\`${didYouMean(nearest(part, names)) || `; it has ${names.join(", ")}`}`,
    };
  }
  if (type.kind !== "array" && type.kind !== "string") return { error: `\`${typeName(type)}\` has no parts` };
  if (!/^[0-9]{1,9}$/.test(part) || Number(part) >= type.length) {
    return { error: `\`${typeName(type)}\` has the elements [0] to [${type.length - 1}]` };
  }
  const element: AbiType =
    type.kind === "array" ? type.type : { kind: "integer", sign: "unsigned", width: 8 };
  return { index: index + Number(part) * fieldCount(element), type: element };
}

/** Follows a macro's parameter to the argument of the call. */
function followStrings(at: Scoped<Expression>): Scoped<Expression> {
  let current = at;
  // This ends, because a chain of parameters isn't longer than the nesting of expansions.
  while (current.node.kind === "name") {
    const symbol = current.scope.lookup(tokenText(current.line, current.node.first));
    if (symbol?.kind !== "parameter" || symbol.argument.node.kind !== "bare") break;
    current = { ...symbol.argument, node: symbol.argument.node.value };
  }
  return current;
}

function residue(value: bigint): bigint {
  const rest = value % FIELD_MODULUS;
  return rest < 0n ? rest + FIELD_MODULUS : rest;
}

/** The multiplicative inverse in the field, by the extended Euclidean algorithm. */
function invert(value: bigint, call: Call, index: number, context: EvaluationContext): bigint | undefined {
  let [r0, r1] = [FIELD_MODULUS, residue(value)];
  let [t0, t1] = [0n, 1n];
  if (r1 === 0n) {
    if (!context.dependsOnLayout) {
      const node = call.node.arguments[index];
      context.report({ ...call, node }, "division-by-zero", "0 has no inverse in the field");
    }
    return undefined;
  }
  while (r1 > 0n) {
    const quotient = r0 / r1;
    [r0, r1] = [r1, r0 - quotient * r1];
    [t0, t1] = [t1, t0 - quotient * t1];
  }
  return residue(t0);
}
