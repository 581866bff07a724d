/**
 * Templates of macro bodies: the code of one call, which further calls copy. A call's own arguments and label offsets are set in the
 * copy. A template holds for arguments that fold to operands of the same kinds and modes, and that select the same wire forms;
 * other calls are encoded line by line. Why: docs/decisions/003-encoding-plans.md.
 */

import type { OperandNode } from "../../grammar/ast.ts";
import { tokenText, type Line } from "../../grammar/line.ts";
import { namesIn } from "../../grammar/names.ts";
import type { CodeRun, ProgramBuilder } from "../../program/program.ts";
import type { StraightBody } from "../expand/straight-body.ts";
import type { ConstantFolder } from "../expressions/constant-folding.ts";
import { lookupName, qualify } from "../expressions/lookup.ts";
import type { AssemblySymbol, FoldedOperand, LabelSymbol, Scope } from "../expressions/symbols.ts";
import type { EncodedLabel, Plan, PlannedOperand } from "./plan.ts";

/** A parameter that operands depend on, and what its argument must fold to: a value from `least` to below `limit`. */
interface Condition {
  readonly name: string;
  /** Its index among the macro's parameters. */
  readonly parameter: number;
  readonly kind: FoldedOperand["kind"];
  readonly mode: number;
  /** The value in the call that the template is from. */
  readonly value: number;
  least: number;
  limit: number;
}

interface BodyTemplate {
  readonly code: CodeRun;
  readonly conditions: readonly Condition[];
  /** Values that are an argument plus a number: the index in `conditions`. */
  readonly sums: readonly { readonly value: number; readonly condition: number; readonly addend: number }[];
  /** Values that are the offset of a label in the body, counted from its start. */
  readonly labels: readonly { readonly value: number; readonly offset: number }[];
  /** Values that are the offset of a label outside of the body. */
  readonly outerLabels: readonly { readonly value: number; readonly label: EncodedLabel }[];
}

/** Each combination of wire forms needs a template of its own; the calls beyond so many are encoded line by line. */
const MAX_TEMPLATES = 8;

export class BodyTemplates {
  private readonly builder: ProgramBuilder;
  private readonly folder: ConstantFolder;
  private readonly useLabel: (label: EncodedLabel, value: number) => void;
  /** Undefined for bodies that can't have a template. */
  private readonly templates = new Map<StraightBody, BodyTemplate[] | undefined>();
  /** The values of the arguments that the conditions of the current template name. */
  private readonly given: number[] = [];

  /** @param useLabel notes that the offset of a label goes to a value of the program */
  constructor(
    builder: ProgramBuilder,
    folder: ConstantFolder,
    useLabel: (label: EncodedLabel, value: number) => void,
  ) {
    this.builder = builder;
    this.folder = folder;
    this.useLabel = useLabel;
  }

  /** Appends the code of a call from a template; returns false if none holds. */
  copy(body: StraightBody, scope: Scope): boolean {
    const template = this.templates.get(body)?.find(({ conditions }) => this.areMet(conditions, scope));
    if (!template) return false;
    const { builder, given } = this;
    const { code, sums, labels, outerLabels } = template;
    const start = builder.size;
    const first = builder.addRun(code);
    for (const { value, condition, addend } of sums)
      builder.setValue(first + value, given[condition] + addend);
    for (const { value, offset } of labels) builder.setValue(first + value, start + offset);
    for (const { value, label } of outerLabels) this.useLabel(label, first + value);
    return true;
  }

  private areMet(conditions: readonly Condition[], scope: Scope): boolean {
    for (let index = 0; index < conditions.length; index++) {
      const { name, parameter, kind, mode, least, limit } = conditions[index];
      const folded = scope.folded?.[parameter] ?? this.folder.symbol(scope.names.get(name));
      if (folded?.kind !== kind || folded.mode !== mode) return false;
      if (folded.value < least || folded.value >= limit) return false;
      this.given[index] = folded.value;
    }
    return true;
  }

