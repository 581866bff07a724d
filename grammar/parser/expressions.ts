/** The rules of expressions, and state that all rules share: token indexes, syntax errors, nesting. */

import { EmbeddedActionsParser, type IToken } from "chevrotain";
import type { BaseExpression, BinaryOperator, Expression, UnaryOperator } from "../ast.ts";
import { MAX_NESTING, MAX_OPERATORS } from "./limits.ts";
import { applyPrecedence } from "./expression-tree.ts";
import { LineProblems } from "./problems.ts";
import * as T from "./tokens.ts";

export const indexOf = (token: IToken): number => (token as T.IndexedToken).index;

export class ExpressionParser extends EmbeddedActionsParser {
  protected readonly problems = new LineProblems((distance) => this.LA(distance));
  /** `sp`s that aren't part of an address yet. */
  protected unclaimedBases: { node: BaseExpression; token: IToken }[] = [];
  private nesting = 0;

  constructor(options: { validate: boolean }) {
    super(T.ALL_TOKENS, { recoveryEnabled: true, maxLookahead: 1, skipValidations: !options.validate });
  }

  /** Starts to parse a line. */
  protected begin(tokens: IToken[]): void {
    this.input = tokens;
    this.problems.begin(tokens);
    this.unclaimedBases = [];
    this.nesting = 0;
  }

  /**
   * Values and the operators between them. Precedence is applied to the list, which needs fewer rules than one for each
   * level.
   */
  protected expression = this.RULE("expression", (): Expression => {
    const values: Expression[] = [this.SUBRULE(this.unary)];
    const operators: BinaryOperator[] = [];
    this.MANY(() => {
      const operator = this.CONSUME(T.BinaryOperatorToken);
      const value = this.SUBRULE2(this.unary);
      if (operators.length < MAX_OPERATORS) {
        operators.push(operator.image as BinaryOperator);
        values.push(value);
      } else {
        this.ACTION(() =>
          this.problems.reportLimit(operator, `an expression has at most ${MAX_OPERATORS} operators`),
        );
      }
    });
    return this.ACTION(() => applyPrecedence(values, operators));
  });

  private unary = this.RULE("unary", (): Expression => {
    const operators: IToken[] = [];
    this.MANY(() => {
      const operator = this.CONSUME(T.UnaryOperatorToken);
      if (operators.length < MAX_NESTING) operators.push(operator);
      else {
        this.ACTION(() =>
          this.problems.reportLimit(operator, `at most ${MAX_NESTING} signs may precede a value`),
        );
      }
    });
    let value = this.SUBRULE(this.primary);
    for (let index = operators.length - 1; index >= 0; index--) {
      value = {
        kind: "unary",
        operator: operators[index].image as UnaryOperator,
        operand: value,
        first: indexOf(operators[index]),
        last: value.last,
      };
    }
    return value;
  });

  private primary = this.RULE("primary", (): Expression => {
    return this.OR([
      { ALT: () => leaf("number", this.CONSUME(T.NumberToken)) },
      {
        ALT: () => {
          const token = this.CONSUME(T.Character);
          this.ACTION(() => this.problems.checkClosed(token, "'"));
          return leaf("character", token);
        },
      },
      {
        ALT: () => {
          const token = this.CONSUME(T.StringToken);
          this.ACTION(() => this.problems.checkClosed(token, '"'));
          return leaf("string", token);
        },
      },
      { ALT: () => leaf("here", this.CONSUME(T.Dollar)) },
      { GATE: () => this.LA(2).tokenType === T.LParen, ALT: () => this.SUBRULE(this.call) },
      {
        ALT: () => {
          const token = this.CONSUME(T.Word);
          if (token.image.toLowerCase() !== "sp") return leaf("name", token);
          const node = leaf("base", token) as BaseExpression;
          this.unclaimedBases.push({ node, token });
          return node;
        },
      },
      { ALT: () => leaf("name", this.CONSUME(T.DotWord)) },
      { ALT: () => leaf("name", this.CONSUME(T.Qualified)) },
      { ALT: () => this.SUBRULE(this.parenthesised) },
      {
        ALT: (): Expression => {
          const next = this.LA(1);
          this.ACTION(() => this.problems.reportMissingValue(next));
          const index = this.lastIndex() + 1;
          return { kind: "missing", first: index, last: index - 1 };
        },
      },
    ]);
  });

  private call = this.RULE("call", (): Expression => {
    const name = this.CONSUME(T.Word);
    const open = this.CONSUME(T.LParen);
    const values: Expression[] = [];
    if (this.enter(open)) {
      this.MANY_SEP({
        SEP: T.Comma,
        DEF: () => values.push(this.SUBRULE(this.expression)),
      });
      this.nesting--;
    }
    const close = this.OPTION(() => this.CONSUME(T.RParen));
    if (!close && values.at(-1)?.kind !== "missing") {
      this.ACTION(() => this.problems.reportUnclosed(open, ")"));
    }
    return { kind: "call", arguments: values, first: indexOf(name), last: this.lastIndex() };
  });

  private parenthesised = this.RULE("parenthesised", (): Expression => {
    const open = this.CONSUME(T.LParen);
    let value: Expression = { kind: "missing", first: indexOf(open) + 1, last: indexOf(open) };
    if (this.enter(open)) {
      value = this.SUBRULE(this.expression);
      this.nesting--;
    }
    const close = this.OPTION(() => this.CONSUME(T.RParen));
    // If the value is missing, too, only that is reported.
    if (!close && value.kind !== "missing") this.ACTION(() => this.problems.reportUnclosed(open, ")"));
    // The parentheses belong to the node, so that its columns include them; but a number, a name or a call must begin
    // with its own token.
    if (value.kind !== "unary" && value.kind !== "binary") return value;
    return { ...value, first: indexOf(open), last: this.lastIndex() };
  });

  /** A string in quotes. Returns the index of its token. */
  protected text = this.RULE("text", (): number => {
    const token = this.CONSUME(T.StringToken);
    this.ACTION(() => this.problems.checkClosed(token, '"'));
    return indexOf(token);
  });

  /** Index of the token consumed last; -1 at the start. */
  protected lastIndex(): number {
    const token = this.LA(0) as IToken | undefined;
    return token ? indexOf(token) : -1;
  }

  /** Enters a nesting level. Reports an error and returns false if there are too many. */
  private enter(open: IToken): boolean {
    if (this.RECORDING_PHASE || this.nesting++ < MAX_NESTING) return true;
    this.nesting--;
    this.problems.reportLimit(open, `brackets are nested at most ${MAX_NESTING} deep`);
    return false;
  }
}

function leaf(kind: "number" | "character" | "string" | "here" | "name" | "base", token: IToken): Expression {
  return { kind, first: indexOf(token), last: indexOf(token) };
}
