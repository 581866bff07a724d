/**
 * Parses signatures of functions: `transfer(to: AztecAddress, amount: u128) -> bool` with
 * Noir's types, and the canonical form `transfer((Field),u128)`, from which selectors are computed.
 */

import { didYouMean, nearest } from "../diagnostics/suggest.ts";
import { canonicalType, type AbiType, type AbiVariable } from "./abi-types.ts";
import { KNOWN_STRUCTS, boundedVecOf, optionOf } from "./known-structs.ts";
import { MAX_NAME_CHARACTERS } from "./limits.ts";
import { grouped } from "../program/grouped.ts";

export interface Signature {
  readonly name: string;
  /** A parameter's name is empty if the signature gives none. */
  readonly parameters: readonly AbiVariable[];
  /** Absent if it returns nothing. */
  readonly returns?: AbiType;
  /** The canonical signature, from which the selector is computed. */
  readonly canonical: string;
}

/** An error in a signature, with its position in the text. */
export interface SignatureError {
  /** A clause without a full stop. */
  readonly error: string;
  readonly start: number;
  readonly end: number;
  /** True if the error is the name of an unknown type. */
  readonly unknownType: boolean;
}

export interface SignatureOptions {
  /** Structs besides the {@link KNOWN_STRUCTS}, by name. */
  readonly structs?: ReadonlyMap<string, AbiType>;
  /** Whether every parameter needs a name; then a struct written as `(…)` is an error. */
  readonly named?: boolean;
  /** False to skip the search for a suggestion if a name is unknown. */
  readonly suggest?: boolean;
}

/** Maximum nesting of types. */
const MAX_TYPE_DEPTH = 32;
/** Maximum length of a string or an array, far more than calldata can hold. */
const MAX_TYPE_LENGTH = 1_000_000;
/** Maximum number of characters of a signature, as written and in canonical form. */
const MAX_SIGNATURE_TEXT = 10_000;
const MAX_CANONICAL_CHARACTERS = 10_000;

const INTEGER_TYPES = new Set([...["u1", "u8", "u16", "u32", "u64", "u128"], ...["i8", "i16", "i32", "i64"]]);
const TYPE_NAMES = ["Field", "bool", ...INTEGER_TYPES];

/** Parses `name(types)`, `name(name: Type, …) -> Type`, and mixtures of both. */
export function parseSignature(text: string, options: SignatureOptions = {}): Signature | SignatureError {
  return guarded(text, options, (reader) => {
    const name = reader.identifier("the name of the function");
    reader.expect("(", `after \`${name}\``);
    const parameters = reader.variables(")", options.named === true);
    const returns = reader.accept("->") ? reader.returnType() : undefined;
    reader.end();
    const canonical = `${name}(${parameters.map(({ type }) => reader.canonical(type)).join(",")})`;
    return { name, parameters, canonical, ...(returns && { returns }) };
  });
}

/** Parses the fields of a struct: `(field: type, …)`. */
export function parseStruct(
  text: string,
  path: string,
  options: SignatureOptions = {},
): { readonly type: AbiType } | SignatureError {
  return guarded(text, options, (reader) => {
    reader.expect("(", "in front of the fields");
    const fields = reader.variables(")", true);
    reader.end();
    if (fields.length === 0) reader.fail("a struct needs a field", 0, text.length);
    return { type: { kind: "struct", path, fields } as const };
  });
}

/** All names of types that a signature may use, with the structs of a file. */
export function typeNames(structs: Iterable<string> = []): string[] {
  return [...TYPE_NAMES, "str", "Option", "BoundedVec", ...KNOWN_STRUCTS.keys(), ...structs];
}

class Problem extends Error {
  readonly start: number;
  readonly end: number;
  readonly unknownType: boolean;

  constructor(message: string, start: number, end: number, unknownType = false) {
    super(message);
    this.start = start;
    this.end = end;
    this.unknownType = unknownType;
  }
}

function guarded<T>(
  text: string,
  options: SignatureOptions,
  read: (reader: Reader) => T,
): T | SignatureError {
  try {
    if (text.length > MAX_SIGNATURE_TEXT) throw new Problem("the signature is too long", 0, text.length);
    return read(new Reader(text, options));
  } catch (problem) {
    if (!(problem instanceof Problem)) throw problem;
    const { message: error, start, end, unknownType } = problem;
    return { error, start, end, unknownType };
  }
}

