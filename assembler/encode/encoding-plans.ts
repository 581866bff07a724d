/**
 * The fast way to place an instruction. Lines share their tree with all lines of their shape, so what a mnemonic makes
 * of a shape (which form fields come from which tokens, with which mode bits) is worked out once, as a plan; each line
 * then only has its numbers and names read out of its text. Plans cover operands that are plain: a number, a tag, a
 * member, a label, and what stands for such. Whatever else a line holds, and whatever is wrong with it, is left to the
 * way that knows everything, before anything of the line was placed. A test holds the two against each other.
 */

import type { Expression, LineTree, LiteralOperand, OperandNode } from "../../grammar/ast.ts";
import type { Line } from "../../grammar/line.ts";
import { asciiText, LineReader } from "../../grammar/tree-cache.ts";
import {
  INDIRECT,
  RELATIVE,
  type InstructionDefinition,
  type InstructionSet,
  type WireForm,
} from "../../isa/instruction-set.ts";
import type { Operand } from "../../isa/types.ts";
import { qualify } from "../expressions/evaluate.ts";
import { readPlainNumber } from "../expressions/literals.ts";
import { PlainNames, TAG_CODES, type Plain } from "../expressions/constant-folding.ts";
import type { ProgramBuilder } from "../../program/program.ts";
import type { AssemblySymbol, LabelSymbol, Scope } from "../expressions/symbols.ts";

interface PlannedOperand {
  /** How the token is read; `zero` has none, and of what is named the node is looked at. */
  readonly kind: "zero" | "number" | "tag" | "member" | "label" | "named";
  readonly token: number;
  readonly node?: OperandNode;
  /** What the node has to come to. */
  readonly wanted?: Plain["kind"];
  /** Of a memory operand: which of the instruction's pairs of mode bits is its. */
  readonly pair?: number;
  /** Numbers of an enum's members by name in upper case. */
  readonly members?: ReadonlyMap<string, number>;
}

interface Plan {
  /** The forms that the mnemonic may take, narrowest first. */
  readonly forms: readonly WireForm[];
  /** One past the largest value of each field of each form. */
  readonly limits: readonly (readonly number[])[];
  readonly operands: readonly PlannedOperand[];
  readonly hasNamed: boolean;
  readonly mode: number;
}

/** What lines of one shape become, by their mnemonics as they are written. */
class Plans {
  private readonly set: InstructionSet;
  private readonly operands: readonly OperandNode[];
  private readonly known = new Map<number, { readonly mnemonic: string; readonly plan: Plan | null }>();

  constructor(set: InstructionSet, operands: readonly OperandNode[]) {
    this.set = set;
    this.operands = operands;
  }

  /**
   * The plan for the mnemonic between two places of a text; null where there can't be one. A string isn't made of it each
   * time: that would take as long as all the rest.
   */
  find(bytes: Uint8Array, start: number, end: number): Plan | null {
    let hash = end - start;
    for (let at = start; at < end; at++) hash = (Math.imul(hash, 31) + bytes[at]) | 0;
    const found = this.known.get(hash);
    if (found && isAt(found.mnemonic, bytes, start, end)) return found.plan;
    const mnemonic = asciiText(bytes, start, end);
    const plan = makePlan(this.set, mnemonic, this.operands);
    // Of two with one hash the first is remembered.
    if (!found) this.known.set(hash, { mnemonic, plan });
    return plan;
  }
}

/** True where a text in ASCII is the one between two places. */
function isAt(text: string, bytes: Uint8Array, start: number, end: number): boolean {
  if (text.length !== end - start) return false;
  for (let at = 0; at < text.length; at++) if (text.charCodeAt(at) !== bytes[start + at]) return false;
  return true;
}

/** No instruction has more operands. */
const values = new Float64Array(16);
const labels: (PlacedLabel | undefined)[] = [];

/** A line as it is placed: of those that share their tree, one at a time. */
export interface PlacedLine {
  /** What it is in, a byte for each character. */
  readonly bytes: Uint8Array;
  readonly tree: LineTree;
  readonly starts: ArrayLike<number>;
  readonly ends: ArrayLike<number>;
}

