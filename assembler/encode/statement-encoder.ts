/**
 * Encodes statements in order: by an encoding plan if one covers the line, otherwise by resolving each operand. Operands that
 * depend on the layout become fixups, which are filled in after the last statement.
 */

import type { DiagnosticDetails } from "../../diagnostics/diagnostic.ts";
import type { DirectiveStatement, Expression, InstructionStatement, Node } from "../../grammar/ast.ts";
import { canStandIn, isDirectiveName } from "../../grammar/directives.ts";
import { tokenText, type Line } from "../../grammar/line.ts";
import type { InstructionDefinition, InstructionSet, WireForm } from "../../isa/instruction-set.ts";
import { parseTag, tagOfCode } from "../../isa/tags.ts";
import { ProgramBuilder } from "../../program/program.ts";
import type { StraightBody } from "../expand/straight-body.ts";
import type { MisplacedInstruction } from "../expand/tests.ts";
import { freshContext } from "../expressions/context.ts";
import type { DeclaredFunctions } from "../expressions/evaluate.ts";
import { evaluate, forget, type EvaluationContext, type ReportAt } from "../expressions/evaluate.ts";
import { replacement } from "../expressions/replacement.ts";
import { textOf, type LabelSymbol, type Scope, type Scoped } from "../expressions/symbols.ts";
import type { LabelUses } from "../assembly.ts";
import { PlanEncoder } from "./encoding-plans.ts";
import type { EncodedLabel } from "./plan.ts";
import { reportCount, reportMisfit, reportOrder, reportUnknown, shown } from "./mistakes.ts";
import { followParameters } from "../expressions/parameters.ts";
import { resolveOperand, wrapNegative, type ResolvedOperand, type Waiting } from "./operands.ts";
import { misfitIn } from "./wire-forms.ts";

/** An operand whose value depends on the layout. */
interface Fixup {
  readonly waiting: Waiting;
  readonly statement: number;
  /** Index of the value in the program. */
  readonly value: number;
  /** Number of bytes of the field. */
  readonly size: number;
  /** The tag operand of the instruction: only an `ff` value may be negative. */
  readonly tag: string | undefined;
  /** For an instruction whose wire form isn't named in the source: its mnemonic, its possible forms, and the operand's field. */
  readonly unforced?: {
    readonly mnemonic: Scoped<Node>;
    readonly forms: readonly WireForm[];
    readonly field: number;
  };
}

/** What the encoder needs from its caller. */
interface Surroundings {
  readonly set: InstructionSet;
  /** The estimated number of statements. */
  readonly capacity: number;
  readonly report: ReportAt;
  /** Names of all macros. */
  readonly macros: () => ReadonlySet<string>;
  /** Number of bytes from a label to the next global one; only called after the layout. */
  readonly sizeOf: (label: LabelSymbol) => number;
  /** Absent if the source declares no functions. */
  readonly declarations?: DeclaredFunctions;
  /** Resolve every operand instead of using plans. */
  readonly reference: boolean;
}

export class StatementEncoder {
  readonly builder: ProgramBuilder;
  readonly context: EvaluationContext;
  private readonly surroundings: Surroundings;
  private readonly plans: PlanEncoder | undefined;
  private readonly fixups: Fixup[] = [];
  private macros: ReadonlySet<string> | undefined;
  private isLaidOut = false;
  /** Index of the statement that `$` refers to. */
  private statement = 0;

  constructor(surroundings: Surroundings) {
    const { set, capacity, report, sizeOf, declarations, reference } = surroundings;
    this.surroundings = surroundings;
    this.builder = new ProgramBuilder(set, Math.max(16, capacity));
    this.plans = reference ? undefined : new PlanEncoder(set, this.builder);
    this.context = freshContext({
      target: set.target,
      report,
      here: () => (this.isLaidOut ? this.builder.offsetOf(this.statement) : undefined),
      offsetOf: (label) => (this.isLaidOut ? this.builder.offsetOf(label.statement) : undefined),
      sizeOf: (label) => (this.isLaidOut ? sizeOf(label) : undefined),
      declarations,
    });
  }

  /** The operands that consist of a label alone. */
  get labelUses(): LabelUses<EncodedLabel> {
    return this.plans?.labelUses ?? { labels: [], values: [] };
  }

  /** True if some operand depends on the layout without being a label alone. */
  get hasFixups(): boolean {
    return this.fixups.length > 0;
  }

