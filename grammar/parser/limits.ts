/** Bounds of one line; `docs/limits.md` states them. */

/** Maximum nesting of brackets and parentheses, to limit the parser's recursion. */
export const MAX_NESTING = 100;
/** Maximum number of operators in an expression. */
export const MAX_OPERATORS = 1000;
/**
 * Maximum number of syntax errors kept for a line: otherwise a million stray characters would give a million errors.
 */
export const MAX_LINE_PROBLEMS = 100;
