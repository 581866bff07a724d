/**
 * The grammar: the one definition of what a line may be. It is permissive. A mnemonic is any word, an operand may be
 * of any kind, and the mistakes that people make most (a comma or a bracket left out) are productions of their own, so
 * that each gives one precise problem and leaves the rest of the line intact.
 */

import { EOF, EmbeddedActionsParser, type IRecognitionException, type IToken } from "chevrotain";
import type {
  BaseExpression,
  BinaryOperator,
  DirectiveBody,
  Expression,
  LabelNode,
  LineTree,
  MacroParameter,
  MemoryReference,
  OperandNode,
  Statement,
  UnaryOperator,
} from "./ast.ts";
import { parseTag } from "../isa/tags.ts";
import { DIRECTIVES, type DirectiveName } from "./directives.ts";
import { instructionSet } from "../isa/instruction-set.ts";
import { TARGETS } from "../isa/table.ts";
import type { LineProblem } from "./line.ts";
import * as T from "./tokens.ts";

/** Brackets and parentheses inside each other; beyond it the parser would recurse too deeply. */
export const MAX_NESTING = 100;
/** Operators in one expression. */
export const MAX_OPERATORS = 1000;
/** Problems that are kept of one line; each of a million stray characters would otherwise be one. */
export const MAX_LINE_PROBLEMS = 100;

/** Binding strength of the binary operators, weakest first, as in NASM. */
const PRECEDENCE: Record<BinaryOperator, number> = {
  "||": 1,
  "&&": 2,
  "==": 3,
  "!=": 3,
  "<": 3,
  "<=": 3,
  ">": 3,
  ">=": 3,
  "|": 4,
  "^": 5,
  "&": 6,
  "<<": 7,
  ">>": 7,
  "+": 8,
  "-": 8,
  "*": 9,
  "/": 9,
  "%": 9,
};

const END = "the end of the line";

const indexOf = (token: IToken): number => (token as T.IndexedToken).index;
/** False for a token that the parser puts in where it is missing. */
const isThere = (token: IToken): boolean => token.isInsertedInRecovery !== true;
/** A definition of which the name is missing: it defines nothing. */
const NAMELESS: DirectiveBody = { kind: "invalid" };

/** What a token is called in a message. */
function describe(token: IToken): string {
  return token.tokenType === EOF ? END : `\`${token.image}\``;
}

class LineParser extends EmbeddedActionsParser {
  problems: LineProblem[] = [];
  private nesting = 0;
  /** `sp`s that no address has claimed yet. */
  private bases: { node: BaseExpression; token: IToken }[] = [];
  private limited = false;
  /** The rest of the line is another assembler's. */
  private foreign = false;
  /** The line defines a name by another assembler's `equ`. */
  private isEqu = false;

  constructor(options: { validate: boolean }) {
    super(T.ALL_TOKENS, { recoveryEnabled: true, maxLookahead: 1, skipValidations: !options.validate });
    this.performSelfAnalysis();
  }

  /** Parses the tokens of one line. */
  parse(tokens: IToken[]): { tree: LineTree; problems: LineProblem[] } {
    this.input = tokens;
    this.problems = [];
    this.bases = [];
    this.nesting = 0;
    this.limited = false;
    this.foreign = false;
    this.isEqu = false;
    // Recovery may give up on the whole line, and then there is no tree.
    const tree = this.line() as LineTree | undefined;
    const forgotten = this.problems.length > 0 ? labelWithoutColon(tokens) : -1;
    if (forgotten >= 0) return this.parseBehindLabel(tokens, forgotten);
    for (const error of this.errors) this.reportError(error);
    for (const { token } of this.bases) {
      this.report(
        "misplaced-base",
        token,
        "`sp` is the base of an address and stands first in it: `[sp+expr]`",
      );
    }
    if (tree && this.isEqu) return { tree: equTree(tree), problems: this.problems };
    return { tree: tree ?? { labels: [], statement: undefined }, problems: this.problems };
  }