  /** Makes a template of a call whose code was just appended, from the statement `first` on, by the plans of its lines. */
  learn(body: StraightBody, scope: Scope, first: number, plans: readonly Plan[]): void {
    if (!this.templates.has(body)) this.templates.set(body, []);
    const templates = this.templates.get(body);
    if (!templates || templates.length >= MAX_TEMPLATES) return;
    const template = this.templateOf(body, scope, first, plans);
    if (template) templates.push(template);
    else this.templates.set(body, undefined);
  }

  private templateOf(
    body: StraightBody,
    scope: Scope,
    first: number,
    plans: readonly Plan[],
  ): BodyTemplate | undefined {
    const code = this.builder.runFrom(first);
    const conditions: Condition[] = [];
    const sums: BodyTemplate["sums"][number][] = [];
    const labels: BodyTemplate["labels"][number][] = [];
    const outerLabels: BodyTemplate["outerLabels"][number][] = [];
    for (const [index, { forms, limits, operands }] of plans.entries()) {
      const line = body.lines[index];
      const chosen = forms.findIndex(({ opcode }) => opcode === code.opcodes[index]);
      if (forms[chosen].fields.some(({ size }) => size > 4)) return undefined;
      const values = code.values.subarray(code.firsts[index], code.firsts[index] + operands.length);
      const sumOf = new Map<number, { condition: Condition; addend: number }>();
      for (const [field, operand] of operands.entries()) {
        const value = code.firsts[index] + field;
        if (operand.kind === "label") {
          const name = tokenText(line, operand.token);
          const label = lookupName(name, scope, body.labelOf[index]) as LabelSymbol;
          // `a.b` may be a label of the argument for `a`.
          if (name.includes(".", 1)) return undefined;
          if (scope.names.get(qualify(name, body.labelOf[index])) !== label)
            outerLabels.push({ value, label });
          else labels.push({ value, offset: code.pcs[label.statement - first] });
          continue;
        }
        const parameter = parameterIn(operand, line, scope);
        if (parameter === null) return undefined;
        if (parameter === undefined) continue;
        const condition = this.conditionOn(parameter, conditions, body, scope);
        if (!condition) return undefined;
        const addend = values[field] - condition.value;
        sums.push({ value, condition: conditions.indexOf(condition), addend });
        sumOf.set(field, { condition, addend });
      }
      // The same form is chosen if every operand fits its fields, and in each narrower form the one that didn't fit still doesn't.
      for (const [field, { condition, addend }] of sumOf)
        condition.limit = Math.min(condition.limit, limits[chosen][field] - addend);
      for (const narrower of limits.slice(0, chosen)) {
        const field = narrower.findIndex((limit, at) => values[at] >= limit);
        const sum = sumOf.get(field);
        if (sum) sum.condition.least = Math.max(sum.condition.least, narrower[field] - sum.addend);
      }
    }
    return { code, conditions, sums, labels, outerLabels };
  }

  private conditionOn(
    name: string,
    conditions: Condition[],
    { parameters }: StraightBody,
    { names }: Scope,
  ): Condition | undefined {
    const known = conditions.find((condition) => condition.name === name);
    if (known) return known;
    const folded = this.folder.symbol(names.get(name));
    if (!folded) return undefined;
    const condition = {
      name,
      parameter: parameters.lastIndexOf(name),
      ...folded,
      least: 0,
      limit: Infinity,
    };
    conditions.push(condition);
    return condition;
  }
}

/** The one parameter of the call that an operand depends on; undefined if it depends on none, null if it can't be told. */
function parameterIn(
  { kind, token, node }: PlannedOperand,
  line: Line,
  { names }: Scope,
): string | null | undefined {
  if (kind === "constant") return undefined;
  const used = kind === "name" ? [tokenText(line, token)] : kind === "folded" ? namesOf(node!, line) : [];
  const own = used.filter((name) => names.has(name));
  if (own.length > 1) return null;
  const symbol: AssemblySymbol | undefined = own.length > 0 ? names.get(own[0]) : undefined;
  return !symbol ? undefined : symbol.kind === "parameter" ? own[0] : null;
}

function namesOf(node: OperandNode, line: Line): string[] {
  return [...namesIn(node)].map(({ first }) => tokenText(line, first));
}
