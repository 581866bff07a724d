/**
 * Encoding plans. Lines of the same shape share a syntax tree. A plan says, for a mnemonic and a shape, which token gives the value
 * of which operand, and the mode bits. It is computed once; for each line, only the numbers and names are then read from its text.
 * Plans cover operands that are a number, a tag, an enum member or a label, and those that fold to one. All other lines, and lines
 * with mistakes, fall back to the operand resolver before anything is emitted. A property test compares plans and resolver. Why
 * there are plans: docs/decisions/003-encoding-plans.md.
 */

import type { Expression, LineTree, LiteralOperand, OperandNode, TokenIndex } from "../../grammar/ast.ts";
import type { Line } from "../../grammar/line.ts";
import { asciiText } from "../../grammar/scanner.ts";
import { LineReader } from "../../grammar/tree-cache.ts";
import {
  INDIRECT,
  RELATIVE,
  type InstructionDefinition,
  type InstructionSet,
  type WireForm,
} from "../../isa/instruction-set.ts";
import type { Operand } from "../../isa/types.ts";
import { lookupName } from "../expressions/lookup.ts";
import { readPlainNumber } from "../expressions/literals.ts";
import { ConstantFolder, TAG_CODES, type FoldingPlace } from "../expressions/constant-folding.ts";
import type { StraightBody } from "../expand/straight-body.ts";
import type { ProgramBuilder } from "../../program/program.ts";
import type { AssemblySymbol, LabelSymbol, Scope } from "../expressions/symbols.ts";
import { BodyTemplates } from "./body-templates.ts";
import type { EncodedLabel, Plan, PlannedOperand } from "./plan.ts";

/** The plans of one shape of line, by mnemonic in the spelling of the source. */
class Plans {
  private readonly set: InstructionSet;
  private readonly operands: readonly OperandNode[];
  private readonly known = new Map<number, { readonly mnemonic: string; readonly plan: Plan | null }>();

  constructor(set: InstructionSet, operands: readonly OperandNode[]) {
    this.set = set;
    this.operands = operands;
  }

  /**
   * The plan for the mnemonic between two positions of a text; null if there can't be one. Compares bytes, because to make a string
   * would take as long as the rest of the encoding.
   */
  find(bytes: Uint8Array, start: number, end: number): Plan | null {
    let hash = end - start;
    for (let at = start; at < end; at++) hash = (Math.imul(hash, 31) + bytes[at]) | 0;
    const found = this.known.get(hash);
    if (found && isAt(found.mnemonic, bytes, start, end)) return found.plan;
    const mnemonic = asciiText(bytes, start, end);
    const plan = makePlan(this.set, mnemonic, this.operands);
    // If two mnemonics have the same hash, only the first is cached.
    if (!found) this.known.set(hash, { mnemonic, plan });
    return plan;
  }
}

/** True if an ASCII text equals the bytes between two positions. */
function isAt(text: string, bytes: Uint8Array, start: number, end: number): boolean {
  if (text.length !== end - start) return false;
  for (let at = 0; at < text.length; at++) if (text.charCodeAt(at) !== bytes[start + at]) return false;
  return true;
}

/** Maximum number of operands of an instruction. */
const MAX_OPERANDS = 16;

/** A line with the positions of its tokens. */
export interface LineTokens {
  /** The text, one byte for each character. */
  readonly bytes: Uint8Array;
  readonly tree: LineTree;
  readonly starts: ArrayLike<number>;
  readonly ends: ArrayLike<number>;
}

/** Looks up the names of a line by their tokens and by their positions in the line. */
interface NameResolver {
  lookup(
    start: number,
    end: number,
    token: TokenIndex,
  ): EncodedLabel | Exclude<AssemblySymbol, LabelSymbol> | undefined;
  /** The place of an operand to constant-fold; absent for a text whose only names are labels. */
  readonly place?: FoldingPlace;
}

/** Resolves names of a text whose only names are labels. */
export interface LabelResolver extends NameResolver {
  lookup(start: number, end: number): EncodedLabel;
}

/** Resolves the names of a line in its scope. */
class ScopeResolver implements NameResolver, FoldingPlace {
  line!: Line;
  scope!: Scope;
  /** The last global label before the line, which qualifies local labels. */
  label = "";
  readonly place = this;

