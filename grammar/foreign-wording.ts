/**
 * Messages about blocks and lines in other notations. In a file of their own, because the grammar is only loaded if a
 * line needs it.
 */

/** The kind of errors about registers of other machines. */
export const REGISTERS = "registers";

/** End of the message for a block that begins with `{`. */
export const NO_BRACES = "there are no braces";
/** Message for a line that ends such a block. */
export const BLOCK_END =
  "nothing is to be closed here: a line is a statement of its own, and blocks end with `.endm` and the like";

/** End of the message for a line that was meant to continue on the next one. */
export const NO_CONTINUATION =
  "a statement is one line: there is no continuation, and `\\` isn't part of the language";
