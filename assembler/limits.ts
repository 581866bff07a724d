/** Bounds of the assembler, so that no input can exhaust time or memory. `docs/limits.md` states them. */

/** The maximum number of bits of a value. */
export const MAX_VALUE_BITS = 512;
/** The maximum number of statements of a program, including all expansions. */
export const MAX_EXPANDED_STATEMENTS = 2_000_000;
/** The maximum number of expansions: macro calls, rounds of repetitions, includes. Even empty ones take time. */
export const MAX_EXPANSIONS = 60_000;
/** The maximum number of included files; a file counts each time that it is included. */
export const MAX_INCLUDES = 5_000;
/** The maximum number of lines that are read, in all files and expansions together. */
export const MAX_EXPANDED_LINES = 20_000_000;
/**
 * The maximum number of lines that are read in expansions and in files that are included again. Without it, a short text could
 * expand to any number of lines. A contract that can be published needs far fewer.
 */
export const MAX_REPEATED_LINES = 130_000;
/** This many parameters of a macro call count as one line, because to bind them takes as long as to read a line. */
export const PARAMETERS_PER_LINE = 8;
/** The maximum nesting depth of expansions, includes and conditions. */
export const MAX_EXPANSION_DEPTH = 100;
/** The maximum nesting depth of structs in signatures. */
export const MAX_STRUCT_DEPTH = 32;
/** The maximum length of a chain of constants in which each refers to the next. */
export const MAX_CONSTANT_DEPTH = 500;
/** The maximum number of Poseidon2 permutations of a run. Each hashes three fields; a text has one field for 31 characters. */
export const MAX_HASHES = 2_000;
/** The maximum number of `.assume` and `.expect`: the checker evaluates each in every round of a loop. */
export const MAX_ANNOTATIONS = 10_000;
/** The maximum number of diagnostics of a run; a file of junk would otherwise take gigabytes. */
export const MAX_DIAGNOSTICS = 10_000;
