/** The rules of operands: literals, memory references and bare values, with or without a tag. */

import { EOF } from "chevrotain";
import type { Expression, MemoryReference, OperandNode } from "../ast.ts";
import { ExpressionParser, indexOf } from "./expressions.ts";
import * as T from "./tokens.ts";

export class OperandParser extends ExpressionParser {
  protected operands = this.RULE("operands", (): OperandNode[] => {
    const operands: OperandNode[] = [];
    this.OPTION(() => {
      operands.push(this.SUBRULE(this.operand));
      this.MANY(() =>
        this.OR([
          {
            ALT: () => {
              const comma = this.CONSUME(T.Comma);
              if (this.startsOperand()) operands.push(this.SUBRULE2(this.operand));
              else {
                this.ACTION(() => this.problems.reportMissingOperand(comma));
              }
            },
          },
          {
            ALT: () => {
              const previous = this.LA(0);
              const next = this.LA(1);
              this.ACTION(() => this.problems.reportMissingComma(previous, next));
              operands.push(this.SUBRULE3(this.operand));
            },
          },
        ]),
      );
    });
    return operands;
  });

  protected operand = this.RULE(
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
            // Parentheses are part of the operand, even if they aren't part of the value.
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
      if (!close) this.problems.reportUnclosed(inner ?? open, inner ? "]]" : "]");
      else if (inner && !outerClose) this.problems.reportUnclosed(open, "]");
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

  protected taggedOperand = this.RULE(
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

  protected startsOperand(): boolean {
    if (this.RECORDING_PHASE) return true;
    const next = this.LA(1).tokenType;
    return next !== EOF && next !== T.Comma;
  }

  /** Takes the place of text that can't be an operand, so that later operands keep their index. */
  private unreadableOperand(): OperandNode {
    const first = this.lastIndex() + 1;
    const nothing = { first, last: first - 1 };
    return { kind: "bare", value: { kind: "missing", ...nothing }, ...nothing };
  }

  /** Removes `sp` from an address that is a sum starting with it; returns whether it was one. */
  private claimBase(address: Expression): boolean {
    let leftmost = address;
    while (leftmost.kind === "binary" && (leftmost.operator === "+" || leftmost.operator === "-")) {
      leftmost = leftmost.left;
    }
    if (leftmost.kind !== "base") return false;
    const index = this.unclaimedBases.findIndex(({ node }) => node.first === leftmost.first);
    if (index < 0) return false;
    this.unclaimedBases.splice(index, 1);
    return true;
  }
}
