/** The declarations of a contract: its name, the structs in its signatures, and its public functions. */

import { canonicalType, fieldCount, type AbiType } from "../../artifact/abi-types.ts";
import type { DeclaredFunction } from "../../artifact/artifact-writer.ts";
import { DISPATCH } from "../../artifact/contract-functions.ts";
import { functionSelector, hexOfSelector } from "../../artifact/selector.ts";
import {
  parseSignature,
  parseStruct,
  type Signature,
  type SignatureError,
} from "../../artifact/signature.ts";
import { didYouMean, nearest } from "../../diagnostics/suggest.ts";
import type { Location } from "../../diagnostics/diagnostic.ts";
import type { DirectiveStatement, Node } from "../../grammar/ast.ts";
import type { Paused } from "../../program/cooperative.ts";
import { tokenText } from "../../grammar/line.ts";
import { MAX_STRUCT_DEPTH } from "../limits.ts";
import { resolveName, type DeclaredFunctions, type EvaluationContext, type ReportAt } from "./evaluate.ts";
import { mayHash, textFields } from "./hash-budget.ts";
import { parseQuoted } from "./literals.ts";
import { locationOf, type LabelSymbol, type Scoped } from "./symbols.ts";

/** A declared public function, with its code. */
export interface ContractFunction extends DeclaredFunction {
  /** In canonical form, such as `transfer(Field,u128)`. */
  readonly signature: string;
  readonly selector: number;
  /** The label at the start of its code; undefined if there is no such label. */
  readonly label: LabelSymbol | undefined;
  /** How many fields of calldata its arguments take, without the selector. */
  readonly fields: number;
  /** The place of the signature. */
  readonly location: Location;
}

/** The attributes of a function. Every declared function is public, so `public` isn't one. */
export const FUNCTION_ATTRIBUTES = ["view", "initializer", "only_self"] as const;

type Directive = Scoped<DirectiveStatement>;

interface Struct {
  readonly at: Directive;
  /** Undefined before the first use; null while it is being read, and if it has a mistake. */
  type: AbiType | null | undefined;
  /** Whether it has a mistake, which was reported. */
  isWrong?: boolean;
}

/** How many structs or functions are read between two pauses. */
const DECLARATIONS_PER_PAUSE = 20;
/** How many names of structs are compared with unknown names in one run, for suggestions. */
const MAX_COMPARED_STRUCTS = 200_000;

/** Collects the declarations of a program in the order of its expansion. */
export class Declarations implements DeclaredFunctions {
  private readonly contracts: Directive[] = [];
  private readonly structs = new Map<string, Struct>();
  private readonly declared: { readonly at: Directive; function: ContractFunction | null | undefined }[] = [];
  private readonly report: ReportAt;
  private unknownTypes = 0;
  private structTypes: Map<string, AbiType> | undefined;
  /** Cache: the functions by label, while there are `count` functions. */
  private byLabel:
    { count: number; functions: ReadonlyMap<LabelSymbol | undefined, ContractFunction> } | undefined;

  constructor(report: ReportAt) {
    this.report = report;
  }

  get isEmpty(): boolean {
    return this.contracts.length + this.structs.size + this.declared.length === 0;
  }

  /** The number of functions so far. */
  get count(): number {
    return this.declared.length;
  }

  /** The name that `.contract` gives. */
  get name(): string | undefined {
    const first = this.contracts.at(0);
    return first?.node.body.kind === "contract" ? tokenText(first.line, first.node.body.name) : undefined;
  }

  add(at: Directive): void {
    const { body } = at.node;
    if (at.line.problems.length > 0) return;
    if (body.kind === "contract") {
      this.contracts.push(at);
      if (this.contracts.length > 1) {
        this.report(at, "duplicate-contract", "the contract has a name already", {
          related: [{ ...locationOf(this.contracts[0]), message: "it is given here" }],
        });
      }
    } else if (body.kind === "struct") {
      const name = tokenText(at.line, body.name);
      const other = this.structs.get(name);
      if (!other) this.structs.set(name, { at, type: undefined });
      else {
        this.report(
          { ...at, node: token(body.name) },
          "duplicate-contract",
          `there is a struct \`${name}\` already`,
          {
            related: [{ ...locationOf(other.at), message: "it is defined here" }],
          },
        );
      }
    } else if (body.kind === "function") this.declared.push({ at, function: undefined });
  }

