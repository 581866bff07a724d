/**
 * The fast way to place an instruction. Lines share their tree with all lines of their shape, so what a mnemonic makes
 * of a shape (which form fields come from which tokens, with which mode bits) is worked out once, as a plan; each line
 * then only has its numbers and names read out of its text. Plans cover operands that are plain: a number, a tag, a
 * member, a label. Whatever else a line holds, and whatever is wrong with it, is left to the way that knows
 * everything, before anything of the line was placed. A test holds the two against each other.
 */

import type { Expression, LineTree, OperandNode } from "../grammar/ast.ts";
import type { Line } from "../grammar/line.ts";
import {
  INDIRECT,
  RELATIVE,
  type InstructionDefinition,
  type InstructionSet,
  type WireForm,
} from "../isa/instruction-set.ts";
import { TAGS } from "../isa/tags.ts";
import type { Operand } from "../isa/types.ts";
import { qualify } from "./expressions.ts";
import { readPlainNumber } from "./literals.ts";
import type { ProgramBuilder } from "./program.ts";
import type { LabelSymbol, Scope } from "./symbols.ts";

interface PlannedOperand {
  /** How the token is read; `zero` has none. */
  readonly kind: "zero" | "number" | "value" | "tag" | "member" | "label";
  readonly token: number;
  /** Numbers of an enum's members by name in upper case. */
  readonly members?: ReadonlyMap<string, number>;
}

interface Plan {
  /** The forms that the mnemonic may take, narrowest first. */
  readonly forms: readonly WireForm[];
  /** One past the largest value of each field of each form. */
  readonly limits: readonly (readonly number[])[];
  readonly operands: readonly PlannedOperand[];
  readonly mode: number;
}

/** Plans by mnemonic as written; null where there can't be one. */
type Plans = Map<string, Plan | null>;

const TAG_CODES = new Map<string, number>(TAGS.map((tag, code) => [tag, code]));

/** No instruction has more operands. */
const values = new Float64Array(16);
const labels: (LabelSymbol | undefined)[] = [];

/** Places plain instructions in a program that is being built. */
export class QuickPlacer {
  private readonly set: InstructionSet;
  private readonly builder: ProgramBuilder;
  private readonly plans = new WeakMap<LineTree, Plans>();
  private readonly waitingLabels: LabelSymbol[] = [];
  private readonly waitingValues: number[] = [];

  constructor(set: InstructionSet, builder: ProgramBuilder) {
    this.set = set;
    this.builder = builder;
  }

  /** Places the instruction of a line without problems; false where nothing was done, for it takes the plain way. */
  place(line: Line, scope: Scope, label: string): boolean {
    const { tree, text, starts, ends } = line;
    const { statement } = tree;
    if (statement?.kind !== "instruction") return false;
    let plans = this.plans.get(tree);
    if (!plans) this.plans.set(tree, (plans = new Map<string, Plan | null>()));
    const mnemonic = text.slice(starts[statement.mnemonic], ends[statement.mnemonic]);
    let plan = plans.get(mnemonic);
    if (plan === undefined) plans.set(mnemonic, (plan = makePlan(this.set, mnemonic, statement.operands)));
    if (plan === null) return false;
    const { operands } = plan;
    for (let index = 0; index < operands.length; index++) {
      const operand = operands[index];
      labels[index] = undefined;
      if (operand.kind === "zero") {
        values[index] = 0;
        continue;
      }
      const start = starts[operand.token];
      const end = ends[operand.token];
      if (operand.kind === "number") {
        values[index] = readPlainNumber(text, start, end);
      } else if (operand.kind === "value") {
        const symbol = scope.lookup(qualify(text.slice(start, end), label));
        values[index] = (symbol && "plain" in symbol ? symbol.plain : undefined) ?? -1;
      } else if (operand.kind === "label") {
        const symbol = scope.lookup(qualify(text.slice(start, end), label));
        if (symbol?.kind !== "label") return false;
        labels[index] = symbol;
        values[index] = 0;
      } else {
        const name = text.slice(start, end);
        const code = operand.kind === "tag" ? TAG_CODES.get(name) : operand.members!.get(name.toUpperCase());
        values[index] = code ?? -1;
      }
      if (values[index] < 0) return false;
    }
    const form = chooseForm(plan);
    if (!form) return false;
    this.emit(form, plan);
    return true;
  }

  /** Puts the offsets of labels in, once the layout is done. */
  fillLabels(): void {
    const { builder, waitingLabels, waitingValues } = this;
    for (let index = 0; index < waitingLabels.length; index++) {
      builder.setValue(waitingValues[index], builder.offsetOf(waitingLabels[index].statement));
    }
  }

  private emit(form: WireForm, plan: Plan): void {
    const { builder } = this;
    builder.startInstruction(form, plan.mode);
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
    const planned = planOperand(operand, node);
    if (!planned) return null;
    operands.push(planned);
    if (operand.kind !== "memory" || node.kind !== "memory") continue;
    mode |= ((node.indirect ? INDIRECT : 0) | (node.relative ? RELATIVE : 0)) << (2 * pair++);
  }
  const limits = forms.map(({ fields }) => fields.map(({ size }) => 256 ** size));
  return { forms, limits, operands, mode };
}

function planOperand(operand: Operand, node: OperandNode): PlannedOperand | undefined {
  switch (operand.kind) {
    case "memory":
      return node.kind === "memory" ? planAddress(node.address) : undefined;
    case "immediate":
      return node.kind === "literal" ? planNumber(node.value) : undefined;
    case "target":
      if (node.kind === "literal") return planNumber(node.value);
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

function planNumber(node: Expression): PlannedOperand | undefined {
  if (node.kind === "name") return planName("value", node);
  // A number in parentheses covers more than its token.
  if (node.kind !== "number" || node.first !== node.last) return undefined;
  return { kind: "number", token: node.first };
}

function planName(kind: "value" | "tag" | "member" | "label", node: Expression): PlannedOperand | undefined {
  if (node.kind !== "name" || node.first !== node.last) return undefined;
  return { kind, token: node.first };
}
