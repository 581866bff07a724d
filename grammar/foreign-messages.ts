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
  "there is nothing to close here: each line is a statement, and blocks end with `.endm`, `.endr` or `.endif`";

/** End of the message for a line that was meant to continue on the next one. */
export const NO_CONTINUATION =
  "a statement is one line: there is no continuation, and `\\` isn't part of the language";