  /** The functions that are declared without a mistake. Mistakes in the others are reported once. */
  functions(context: EvaluationContext): ContractFunction[] {
    return this.declared
      .map((_, index) => this.functionAt(index, context))
      .filter((found) => found !== undefined);
  }

  /** The function at an index in the order of declaration; undefined if there is none, or it has a mistake. */
  functionAt(index: number, context: EvaluationContext): ContractFunction | undefined {
    const entry = this.declared.at(index);
    if (!entry) return undefined;
    if (entry.function === undefined) {
      entry.function = null;
      entry.function = this.readFunction(entry.at, context) ?? null;
    }
    return entry.function ?? undefined;
  }

  /** The first function whose code begins at a label. */
  functionOf(label: LabelSymbol, context: EvaluationContext): ContractFunction | undefined {
    if (this.byLabel?.count !== this.count) {
      const functions = new Map<LabelSymbol | undefined, ContractFunction>();
      for (const one of this.functions(context)) if (!functions.has(one.label)) functions.set(one.label, one);
      this.byLabel = { count: this.count, functions };
    }
    return this.byLabel?.functions.get(label);
  }

  /** Reports mistakes in declarations that nothing has used yet, and duplicate selectors; with pauses. */
  *finishing(context: EvaluationContext): Paused<ContractFunction[]> {
    for (const [index, name] of [...this.structs.keys()].entries()) {
      if (index % DECLARATIONS_PER_PAUSE === 0) yield;
      this.structType(name);
    }
    for (let index = 0; index < this.declared.length; index++) {
      if (index % DECLARATIONS_PER_PAUSE === 0) yield;
      this.functionAt(index, context);
    }
    const functions = this.functions(context);
    const places = new Map(this.declared.map(({ function: one, at }) => [one, at]));
    const bySelector = new Map<number, ContractFunction>();
    for (const entry of functions) {
      const other = bySelector.get(entry.selector);
      if (!other) bySelector.set(entry.selector, entry);
      else {
        const at = places.get(entry)!;
        this.report(
          signatureNode(at),
          "duplicate-selector",
          `\`${entry.signature}\` has the selector of \`${other.signature}\`, ${hexOfSelector(entry.selector)}: only one of them can be called`,
          { related: [{ ...other.location, message: "the other is declared here" }] },
        );
      }
    }
    return functions;
  }

  private readFunction(at: Directive, context: EvaluationContext): ContractFunction | undefined {
    const { body } = at.node;
    if (body.kind !== "function") return undefined;
    const place = signatureNode(at);
    const text = parseQuoted(tokenText(at.line, body.signature));
    if (typeof text !== "string") return void this.report(place, "malformed-character", text.error);
    const signature = parseSignature(text, { structs: this.types(), named: true, suggest: this.maySuggest });
    if ("error" in signature) return void this.reportSignature(place, signature, text);
    if (signature.name === DISPATCH) {
      return void this.report(
        place,
        "malformed-signature",
        `\`${DISPATCH}\` is what Aztec calls to choose a function`,
      );
    }
    const attributes = this.attributes(at);
    if (!body.label) {
      this.report(
        at,
        "function-without-label",
        `\`${signature.name}\` needs the label where its code begins: \`.function "…", ${signature.name}\``,
      );
      return undefined;
    }
    const label = this.labelOf(at, context);
    if (!mayHash(place, textFields(signature.canonical), context)) return undefined;
    return { ...declaredFunction(signature, attributes), label, location: locationOf(place) };
  }

  private labelOf(at: Directive, context: EvaluationContext): LabelSymbol | undefined {
    const { body } = at.node;
    if (body.kind !== "function" || !body.label) return undefined;
    const node = body.label;
    if (node.kind === "missing") return undefined;
    const symbol = node.kind === "name" ? resolveName({ ...at, node }, context) : undefined;
    if (node.kind === "name" && !symbol) return undefined;
    if (symbol?.kind === "label") return symbol;
    this.report(
      { ...at, node },
      "function-without-label",
      "the label where the function's code begins was expected",
    );
    return undefined;
  }

