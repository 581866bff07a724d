/**
 * The rules of directives: one for the arguments of each that has any. If the arguments have an error, the rule of the
 * whole directive reports it, and the line has no statement.
 */

import { EOF, type IToken } from "chevrotain";
import type { DirectiveBody, Expression, MacroParameter, Statement } from "../ast.ts";
import { indexOf } from "./expressions.ts";
import { OperandParser } from "./operands.ts";
import * as T from "./tokens.ts";

const D = T.DIRECTIVE_TOKENS;
/** A definition without a name: it defines nothing. */
const NAMELESS: DirectiveBody = { kind: "invalid" };
const LEAVE_TO_CALLER = { resyncEnabled: false };

/** False for a token that the parser inserted because it is missing. */
const isThere = (token: IToken): boolean => token.isInsertedInRecovery !== true;

export class DirectiveParser extends OperandParser {
  protected directive = this.RULE(
    "directive",
    (): Statement => {
      const name = this.LA(1);
      const body = this.OR<DirectiveBody>([
        { ALT: () => this.SUBRULE(this.constant) },
        { ALT: () => this.SUBRULE(this.cell) },
        { ALT: () => this.SUBRULE(this.target) },
        { ALT: () => this.SUBRULE(this.byte) },
        { ALT: () => this.SUBRULE(this.assert) },
        { ALT: () => this.SUBRULE(this.error) },
        { ALT: () => this.SUBRULE(this.include) },
        { ALT: () => this.SUBRULE(this.macro) },
        { ALT: () => (this.CONSUME(D.endm), { kind: "endm" }) },
        { ALT: () => this.SUBRULE(this.rept) },
        { ALT: () => (this.CONSUME(D.endr), { kind: "endr" }) },
        { ALT: () => this.SUBRULE(this.conditional) },
        { ALT: () => (this.CONSUME(D.else), { kind: "else" }) },
        { ALT: () => (this.CONSUME(D.endif), { kind: "endif" }) },
        { ALT: () => this.SUBRULE(this.assumption) },
        { ALT: () => this.SUBRULE(this.test) },
        { ALT: () => (this.CONSUME(D.endtest), { kind: "endtest" }) },
        { ALT: () => this.SUBRULE(this.step) },
        { ALT: () => this.SUBRULE(this.contract) },
        { ALT: () => this.SUBRULE(this.function) },
        { ALT: () => this.SUBRULE(this.struct) },
        {
          // The token of a directive is a DotWord, too; directives with valid arguments matched an alternative above.
          IGNORE_AMBIGUITIES: true,
          ALT: () => {
            this.CONSUME(T.DotWord);
            this.ACTION(() => this.skipInvalid(name));
            return { kind: "invalid" };
          },
        },
      ]);
      return {
        kind: "directive",
        name: indexOf(name),
        body,
        first: indexOf(name),
        last: this.lastIndex(),
      };
    },
    // After an error the line has no statement.
    { recoveryValueFunc: () => undefined as unknown as Statement },
  );

  // --- definitions ---

  private constant = this.RULE(
    "constant",
    (): DirectiveBody => {
      this.CONSUME(D.const);
      const name = this.CONSUME(T.Word);
      this.SUBRULE(this.equals);
      const value = this.SUBRULE(this.expression);
      return isThere(name) ? { kind: "constant", name: indexOf(name), value } : NAMELESS;
    },
    LEAVE_TO_CALLER,
  );

  private cell = this.RULE(
    "cell",
    (): DirectiveBody => {
      this.CONSUME(D.cell);
      const name = this.CONSUME(T.Word);
      this.SUBRULE(this.equals);
      const operand = this.SUBRULE(this.taggedOperand);
      return isThere(name) ? { kind: "cell", name: indexOf(name), ...operand } : NAMELESS;
    },
    LEAVE_TO_CALLER,
  );

  /** The `=` of a definition. If it is missing, the parser still reads the value. */
  private equals = this.RULE("equals", (): void => {
    this.OR([
      { ALT: () => this.CONSUME(T.Equals) },
      {
        GATE: () => this.LA(0).tokenType === T.Word && this.startsOperand(),
        ALT: () => this.ACTION(() => this.problems.reportMissingEquals()),
      },
    ]);
  });

  private contract = this.RULE(
    "contract",
    (): DirectiveBody => {
      this.CONSUME(D.contract);
      const name = this.CONSUME(T.Word);
      return isThere(name) ? { kind: "contract", name: indexOf(name) } : NAMELESS;
    },
    LEAVE_TO_CALLER,
  );

  private function = this.RULE(
    "function",
    (): DirectiveBody => {
      this.CONSUME(D.function);
      const signature = this.SUBRULE(this.text);
      let label: Expression | undefined;
      const attributes: number[] = [];
      this.OPTION(() => {
        this.CONSUME(T.Comma);
        label = this.SUBRULE(this.expression);
        this.MANY(() => {
          this.CONSUME2(T.Comma);
          attributes.push(indexOf(this.CONSUME(T.Word)));
        });
      });
      return { kind: "function", signature, label, attributes };
    },
    LEAVE_TO_CALLER,
  );

  private struct = this.RULE(
    "struct",
    (): DirectiveBody => {
      this.CONSUME(D.struct);
      const name = this.CONSUME(T.Word);
      this.CONSUME(T.Equals);
      const fields = this.SUBRULE(this.text);
      return isThere(name) ? { kind: "struct", name: indexOf(name), fields } : NAMELESS;
    },
    LEAVE_TO_CALLER,
  );

  // --- code ---