  /** Parses a line in which the colon behind a label was forgotten, as if it were there. */
  private parseBehindLabel(tokens: IToken[], label: number): { tree: LineTree; problems: LineProblem[] } {
    const token = tokens[label];
    const end = token.startOffset + token.image.length;
    const name = { name: indexOf(token), first: indexOf(token), last: indexOf(token) };
    const before = tokens.slice(0, label).filter((_, index) => tokens[index + 1].tokenType === T.Colon);
    const labels = before.map((one) => ({ name: indexOf(one), first: indexOf(one), last: indexOf(one) + 1 }));
    const { tree, problems } = this.parse(tokens.slice(label + 1));
    const problem: LineProblem = {
      code: "missing-colon",
      message: `the colon is missing behind the label \`${token.image}\``,
      start: token.startOffset,
      end,
      fix: { title: "Insert the colon", text: ":", at: { start: end, end } },
    };
    return {
      tree: { labels: [...labels, name, ...tree.labels], statement: tree.statement },
      problems: [problem, ...problems],
    };
  }

  // --- lines ---

  private line = this.RULE("line", (): LineTree => {
    const labels: LabelNode[] = [];
    this.MANY({
      GATE: () => this.LA(2).tokenType === T.Colon,
      DEF: () => labels.push(this.SUBRULE(this.label)),
    });
    const statement = this.OPTION(() => this.SUBRULE(this.statement));
    return { labels, statement };
  });

  private label = this.RULE("label", (): LabelNode => {
    const name = this.OR([{ ALT: () => this.CONSUME(T.Word) }, { ALT: () => this.CONSUME(T.DotWord) }]);
    const colon = this.CONSUME(T.Colon);
    return { name: indexOf(name), first: indexOf(name), last: indexOf(colon) };
  });

  private statement = this.RULE("statement", (): Statement => {
    return this.OR([
      { ALT: () => this.SUBRULE(this.instruction) },
      { ALT: () => this.SUBRULE(this.directive) },
    ]);
  });

  private instruction = this.RULE("instruction", (): Statement => {
    const mnemonic = this.CONSUME(T.Word);
    const operands = this.SUBRULE(this.operands);
    return {
      kind: "instruction",
      mnemonic: indexOf(mnemonic),
      operands,
      first: indexOf(mnemonic),
      last: this.lastIndex(),
    };
  });

  private operands = this.RULE("operands", (): OperandNode[] => {
    const operands: OperandNode[] = [];
    this.OPTION(() => {
      operands.push(this.SUBRULE(this.operand));
      this.MANY(() =>
        this.OR([
          {
            ALT: () => {
              const comma = this.CONSUME(T.Comma);
              if (this.startsOperand()) operands.push(this.SUBRULE2(this.operand));
              else this.ACTION(() => this.report("missing-operand", comma, "no operand follows this comma"));
            },
          },
          {
            ALT: () => {
              const previous = this.LA(0);
              const next = this.LA(1);
              this.ACTION(() => this.reportMissingComma(previous, next));
              operands.push(this.SUBRULE3(this.operand));
            },
          },
        ]),
      );
    });
    return operands;
  });

  private operand = this.RULE(
    "operand",
    (): OperandNode => {
      return this.OR([
        {
          ALT: (): OperandNode => {
            const hash = this.CONSUME(T.Hash);
            const value = this.SUBRULE(this.expression);
            return { kind: "literal", value, first: indexOf(hash), last: this.lastIndex() };
          },
        },
        { ALT: () => this.SUBRULE(this.memory) },
        {
          ALT: (): OperandNode => {
            const start = this.LA(1);
            const value = this.SUBRULE2(this.expression);
            if (value.kind === "missing")
              return { kind: "bare", value, first: value.first, last: value.last };
            // Parentheses are part of the operand, if not of the value.
            return { kind: "bare", value, first: indexOf(start), last: this.lastIndex() };
          },
        },
      ]);
    },
    { recoveryValueFunc: () => this.unreadableOperand() },
  );