class Reader {
  readonly #text: string;
  readonly #options: SignatureOptions;
  #at = 0;
  #depth = 0;

  constructor(text: string, options: SignatureOptions) {
    this.#text = text;
    this.#options = options;
  }

  fail(error: string, start = this.#at, end = this.#tokenEnd(start)): never {
    throw new Problem(error, start, end);
  }

  accept(token: string): boolean {
    this.#skipSpace();
    if (!this.#text.startsWith(token, this.#at)) return false;
    this.#at += token.length;
    return true;
  }

  expect(token: string, where: string): void {
    if (!this.accept(token)) this.fail(`\`${token}\` is missing ${where}${this.#found()}`);
  }

  identifier(what: string): string {
    this.#skipSpace();
    const word = this.#word();
    if (!/^[A-Za-z_]/.test(word)) this.fail(`${what} is missing${this.#found()}`);
    this.#at += word.length;
    return word;
  }

  end(): void {
    this.#skipSpace();
    if (this.#at < this.#text.length) {
      this.fail(`the signature must end here${this.#found()}`, this.#at, this.#text.length);
    }
  }

  /** Parses parameters or fields up to `close`, and consumes that. */
  variables(close: string, named: boolean): AbiVariable[] {
    const variables: AbiVariable[] = [];
    let characters = 0;
    while (!this.accept(close)) {
      if (this.#at >= this.#text.length) this.fail(`\`${close}\` is missing`);
      if (variables.length > 0) {
        this.expect(",", `between two of them, or \`${close}\` after the last`);
        if (this.accept(close)) break;
      }
      const start = this.#skipSpace();
      const variable = this.#variable(named);
      if (variable.name !== "" && variables.some(({ name }) => name === variable.name)) {
        this.fail(`there are two called \`${variable.name}\``, start, start + variable.name.length);
      }
      // A struct may contain others several times, so the canonical form of a short text can be very long.
      characters += this.canonical(variable.type).length;
      if (characters > MAX_CANONICAL_CHARACTERS) this.fail("the types are too large", start, this.#at);
      variables.push(variable);
    }
    return variables;
  }

  returnType(): AbiType | undefined {
    this.#skipSpace();
    // `pub` has no meaning for a public function, so it is skipped.
    if (/^pub\s/.test(this.#text.slice(this.#at))) this.#at += 3;
    this.#skipSpace();
    if (/^\(\s*\)/.test(this.#text.slice(this.#at))) {
      this.accept("(");
      this.accept(")");
      return undefined;
    }
    return this.#type();
  }

  /** Prints a type for the canonical signature. `(…)` is a struct there. */
  canonical(type: AbiType): string {
    if (type.kind === "tuple") return `(${type.fields.map((field) => this.canonical(field)).join(",")})`;
    if (type.kind === "array") return `[${this.canonical(type.type)};${type.length}]`;
    return canonicalType(type) ?? this.fail("a struct with a tuple in it can't be a parameter", 0);
  }

  #variable(named: boolean): AbiVariable {
    const start = this.#at;
    const match = /^([A-Za-z_][A-Za-z0-9_]*)\s*:(?!:)/.exec(this.#text.slice(start));
    if (!match) {
      const type = this.#type();
      if (named) {
        const written = this.#text.slice(start, this.#at).trim();
        this.fail(`it needs a name: \`name: ${written}\``, start, this.#at);
      }
      return { name: "", type };
    }
    this.#at += match[0].length;
    const typeStart = this.#skipSpace();
    const type = this.#type();
    if (named && hasTuple(type)) {
      this.fail(
        "Aztec has no selector for a function with a tuple; name a struct with `.struct`",
        typeStart,
        this.#at,
      );
    }
    return { name: match[1], type };
  }

  #type(): AbiType {
    if (++this.#depth > MAX_TYPE_DEPTH) this.fail(`types are nested more than ${MAX_TYPE_DEPTH} deep`);
    const type = this.#typeInside();
    this.#depth--;
    return type;
  }

  #typeInside(): AbiType {
    this.#skipSpace();
    if (this.accept("[")) {
      const type = this.#type();
      this.expect(";", "between the type of the elements and their number");
      const length = this.#number("the number of elements");
      this.expect("]", "after the number of elements");
      return { kind: "array", length, type };
    }
    if (this.accept("(")) {
      const fields: AbiType[] = [];
      while (!this.accept(")")) {
        if (this.#at >= this.#text.length) this.fail("`)` is missing");
        if (fields.length > 0) {
          this.expect(",", "between two types, or `)` after the last");
          if (this.accept(")")) break;
        }
        fields.push(this.#type());
      }
      return { kind: "tuple", fields };
    }
    const start = this.#at;
    const name = this.identifier("a type");
    if (name === "str") {
      this.expect("<", "after `str`: the length is part of the type, as in `str<31>`");
      const length = this.#number("the length of the string");
      this.expect(">", "after the length of the string");
      return { kind: "string", length };
    }
    if (name === "Option") {
      this.expect("<", "after `Option`: `Option<Field>`");
      const type = this.#type();
      this.expect(">", "after the type");
      return optionOf(type);
    }
    if (name === "BoundedVec") {
      this.expect("<", "after `BoundedVec`: `BoundedVec<Field, 4>`");
      const type = this.#type();
      this.expect(",", "between the type of the elements and their greatest number");
      const length = this.#number("the greatest number of elements");
      this.expect(">", "after the number of elements");
      return boundedVecOf(type, length);
    }
    return this.#named(name, start);
  }

  #named(name: string, start: number): AbiType {
    if (name === "Field") return { kind: "field" };
    if (name === "bool") return { kind: "boolean" };
    if (INTEGER_TYPES.has(name)) {
      return { kind: "integer", sign: name[0] === "i" ? "signed" : "unsigned", width: Number(name.slice(1)) };
    }
    const struct = this.#options.structs?.get(name) ?? KNOWN_STRUCTS.get(name);
    if (struct) return struct;
    const { structs, suggest = true } = this.#options;
    const known = suggest ? [...typeNames(structs?.keys()), ...OTHER_NAMES.keys()] : [];
    const likely = nearest(name, known);
    const message = `there is no type \`${shorten(name)}\`${didYouMean(OTHER_NAMES.get(likely ?? "") ?? likely)}`;
    throw new Problem(message, start, start + name.length, true);
  }

  #number(what: string): number {
    const start = this.#skipSpace();
    const word = this.#word();
    if (!/^[0-9]+$/.test(word)) this.fail(`${what} is missing${this.#found()}`);
    this.#at += word.length;
    const value = Number(word);
    if (value > MAX_TYPE_LENGTH) {
      this.fail(`${what} is more than ${grouped(MAX_TYPE_LENGTH)}`, start, this.#at);
    }
    return value;
  }

  #word(): string {
    return /^[A-Za-z0-9_]*/.exec(this.#text.slice(this.#at))![0];
  }

  #skipSpace(): number {
    while (this.#text[this.#at] === " " || this.#text[this.#at] === "\t") this.#at++;
    return this.#at;
  }

  #found(): string {
    this.#skipSpace();
    if (this.#at >= this.#text.length) return "";
    return `, found \`${shorten(this.#text.slice(this.#at, this.#tokenEnd(this.#at)))}\``;
  }

  #tokenEnd(start: number): number {
    const word = /^[A-Za-z0-9_]+/.exec(this.#text.slice(start));
    const code = this.#text.codePointAt(start);
    return start + (word?.[0].length ?? (code === undefined ? 0 : String.fromCodePoint(code).length));
  }
}

/** Names of types in other languages and older libraries, for suggestions. */
const OTHER_NAMES: ReadonlyMap<string, string> = new Map([
  ["address", "AztecAddress"],
  ["boolean", "bool"],
  ["ff", "Field"],
  ["felt", "Field"],
  ["string", "str"],
  ["uint128", "u128"],
  ["uint256", "u128"],
  ["u256", "u128"],
  ["int", "i64"],
  ["uint", "u128"],
]);

function hasTuple(type: AbiType): boolean {
  if (type.kind === "tuple") return true;
  if (type.kind === "array") return hasTuple(type.type);
  return type.kind === "struct" && type.fields.some((field) => hasTuple(field.type));
}

function shorten(text: string): string {
  return text.length > MAX_NAME_CHARACTERS ? `${text.slice(0, MAX_NAME_CHARACTERS)}…` : text;
}
