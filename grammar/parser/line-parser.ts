/**
 * The grammar, which alone defines the syntax of a line. It is permissive: a mnemonic is any word, an operand may be of
 * any kind, and the most frequent errors (a missing comma or bracket) are productions of their own, so that each gives
 * one precise error and the rest of the line is still parsed.
 */

import type { ISerializedGast, IToken } from "chevrotain";
import type { DirectiveBody, LabelNode, LineTree, Statement } from "../ast.ts";
import type { LineProblem } from "../line.ts";
import { DirectiveParser } from "./directives.ts";
import { indexOf } from "./expressions.ts";
import { foreignNotation } from "./foreign.ts";
import { isMnemonic } from "./mnemonics.ts";
import { isLabelPart } from "./problems.ts";
import * as T from "./tokens.ts";

export interface ParsedLine {
  readonly tree: LineTree;
  readonly problems: LineProblem[];
}

class LineParser extends DirectiveParser {
  constructor(options: { validate: boolean }) {
    super(options);
    this.performSelfAnalysis();
  }

  /** Parses the tokens of one line. */
  parse(tokens: IToken[]): ParsedLine {
    const { tree, problems } = this.parseAsOurs(tokens);
    if (problems.length === 0) return { tree, problems };
    const foreign = foreignNotation(tokens);
    if (!foreign) return { tree, problems };
    const meant = foreign.tokens ? this.parseAsOurs(foreign.tokens).tree : tree;
    return { tree: meant, problems: [foreign.problem] };
  }

  private parseAsOurs(tokens: IToken[]): ParsedLine {
    this.begin(tokens);
    // Error recovery may give up on the whole line; then there is no tree.
    const tree = (this.line() as LineTree | undefined) ?? { labels: [], statement: undefined };
    const label = this.problems.list.length > 0 ? labelWithoutColon(tokens) : -1;
    if (label >= 0) return this.parseBehindLabel(tokens, label);
    if (this.errors.length > 0) this.problems.reportException(this.errors[0]);
    for (const { token } of this.unclaimedBases) {
      this.problems.report(
        "misplaced-base",
        token,
        "`sp` is the base of an address and comes first in it: `[sp+expr]`",
      );
    }
    return { tree: this.problems.isEqu ? equTree(tree) : tree, problems: this.problems.list };
  }

  /** Parses a line with a label without its colon, as if the colon were there. */
  private parseBehindLabel(tokens: IToken[], label: number): ParsedLine {
    const token = tokens[label];
    const end = token.startOffset + token.image.length;
    const name = { name: indexOf(token), first: indexOf(token), last: indexOf(token) };
    const before = tokens.slice(0, label).filter((_, index) => tokens[index + 1].tokenType === T.Colon);
    const labels = before.map((one) => ({ name: indexOf(one), first: indexOf(one), last: indexOf(one) + 1 }));
    const { tree, problems } = this.parseAsOurs(tokens.slice(label + 1));
    const problem: LineProblem = {
      code: "missing-colon",
      message: `the colon after the label is missing: \`${token.image}\``,
      start: token.startOffset,
      end,
      dependence: { defines: [token.image] },
      fix: { title: "Insert the colon", text: ":", at: { start: end, end } },
    };
    return {
      tree: { labels: [...labels, name, ...tree.labels], statement: tree.statement },
      problems: [problem, ...problems],
    };
  }

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
}

/** The definition that `NAME equ value` means, so that uses of the name are no further errors. */
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

/**
 * The index of a label without its colon: a word before a mnemonic or directive that isn't an operand; -1 if there is
 * none.
 */
function labelWithoutColon(tokens: readonly IToken[]): number {
  const first = tokens.findIndex((token) => !isLabelPart(token, tokens));
  if (first < 0 || first + 1 >= tokens.length) return -1;
  const [word, next] = tokens.slice(first);
  if (word.tokenType !== T.Word || isMnemonic(word.image)) return -1;
  if (next.tokenType === T.Word) return isMnemonic(next.image) ? first : -1;
  return next.tokenType.name.startsWith(".") ? first : -1;
}

let parser: LineParser | undefined;

/** Parses the tokens of a line, each with its index. Never throws. */
export function parseTokens(tokens: IToken[]): ParsedLine {
  // Building the parser takes longer than most files, so a test validates the grammar instead.
  parser ??= new LineParser({ validate: false });
  // Chevrotain throws an exception for each error. Most of the time for that goes into stack traces, which nothing
  // reads.
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = 0;
  try {
    return parser.parse(tokens);
  } finally {
    Error.stackTraceLimit = stackTraceLimit;
  }
}

/** Builds the parser with Chevrotain's own validation of the grammar. Throws if the grammar is invalid. */
export function validateGrammar(): void {
  void new LineParser({ validate: true });
}

/** The rules as data, for the documentation. */
export function grammarRules(): ISerializedGast[] {
  return new LineParser({ validate: false }).getSerializedGastProductions();
}
