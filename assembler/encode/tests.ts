/** Evaluates the `.test` blocks of a source to test cases that can be run. */

import type { DiagnosticCode, DiagnosticDetails, Location } from "../../diagnostics/diagnostic.ts";
import { didYouMean, nearest } from "../../diagnostics/suggest.ts";
import type { DirectiveStatement, Expression, Node } from "../../grammar/ast.ts";
import { DIRECTIVES, EMITTED, type EmittedKind, type TestStepName } from "../../grammar/directives.ts";
import { tokenText } from "../../grammar/line.ts";
import { HALTS } from "../../isa/halts.ts";
import { environmentOperand, type InstructionSet } from "../../isa/instruction-set.ts";
import { FIELD_MODULUS, tagLimit, type Tag } from "../../isa/tags.ts";
import type { Frame } from "../../program/source-locations.ts";
import { locationOf as locationOfTest, type TestBlock } from "../expand/tests.ts";
import { parseQuoted } from "../expressions/literals.ts";
import { replacement } from "../expressions/replacement.ts";
import { locationOf, type Scoped } from "../expressions/symbols.ts";

/** A test that can be run. */
export interface TestCase {
  readonly name: string;
  /** The place of the test's name. */
  readonly location: Location;
  readonly steps: readonly TestStep[];
}

/** One directive of a test. Values are field elements, from 0 to p - 1. */
export type TestStep = TestAction & {
  readonly location: Location;
  /** The file or macro expansion that contains it. */
  readonly frame: Frame;
};

interface Slot {
  readonly slot: bigint;
  readonly value: bigint;
  /** The address of the contract; undefined for the program under test. */
  readonly address: bigint | undefined;
}

type TestAction =
  | { readonly kind: "call"; readonly isStatic: boolean; readonly calldata: readonly bigint[] }
  /** `member` is a member of GETENVVAR's enum. */
  | { readonly kind: "env"; readonly member: string; readonly value: bigint }
  | ({ readonly kind: "storage" } & Slot)
  | ({ readonly kind: "stored" } & Slot)
  /** `path` is relative to the file that the step's location is in. */
  | { readonly kind: "deploy"; readonly address: bigint; readonly path: string }
  | { readonly kind: "at"; readonly address: bigint }
  | { readonly kind: "returns"; readonly fields: readonly bigint[] }
  /** If neither is given, any revert data is accepted. */
  | {
      readonly kind: "reverts";
      readonly fields: readonly bigint[] | undefined;
      readonly message: string | undefined;
    }
  | { readonly kind: "halts"; readonly code: string }
  | { readonly kind: "emitted"; readonly what: EmittedKind; readonly fields: readonly bigint[] }
  | { readonly kind: "gas"; readonly l2: bigint; readonly da: bigint | undefined };

/** What the evaluation of tests needs from the layout. */
interface Evaluation {
  readonly set: InstructionSet;
  /** Returns the value of an expression, or undefined after reporting why it has none. */
  readonly evaluate: (at: Scoped<Expression>) => bigint | undefined;
  readonly report: (
    at: Scoped<Node>,
    code: DiagnosticCode,
    message: string,
    details?: DiagnosticDetails,
  ) => void;
}

/** The test cases of an expansion. Tests with a mistake are left out. */
export function evaluateTests(blocks: readonly TestBlock[], evaluation: Evaluation): TestCase[] {
  return blocks.flatMap((block) => {
    const steps = block.steps.map((step) => new StepReader(step, evaluation).read());
    checkOrder(block, evaluation.report);
    const whole = steps.filter((step) => step !== undefined);
    if (!block.isWhole || whole.length < steps.length) return [];
    return [{ name: block.name, location: locationOfTest(block), steps: whole }];
  });
}

/** The directives that expect something of the call above them. */
const EXPECTATIONS: readonly TestStepName[] = ["returns", "reverts", "halts", "stored", "emitted", "gas"];

function checkOrder({ at, steps, isWhole }: TestBlock, report: Evaluation["report"]): void {
  let hasCall = false;
  for (const step of steps) {
    const name = nameOf(step);
    if (name === "call" || name === "staticcall") hasCall = true;
    // If part of the test has a mistake, that may have been the call.
    if (hasCall || !isWhole || !EXPECTATIONS.includes(name)) continue;
    report(step, "misplaced-in-test", `\`.${name}\` applies to the call above it, but there is none`);
    hasCall = true;
  }
  if (!hasCall && isWhole) report(at, "test-without-call", "the test calls nothing, so it tests nothing");
}

