/** What the library takes and gives. Nothing here depends on the rest, so that these declarations are all of it. */

/** An instruction set: v6 is Aztec's mainnet. */
export type Target = "v6" | "v5" | "v4" | "v3" | "v2";

/** A number. As text also one that no double holds: decimal, `0x`, `0b`, with a sign; negative ones count from p down. */
export type FieldLike = bigint | number | string;

/** Source text as `assemble` takes it; bytecode; a contract artifact, parsed; or what `assemble` gave. */
export type ProgramLike = string | Uint8Array | Assembled | Artifact;

/** The JSON of a contract artifact: Aztec's, or one of `avmasm build --format artifact`. */
export interface Artifact {
  readonly functions: readonly unknown[];
}

export interface SourceOptions {
  /** What the source is called in diagnostics, and what included paths are relative to; `input.avm` by default. */
  readonly name?: string | undefined;
  /** For a source that names none, for bytecode, and in place of what an artifact says; v6 by default. */
  readonly target?: Target | undefined;
  /**
   * What `.include "path"` reads: texts by path, or a function that returns a text, or undefined if there is none. Paths
   * are those that lead there from the source's own name. `.include <std/…>` needs none of it.
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
  /** An `error` can't be assembled, or halts in every run; a `hint` is shown in editors alone. */
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
  /** It is what was meant, whatever that was; others are guesses. */
  readonly isCertain: boolean;
  readonly edits: readonly Edit[];
}

/** An empty range inserts. */
export interface Edit extends Range {
  readonly text: string;
}

export interface Assembled {
  readonly target: Target;
  /** Undefined if there are errors. */
  readonly bytecode: Uint8Array | undefined;
  readonly diagnostics: readonly Diagnostic[];
  /** Byte offsets of the labels of the files, local ones behind their global one. */
  readonly labels: Readonly<Record<string, number>>;
}

export interface CheckOptions extends SourceOptions {
  /** Report what only may halt as warnings, not as hints. */
  readonly strict?: boolean | undefined;
}

export interface Checked {
  readonly target: Target;
  /** What the assembler and the checker found, in the order of the text. */
  readonly diagnostics: readonly Diagnostic[];
}

export interface DisassembleOptions {
  readonly target?: Target | undefined;
  /** Of an artifact: a function with code of its own; by default what Aztec calls. */
  readonly function?: string | undefined;
  /** With the byte offset of every statement. */
  readonly pc?: boolean | undefined;
  /** With the bytes of every statement. */
  readonly bytes?: boolean | undefined;
  /** With the lines of Noir that the statements come from. */
  readonly source?: boolean | undefined;
}

/** What isn't known is null. */
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
  /** Where it runs, then such as `view`, `initializer`. */
  readonly attributes: readonly string[];
  readonly bytes: number | null;
}

export interface RunOptions extends SourceOptions {
  /** The fields that are passed, if no function is named. */
  readonly calldata?: readonly FieldLike[] | undefined;
  /** A function that the source or artifact declares. */
  readonly function?: string | undefined;
  /** A function by its signature: `transfer((Field),u128)`, or as Noir writes it, with what it returns. */
  readonly call?: string | undefined;
  /** One for each parameter of the function: numbers, booleans, texts, arrays, and objects for structs. */
  readonly args?: readonly unknown[] | undefined;
  /** 42 by default. */
  readonly sender?: FieldLike | undefined;
  /** Where the program is deployed; 0x1234 by default. */
  readonly address?: FieldLike | undefined;
  /** The call may change nothing. */
  readonly static?: boolean | undefined;
  /** 6,000,000 and 196,512 by default. */
  readonly gas?: { readonly l2?: number | undefined; readonly da?: number | undefined } | undefined;
  /** What GETENVVAR gives, by member. */
  readonly env?: Readonly<Record<string, FieldLike>> | undefined;
  /** What the program finds; the outcome has what it leaves. Neither is changed. */
  readonly world?: World | undefined;
  /** Called with every step. */
  readonly onStep?: ((step: Step) => void) | undefined;
}

/** What a program finds. By address, slot and index, as decimal or hexadecimal text. */
export interface World {
  readonly contracts?: Readonly<Record<string, ProgramLike | Contract>> | undefined;
  readonly storage?: Readonly<Record<string, Readonly<Record<string, FieldLike>>>> | undefined;
  /** Each siloed with its contract's address. */
  readonly nullifiers?: readonly FieldLike[] | undefined;
  readonly noteHashes?: Readonly<Record<string, FieldLike>> | undefined;
  readonly messages?: Readonly<Record<string, FieldLike>> | undefined;
  readonly env?: Readonly<Record<string, FieldLike>> | undefined;
}

/** A program with what GETCONTRACTINSTANCE gives. */
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
  readonly returnData: readonly bigint[];
  /** What the function returned, as its type has it: numbers are bigints. Absent if the type isn't known. */
  readonly result?: Value;
  readonly gas: { readonly l2: number; readonly da: number };
  /** Instructions that were executed. */
  readonly steps: number;
  readonly debugLogs: readonly DebugLog[];
  /** Why it halted, and where. */
  readonly halt?: Failure & { readonly code: string };
  /** Why it reverted, and where; the message is null if the data says none. */
  readonly revert?: FailurePlace & { readonly message: string | null };
  readonly effects: Effects;
  /** The world afterwards, for the next call. */
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
  readonly address: string;
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
  /** Which contract call it belongs to: 0 is the outermost. */
  readonly call: number;
  readonly address: bigint;
  readonly pc: number;
  readonly opcode: string;
  readonly file: string | null;
  readonly line: number | null;
  /** What is left before it. */
  readonly gas: { readonly l2: number; readonly da: number };
  /** Each memory operand: what it read, or what it wrote. */
  readonly operands: readonly {
    readonly name: string;
    readonly address: number;
    readonly tag: string;
    readonly value: bigint;
  }[];
  /** Set if the call ended here in an error. */
  readonly halt?: string;
  readonly revert?: string;
}
