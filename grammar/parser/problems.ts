/**
 * Collects the syntax errors of a line: their wording, their columns, and which errors are left out because they follow
 * from another.
 */

import { EOF, type IRecognitionException, type IToken } from "chevrotain";
import { parseTag } from "../../isa/tags.ts";
import { DIRECTIVES, type DirectiveName } from "../directives.ts";
import type { LineProblem } from "../line.ts";
import { MAX_LINE_PROBLEMS } from "./limits.ts";
import * as T from "./tokens.ts";

/** The token at a distance from the parser's position: 1 is the next token, 0 the last consumed one. */
export type LookAround = (distance: number) => IToken;

export class LineProblems {
  list: LineProblem[] = [];
  /** The line defines a name with another assembler's `equ`. */
  isEqu = false;
  /** A limit was exceeded; the rest of the line isn't parsed. */
  private limited = false;
  /** The rest of the line is in another assembler's notation. */
  private foreign = false;
  private tokens: readonly IToken[] = [];
  private readonly at: LookAround;

  constructor(at: LookAround) {
    this.at = at;
  }

  /** Starts a line. */
  begin(tokens: readonly IToken[]): void {
    this.tokens = tokens;
    this.list = [];
    this.isEqu = false;
    this.limited = false;
    this.foreign = false;
  }

  report(code: LineProblem["code"], token: IToken, message: string): void {
    this.add({ code, message, ...columns(token) });
  }

  /**
   * Reports a comma without an operand after it: at the end of a line, the statement may have been meant to continue.
   */
  reportMissingOperand(comma: IToken): void {
    const message = "no operand follows this comma";
    const isLast = comma === this.tokens.at(-1);
    this.add({
      code: "missing-operand",
      message,
      ...columns(comma),
      ...(isLast && { dependence: { continues: true } }),
    });
  }

  reportLimit(token: IToken, message: string): void {
    if (!this.limited) this.report("limit-exceeded", token, message);
    this.limited = true;
  }

  /** Reports the exception of a rule; only the first one of a line counts. */
  reportException(error: IRecognitionException): void {
    if (this.limited || this.foreign) return;
    // If a value is missing here, the rest that doesn't match follows from that.
    const missed = (problem: LineProblem): boolean =>
      problem.code === "missing-expression" && problem.start === error.token.startOffset;
    if (this.list.some((problem) => missed(problem) || problem.code === "unclosed-bracket")) return;
    const start = this.tokens.find((candidate) => !isLabelPart(candidate, this.tokens));
    if (start?.tokenType.name.startsWith(".")) {
      this.reportMalformed(start, error.token);
      return;
    }
    const at = error.token.tokenType === EOF ? this.tokens.at(-1)! : error.token;
    this.report("syntax-error", at, `${describe(error.token)} doesn't fit here`);
  }

  reportMalformed(directive: IToken, found: IToken): void {
    if (directive.tokenType === T.DIRECTIVE_TOKENS.include && found.tokenType === T.Word) {
      this.reportBarePath(directive, found);
      return;
    }
    const usage = DIRECTIVES[directive.tokenType.name.slice(1) as DirectiveName].usage;
    const at = found.tokenType === EOF ? this.tokens.at(-1)! : found;
    this.report("malformed-directive", at, `found ${describe(found)}; the directive is written \`${usage}\``);
  }

  /** Reports the missing `=` of a definition. */
  reportMissingEquals(): void {
    const [directive, name, next] = [this.at(-1), this.at(0), this.at(1)];
    const value = textOf(this.tokens.slice(this.tokens.indexOf(next)));
    this.add({
      code: "malformed-directive",
      message: `the \`=\` is missing: write \`${directive.image} ${name.image} = ${value}\``,
      ...columns(next),
      fix: { title: "Insert the `=`", text: "= ", at: { start: next.startOffset, end: next.startOffset } },
    });
  }

  reportMissingComma(previous: IToken, next: IToken): void {
    const start = columns(previous).end;
    // The rest of the line after an unclosed bracket follows from that error.
    if (this.list.some((problem) => problem.code === "unclosed-bracket" && problem.end === start)) return;
    if (this.foreign || this.reportForeign(previous, next)) return;
    this.add({
      code: "missing-comma",
      message: `a comma is missing before ${describe(next)}`,
      start,
      end: columns(next).end,
      fix: {
        title: "Insert the comma",
        text: `, ${next.image}`,
        ...(isBetweenOperands(previous, next) && { certain: true }),
      },
    });
  }

  /** Reports a missing value before `next`. */
  reportMissingValue(next: IToken): void {
    if (next.tokenType === T.Hash) {
      // The text after it follows from the same error.
      this.foreign = true;
      this.add({
        code: "missing-expression",
        message: "`#` marks a literal operand; a value inside an expression or directive has no `#`",
        ...columns(next),
        fix: { title: "Remove the `#`", text: "" },
      });
      return;
    }
    // The brackets that close after the cell would be errors of their own.
    if (next.tokenType === T.LBracket) this.foreign = true;
    const message =
      next.tokenType === T.LBracket
        ? "a number is needed here, but the content of a cell is known only at run time"
        : `a value was expected before ${describe(next)}`;
    if (next.tokenType !== EOF) {
      this.add({ code: "missing-expression", message, ...columns(next) });
      return;
    }
    const { end } = columns(this.at(0));
    this.add({ code: "missing-expression", message, start: end - 1, end });
  }