  private memory = this.RULE("memory", (): MemoryReference => {
    const open = this.CONSUME(T.LBracket);
    const inner = this.OPTION(() => this.CONSUME2(T.LBracket));
    const address = this.SUBRULE(this.expression);
    const close = this.OPTION2(() => this.CONSUME(T.RBracket));
    const outerClose = inner && close ? this.OPTION3(() => this.CONSUME2(T.RBracket)) : undefined;
    const relative = this.ACTION(() => {
      if (address.kind === "missing") return false;
      if (!close) this.reportUnclosed(inner ?? open, inner ? "]]" : "]");
      else if (inner && !outerClose) this.reportUnclosed(open, "]");
      return this.claimBase(address);
    });
    return {
      kind: "memory",
      indirect: inner !== undefined,
      relative,
      address,
      first: indexOf(open),
      last: this.lastIndex(),
    };
  });

  // --- expressions ---

  /** Values and the operators between them; precedence is applied to the list, which spares a rule per level. */
  private expression = this.RULE("expression", (): Expression => {
    const values: Expression[] = [this.SUBRULE(this.unary)];
    const operators: BinaryOperator[] = [];
    this.MANY(() => {
      const operator = this.CONSUME(T.BinaryOperatorToken);
      const value = this.SUBRULE2(this.unary);
      if (operators.length < MAX_OPERATORS) {
        operators.push(operator.image as BinaryOperator);
        values.push(value);
      } else {
        this.ACTION(() => this.reportLimit(operator, `an expression has at most ${MAX_OPERATORS} operators`));
      }
    });
    return this.ACTION(() => applyPrecedence(values, operators));
  });