  addHole(): void {
    this.builder.addHole();
  }

  /** Encodes statements of a macro's body; see {@link PlanEncoder.encodeBody}. */
  encodeBody(body: StraightBody, scope: Scope): number {
    return this.plans?.encodeBody(body, scope) ?? 0;
  }

  /** Encodes the statement of a line; appends a hole if it has a mistake. */
  encodeLine(line: Line, lineNumber: number, scope: Scope, label: string): void {
    if (line.problems.length === 0 && this.plans?.encode(line, scope, label)) return;
    const { statement } = line.tree;
    const at = { line, lineNumber, scope, label };
    if (line.problems.length > 0 || !statement) this.builder.addHole();
    else if (statement.kind === "instruction") this.encodeInstruction({ ...at, node: statement });
    else this.encodeBytes({ ...at, node: statement });
  }

  private encodeBytes(at: Scoped<DirectiveStatement>): void {
    const { body } = at.node;
    if (body.kind !== "byte") return void this.builder.addHole();
    this.statement = this.builder.count;
    const bytes: number[] = [];
    const waiting: { expression: Scoped<Expression>; index: number }[] = [];
    for (const [index, node] of body.values.entries()) {
      const expression = { ...at, node };
      const value = this.evaluate(expression);
      if (this.context.dependsOnLayout) waiting.push({ expression, index });
      else if (value !== undefined && (value < 0n || value > 0xffn)) {
        this.context.report(expression, "out-of-range", `${value} doesn't fit a byte`);
      }
      bytes.push(Number(BigInt.asUintN(8, value ?? 0n)));
    }
    const first = this.builder.valuesSoFar;
    const statement = this.builder.addData(bytes);
    for (const { expression, index } of waiting) {
      const waiting = { at: expression, evaluate: (later: EvaluationContext) => evaluate(expression, later) };
      this.fixups.push({ waiting, statement, value: first + index, size: 1, tag: undefined });
    }
  }

  private encodeInstruction(at: Scoped<InstructionStatement>): void {
    const { set } = this.surroundings;
    this.statement = this.builder.count;
    const written = tokenText(at.line, at.node.mnemonic);
    const upper = written.toUpperCase();
    const definition = set.byMnemonic.get(upper);
    const forced = definition ? undefined : set.byForm.get(upper);
    const instruction = definition ?? forced?.definition;
    if (!instruction) {
      this.reportUnknown(at, written, true);
      return void this.builder.addHole();
    }
    const operands = this.resolveOperands(at, instruction, upper);
    const form = operands && this.chooseForm(at, instruction, forced, operands);
    if (!form) return void this.builder.addHole();
    let mode = 0;
    for (const [index, field] of form.fields.entries()) {
      if (field.pair >= 0) mode |= operands[index].mode << (2 * field.pair);
    }
    const statement = this.builder.startInstruction(form, mode);
    const tag = tagOf(instruction, operands);
    for (const [field, { size }] of form.fields.entries()) {
      const { value: known, waiting } = operands[field];
      const value = size > 4 ? this.builder.addWide(known) : this.builder.addValue(Number(known));
      if (!waiting) continue;
      const mnemonic = { ...at, node: { first: at.node.mnemonic, last: at.node.mnemonic } };
      const unforced = forced ? undefined : { mnemonic, forms: instruction.wireForms, field };
      this.fixups.push({ waiting, statement, value, size, tag, unforced });
    }
  }

  private reportUnknown(at: Scoped<InstructionStatement>, written: string, mayBeLabel: boolean): void {
    // Computed once, because a repetition can have hundreds of thousands of symbols and unknown names.
    this.macros ??= this.surroundings.macros();
    reportUnknown(at, written, this.surroundings.set, this.macros, this.context, mayBeLabel);
  }

  /** Reports an instruction in a test or test file. Most are misspelt macros, or directives without their dot. */
  reportMisplaced({ at, place, message }: MisplacedInstruction): void {
    const { set } = this.surroundings;
    const written = tokenText(at.line, at.node.mnemonic);
    const upper = written.toUpperCase();
    const lower = written.toLowerCase();
    if (isDirectiveName(lower) && canStandIn(lower, place)) {
      const name = { ...at, node: { first: at.node.mnemonic, last: at.node.mnemonic } };
      const dotted = `\`${written}\` is a directive here, which begins with a dot: \`.${lower}\``;
      this.context.report(name, "misplaced-in-test", dotted, replacement(name, `.${lower}`));
    } else if (set.byMnemonic.has(upper) || set.byForm.has(upper)) {
      this.context.report(at, "misplaced-in-test", message, { dependence: { block: "within" } });
    } else this.reportUnknown(at, written, false);
  }