function nameOf(step: Scoped<DirectiveStatement>): TestStepName {
  return tokenText(step.line, step.node.name).slice(1).toLowerCase() as TestStepName;
}

/** How many values each directive takes. */
const COUNTS: Readonly<Record<TestStepName, readonly [min: number, max: number]>> = {
  call: [0, Infinity],
  staticcall: [0, Infinity],
  env: [2, 2],
  storage: [2, 3],
  deploy: [2, 2],
  at: [1, 1],
  returns: [0, Infinity],
  reverts: [0, Infinity],
  halts: [1, 1],
  stored: [2, 3],
  emitted: [1, Infinity],
  gas: [1, 2],
};

/** The AVM counts gas in 32 bits. */
const MAX_GAS = 0xffff_ffffn;

class StepReader {
  private readonly at: Scoped<DirectiveStatement>;
  private readonly evaluation: Evaluation;
  private readonly values: readonly Scoped<Expression>[];
  private failed = false;

  constructor(at: Scoped<DirectiveStatement>, evaluation: Evaluation) {
    this.at = at;
    this.evaluation = evaluation;
    const { body } = at.node;
    this.values = body.kind === "step" ? body.values.map((node) => ({ ...at, node })) : [];
  }

  /** Reads the directive; returns undefined after reporting a mistake. */
  read(): TestStep | undefined {
    const name = nameOf(this.at);
    const [min, max] = COUNTS[name];
    const { length } = this.values;
    if (length < min || length > max) {
      const count = length === 0 ? "nothing" : length === 1 ? "1 value" : `${length} values`;
      return this.fail(
        this.at,
        "malformed-directive",
        `found ${count}; the directive is written \`${DIRECTIVES[name].usage}\``,
      );
    }
    const action = this.action(name);
    if (!action || this.failed) return undefined;
    return { ...action, location: locationOf(this.at), frame: this.at.scope.frame };
  }

  private action(name: TestStepName): TestAction | undefined {
    switch (name) {
      case "call":
      case "staticcall":
        return { kind: "call", isStatic: name === "staticcall", calldata: this.fields(0) };
      case "env":
        return this.environment();
      case "storage":
      case "stored": {
        const [slot, value, address] = this.fields(0) as [bigint, bigint, bigint | undefined];
        return { kind: name, slot, value, address };
      }
      case "deploy": {
        const path = this.text(1, "the path of a file in double quotes");
        return path === undefined ? undefined : { kind: "deploy", address: this.field(0), path };
      }
      case "at":
        return { kind: "at", address: this.field(0) };
      case "returns":
        return { kind: "returns", fields: this.fields(0) };
      case "reverts": {
        if (this.values.length === 1 && this.follow(0).node.kind === "string") {
          return { kind: "reverts", fields: undefined, message: this.text(0, "a message") };
        }
        const fields = this.values.length === 0 ? undefined : this.fields(0);
        return { kind: "reverts", fields, message: undefined };
      }
      case "halts": {
        const written = this.text(0, "the code of an error in double quotes");
        return written === undefined ? undefined : this.halts(written);
      }
      case "emitted":
        return this.emitted();
      case "gas": {
        const [l2, da] = this.values.map((value) => this.number(value, MAX_GAS, "an amount of gas"));
        return { kind: "gas", l2, da };
      }
    }
  }

  private environment(): TestAction | undefined {
    const at = this.follow(0);
    const written = this.wordOf(at);
    const members = environmentOperand(this.evaluation.set)?.members ?? [];
    const upper = written?.toUpperCase();
    const member = members.find(({ name }) => name === upper);
    if (!member) {
      const alias = members.find(({ aliases }) => aliases?.includes(upper ?? ""));
      const names = members.map(({ name }) => name);
      const suggestion = alias?.name ?? (written === undefined ? undefined : nearest(written, names));
      const found = written === undefined ? "" : `; there is no \`${written}\``;
      return this.fail(
        at,
        "unknown-member",
        `\`.env\` takes a member of \`GETENVVAR\`${found}${didYouMean(suggestion)}`,
        replacement(at, suggestion),
      );
    }
    if (member.name === "ISSTATICCALL") {
      return this.fail(at, "unknown-member", "`.staticcall` makes a static call; `.env` can't");
    }
    const tag = typeof member.tag === "string" ? member.tag : member.tag.oneOf[0];
    return { kind: "env", member: member.name, value: this.tagged(this.values[1], tag) };
  }