  lookup(start: number, end: number, token: TokenIndex): AssemblySymbol | undefined {
    const { text, kept } = this.line;
    return lookupName(kept ? kept.texts[token] : text.slice(start, end), this.scope, this.label);
  }
}

/** Encodes instructions by plan into a program builder. */
export class PlanEncoder {
  private readonly set: InstructionSet;
  private readonly builder: ProgramBuilder;
  private readonly plans = new WeakMap<LineTree, Plans>();
  /** The plans of lines that are encoded repeatedly, with the values that don't depend on the scope; null if there can't be one. */
  private readonly linePlans = new Map<Line, Plan | null>();
  private readonly folder = new ConstantFolder();
  private readonly templates: BodyTemplates;
  private readonly scoped = new ScopeResolver();
  private readonly reader = new LineReader();
  /** The operand values of the current instruction. */
  private readonly values = new Float64Array(MAX_OPERANDS);
  private readonly labels: (EncodedLabel | undefined)[] = [];
  /** The labels that operands name, and the indices of the values that their offsets go to. */
  readonly labelUses: { readonly labels: EncodedLabel[]; readonly values: number[] } = {
    labels: [],
    values: [],
  };

  constructor(set: InstructionSet, builder: ProgramBuilder) {
    this.set = set;
    this.builder = builder;
    this.templates = new BodyTemplates(builder, this.folder, (label, value) => {
      this.useLabel(label, value);
    });
  }

  /**
   * Encodes the statements of a macro's body in the scope of a call, up to one that no plan covers or that has a mistake. Returns how
   * many were encoded.
   */
  encodeBody(body: StraightBody, scope: Scope): number {
    const { lines, labelOf } = body;
    if (this.templates.copy(body, scope)) return lines.length;
    const first = this.builder.count;
    for (let index = 0; index < lines.length; index++) {
      if (!this.encode(lines[index], scope, labelOf[index])) return index;
    }
    this.templates.learn(
      body,
      scope,
      first,
      lines.map((line) => this.linePlans.get(line)!),
    );
    return lines.length;
  }

  /** Encodes the instruction of a line. Returns false, without any effect, if no plan covers it or if it has a mistake. */
  encode(line: Line, scope: Scope, label: string): boolean {
    const { scoped, reader } = this;
    let plan = line.kept && this.linePlans.get(line);
    if (plan === undefined) {
      if (!reader.read(line)) return false;
      const { bytes, starts, ends } = reader;
      const { tree } = line;
      plan = this.planOf({ bytes, tree, starts, ends });
      if (line.kept) {
        plan &&= withConstants(plan, bytes, starts, ends);
        this.linePlans.set(line, plan);
      }
    }
    if (plan === null) return false;
    scoped.line = line;
    scoped.scope = scope;
    scoped.label = label;
    return this.encodeBy(plan, reader.bytes, reader.starts, reader.ends, scoped);
  }

  /** Encodes a line of a text whose only names are labels; see {@link encode}. */
  encodeTokens(tokens: LineTokens, names: LabelResolver): boolean {
    const plan = this.planOf(tokens);
    return plan !== null && this.encodeBy(plan, tokens.bytes, tokens.starts, tokens.ends, names);
  }

  /** The plan for a line; null if there can't be one. */
  private planOf({ bytes, tree, starts, ends }: LineTokens): Plan | null {
    const { statement } = tree;
    if (statement?.kind !== "instruction") return null;
    let plans = this.plans.get(tree);
    if (!plans) this.plans.set(tree, (plans = new Plans(this.set, statement.operands)));
    return plans.find(bytes, starts[statement.mnemonic], ends[statement.mnemonic]);
  }