  private target = this.RULE(
    "target",
    (): DirectiveBody => {
      this.CONSUME(D.target);
      return { kind: "target", name: indexOf(this.CONSUME(T.Word)) };
    },
    LEAVE_TO_CALLER,
  );

  private byte = this.RULE(
    "byte",
    (): DirectiveBody => {
      this.CONSUME(D.byte);
      const values: Expression[] = [];
      this.AT_LEAST_ONE_SEP({
        SEP: T.Comma,
        DEF: () => values.push(this.SUBRULE(this.expression)),
      });
      return { kind: "byte", values };
    },
    LEAVE_TO_CALLER,
  );

  private include = this.RULE(
    "include",
    (): DirectiveBody => {
      this.CONSUME(D.include);
      return this.SUBRULE(this.includePath);
    },
    LEAVE_TO_CALLER,
  );

  private includePath = this.RULE("includePath", (): DirectiveBody => {
    return this.OR<DirectiveBody>([
      {
        ALT: () => {
          const path = this.SUBRULE(this.text);
          return { kind: "include", path, standard: false, last: path };
        },
      },
      {
        ALT: () => {
          const open = this.CONSUME(T.Less);
          this.MANY(() =>
            this.OR2([
              { ALT: () => this.CONSUME(T.Word) },
              { ALT: () => this.CONSUME(T.Qualified) },
              { ALT: () => this.CONSUME(T.DotWord) },
              { ALT: () => this.CONSUME(T.NumberToken) },
              { ALT: () => this.CONSUME(T.Slash) },
              { ALT: () => this.CONSUME(T.Minus) },
            ]),
          );
          const close = this.CONSUME(T.Greater);
          return { kind: "include", path: indexOf(open), standard: true, last: indexOf(close) };
        },
      },
    ]);
  });

  private macro = this.RULE(
    "macro",
    (): DirectiveBody => {
      this.CONSUME(D.macro);
      const name = this.CONSUME(T.Word);
      return { kind: "macro", name: indexOf(name), parameters: this.SUBRULE(this.parameters) };
    },
    LEAVE_TO_CALLER,
  );

  private parameters = this.RULE("parameters", (): MacroParameter[] => {
    const parameters: MacroParameter[] = [];
    this.MANY_SEP({
      SEP: T.Comma,
      DEF: () => {
        const name = this.CONSUME(T.Word);
        const value = this.OPTION(() => {
          this.CONSUME(T.Equals);
          return this.SUBRULE(this.operand);
        });
        if (isThere(name)) parameters.push({ name: indexOf(name), value });
      },
    });
    return parameters;
  });

  private rept = this.RULE(
    "rept",
    (): DirectiveBody => {
      this.CONSUME(D.rept);
      const count = this.SUBRULE(this.expression);
      const variable = this.OPTION(() => {
        this.CONSUME(T.Comma);
        return indexOf(this.CONSUME(T.Word));
      });
      return { kind: "rept", count, variable };
    },
    LEAVE_TO_CALLER,
  );

  private conditional = this.RULE(
    "conditional",
    (): DirectiveBody => {
      const kind = this.OR<"if" | "elif">([
        { ALT: () => (this.CONSUME(D.if), "if") },
        { ALT: () => (this.CONSUME(D.elif), "elif") },
      ]);
      return { kind, condition: this.SUBRULE(this.expression) };
    },
    LEAVE_TO_CALLER,
  );

  // --- what is checked ---

  private assert = this.RULE(
    "assert",
    (): DirectiveBody => {
      this.CONSUME(D.assert);
      const condition = this.SUBRULE(this.expression);
      const message = this.OPTION(() => {
        this.CONSUME(T.Comma);
        return this.SUBRULE(this.text);
      });
      return { kind: "assert", condition, message };
    },
    LEAVE_TO_CALLER,
  );

  private error = this.RULE(
    "error",
    (): DirectiveBody => {
      this.CONSUME(D.error);
      return { kind: "error", message: this.OPTION(() => this.SUBRULE(this.text)) };
    },
    LEAVE_TO_CALLER,
  );

  private assumption = this.RULE(
    "assumption",
    (): DirectiveBody => {
      const kind = this.OR<"assume" | "expect">([
        { ALT: () => (this.CONSUME(D.assume), "assume") },
        { ALT: () => (this.CONSUME(D.expect), "expect") },
      ]);
      return { kind, ...this.SUBRULE(this.taggedOperand) };
    },
    LEAVE_TO_CALLER,
  );

  private test = this.RULE(
    "test",
    (): DirectiveBody => {
      const directive = this.CONSUME(D.test);
      const next = this.LA(1);
      // Even if the name is invalid, the lines up to `.endtest` are a test.
      const value = this.SUBRULE(this.expression);
      this.ACTION(() => {
        if (value.kind !== "string" && value.kind !== "missing") {
          this.problems.reportMalformed(directive, next);
        }
      });
      return { kind: "test", name: value.kind === "string" ? value.first : indexOf(directive) };
    },
    LEAVE_TO_CALLER,
  );

  private step = this.RULE(
    "step",
    (): DirectiveBody => {
      this.CONSUME(T.TestStepToken);
      const values: Expression[] = [];
      this.MANY_SEP({
        SEP: T.Comma,
        DEF: () => values.push(this.SUBRULE(this.expression)),
      });
      return { kind: "step", values };
    },
    LEAVE_TO_CALLER,
  );

  /** Skips the arguments: an unknown directive is one error. A later step reports it. */
  private skipInvalid(name: IToken): void {
    const next = this.LA(1);
    while (this.LA(1).tokenType !== EOF) this.SKIP_TOKEN();
    if (name.tokenType !== T.DotWord) this.problems.reportMalformed(name, next);
  }
}
