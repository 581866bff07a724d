/** Bounds of the assembler, so that no input can exhaust time or memory. `docs/limits.md` states them. */

/** Values are computed exactly up to this many bits. */
export const MAX_VALUE_BITS = 512;
/** Statements of a program, all expansions included. */
export const MAX_EXPANDED_STATEMENTS = 2_000_000;
/** Expansions: macro calls, rounds of repetitions, includes. Each may be empty and still take time. */
export const MAX_EXPANSIONS = 60_000;
/** Files that are included, each time they are: each is looked for on the disk. */
export const MAX_INCLUDES = 5_000;
/** Lines that are read in all files and expansions together. */
export const MAX_EXPANDED_LINES = 20_000_000;
/** Lines that are read in expansions, or of a file once more: a short text may ask for any number. Far more than a contract can publish. */
export const MAX_REPEATED_LINES = 130_000;
/** Parameters of a macro that take as long to bind as a line takes to be read, and count like one. */
export const PARAMETERS_PER_LINE = 8;
/** Expansions, includes and conditions inside each other. */
export const MAX_EXPANSION_DEPTH = 100;
/** Structs inside each other, in signatures. */
export const MAX_STRUCT_DEPTH = 32;
/** Constants that refer to each other in one chain. */
export const MAX_CONSTANT_DEPTH = 500;
/** Permutations of Poseidon2 that selectors, hashes and declared functions may take together; each hashes three fields, of 31 characters. */
export const MAX_HASHES = 2_000;
/** Diagnostics that are kept of one run; a file of junk would otherwise take gigabytes. */
export const MAX_DIAGNOSTICS = 10_000;