/** A label, which may be known by its name alone as long as the code isn't laid out. */
export interface PlacedLabel {
  readonly kind: "label";
  /** Index of the statement that it stands before. */
  readonly statement: number;
}

/** Looks the names up that are used on a line, by their places in it. */
interface Names {
  lookup(start: number, end: number): PlacedLabel | Exclude<AssemblySymbol, LabelSymbol> | undefined;
}

/** Names that stand for labels, and for nothing else. */
export interface LabelNames extends Names {
  lookup(start: number, end: number): PlacedLabel;
}

/** The names of a line as its scope has them. */
class ScopedNames implements Names {
  text = "";
  scope: Scope | undefined;
  /** The global label above the line. */
  label = "";

  lookup(start: number, end: number): AssemblySymbol | undefined {
    return this.scope!.lookup(qualify(this.text.slice(start, end), this.label));
  }
}

/** Places plain instructions in a program that is being built. */
export class QuickPlacer {
  private readonly set: InstructionSet;
  private readonly builder: ProgramBuilder;
  private readonly plans = new WeakMap<LineTree, Plans>();
  private readonly names = new PlainNames();
  private readonly scoped = new ScopedNames();
  private readonly reader = new LineReader();
  /** The labels that operands name, and the values that hold their offsets. */
  readonly waitingLabels: PlacedLabel[] = [];
  readonly waitingValues: number[] = [];

  constructor(set: InstructionSet, builder: ProgramBuilder) {
    this.set = set;
    this.builder = builder;
  }

  /** Places the instruction of a line without problems; false where nothing was done, for it takes the plain way. */
  place(line: Line, scope: Scope, label: string): boolean {
    const { scoped, reader } = this;
    if (!reader.read(line)) return false;
    scoped.text = line.text;
    scoped.scope = scope;
    scoped.label = label;
    return this.placeIn(reader.bytes, line.tree, reader.starts, reader.ends, scoped, (node) =>
      this.names.operand({ node, line, lineNumber: 0, scope, label }),
    );
  }

  /** The same for a line of a text whose only names are labels. */
  placeLine(line: PlacedLine, names: LabelNames): boolean {
    return this.placeIn(line.bytes, line.tree, line.starts, line.ends, names, undefined);
  }

  private placeIn(
    bytes: Uint8Array,
    tree: LineTree,
    starts: ArrayLike<number>,
    ends: ArrayLike<number>,
    names: Names,
    named: ((node: OperandNode) => Plain | undefined) | undefined,
  ): boolean {
    const { statement } = tree;
    if (statement?.kind !== "instruction") return false;
    let plans = this.plans.get(tree);
    if (!plans) this.plans.set(tree, (plans = new Plans(this.set, statement.operands)));
    const plan = plans.find(bytes, starts[statement.mnemonic], ends[statement.mnemonic]);
    if (plan === null) return false;
    const { operands } = plan;
    let { mode } = plan;
    let namedTag = -1;
    for (let index = 0; index < operands.length; index++) {
      const { kind, token } = operands[index];
      labels[index] = undefined;
      if (kind === "zero") {
        values[index] = 0;
        continue;
      }
      if (kind === "named") continue;
      const start = starts[token];
      const end = ends[token];
      if (kind === "number") {
        values[index] = readPlainNumber(bytes, start, end);
      } else if (kind === "label") {
        const symbol = names.lookup(start, end);
        if (symbol?.kind !== "label") return false;
        labels[index] = symbol;
        values[index] = 0;
      } else if (kind === "tag") {
        const code = tagAt(bytes, start, end);
        values[index] = code ?? 0;
        if (code === undefined) namedTag = index;
      } else values[index] = operands[index].members!.get(asciiText(bytes, start, end).toUpperCase()) ?? -1;
      if (values[index] < 0) return false;
    }
    // Names ask other lines for their tokens and bytes, which this one shares: they come last.
    if (namedTag >= 0) {
      const { token } = operands[namedTag];
      const code = this.namedTag(starts[token], ends[token], names);
      if (code === undefined) return false;
      values[namedTag] = code;
    }
    for (let index = 0; plan.hasNamed && index < operands.length; index++) {
      const { node, wanted, pair } = operands[index];
      if (!node) continue;
      const plain = named?.(node);
      if (!plain || plain.kind !== wanted) return false;
      values[index] = plain.value;
      if (pair !== undefined) mode |= plain.mode << (2 * pair);
    }
    const form = chooseForm(plan);
    if (!form) return false;
    this.emit(form, mode);
    return true;
  }

