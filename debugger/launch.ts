/** The types of a launch: its arguments, and the prepared run. */

import type { DebugProtocol } from "@vscode/debugprotocol";
import type { Code } from "../machine/code.ts";
import { DebuggedRun, type KnownProgram } from "./debugged-run.ts";
import type { Recording } from "../machine/recording.ts";
import type { SourceFiles } from "./sources.ts";

/** The keys of a launch configuration. package.json describes each of them. */
export interface LaunchArguments extends DebugProtocol.LaunchRequestArguments {
  /** The file to run: a source, bytecode or an artifact. */
  readonly program: string;
  /** Fields: numbers, or strings in the notation of `avmasm run --calldata`; or one string with commas. */
  readonly calldata?: readonly (string | number)[] | string;
  /** A function of an artifact or of a source with `.function`. */
  readonly function?: string;
  /** The arguments of `function`. */
  readonly args?: readonly unknown[];
  /** The name of a test in the program. */
  readonly test?: string;
  readonly sender?: string | number;
  readonly address?: string | number;
  readonly static?: boolean;
  /** `L2` or `L2,DA`. */
  readonly gas?: string | number;
  readonly env?: Readonly<Record<string, string | number>>;
  /** The path of a world in JSON. */
  readonly state?: string;
  readonly target?: string;
  readonly stopOnEntry?: boolean;
}

/** A prepared run. */
export interface Prepared {
  /** Runs to the end and returns the recording. */
  readonly record: () => {
    readonly recording: Recording;
    /** What is known of each contract, with its code. */
    readonly programs: readonly (readonly [Code, KnownProgram])[];
    /** Members of GETENVVAR that are the same for the whole run, by name. */
    readonly environment: readonly (readonly [string, bigint])[];
    /** The outcome, for the console. */
    readonly summary: readonly Message[];
  };
  /**
   * Finds messages for the console, such as the checker's errors, which don't prevent the run. It is called once, when the run has
   * stopped for the first time: the checker may take longer than the run.
   */
  readonly findMessages: () => Promise<readonly Message[]>;
}

export interface Message {
  readonly text: string;
  readonly isError: boolean;
}

/** Access to programs and worlds. */
export interface Files extends SourceFiles {
  /** Prepares the run. Throws a {@link LaunchError} if nothing can be run. */
  readonly prepare: (args: LaunchArguments) => Promise<Prepared>;
}

/** Thrown if nothing can be run. The message is for the user. */
export class LaunchError extends Error {}

export async function launch(
  args: LaunchArguments,
  files: Files,
): Promise<{ readonly run: DebuggedRun } & Pick<Prepared, "findMessages">> {
  const { record, findMessages } = await files.prepare(args);
  return { run: new DebuggedRun(record()), findMessages };
}
