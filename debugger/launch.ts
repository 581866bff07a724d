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

type Kind = "a text" | "a text or a number" | "a list" | "an object" | "true or false";

/** The kinds of value that each key takes. */
const KINDS: Readonly<
  Record<Exclude<keyof LaunchArguments, keyof DebugProtocol.LaunchRequestArguments>, readonly Kind[]>
> = {
  program: ["a text"],
  calldata: ["a list", "a text or a number"],
  function: ["a text"],
  args: ["a list"],
  test: ["a text"],
  sender: ["a text or a number"],
  address: ["a text or a number"],
  static: ["true or false"],
  gas: ["a text or a number"],
  env: ["an object"],
  state: ["a text"],
  target: ["a text"],
  stopOnEntry: ["true or false"],
};

/**
 * The arguments without keys that say nothing: `null`, and `false` where it has no meaning, which some clients send for an empty value.
 * Throws a {@link LaunchError} if a value is of a kind that its key doesn't take.
 */
function checkedArguments(args: LaunchArguments): LaunchArguments {
  const checked: Record<string, unknown> = { ...args };
  for (const [key, kinds] of Object.entries(KINDS)) {
    const value = checked[key];
    if (value === undefined || value === null || (value === false && !kinds.includes("true or false")))
      delete checked[key];
    else if (!kinds.some((kind) => isOfKind(value, kind)))
      throw new LaunchError(`\`${key}\` takes ${kinds.join(" or ")}; found \`${JSON.stringify(value)}\``);
  }
  // One field.
  if (typeof checked.calldata === "number") checked.calldata = [checked.calldata];
  return checked as unknown as LaunchArguments;
}

function isOfKind(value: unknown, kind: Kind): boolean {
  switch (kind) {
    case "a text":
      return typeof value === "string";
    case "a text or a number":
      return typeof value === "string" || typeof value === "number";
    case "a list":
      return Array.isArray(value);
    case "an object":
      return typeof value === "object" && !Array.isArray(value);
    case "true or false":
      return typeof value === "boolean";
  }
}

export async function launch(
  args: LaunchArguments,
  files: Files,
): Promise<{ readonly run: DebuggedRun } & Pick<Prepared, "findMessages">> {
  const { record, findMessages } = await files.prepare(checkedArguments(args));
  return { run: new DebuggedRun(record()), findMessages };
}