  reportUnclosed(open: IToken, closing: string): void {
    const { end } = columns(this.at(0));
    // An unclosed inner bracket also leaves the outer ones unclosed.
    if (this.list.some((problem) => problem.code === "unclosed-bracket" && problem.end === end)) return;
    this.add({
      code: "unclosed-bracket",
      message: `\`${open.image}\` is never closed; \`${closing}\` was expected before ${describe(this.at(1))}`,
      start: open.startOffset,
      end,
      fix: { title: `Insert the \`${closing}\``, text: closing, at: { start: end, end } },
    });
  }

  /** Reports a string or a character without its closing quote. */
  checkClosed(token: IToken, quote: string): void {
    const closed = token.image.length > 1 && token.image.endsWith(quote);
    // After an even number of backslashes, the last quote is a closing quote.
    let escapes = 0;
    while (token.image.at(-2 - escapes) === "\\") escapes++;
    if (closed && escapes % 2 === 0) return;
    this.report("unclosed-string", token, `the closing ${quote} is missing`);
  }

  private add(problem: LineProblem): void {
    if (!this.limited && this.list.length < MAX_LINE_PROBLEMS) this.list.push(problem);
  }

  /** Reports the path of an included file without quotes or angle brackets. */
  private reportBarePath(directive: IToken, found: IToken): void {
    const path = textOf(this.tokens.slice(this.tokens.indexOf(found)));
    const form = path.startsWith("std/") ? `<${path}>` : `"${path}"`;
    const { start } = columns(found);
    const { end } = columns(this.tokens.at(-1)!);
    this.add({
      code: "malformed-directive",
      message: `the path of an included file is in quotes, that of the library in angle brackets: \`${directive.image} ${form}\``,
      start,
      end,
      ...(end - start === path.length && { fix: { title: `Write \`${form}\``, text: form } }),
    });
  }

  /** Reports another assembler's notation where a comma is missing; returns false if it isn't one. */
  private reportForeign(previous: IToken, next: IToken): boolean {
    const word = previous.image.toLowerCase();
    if (/^(m|mem|memory)$/.test(word) && next.tokenType === T.LBracket) {
      const [inner, close] = this.tokens.slice(this.tokens.indexOf(next) + 1);
      const address = close?.tokenType === T.RBracket ? inner.image : "0";
      this.add({
        code: "syntax-error",
        message: `a cell is written \`[${address}]\`, without \`${previous.image}\``,
        ...columns(previous),
        dependence: { kind: "names of memory" },
        fix: { title: `Remove the \`${previous.image}\``, text: "" },
      });
      return true;
    }
    if (word === "equ" && previous === this.tokens[1]) {
      this.reportEqu(previous, next);
      return true;
    }
    // Several words without commas are prose.
    const [first, second] = [this.at(2), this.at(3)];
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

  private reportEqu(equ: IToken, next: IToken): void {
    const [name] = this.tokens;
    const isCell = next.tokenType === T.LBracket;
    const directive = isCell ? ".cell" : ".const";
    const value = textOf(this.tokens.slice(next.tokenType === T.Hash ? 3 : 2));
    this.foreign = true;
    this.isEqu = true;
    this.add({
      code: "syntax-error",
      message: `a ${isCell ? "cell" : "constant"} is written \`${directive} ${name.image} = ${value}\``,
      start: columns(name).start,
      end: columns(equ).end,
      fix: {
        title: `Write \`${directive} ${name.image} = ${value}\``,
        text: `${directive} ${name.image} = `,
        // A constant's value has no `#`.
        at: {
          start: columns(name).start,
          end: next.tokenType === T.Hash ? columns(next).end : next.startOffset,
        },
      },
    });
  }
}

/** True for the tokens of labels before a statement. */
export function isLabelPart(token: IToken, tokens: readonly IToken[]): boolean {
  const next = tokens[tokens.indexOf(token) + 1] as IToken | undefined;
  if (token.tokenType === T.Colon) return true;
  return next?.tokenType === T.Colon && (token.tokenType === T.Word || token.image.startsWith("."));
}

/** The description of a token in messages. */
function describe(token: IToken): string {
  return token.tokenType === EOF ? "the end of the line" : `\`${token.image}\``;
}

function columns(token: IToken): { start: number; end: number } {
  return { start: token.startOffset, end: token.startOffset + token.image.length };
}

function textOf(tokens: readonly IToken[]): string {
  return tokens.map(({ image }) => image).join("");
}

/**
 * True if only a comma can be missing here: between brackets, or a tag and a literal. Beside a name or a number, an
 * operator may be missing.
 */
function isBetweenOperands(previous: IToken, next: IToken): boolean {
  if (next.image === "#") return previous.image === "]" || parseTag(previous.image) !== undefined;
  return previous.image === "]" && (next.image === "[" || parseTag(next.image) !== undefined);
}