  /** The code of the tag that a macro's parameter stands for. */
  private namedTag(start: number, end: number, names: Names): number | undefined {
    const symbol = names.lookup(start, end);
    const plain = symbol?.kind === "label" ? undefined : this.names.symbol(symbol);
    return plain?.kind === "tag" ? plain.value : undefined;
  }

  /** Puts the offsets of labels in, once the layout is done. */
  fillLabels(): void {
    const { builder, waitingLabels, waitingValues } = this;
    for (let index = 0; index < waitingLabels.length; index++) {
      builder.setValue(waitingValues[index], builder.offsetOf(waitingLabels[index].statement));
    }
  }

  private emit(form: WireForm, mode: number): void {
    const { builder } = this;
    builder.startInstruction(form, mode);
    const { fields } = form;
    for (let index = 0; index < fields.length; index++) {
      if (fields[index].size > 4) {
        builder.addWide(BigInt(values[index]));
        continue;
      }
      const value = builder.addValue(values[index]);
      const symbol = labels[index];
      if (symbol) {
        this.waitingLabels.push(symbol);
        this.waitingValues.push(value);
      }
    }
  }
}

/** Codes of the tags by their characters, seven bits each. */
const TAGS_BY_CHARACTERS = new Map(
  [...TAG_CODES].map(([name, code]) => [
    [...name].reduce((packed, character) => packed * 128 + character.charCodeAt(0), 0),
    code,
  ]),
);
const LONGEST_TAG = Math.max(...[...TAG_CODES.keys()].map(({ length }) => length));

/** The code of the tag between two places. */
function tagAt(bytes: Uint8Array, start: number, end: number): number | undefined {
  if (end - start > LONGEST_TAG) return undefined;
  let packed = 0;
  for (let at = start; at < end; at++) packed = packed * 128 + bytes[at];
  return TAGS_BY_CHARACTERS.get(packed);
}

function chooseForm(plan: Plan): WireForm | undefined {
  next: for (let index = 0; index < plan.forms.length; index++) {
    const limits = plan.limits[index];
    for (let field = 0; field < limits.length; field++) {
      if (values[field] >= limits[field]) continue next;
    }
    return plan.forms[index];
  }
  return undefined;
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
    if (planned.kind !== "named" && node.kind === "memory") {
      mode |= ((node.indirect ? INDIRECT : 0) | (node.relative ? RELATIVE : 0)) << (2 * pair);
    }
    pair++;
  }
  const limits = forms.map(({ fields }) => fields.map(({ size }) => 256 ** size));
  const hasNamed = operands.some(({ kind }) => kind === "named");
  return { forms, limits, operands, hasNamed, mode };
}

function planOperand(operand: Operand, node: OperandNode, pair: number): PlannedOperand | undefined {
  switch (operand.kind) {
    case "memory":
      return (
        (node.kind === "memory" ? planAddress(node.address) : undefined) ??
        (node.kind === "literal"
          ? undefined
          : { kind: "named", token: node.first, node, wanted: "place", pair })
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
  if (address.kind === "base") return { kind: "zero", token: address.first };
  if (address.kind !== "binary") return planNumber(address);
  // `[sp+1]`; a difference could fall below the base.
  if (address.left.kind !== "base" || address.operator !== "+") return undefined;
  return planNumber(address.right);
}

function planLiteral(node: LiteralOperand): PlannedOperand {
  return planNumber(node.value) ?? { kind: "named", token: node.first, node, wanted: "value" };
}

function planNumber(node: Expression): PlannedOperand | undefined {
  // A number in parentheses covers more than its token.
  if (node.kind !== "number" || node.first !== node.last) return undefined;
  return { kind: "number", token: node.first };
}

function planName(kind: "tag" | "member" | "label", node: Expression): PlannedOperand | undefined {
  if (node.kind !== "name" || node.first !== node.last) return undefined;
  return { kind, token: node.first };
}
