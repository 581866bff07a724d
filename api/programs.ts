/** Prepares the programs that callers pass. */

import { isObject } from "../artifact/json.ts";
import { readArtifact } from "../artifact/artifact.ts";
import { readBytecode, type BytecodeInput } from "../artifact/input.ts";
import { assemble, labelOffsets, type Assembly } from "../assembler/assemble.ts";
import { hasErrors } from "../diagnostics/diagnostic.ts";
import { parseSource } from "../grammar/source-file.ts";
import { encode } from "../program/codec.ts";
import {
  runnableArtifact,
  runnableAssembly,
  runnableCode,
  type CodeChoice,
  type NotRunnable,
  type Runnable,
} from "../running/runnable.ts";
import { AssemblyError } from "./errors.ts";
import { typeName } from "./options.ts";
import { assembleOptions, DEFAULT_NAME, diagnosticsOf } from "./sources.ts";
import type { Assembled, Diagnostic, ProgramLike, SourceOptions, Target } from "./types.ts";

/** The result of `assemble`, with the assembly for later calls of the library. */
export class AssembledSource implements Assembled {
  readonly target: Target;
  readonly bytecode: Uint8Array | undefined;
  readonly diagnostics: readonly Diagnostic[];
  readonly #assembly: Assembly;
  readonly #name: string;

  constructor(source: string, options: SourceOptions) {
    this.#name = options.name ?? DEFAULT_NAME;
    this.#assembly = assemble(parseSource(this.#name, source), assembleOptions(options));
    const { program, diagnostics } = this.#assembly;
    this.target = program.set.target;
    this.bytecode = hasErrors(diagnostics) ? undefined : encode(program);
    this.diagnostics = diagnosticsOf(diagnostics);
  }

  get labels(): Readonly<Record<string, number>> {
    return labelOffsets(this.#assembly);
  }

  /** The assembly. Throws an {@link AssemblyError} if the source has errors. */
  get assembly(): Assembly {
    if (this.bytecode === undefined) throw new AssemblyError(this.diagnostics);
    return this.#assembly;
  }

  get runnable(): Runnable | NotRunnable {
    return runnableAssembly(this.assembly, this.#name);
  }
}

/** Reads bytecode or an artifact. */
export function readCode(value: Uint8Array | object): BytecodeInput | { readonly error: string } {
  // The bytes may be the content of an artifact file: no instruction begins with a brace.
  if (value instanceof Uint8Array) return readBytecode(value, value[0] !== OPEN_BRACE);
  const artifact = readArtifact(value);
  return "error" in artifact ? artifact : { kind: "artifact", artifact };
}

const OPEN_BRACE = 123;

/** Reads programs, each only once. */
export class ProgramReader {
  private readonly options: SourceOptions;
  private readonly choice: CodeChoice;
  private readonly known = new Map<unknown, Runnable | NotRunnable>();
  private readonly givenOf = new Map<Runnable, ProgramLike>();

  constructor(options: SourceOptions, choice: CodeChoice) {
    this.options = options;
    this.choice = choice;
  }

  /** Reads a program. Undefined if the value isn't a program. Throws an {@link AssemblyError} for a source with errors. */
  read(
    value: unknown,
    choice: CodeChoice = { target: this.choice.target },
  ): Runnable | NotRunnable | undefined {
    let runnable = this.known.get(value);
    if (!runnable) {
      runnable = this.make(value, choice);
      if (!runnable) return undefined;
      this.known.set(value, runnable);
      if (!("error" in runnable)) this.givenOf.set(runnable, value as ProgramLike);
    }
    return runnable;
  }

  /** Reads the program to call. Throws a TypeError if the value isn't a program, and the errors of {@link read}. */
  readMain(caller: string, value: unknown): Runnable | NotRunnable {
    const runnable = this.read(value, this.choice);
    if (runnable) return runnable;
    throw new TypeError(
      `${caller}: the program is source text, bytecode, an artifact, or what \`assemble\` gave; found ${typeName(value)}`,
    );
  }

  programOf(runnable: Runnable): ProgramLike {
    return this.givenOf.get(runnable)!;
  }

  private make(value: unknown, choice: CodeChoice): Runnable | NotRunnable | undefined {
    if (typeof value === "string") return new AssembledSource(value, this.options).runnable;
    if (value instanceof AssembledSource) return value.runnable;
    if (!(value instanceof Uint8Array) && !isObject(value)) return undefined;
    const input = readCode(value);
    if ("error" in input) return input;
    return input.kind === "code"
      ? runnableCode("bytecode", input.bytes, choice.target)
      : runnableArtifact(input.artifact.name, input.artifact, choice);
  }
}