  private encodeBy(
    plan: Plan,
    bytes: Uint8Array,
    starts: ArrayLike<number>,
    ends: ArrayLike<number>,
    names: NameResolver,
  ): boolean {
    const { values, labels } = this;
    const { operands } = plan;
    let { mode } = plan;
    for (let index = 0; index < operands.length; index++) {
      const { kind, value, token, node, wanted, pair } = operands[index];
      labels[index] = undefined;
      if (kind === "constant") {
        values[index] = value!;
        continue;
      }
      if (kind === "folded") {
        const folded = names.place && this.folder.operand(node!, names.place);
        if (!folded || folded.kind !== wanted) return false;
        values[index] = folded.value;
        if (pair !== undefined) mode |= folded.mode << (2 * pair);
        continue;
      }
      const start = starts[token];
      const end = ends[token];
      if (kind === "name") {
        const symbol = names.lookup(start, end, token);
        const folded = symbol?.kind === "label" ? undefined : this.folder.symbol(symbol);
        if (folded?.kind !== wanted) return false;
        values[index] = folded!.value;
        if (pair !== undefined) mode |= folded!.mode << (2 * pair);
        continue;
      }
      if (kind === "number") {
        values[index] = readPlainNumber(bytes, start, end);
      } else if (kind === "label") {
        const symbol = names.lookup(start, end, token);
        if (symbol?.kind !== "label") return false;
        labels[index] = symbol;
        values[index] = 0;
      } else if (kind === "tag") {
        values[index] = tagAt(bytes, start, end) ?? this.foldedTag(start, end, token, names);
      } else values[index] = memberAt(operands[index], bytes, start, end);
      if (values[index] < 0) return false;
    }
    const form = this.chooseForm(plan);
    if (!form) return false;
    this.emit(form, mode);
    return true;
  }

  /** The code of the tag that a macro's parameter stands for; -1 if it isn't a tag. */
  private foldedTag(start: number, end: number, token: TokenIndex, names: NameResolver): number {
    const symbol = names.lookup(start, end, token);
    const folded = symbol?.kind === "label" ? undefined : this.folder.symbol(symbol);
    return folded?.kind === "tag" ? folded.value : -1;
  }

  /** Fills in the offsets of labels after the layout. */
  fillLabels(): void {
    const { builder } = this;
    const { labels, values } = this.labelUses;
    for (let index = 0; index < labels.length; index++) {
      builder.setValue(values[index], builder.offsetOf(labels[index].statement));
    }
  }

  private chooseForm({ forms, limits }: Plan): WireForm | undefined {
    const { values } = this;
    next: for (let index = 0; index < forms.length; index++) {
      const largest = limits[index];
      for (let field = 0; field < largest.length; field++) {
        if (values[field] >= largest[field]) continue next;
      }
      return forms[index];
    }
    return undefined;
  }

  private emit(form: WireForm, mode: number): void {
    const { builder, values, labels } = this;
    builder.startInstruction(form, mode);
    const { fields } = form;
    for (let index = 0; index < fields.length; index++) {
      if (fields[index].size > 4) {
        builder.addWide(BigInt(values[index]));
        continue;
      }
      const value = builder.addValue(values[index]);
      const symbol = labels[index];
      if (symbol) this.useLabel(symbol, value);
    }
  }

  private useLabel(label: EncodedLabel, value: number): void {
    this.labelUses.labels.push(label);
    this.labelUses.values.push(value);
  }
}

/** Codes of the tags by their characters, seven bits each. */
const TAGS_BY_CHARACTERS = new Map(
  [...TAG_CODES].map(([name, code]) => [
    [...name].reduce((packed, character) => packed * 128 + character.charCodeAt(0), 0),
    code,
  ]),
);
const MAX_TAG_LENGTH = Math.max(...[...TAG_CODES.keys()].map(({ length }) => length));

/** The code of the tag between two positions. */
function tagAt(bytes: Uint8Array, start: number, end: number): number | undefined {
  if (end - start > MAX_TAG_LENGTH) return undefined;
  let packed = 0;
  for (let at = start; at < end; at++) packed = packed * 128 + bytes[at];
  return TAGS_BY_CHARACTERS.get(packed);
}

/** The number of the enum's member between two positions; -1 if there is none. */
function memberAt({ members }: PlannedOperand, bytes: Uint8Array, start: number, end: number): number {
  return members!.get(asciiText(bytes, start, end).toUpperCase()) ?? -1;
}

