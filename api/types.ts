/** The types of the library's functions. They import nothing, so these declarations are complete. */

/** An instruction set: v6 is Aztec's mainnet. */
export type Target = "v6" | "v5" | "v4" | "v3" | "v2";

/**
 * A field. A string may be decimal, `0x` or `0b`, with a sign, and larger than a double can hold; negative numbers count from p
 * down.
 */
export type FieldLike = bigint | number | string;

/** Source text, bytecode, a parsed contract artifact, or a result of `assemble`. */
export type ProgramLike = string | Uint8Array | Assembled | Artifact;

/** The JSON of a contract artifact: Aztec's, or one of `avmasm build --format artifact`. */
export interface Artifact {
  readonly functions: readonly unknown[];
}

export interface SourceOptions {
  /** The name of the source in diagnostics, to which included paths are relative; `input.avm` by default. */
  readonly name?: string | undefined;
  /** The instruction set of a source without `.target`, of bytecode, and of an artifact, whose own it overrides; v6 by default. */
  readonly target?: Target | undefined;
  /**
   * The texts for `.include "path"`, by path, or a function that returns the text of a path, or undefined if there is none. Paths
   * are resolved against the name of the including source. `.include <std/…>` doesn't need it.
   */
  readonly include?: Readonly<Record<string, string>> | ((path: string) => string | undefined) | undefined;
}

/** Lines and columns count from 1, columns in UTF-16 units; the end is exclusive. */
export interface Range {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly endLine: number;
  readonly endColumn: number;
}

export interface Diagnostic extends Range {
  /** `docs/diagnostics` has a page for each. */
  readonly code: string;
  /** An `error` can't be assembled, or halts in every run. A `hint` is shown only in editors. */
  readonly severity: "error" | "warning" | "hint";
  readonly message: string;
  readonly related: readonly RelatedPlace[];
  readonly fixes: readonly Fix[];
}

export interface RelatedPlace extends Range {
  readonly message: string;
}

export interface Fix {
  readonly title: string;
  /** True for a fix that `avmasm check --fix` applies without asking. Other fixes are guesses. */
  readonly isCertain: boolean;
  readonly edits: readonly Edit[];
}

/** A replacement of a range. An empty range inserts. */
export interface Edit extends Range {
  readonly text: string;
}

export interface Assembled {
  readonly target: Target;
  /** The bytecode; undefined if there are errors. */
  readonly bytecode: Uint8Array | undefined;
  readonly diagnostics: readonly Diagnostic[];
  /** Byte offsets of labels by name; a local label has its global label as a prefix. */
  readonly labels: Readonly<Record<string, number>>;
}

export interface CheckOptions extends SourceOptions {
  /** Report possible halts as warnings, not as hints. */
  readonly strict?: boolean | undefined;
}

export interface Checked {
  readonly target: Target;
  /** The diagnostics of the assembler and of the checker, in the order of the text. */
  readonly diagnostics: readonly Diagnostic[];
}

export interface DisassembleOptions {
  readonly target?: Target | undefined;
  /** For an artifact: a function with its own bytecode; by default the dispatch. */
  readonly function?: string | undefined;
  /** Whether a comment gives the byte offset of every statement. */
  readonly pc?: boolean | undefined;
  /** Whether a comment gives the bytes of every statement. */
  readonly bytes?: boolean | undefined;
  /** Whether the lines of Noir that the statements come from are interleaved. */
  readonly source?: boolean | undefined;
}

/** The result of `inspect`. Unknown values are null. */
export interface Inspection {
  readonly name: string | null;
  readonly target: Target;
  readonly functions: readonly InspectedFunction[];
  readonly publicBytecode: {
    readonly bytes: number;
    readonly fields: number;
    readonly maxFields: number;
    readonly commitment: string | null;
  };
  readonly privateFunctionsRoot: string | null;
  readonly artifactHash: string | null;
  readonly classId: string | null;
}

export interface InspectedFunction {
  readonly name: string;
  readonly signature: string | null;
  readonly selector: string | null;
  /** The kind of the function, then attributes such as `view`, `initializer`. */
  readonly attributes: readonly string[];
  readonly bytes: number | null;
}