  private resolveOperands(
    at: Scoped<InstructionStatement>,
    instruction: InstructionDefinition,
    mnemonic: string,
  ): ResolvedOperand[] | undefined {
    const nodes = at.node.operands;
    const wanted = instruction.operands;
    if (nodes.length !== wanted.length) {
      reportCount(at, instruction, mnemonic, this.context);
      return undefined;
    }
    if (reportOrder(at, instruction, mnemonic, this.context)) return undefined;
    const tagIndex = wanted.findIndex(({ kind }) => kind === "tag");
    const written = tagIndex < 0 ? undefined : followParameters({ ...at, node: nodes[tagIndex] });
    const tag = written && parseTag(textOf(written));
    const resolved: ResolvedOperand[] = [];
    // Resolves all operands, so that all errors of a line are reported at once.
    for (const [index, operand] of wanted.entries()) {
      const result = resolveOperand({ ...at, node: nodes[index] }, operand, mnemonic, tag, this.context);
      if (result) resolved.push(result);
    }
    return resolved.length === wanted.length ? resolved : undefined;
  }

  /** The wire form that the source names, or else the narrowest one that fits every operand. */
  private chooseForm(
    at: Scoped<InstructionStatement>,
    instruction: InstructionDefinition,
    forced: WireForm | undefined,
    operands: readonly ResolvedOperand[],
  ): WireForm | undefined {
    if (forced) {
      const misfit = misfitIn(forced, operands, true);
      if (misfit < 0) return forced;
      reportMisfit(at, forced, misfit, operands, instruction, this.context);
      return undefined;
    }
    for (const form of instruction.wireForms) {
      if (misfitIn(form, operands, false) < 0) return form;
    }
    const widest = instruction.wireForms.at(-1)!;
    const misfit = misfitIn(widest, operands, true);
    // Some instructions have no form with 32 bits for a label; its offset is checked after the layout.
    if (misfit < 0) return widest;
    reportMisfit(at, widest, misfit, operands, undefined, this.context);
    return undefined;
  }

  // --- after the layout ---

  /** Fills in the values that depend on the layout. All statements must be encoded. Afterwards, labels have offsets. */
  finishLayout(): void {
    this.isLaidOut = true;
    this.plans?.fillLabels();
    for (const fixup of this.fixups) this.fill(fixup);
  }

  /**
   * Evaluates an expression; undefined after reporting why it has no value, or if it depends on the layout before that is known.
   */
  evaluate(at: Scoped<Expression>): bigint | undefined {
    forget(this.context);
    return evaluate(at, this.context);
  }

  /** Sets the statement that `$` refers to. */
  standAt(statement: number): void {
    this.statement = statement;
  }

  private fill({ waiting, statement, value: index, size, tag, unforced }: Fixup): void {
    this.statement = statement;
    forget(this.context);
    const value = waiting.evaluate(this.context);
    if (value === undefined) return;
    const limit = (1n << BigInt(8 * size)) - 1n;
    const wrapped = wrapNegative(value, tag);
    if (wrapped === undefined || wrapped > limit) {
      return this.context.report(
        waiting.at,
        "out-of-range",
        `the value is ${shown(value)}; it has to be from 0 to ${shown(limit)}`,
        roomFor(wrapped, unforced),
      );
    }
    if (size > 4) this.builder.setWide(index, wrapped);
    else this.builder.setValue(index, Number(wrapped));
  }
}

/** A fix that names the narrowest wire form that fits: an operand that depends on the layout doesn't select a wider form itself. */
function roomFor(value: bigint | undefined, unforced: Fixup["unforced"]): DiagnosticDetails {
  if (value === undefined || !unforced) return {};
  const { mnemonic, forms, field } = unforced;
  const form = forms.find(({ fields }) => value >> BigInt(8 * fields[field].size) === 0n);
  return replacement(mnemonic, form?.name);
}

function tagOf(instruction: InstructionDefinition, operands: readonly ResolvedOperand[]): string | undefined {
  const index = instruction.operands.findIndex(({ kind }) => kind === "tag");
  return index < 0 ? undefined : tagOfCode(Number(operands[index].value));
}
