/**
 * The layout of canonical text: what the formatter makes of a file and what the disassembler writes.
 *
 *     .cell total = [5] : ff
 *
 *     ; What stands above belongs to what is below.
 *     sum:
 *             ADD     [sp+1], [sp+2], [sp+3]          ; a comment
 *     .if CHECKED
 *             EQ      [sp+3], total, [1]
 *             .rept 2, i
 *                 MOV     [sp+3], [i]
 *             .endr
 *     .endif
 *     ^0      ^8      ^16                             ^48
 *
 * - A label stands at the left margin, on a line of its own.
 * - What takes part in the code (instructions, calls of macros, `.byte`, `.assume`, `.expect`) is indented by
 *   {@link STATEMENT_COLUMN}, and its operands start at {@link OPERAND_COLUMN}, or after one space where the name is
 *   too long for that. All other directives stand at the left margin, their arguments after one space.
 * - In a block everything but labels is indented as statements are; in a block inside of another everything is indented
 *   by {@link BLOCK_INDENT} more, and labels stand where the block's own directive does.
 * - Neighbouring `.const`s and neighbouring `.cell`s have their `=` and their `:` below each other.
 * - Operands are separated by a comma and a space. Mnemonics and members of enums are in upper case, tags, directives and
 *   `sp` in lower case; `[sp]` is written `[sp+0]`. An address and a sum of names have no spaces around operators, all
 *   other expressions have one on each side.
 * - A comment after a statement starts at {@link COMMENT_COLUMN}, or after {@link COMMENT_GAP} spaces where the
 *   statement reaches further; a line with nothing but its continuation has it in the same column. A comment on a line of
 *   its own is indented as what it stands right above: at the left margin above a label, by {@link STATEMENT_COLUMN}
 *   above a statement.
 * - At most {@link MAX_BLANK_LINES} blank lines follow each other.
 * - No line ends in white space; the last one ends in a line feed.
 */

/** Column of instructions. */
export const STATEMENT_COLUMN = 8;
/** Column of the first operand. */
const OPERAND_COLUMN = 16;
/** Column of a comment after a statement. */
export const COMMENT_COLUMN = 48;
/** The fewest spaces between a statement and a comment after it. */
export const COMMENT_GAP = 2;
/** Additional indentation of a block inside of another block. */
export const BLOCK_INDENT = 4;
/** Maximum nesting of blocks that are indented further. */
export const MAX_INDENTED_BLOCKS = 8;
export const MAX_BLANK_LINES = 2;
/** Longer names don't move the `=` of their neighbours. */
export const MAX_ALIGNED_NAME = 24;
/** Longer cells don't move the `:` of their neighbours. */
export const MAX_ALIGNED_CELL = 24;
export const OPERAND_SEPARATOR = ", ";
export const COMMENT_START = "; ";

/** A mnemonic or directive, padded to the column of operands. */
export function paddedHead(name: string): string {
  return `${name} `.padEnd(OPERAND_COLUMN - STATEMENT_COLUMN);
}

/** A mnemonic or directive with its indentation, padded to the column of operands if it has any. */
export function statementHead(name: string, hasOperands: boolean): string {
  return " ".repeat(STATEMENT_COLUMN) + (hasOperands ? paddedHead(name) : name);
}
