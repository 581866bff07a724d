/** Bounds of what is read as bytecode, so that no input can exhaust time or memory. `docs/limits.md` states them. */

/**
 * Bytes of one bytecode, ten times what a contract can publish. A byte is at most one statement, so the text of whatever
 * is within this can be assembled again.
 */
export const MAX_CODE_BYTES = 1_000_000;
/** Values in one JSON text; the largest artifact that is known has 34,000. */
export const MAX_JSON_VALUES = 1_000_000;
/** Arrays and objects inside each other in a JSON text; artifacts come to 23. */
export const MAX_JSON_DEPTH = 100;
/** Bytes of one function's debug symbols once they are inflated; 230 KB are known. */
export const MAX_DEBUG_BYTES = 32 * 1024 * 1024;
/** Functions of one artifact; 89 are known. */
export const MAX_FUNCTIONS = 1_024;
/** Characters of all signatures of an artifact together: each is hashed. */
export const MAX_SIGNATURE_CHARACTERS = 200_000;
/** Characters of Noir source that are looked at in one artifact; 1.3 million are known. */
export const MAX_SOURCE_CHARACTERS = 8_000_000;
/** Of a line of Noir, what is shown. */
export const MAX_LINE_CHARACTERS = 1_000;
/** Characters of Noir that are interleaved with the statements of one function. */
export const MAX_INTERLEAVED_CHARACTERS = 50_000_000;
/** Calls inside each other that a location is said to be in. */
export const MAX_INLINING_DEPTH = 64;
/** Characters of a name or message that an artifact gives. */
export const MAX_NAME_CHARACTERS = 80;
export const MAX_MESSAGE_CHARACTERS = 200;
