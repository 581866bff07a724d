/** What is said about blocks and lines of other notations. It is apart from the grammar, which is loaded only if a line needs it. */

/** The kind of mistakes with registers of other machines. */
export const REGISTERS = "registers";

/** Ends the message of what begins a block by `{`. */
export const NO_BRACES = "there are no braces";
/** The message of a line that ends such a block. */
export const BLOCK_END =
  "nothing is to be closed here: a line is a statement of its own, and blocks end with `.endm` and the like";

/** Ends the message of a line that would go on in the next one. */
export const NO_CONTINUATION =
  "a statement is one line: there is no continuation, and `\\` isn't part of the language";
