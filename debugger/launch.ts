/** From the arguments of a launch to a run that is recorded to its end. */

import type { DebugProtocol } from "@vscode/debugprotocol";
import type { Assembly } from "../assembler/assemble.ts";
import type { Code } from "../machine/code.ts";
import { CodeView } from "./code-view.ts";
import { DebuggedRun } from "./debugged-run.ts";
import type { Recording } from "../machine/recording.ts";
import type { PathOf } from "./sources.ts";

/** What a launch configuration says; package.json describes each. */
export interface LaunchArguments extends DebugProtocol.LaunchRequestArguments {
  /** A source, bytecode or an artifact. */
  readonly program: string;
  /** Fields: numbers, or texts as `avmasm run --calldata` takes them; or one text with commas. */
  readonly calldata?: readonly (string | number)[] | string;
  /** A function of an artifact or of a source with `.function`. */
  readonly function?: string;
  /** Its arguments. */
  readonly args?: readonly unknown[];
  /** The name of a test in the program. */
  readonly test?: string;
  readonly sender?: string | number;
  readonly address?: string | number;
  readonly static?: boolean;
  /** `L2` or `L2,DA`. */
  readonly gas?: string | number;
  readonly env?: Readonly<Record<string, string | number>>;
  /** A world in JSON. */
  readonly state?: string;
  readonly target?: string;
  readonly stopOnEntry?: boolean;
}

/** What is going to run. */
export interface Prepared {
  /** Runs it to its end. */
  readonly record: () => {
    readonly recording: Recording;
    /** The sources of the contracts, by their code. */
    readonly sources: readonly (readonly [Code, Assembly])[];
    /** Members of GETENVVAR that are the same throughout, by name. */
    readonly environment: readonly (readonly [string, bigint])[];
    /** How it ended. */
    readonly summary: readonly Message[];
  };
  /** Such as the checker's errors, which don't stop a run. */
  readonly messages: readonly Message[];
}

export interface Message {
  readonly text: string;
  readonly isError: boolean;
}

/** Where programs and worlds come from. */
export interface Files {
  /** Throws a {@link LaunchError} if there is nothing to run. */
  readonly prepare: (args: LaunchArguments) => Promise<Prepared>;
  readonly pathOf: PathOf;
}

/** Why nothing is run: sentences for the user. */
export class LaunchError extends Error {}

export async function launch(
  args: LaunchArguments,
  files: Files,
): Promise<{ readonly run: DebuggedRun; readonly messages: readonly Message[] }> {
  const { record, messages } = await files.prepare(args);
  const { recording, sources, environment, summary } = record();
  const views = sources.map(([code, assembly]) => [code, new CodeView(assembly)] as const);
  return { run: new DebuggedRun({ recording, views, environment, summary }), messages };
}
