/** Bounds of one line; `docs/limits.md` states them. */

/** Brackets and parentheses inside each other; beyond it the parser would recurse too deeply. */
export const MAX_NESTING = 100;
/** Operators in one expression. */
export const MAX_OPERATORS = 1000;
/** Problems that are kept of one line; each of a million stray characters would otherwise be one. */
export const MAX_LINE_PROBLEMS = 100;