/** The plan of one line: its numbers, tags and members are constants. A name in place of a tag is a macro's parameter. */
function withConstants(
  plan: Plan,
  bytes: Uint8Array,
  starts: ArrayLike<number>,
  ends: ArrayLike<number>,
): Plan | null {
  const operands = plan.operands.map((operand): PlannedOperand => {
    const { kind, token } = operand;
    if (kind !== "number" && kind !== "tag" && kind !== "member") return operand;
    const [start, end] = [starts[token], ends[token]];
    if (kind === "member") return { kind: "constant", token, value: memberAt(operand, bytes, start, end) };
    if (kind === "number") return { kind: "constant", token, value: readPlainNumber(bytes, start, end) };
    const value = tagAt(bytes, start, end);
    return value === undefined ? { kind: "name", token, wanted: "tag" } : { kind: "constant", token, value };
  });
  const hasMistake = operands.some(({ value }) => value !== undefined && value < 0);
  return hasMistake ? null : { ...plan, operands };
}

function makePlan(set: InstructionSet, mnemonic: string, nodes: readonly OperandNode[]): Plan | null {
  const upper = mnemonic.toUpperCase();
  const definition: InstructionDefinition | undefined = set.byMnemonic.get(upper);
  const forced = definition ? undefined : set.byForm.get(upper);
  const forms = definition?.wireForms ?? (forced && [forced]);
  const wanted = definition?.operands ?? forced?.definition.operands;
  if (!forms || wanted?.length !== nodes.length) return null;
  const operands: PlannedOperand[] = [];
  let mode = 0;
  let pair = 0;
  for (const [index, operand] of wanted.entries()) {
    const node = nodes[index];
    const planned = planOperand(operand, node, pair);
    if (!planned) return null;
    operands.push(planned);
    if (operand.kind !== "memory") continue;
    if (planned.kind !== "folded" && node.kind === "memory") {
      mode |= ((node.indirect ? INDIRECT : 0) | (node.relative ? RELATIVE : 0)) << (2 * pair);
    }
    pair++;
  }
  const limits = forms.map(({ fields }) => fields.map(({ size }) => 256 ** size));
  return { forms, limits, operands, mode };
}

function planOperand(operand: Operand, node: OperandNode, pair: number): PlannedOperand | undefined {
  switch (operand.kind) {
    case "memory":
      return (
        (node.kind === "memory" ? planAddress(node.address) : undefined) ??
        (node.kind === "literal" ? undefined : planFolded(node, "place", pair))
      );
    case "immediate":
      return node.kind === "literal" ? planLiteral(node) : undefined;
    case "target":
      if (node.kind === "literal") return planLiteral(node);
      return node.kind === "bare" ? planName("label", node.value) : undefined;
    case "tag":
      return node.kind === "bare" ? planName("tag", node.value) : undefined;
    case "enum": {
      const planned = node.kind === "bare" ? planName("member", node.value) : undefined;
      const members = new Map(operand.members.map(({ name, value }) => [name, value]));
      return planned && { ...planned, members };
    }
  }
}

function planAddress(address: Expression): PlannedOperand | undefined {
  if (address.kind === "base") return { kind: "constant", value: 0, token: address.first };
  if (address.kind !== "binary") return planNumber(address);
  // Plans cover only sums such as `[sp+1]`, because a difference can be negative.
  if (address.left.kind !== "base" || address.operator !== "+") return undefined;
  return planNumber(address.right);
}

function planLiteral(node: LiteralOperand): PlannedOperand {
  return planNumber(node.value) ?? planFolded(node, "value");
}

function planFolded(node: OperandNode, wanted: "place" | "value", pair?: number): PlannedOperand {
  const name = node.kind === "memory" ? undefined : planName("name", node.value);
  return { ...(name ?? { kind: "folded", token: node.first, node }), wanted, pair };
}

function planNumber(node: Expression): PlannedOperand | undefined {
  // A number in parentheses has more than one token.
  if (node.kind !== "number" || node.first !== node.last) return undefined;
  return { kind: "number", token: node.first };
}

function planName(kind: "tag" | "member" | "label" | "name", node: Expression): PlannedOperand | undefined {
  if (node.kind !== "name" || node.first !== node.last) return undefined;
  return { kind, token: node.first };
}
