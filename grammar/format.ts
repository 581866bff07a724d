/**
 * The layout of canonical text: what the formatter makes of a file and what the disassembler writes.
 *
 *     sum:
 *             ADD     [sp+1], [sp+2], [sp+3]          ; a comment
 *     ^0      ^8      ^16                             ^48
 *
 * - A label stands at the left margin, on a line of its own.
 * - A statement is indented by {@link STATEMENT_COLUMN}; mnemonics, wire names and directives are followed by their
 *   operands at {@link OPERAND_COLUMN}, or behind one space where they are too long for that.
 * - Operands are separated by a comma and a space. Mnemonics and members of enums are in upper case, tags, directives and
 *   `sp` in lower case; `[sp]` is written `[sp+0]`.
 * - A comment behind a statement starts at {@link COMMENT_COLUMN}, or behind {@link COMMENT_GAP} spaces where the
 *   statement reaches further. A comment on a line of its own is indented as what it belongs to: at the left margin
 *   above a label, by {@link STATEMENT_COLUMN} above a statement.
 * - No line ends in white space; the last one ends in a line feed.
 */

/** Column of mnemonics and directives. */
export const STATEMENT_COLUMN = 8;
/** Column of the first operand. */
export const OPERAND_COLUMN = 16;
/** Column of a comment behind a statement. */
export const COMMENT_COLUMN = 48;
/** The fewest spaces between a statement and a comment behind it. */
export const COMMENT_GAP = 2;
export const OPERAND_SEPARATOR = ", ";
export const COMMENT_START = "; ";

/** A mnemonic or directive with the indentation before it, and the spaces behind it where operands follow. */
export function statementHead(name: string, hasOperands: boolean): string {
  const head = " ".repeat(STATEMENT_COLUMN) + name;
  return hasOperands ? (head + " ").padEnd(OPERAND_COLUMN) : head;
}