export interface RunOptions extends SourceOptions {
  /** The calldata, if no function is named. */
  readonly calldata?: readonly FieldLike[] | undefined;
  /** A function that the source or artifact declares. */
  readonly function?: string | undefined;
  /** A function by its signature: `transfer((Field),u128)`, or in Noir's notation, with the return type. */
  readonly call?: string | undefined;
  /** One argument for each parameter of the function: numbers, booleans, strings, arrays, and objects for structs. */
  readonly args?: readonly unknown[] | undefined;
  /** The caller's address; 42 by default. */
  readonly sender?: FieldLike | undefined;
  /** The address of the program; 0x1234 by default. */
  readonly address?: FieldLike | undefined;
  /** Whether the call is static: it may change nothing. */
  readonly static?: boolean | undefined;
  /** The gas limits; 6,000,000 and 196,512 by default. */
  readonly gas?: { readonly l2?: number | undefined; readonly da?: number | undefined } | undefined;
  /** The values of GETENVVAR, by member. */
  readonly env?: Readonly<Record<string, FieldLike>> | undefined;
  /** The world before the call, which isn't changed; the outcome has the world after it. */
  readonly world?: World | undefined;
  /** Called with every step. */
  readonly onStep?: ((step: Step) => void) | undefined;
}

/** The state of a world. Keys are addresses, slots and indexes, as decimal or hexadecimal text. */
export interface World {
  readonly contracts?: Readonly<Record<string, ProgramLike | Contract>> | undefined;
  readonly storage?: Readonly<Record<string, Readonly<Record<string, FieldLike>>>> | undefined;
  /** The nullifiers, each siloed with its contract's address. */
  readonly nullifiers?: readonly FieldLike[] | undefined;
  readonly noteHashes?: Readonly<Record<string, FieldLike>> | undefined;
  readonly messages?: Readonly<Record<string, FieldLike>> | undefined;
  readonly env?: Readonly<Record<string, FieldLike>> | undefined;
}

/** A deployed program, with the values of GETCONTRACTINSTANCE. */
export interface Contract {
  readonly program: ProgramLike;
  readonly deployer?: FieldLike | undefined;
  readonly classId?: FieldLike | undefined;
  readonly initHash?: FieldLike | undefined;
  readonly immutablesHash?: FieldLike | undefined;
}

export interface Outcome {
  readonly target: Target;
  readonly outcome: "return" | "revert" | "halt";
  /** The fields that RETURN or REVERT handed back, at most 10,000 of them. */
  readonly returnData: readonly bigint[];
  /** The number of returned fields, also of those that `returnData` leaves out. */
  readonly returnDataSize: number;
  /** The returned value, decoded by its type; numbers are bigints. Absent if the type isn't known. */
  readonly result?: Value;
  readonly gas: { readonly l2: number; readonly da: number };
  /** Number of executed instructions. */
  readonly steps: number;
  readonly debugLogs: readonly DebugLog[];
  /** The reason and the place of a halt. */
  readonly halt?: Failure & { readonly code: string };
  /** The message and the place of a revert. The message is null if the data has none. */
  readonly revert?: FailurePlace & { readonly message: string | null };
  readonly effects: Effects;
  /** Writes that break the tag that a `.cell` of the source declares. */
  readonly warnings: readonly Diagnostic[];
  /** The world after the call, for the next call. */
  readonly world: World;
}

export type Value = bigint | boolean | string | readonly Value[] | { readonly [field: string]: Value };

export interface DebugLog {
  readonly level: number;
  readonly message: string;
  readonly fields: readonly bigint[];
  readonly file: string | null;
  readonly line: number | null;
}

export interface FailurePlace {
  /** Byte offset of the instruction. */
  readonly pc: number;
  readonly file: string | null;
  readonly line: number | null;
  readonly column: number | null;
  /** The calls that lead there, innermost first. */
  readonly stack: readonly StackFrame[];
}

export interface Failure extends FailurePlace {
  readonly message: string;
}

export interface StackFrame {
  /** The contract. */
  readonly address: bigint;
  /** The routine, or the function of an artifact. */
  readonly routine: string;
  readonly file: string | null;
  readonly line: number | null;
}

export interface Effects {
  readonly storage: readonly { readonly address: bigint; readonly slot: bigint; readonly value: bigint }[];
  readonly noteHashes: readonly { readonly address: bigint; readonly value: bigint }[];
  readonly nullifiers: readonly { readonly address: bigint; readonly value: bigint }[];
  readonly logs: readonly { readonly address: bigint; readonly fields: readonly bigint[] }[];
  readonly messages: readonly {
    readonly address: bigint;
    readonly recipient: bigint;
    readonly content: bigint;
  }[];
}

/** One executed instruction. */
export interface Step {
  readonly step: number;
  /** The number of the contract call; 0 is the outermost. */
  readonly call: number;
  readonly address: bigint;
  readonly pc: number;
  readonly opcode: string;
  readonly file: string | null;
  readonly line: number | null;
  /** The gas left before the instruction. */
  readonly gas: { readonly l2: number; readonly da: number };
  /** Each memory operand, with the content that it read or wrote. */
  readonly operands: readonly {
    readonly name: string;
    readonly address: number;
    readonly tag: string;
    readonly value: bigint;
  }[];
  /** The code of the halt, if the call halted here. */
  readonly halt?: string;
  readonly revert?: string;
}