  private unary = this.RULE("unary", (): Expression => {
    const operators: IToken[] = [];
    this.MANY(() => {
      const operator = this.CONSUME(T.UnaryOperatorToken);
      if (operators.length < MAX_NESTING) operators.push(operator);
      else this.ACTION(() => this.reportLimit(operator, `at most ${MAX_NESTING} signs may precede a value`));
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
          this.ACTION(() => this.checkClosed(token, "'"));
          return leaf("character", token);
        },
      },
      {
        ALT: () => {
          const token = this.CONSUME(T.StringToken);
          this.ACTION(() => this.checkClosed(token, '"'));
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
          this.bases.push({ node, token });
          return node;
        },
      },
      { ALT: () => leaf("name", this.CONSUME(T.DotWord)) },
      { ALT: () => leaf("name", this.CONSUME(T.Qualified)) },
      { ALT: () => this.SUBRULE(this.parenthesised) },
      {
        ALT: (): Expression => {
          const next = this.LA(1);
          this.ACTION(() => this.reportMissing(next));
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
    if (!close) this.ACTION(() => this.reportUnclosed(open, ")"));
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
    if (!close) this.ACTION(() => this.reportUnclosed(open, ")"));
    // The parentheses belong to the node, so that its columns are those of the whole. But a number, a name or a call is
    // read from its first token.
    if (value.kind !== "unary" && value.kind !== "binary") return value;
    return { ...value, first: indexOf(open), last: this.lastIndex() };
  });

  // --- directives ---

  private directive = this.RULE(
    "directive",
    (): Statement => {
      let name: IToken = this.LA(1);
      const take = (token: IToken): void => {
        name = token;
      };
      const D = T.DIRECTIVE_TOKENS;
      const body = this.OR<DirectiveBody>([
        {
          ALT: () => {
            take(this.CONSUME(D.const));
            const constant = this.CONSUME(T.Word);
            this.SUBRULE(this.equals);
            const value = this.SUBRULE(this.expression);
            return isThere(constant) ? { kind: "constant", name: indexOf(constant), value } : NAMELESS;
          },
        },
        {
          ALT: () => {
            take(this.CONSUME(D.cell));
            const cell = this.CONSUME2(T.Word);
            this.SUBRULE2(this.equals);
            const operand = this.SUBRULE(this.taggedOperand);
            return isThere(cell) ? { kind: "cell", name: indexOf(cell), ...operand } : NAMELESS;
          },
        },
        {
          ALT: () => {
            take(this.CONSUME(D.target));
            return { kind: "target", name: indexOf(this.CONSUME3(T.Word)) };
          },
        },
        {
          ALT: () => {
            take(this.CONSUME(D.byte));
            const values: Expression[] = [];
            this.AT_LEAST_ONE_SEP({
              SEP: T.Comma,
              DEF: () => values.push(this.SUBRULE2(this.expression)),
            });
            return { kind: "byte", values };
          },
        },
        {
          ALT: () => {
            take(this.CONSUME(D.assert));
            const condition = this.SUBRULE3(this.expression);
            const message = this.OPTION(() => {
              this.CONSUME(T.Comma);
              return this.SUBRULE(this.text);
            });
            return { kind: "assert", condition, message };
          },
        },
        {
          ALT: () => {
            take(this.CONSUME(D.error));
            return { kind: "error", message: this.OPTION2(() => this.SUBRULE2(this.text)) };
          },
        },
        {
          ALT: () => {
            take(this.CONSUME(D.include));
            return this.SUBRULE(this.includePath);
          },
        },
        {
          ALT: () => {
            take(this.CONSUME(D.macro));
            const macro = this.CONSUME4(T.Word);
            return { kind: "macro", name: indexOf(macro), parameters: this.SUBRULE(this.parameters) };
          },
        },
        {
          ALT: () => {
            take(this.CONSUME(D.rept));
            const count = this.SUBRULE4(this.expression);
            const variable = this.OPTION3(() => {
              this.CONSUME2(T.Comma);
              return indexOf(this.CONSUME5(T.Word));
            });
            return { kind: "rept", count, variable };
          },
        },
        {
          ALT: () => {
            take(this.CONSUME(D.if));
            return { kind: "if", condition: this.SUBRULE5(this.expression) };
          },
        },
        {
          ALT: () => {
            take(this.CONSUME(D.elif));
            return { kind: "elif", condition: this.SUBRULE6(this.expression) };
          },
        },
        {
          ALT: () => {
            take(this.CONSUME(D.assume));
            return { kind: "assume", ...this.SUBRULE2(this.taggedOperand) };
          },
        },
        {
          ALT: () => {
            take(this.CONSUME(D.expect));
            return { kind: "expect", ...this.SUBRULE3(this.taggedOperand) };
          },
        },
        {
          ALT: () => {
            const directive = this.CONSUME(D.test);
            take(directive);
            const next = this.LA(1);
            // Whatever stands there for a name, the lines up to `.endtest` are a test.
            const value = this.SUBRULE8(this.expression);
            this.ACTION(() => {
              if (value.kind !== "string" && value.kind !== "missing") this.reportMalformed(directive, next);
            });
            return { kind: "test", name: value.kind === "string" ? value.first : indexOf(directive) };
          },
        },
        { ALT: () => (take(this.CONSUME(D.endtest)), { kind: "endtest" }) },
        {
          ALT: () => {
            take(this.CONSUME(T.TestStepToken));
            const values: Expression[] = [];
            this.MANY_SEP({
              SEP: T.Comma,
              DEF: () => values.push(this.SUBRULE7(this.expression)),
            });
            return { kind: "step", values };
          },
        },
        {
          ALT: () => {
            take(this.CONSUME(D.contract));
            const contract = this.CONSUME6(T.Word);
            return isThere(contract) ? { kind: "contract", name: indexOf(contract) } : NAMELESS;
          },
        },
        {
          ALT: () => {
            take(this.CONSUME(D.function));
            const signature = this.SUBRULE3(this.text);
            let label: Expression | undefined;
            const attributes: number[] = [];
            this.OPTION4(() => {
              this.CONSUME3(T.Comma);
              label = this.SUBRULE9(this.expression);
              this.MANY(() => {
                this.CONSUME4(T.Comma);
                attributes.push(indexOf(this.CONSUME7(T.Word)));
              });
            });
            return { kind: "function", signature, label, attributes };
          },
        },
        {
          ALT: () => {
            take(this.CONSUME(D.struct));
            const struct = this.CONSUME8(T.Word);
            this.CONSUME3(T.Equals);
            const fields = this.SUBRULE4(this.text);
            return isThere(struct) ? { kind: "struct", name: indexOf(struct), fields } : NAMELESS;
          },
        },
        { ALT: () => (take(this.CONSUME(D.endm)), { kind: "endm" }) },
        { ALT: () => (take(this.CONSUME(D.endr)), { kind: "endr" }) },
        { ALT: () => (take(this.CONSUME(D.else)), { kind: "else" }) },
        { ALT: () => (take(this.CONSUME(D.endif)), { kind: "endif" }) },
        {
          // A directive's token is a DotWord too; those with arguments that begin rightly were taken above.
          IGNORE_AMBIGUITIES: true,
          ALT: () => {
            take(this.CONSUME(T.DotWord));
            this.ACTION(() => this.skipInvalidDirective(name));
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
    // The line then has no statement.
    { recoveryValueFunc: () => undefined as unknown as Statement },
  );

  /** The `=` of a definition. Without it, what follows is the value all the same. */
  private equals = this.RULE("equals", (): void => {
    this.OR([
      { ALT: () => this.CONSUME(T.Equals) },
      {
        GATE: () => this.LA(0).tokenType === T.Word && this.startsOperand(),
        ALT: () => this.ACTION(() => this.reportMissingEquals()),
      },
    ]);
  });

  private taggedOperand = this.RULE(
    "taggedOperand",
    (): { operand: OperandNode | undefined; tag: number | undefined } => {
      const operand = this.SUBRULE(this.operand);
      const tag = this.OPTION(() => {
        this.CONSUME(T.Colon);
        return indexOf(this.CONSUME(T.Word));
      });
      return { operand, tag };
    },
    { recoveryValueFunc: () => ({ operand: undefined, tag: undefined }) },
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

  private text = this.RULE("text", (): number => {
    const token = this.CONSUME(T.StringToken);
    this.ACTION(() => this.checkClosed(token, '"'));
    return indexOf(token);
  });

  // --- helpers ---

  /** Index of the token consumed last; -1 at the start. */
  private lastIndex(): number {
    const token = this.LA(0) as IToken | undefined;
    return token ? indexOf(token) : -1;
  }

  /** Stands where the text has something that can't be an operand, so that those behind it keep their numbers. */
  private unreadableOperand(): OperandNode {
    const first = this.lastIndex() + 1;
    const nothing = { first, last: first - 1 };
    return { kind: "bare", value: { kind: "missing", ...nothing }, ...nothing };
  }

  private startsOperand(): boolean {
    if (this.RECORDING_PHASE) return true;
    const next = this.LA(1).tokenType;
    return next !== EOF && next !== T.Comma;
  }

  /** Goes one level deeper, or reports that it is one too many. */
  private enter(open: IToken): boolean {
    if (this.RECORDING_PHASE || this.nesting++ < MAX_NESTING) return true;
    this.nesting--;
    this.reportLimit(open, `brackets are nested at most ${MAX_NESTING} deep`);
    return false;
  }

  /** Takes the base out of an address that is a sum starting with `sp`; tells whether it was one. */
  private claimBase(address: Expression): boolean {
    let leftmost = address;
    while (leftmost.kind === "binary" && (leftmost.operator === "+" || leftmost.operator === "-")) {
      leftmost = leftmost.left;
    }
    const index = this.bases.findIndex(
      ({ node }) => node.first === leftmost.first && leftmost.kind === "base",
    );
    if (index < 0) return false;
    this.bases.splice(index, 1);
    return true;
  }

  /** Passes over the arguments: one mistake, one problem. Whether the name is known is decided later. */
  private skipInvalidDirective(name: IToken): void {
    const next = this.LA(1);
    while (this.LA(1).tokenType !== EOF) this.SKIP_TOKEN();
    if (name.tokenType === T.DotWord) return;
    this.reportMalformed(name, next);
  }

  private reportMalformed(directive: IToken, found: IToken): void {
    const usage = DIRECTIVES[directive.tokenType.name.slice(1) as DirectiveName].usage;
    const at = found.tokenType === EOF ? this.input.at(-1)! : found;
    if (directive.tokenType === T.DIRECTIVE_TOKENS.include && found.tokenType === T.Word) {
      this.reportBarePath(directive, found);
      return;
    }
    this.report("malformed-directive", at, `found ${describe(found)}; the directive is written \`${usage}\``);
  }

  /** Reports the path of an included file that has neither quotes nor angle brackets around it. */
  private reportBarePath(directive: IToken, found: IToken): void {
    const path = this.input
      .slice(this.input.indexOf(found))
      .map(({ image }) => image)
      .join("");
    const form = path.startsWith("std/") ? `<${path}>` : `"${path}"`;
    const { start } = columns(found);
    const { end } = columns(this.input.at(-1)!);
    this.add({
      code: "malformed-directive",
      message: `the path of an included file is in quotes, that of the library in angle brackets: \`${directive.image} ${form}\``,
      start,
      end,
      ...(end - start === path.length && { fix: { title: `Write \`${form}\``, text: form } }),
    });
  }

  private report(code: LineProblem["code"], token: IToken, message: string): void {
    this.add({ code, message, ...columns(token) });
  }

  private add(problem: LineProblem): void {
    // What is behind a limit isn't understood any more.
    if (!this.limited && this.problems.length < MAX_LINE_PROBLEMS) this.problems.push(problem);
  }

  private reportLimit(token: IToken, message: string): void {
    if (!this.limited) this.report("limit-exceeded", token, message);
    this.limited = true;
  }

  private reportMissingComma(previous: IToken, next: IToken): void {
    const start = previous.startOffset + previous.image.length;
    // Behind a bracket that was left open the rest of the line is part of the same mistake.
    if (this.problems.some((problem) => problem.code === "unclosed-bracket" && problem.end === start)) return;
    if (this.foreign || this.reportForeign(previous, next)) return;
    this.add({
      code: "missing-comma",
      message: `a comma is missing before ${describe(next)}`,
      start,
      end: next.startOffset + next.image.length,
      fix: {
        title: "Insert the comma",
        text: `, ${next.image}`,
        ...(isBetweenOperands(previous, next) && { certain: true }),
      },
    });
  }

  /** Reports what other assemblers write where a comma would be missing here; false if it isn't any of that. */
  private reportForeign(previous: IToken, next: IToken): boolean {
    const word = previous.image.toLowerCase();
    if (/^(m|mem|memory)$/.test(word) && next.tokenType === T.LBracket) {
      this.add({
        code: "syntax-error",
        message: `a cell is written \`[0]\`, without \`${previous.image}\``,
        ...columns(previous),
        fix: { title: `Remove the \`${previous.image}\``, text: "" },
      });
      return true;
    }
    if (word === "equ" && previous === this.input[1]) {
      const [name] = this.input;
      const end = columns(previous).end;
      const isCell = next.tokenType === T.LBracket;
      const directive = isCell ? ".cell" : ".const";
      const rest = this.input.slice(next.tokenType === T.Hash ? 3 : 2);
      const value = rest.map(({ image }) => image).join("");
      this.foreign = true;
      this.isEqu = true;
      this.add({
        code: "syntax-error",
        message: `a ${isCell ? "cell" : "constant"} is written \`${directive} ${name.image} = ${value}\``,
        start: columns(name).start,
        end,
        fix: { title: `Write a \`${directive}\``, text: `${directive} ${name.image} =` },
      });
      return true;
    }
    // Words without commas between them are prose.
    const [first, second] = [this.LA(2), this.LA(3)];
    if (next.tokenType !== T.Hash || first.tokenType !== T.Word || second.tokenType !== T.Word) return false;
    this.foreign = true;
    this.add({
      code: "syntax-error",
      message: "comments begin with `;`: `#` marks a literal",
      ...columns(next),
      fix: { title: "Write `;`", text: ";" },
    });
    return true;
  }

  private reportMissingEquals(): void {
    const [directive, name, next] = [this.LA(-1), this.LA(0), this.LA(1)];
    const rest = this.input.slice(this.input.indexOf(next));
    const value = rest.map(({ image }) => image).join("");
    this.add({
      code: "malformed-directive",
      message: `the \`=\` is missing: write \`${directive.image} ${name.image} = ${value}\``,
      ...columns(next),
      fix: { title: "Insert the `=`", text: "= ", at: { start: next.startOffset, end: next.startOffset } },
    });
  }

  private reportMissing(next: IToken): void {
    const at = next.tokenType === EOF ? this.LA(0) : next;
    const end = at.startOffset + at.image.length;
    if (next.tokenType === T.Hash) {
      this.add({
        code: "missing-expression",
        message: "`#` marks a literal operand; a value inside of an expression or directive goes without it",
        start: at.startOffset,
        end,
        fix: { title: "Remove the `#`", text: "" },
      });
      return;
    }
    this.add({
      code: "missing-expression",
      message: `a value was expected before ${describe(next)}`,
      start: next.tokenType === EOF ? end - 1 : at.startOffset,
      end,
    });
  }

  private reportUnclosed(open: IToken, closing: string): void {
    const last = this.LA(0);
    const end = last.startOffset + last.image.length;
    // An inner bracket that was left open leaves the outer ones open too.
    if (this.problems.some((problem) => problem.code === "unclosed-bracket" && problem.end === end)) return;
    this.add({
      code: "unclosed-bracket",
      message: `\`${open.image}\` is never closed; \`${closing}\` was expected before ${describe(this.LA(1))}`,
      start: open.startOffset,
      end,
      fix: { title: `Insert the \`${closing}\``, text: closing, at: { start: end, end } },
    });
  }

  private checkClosed(token: IToken, quote: string): void {
    const closed = token.image.length > 1 && token.image.endsWith(quote);
    // An even number of backslashes in front of the last quote leaves it a quote.
    let escapes = 0;
    while (token.image.at(-2 - escapes) === "\\") escapes++;
    if (closed && escapes % 2 === 0) return;
    this.report("unclosed-string", token, `the closing ${quote} is missing`);
  }

  /** Turns what the grammar itself could not accept into a problem; the line's first such error is enough. */
  private reportError(error: IRecognitionException): void {
    if (error !== this.errors[0] || this.limited) return;
    // Where a value was missed, that the rest doesn't fit either is the same mistake.
    if (
      this.problems.some(
        ({ code, start: column }) => code === "missing-expression" && column === error.token.startOffset,
      )
    ) {
      return;
    }
    const start = this.input.find((candidate) => !isLabelPart(candidate, this.input));
    if (this.problems.some((problem) => problem.code === "unclosed-bracket")) return;
    if (start?.tokenType.name.startsWith(".")) {
      this.reportMalformed(start, error.token);
    } else {
      const at = error.token.tokenType === EOF ? this.input.at(-1)! : error.token;
      this.report("syntax-error", at, `${describe(error.token)} doesn't fit here`);
    }
  }
}

/** The definition that `NAME equ value` means, so that uses of the name are no further mistakes. */
function equTree(tree: LineTree): LineTree {
  const { statement } = tree;
  const operand = statement?.kind === "instruction" ? statement.operands.at(1) : undefined;
  if (statement?.kind !== "instruction" || !operand) return tree;
  const { mnemonic: name, first, last } = statement;
  const body: DirectiveBody =
    operand.kind === "memory"
      ? { kind: "cell", name, operand, tag: undefined }
      : { kind: "constant", name, value: operand.value };
  return { ...tree, statement: { kind: "directive", name: statement.operands[0].first, body, first, last } };
}

/** The token of a label without its colon: a word in front of a mnemonic or directive, which is no operand. -1 if none is. */
function labelWithoutColon(tokens: readonly IToken[]): number {
  const first = tokens.findIndex((token) => !isLabelPart(token, tokens));
  if (first < 0 || first + 1 >= tokens.length) return -1;
  const [word, next] = tokens.slice(first);
  if (word.tokenType !== T.Word || isMnemonic(word.image)) return -1;
  if (next.tokenType === T.Word) return isMnemonic(next.image) ? first : -1;
  return next.tokenType.name.startsWith(".") ? first : -1;
}

/** True for a mnemonic or wire form of any target. */
function isMnemonic(word: string): boolean {
  const upper = word.toUpperCase();
  return TARGETS.some((target) => {
    const { byMnemonic, byForm } = instructionSet(target);
    return byMnemonic.has(upper) || byForm.has(upper);
  });
}

/** True for the tokens of the labels in front of a statement. */
function isLabelPart(token: IToken, tokens: readonly IToken[]): boolean {
  const next = tokens[tokens.indexOf(token) + 1] as IToken | undefined;
  if (token.tokenType === T.Colon) return true;
  return next?.tokenType === T.Colon && (token.tokenType === T.Word || token.image.startsWith("."));
}

function columns(token: IToken): { start: number; end: number } {
  return { start: token.startOffset, end: token.startOffset + token.image.length };
}

function leaf(kind: "number" | "character" | "string" | "here" | "name" | "base", token: IToken): Expression {
  return { kind, first: indexOf(token), last: indexOf(token) };
}

/** Builds the tree of `values[0] operators[0] values[1] …`. All operators associate to the left. */
function applyPrecedence(values: Expression[], operators: BinaryOperator[]): Expression {
  const output: Expression[] = [values[0]];
  const pending: BinaryOperator[] = [];
  const reduce = (): void => {
    const right = output.pop()!;
    const left = output.pop()!;
    const operator = pending.pop()!;
    output.push({ kind: "binary", operator, left, right, first: left.first, last: right.last });
  };
  for (const [index, operator] of operators.entries()) {
    while (pending.length > 0 && PRECEDENCE[pending.at(-1)!] >= PRECEDENCE[operator]) reduce();
    pending.push(operator);
    output.push(values[index + 1]);
  }
  while (pending.length > 0) reduce();
  return output[0];
}

let parser: LineParser | undefined;

/** Parses the tokens of one line, each carrying its index. Never throws. */
export function parseTokens(tokens: IToken[]): { tree: LineTree; problems: LineProblem[] } {
  // Building the parser takes longer than most files, so validation of the grammar is left to a test.
  parser ??= new LineParser({ validate: false });
  return parser.parse(tokens);
}

/** Builds the parser with Chevrotain's own validation of the grammar. Throws where the grammar is wrong. */
export function validateGrammar(): void {
  void new LineParser({ validate: true });
}

/** Between brackets, or a tag and a literal, nothing but a comma can have stood. Next to a name or a number it may have been more. */
function isBetweenOperands(previous: IToken, next: IToken): boolean {
  if (next.image === "#") return previous.image === "]" || parseTag(previous.image) !== undefined;
  return next.image === "[" && previous.image === "]";
}