  private halts(written: string): TestAction | undefined {
    const code = written.toLowerCase();
    if (Object.hasOwn(HALTS, code)) return { kind: "halts", code };
    const at = this.follow(0);
    const suggestion = nearest(code, Object.keys(HALTS));
    return this.fail(
      at,
      "unknown-halt",
      `the AVM doesn't halt with \`${written}\`${didYouMean(suggestion)}`,
      replacement(at, suggestion && `"${suggestion}"`),
    );
  }

  private emitted(): TestAction | undefined {
    const at = this.follow(0);
    const written = this.wordOf(at);
    const what = EMITTED.find((kind) => kind === written?.toLowerCase());
    if (!what) {
      const suggestion = written === undefined ? undefined : nearest(written, EMITTED);
      return this.fail(
        at,
        "unknown-member",
        `\`.emitted\` takes one of ${EMITTED.join(", ")}${didYouMean(suggestion)}`,
        replacement(at, suggestion),
      );
    }
    const wanted = { nullifier: 1, notehash: 1, message: 2, log: undefined }[what];
    const fields = this.fields(1);
    if (wanted !== undefined && fields.length !== wanted) {
      const names = what === "message" ? "2 fields, recipient and content" : "1 field";
      return this.fail(this.at, "malformed-directive", `a ${what} has ${names}; ${fields.length} given`);
    }
    return { kind: "emitted", what, fields };
  }

  /** The name that a value consists of; undefined if it isn't a name. */
  private wordOf(at: Scoped<Expression>): string | undefined {
    return at.node.kind === "name" ? tokenText(at.line, at.node.first) : undefined;
  }

  private text(index: number, wanted: string): string | undefined {
    const at = this.follow(index);
    if (at.node.kind !== "string")
      return this.fail(this.values[index], "operand-kind", `${wanted} was expected`);
    const text = parseQuoted(tokenText(at.line, at.node.first));
    if (typeof text !== "string") return this.fail(at, "malformed-character", text.error);
    return text;
  }

  /** A value of the directive, with a macro parameter replaced by its argument. */
  private follow(index: number): Scoped<Expression> {
    let current = this.values[index];
    // This ends, because a chain of parameters isn't longer than the nesting of expansions.
    while (current.node.kind === "name") {
      const symbol = current.scope.lookup(tokenText(current.line, current.node.first));
      if (symbol?.kind !== "parameter" || symbol.argument.node.kind !== "bare") break;
      current = { ...symbol.argument, node: symbol.argument.node.value };
    }
    return current;
  }

  private fields(from: number): bigint[] {
    return this.values.slice(from).map((value) => this.tagged(value, "ff"));
  }

  private field(index: number): bigint {
    return this.tagged(this.values[index], "ff");
  }

  private tagged(at: Scoped<Expression>, tag: Tag): bigint {
    const value = this.evaluation.evaluate(at);
    if (value !== undefined && tag === "ff" && value < 0n && value > -FIELD_MODULUS)
      return value + FIELD_MODULUS;
    return this.bounded(at, value, tagLimit(tag) - 1n, tag === "ff" ? "a field" : `a ${tag}`);
  }

  private number(at: Scoped<Expression>, limit: bigint, what: string): bigint {
    return this.bounded(at, this.evaluation.evaluate(at), limit, what);
  }

  private bounded(at: Scoped<Expression>, value: bigint | undefined, limit: bigint, what: string): bigint {
    if (value !== undefined && value >= 0n && value <= limit) return value;
    if (value !== undefined)
      this.fail(at, "out-of-range", `${value} is not ${what}: that is from 0 to ${limit}`);
    this.failed = true;
    return 0n;
  }

  private fail(
    at: Scoped<Node>,
    code: DiagnosticCode,
    message: string,
    details?: DiagnosticDetails,
  ): undefined {
    this.failed = true;
    this.evaluation.report(at, code, message, details);
    return undefined;
  }
}