  private attributes(at: Directive): string[] {
    const { body } = at.node;
    if (body.kind !== "function") return [];
    const attributes: string[] = [];
    for (const index of body.attributes) {
      const written = tokenText(at.line, index);
      const name = written.toLowerCase();
      if ((FUNCTION_ATTRIBUTES as readonly string[]).includes(name)) attributes.push(name);
      else {
        const wanted = `the attributes are ${FUNCTION_ATTRIBUTES.join(", ")}`;
        const likely = nearest(name, FUNCTION_ATTRIBUTES);
        const message = `there is no attribute \`${written}\`${didYouMean(likely) || `; ${wanted}`}`;
        this.report({ ...at, node: token(index) }, "unknown-attribute", message);
      }
    }
    return [...new Set(attributes)];
  }

  /** The structs that are declared without a mistake, by name. */
  types(): ReadonlyMap<string, AbiType> {
    if (!this.structTypes) {
      this.structTypes = new Map();
      for (const name of this.structs.keys()) this.structType(name);
    }
    return this.structTypes;
  }

  private structType(name: string, depth = 0): AbiType | undefined {
    const struct = this.structs.get(name);
    if (!struct) return undefined;
    if (struct.type === undefined) {
      struct.type = null;
      const { at } = struct;
      const { body } = at.node;
      if (body.kind !== "struct") return undefined;
      const place = { ...at, node: token(body.fields) };
      if (depth > MAX_STRUCT_DEPTH) {
        struct.isWrong = true;
        this.report(
          place,
          "limit-exceeded",
          `structs are at most ${MAX_STRUCT_DEPTH} deep inside each other`,
        );
        return undefined;
      }
      const written = parseQuoted(tokenText(at.line, body.fields));
      const text = typeof written === "string" ? written : "";
      // The structs that it names are read first. In a cycle, the one that is being read is still unknown, which is reported.
      for (const [word] of text.matchAll(/[A-Za-z_][A-Za-z0-9_]*/g)) this.structType(word, depth + 1);
      const path = `${this.name ?? "Contract"}::${name}`;
      this.structTypes ??= new Map();
      const read = parseStruct(text, path, { structs: this.structTypes, suggest: this.maySuggest });
      if ("error" in read) {
        // If the unknown type is a struct with a mistake, that mistake is reported at its own declaration.
        const other = read.unknownType ? this.structs.get(text.slice(read.start, read.end)) : undefined;
        if (other?.isWrong !== true) this.reportSignature(place, read, text);
        struct.isWrong = true;
      } else if (canonicalType(read.type) === undefined) {
        this.report(
          place,
          "malformed-signature",
          "a tuple can't be in a struct of a signature: name a struct for it",
        );
      } else {
        struct.type = read.type;
        this.structTypes.set(name, read.type);
      }
    }
    return struct.type ?? undefined;
  }

  /** Whether another unknown type may be compared with the names of all structs. */
  private get maySuggest(): boolean {
    return this.structs.size * this.unknownTypes < MAX_COMPARED_STRUCTS;
  }

  private reportSignature(
    at: Scoped<Node>,
    { error, start, end, unknownType }: SignatureError,
    text: string,
  ): void {
    if (!unknownType) return this.report(at, "malformed-signature", error);
    this.unknownTypes++;
    this.report(at, "unknown-type", error, { dependence: { uses: text.slice(start, end) } });
  }
}

function declaredFunction(
  { name, parameters, returns, canonical }: Signature,
  attributes: readonly string[],
): Omit<ContractFunction, "label" | "location"> {
  return {
    name,
    parameters,
    returns,
    attributes,
    signature: canonical,
    selector: functionSelector(canonical),
    fields: parameters.reduce((sum, { type }) => sum + fieldCount(type), 0),
  };
}

function token(index: number): Node {
  return { first: index, last: index };
}

function signatureNode(at: Directive): Scoped<Node> {
  const { body } = at.node;
  return body.kind === "function" ? { ...at, node: token(body.signature) } : at;
}
