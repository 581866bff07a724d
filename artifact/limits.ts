/** Bounds on artifacts and bytecode, so that no input exhausts time or memory. `docs/limits.md` documents them. */

/**
 * Maximum size of one bytecode, seven times the size that a contract can publish. Each byte is at most one statement, so the
 * disassembly of every accepted bytecode can be assembled again.
 */
export const MAX_CODE_BYTES = 650_783;
/** Maximum number of values in one JSON text. The largest known artifact has 34,000. */
export const MAX_JSON_VALUES = 1_000_000;
/** Maximum nesting of arrays and objects in a JSON text. Known artifacts have 23 levels. */
export const MAX_JSON_DEPTH = 100;
/** Maximum size of one function's inflated debug symbols. The largest known have 230 KB. */
export const MAX_DEBUG_BYTES = 32 * 1024 * 1024;
/** Maximum number of functions of one artifact. The largest known has 89. */
export const MAX_FUNCTIONS = 1_024;
/** Maximum number of characters of all signatures of an artifact, which are all hashed. */
export const MAX_SIGNATURE_CHARACTERS = 200_000;
/** Maximum number of characters of Noir source that are read of one artifact. The largest known has 1.3 million. */
export const MAX_SOURCE_CHARACTERS = 8_000_000;
/** Maximum number of characters to show of a line of Noir. */
export const MAX_LINE_CHARACTERS = 1_000;
/** Maximum number of characters of Noir to interleave with the statements of one function. */
export const MAX_INTERLEAVED_CHARACTERS = 50_000_000;
/** Maximum number of nested inlined calls of a location. */
export const MAX_INLINING_DEPTH = 64;
/** Maximum number of characters of a name or message in an artifact. */
export const MAX_NAME_CHARACTERS = 80;
export const MAX_MESSAGE_CHARACTERS = 200;
