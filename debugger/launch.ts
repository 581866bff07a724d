/** A launch: its arguments, which are checked here, and the prepared run. */

import type { DebugProtocol } from "@vscode/debugprotocol";
import { runSlice, type Paused } from "../program/cooperative.ts";
import type { RunToDebug } from "./debugged-run.ts";
import type { SourceFiles } from "./sources.ts";

/** The keys of a launch configuration. package.json describes each of them. */
export interface LaunchArguments extends DebugProtocol.LaunchRequestArguments {
  /** The file to run: a source, bytecode or an artifact. */
  readonly program: string;
  /** Fields: numbers, or strings in the notation of `avmasm run --calldata`; or one string with commas. */
  readonly calldata?: readonly (string | number)[] | string;
  /** A function by its signature, such as `transfer((Field),u128)`. */
  readonly call?: string;
  /** A function of an artifact or of a source with `.function`. */
  readonly function?: string;
  /** The arguments of `call` or `function`. */
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
  readonly record: () => Paused<RunToDebug | NotRecorded>;
  /**
   * Finds messages for the console, such as the checker's errors, which don't prevent the run. It is called once, when the run has
   * stopped for the first time: the checker may take longer than the run.
   */
  readonly findMessages: () => Paused<readonly Message[]>;
}

/** Why there is no recording: a clause. */
interface NotRecorded {
  readonly error: string;
}

export interface Message {
  readonly text: string;
  readonly isError: boolean;
}

/** Messages that are known already. */
export function* knownMessages(messages: readonly Message[]): Paused<readonly Message[]> {
  yield;
  return messages;
}

/** Access to programs and worlds, and to the event loop. */
export interface Files extends SourceFiles {
  /** Lets other messages be read. */
  readonly pause: () => Promise<void>;
  /** The client has terminated the run; it may still want to disconnect. */
  readonly terminated?: () => void;
  /** The session has ended. */
  readonly disconnected?: () => void;
  /** Prepares the run. Throws a {@link LaunchError} if nothing can be run. */
  readonly prepare: (args: LaunchArguments) => Promise<Prepared>;
}

/** Thrown if nothing can be run. The message is for the user. */
export class LaunchError extends Error {}

/** Throws a {@link LaunchError} for an error. */
export function orRefuse<Result>(result: Result): Exclude<Result, { readonly error: string }> {
  if (typeof result === "object" && result !== null && "error" in result)
    throw new LaunchError(String(result.error));
  return result as Exclude<Result, { readonly error: string }>;
}

type Kind =
  | "a text"
  | "a text or a number"
  | "a list"
  | "a list of texts and numbers"
  | "an object of texts and numbers"
  | "true or false";

/** The kinds of value that each key takes. */
const KINDS: Readonly<
  Record<Exclude<keyof LaunchArguments, keyof DebugProtocol.LaunchRequestArguments>, readonly Kind[]>
> = {
  program: ["a text"],
  calldata: ["a list of texts and numbers", "a text or a number"],
  call: ["a text"],
  function: ["a text"],
  args: ["a list"],
  test: ["a text"],
  sender: ["a text or a number"],
  address: ["a text or a number"],
  static: ["true or false"],
  gas: ["a text or a number"],
  env: ["an object of texts and numbers"],
  state: ["a text"],
  target: ["a text"],
  stopOnEntry: ["true or false"],
};

/** Keys that define a call. They can't be combined with `test`, because a test contains its own calls. */
const CALL_KEYS = [
  ...["calldata", "call", "function", "args", "state"],
  ...["sender", "address", "static", "gas", "env"],
] as const;

/**
 * The arguments without keys that have no value. Some clients send `null` or, for a key that takes no boolean, `false` in place of a value.
 * Throws a {@link LaunchError} if a value is of a kind that its key doesn't take.
 */
export function checkedArguments(args: object): LaunchArguments {
  const checked: Record<string, unknown> = { ...args };
  for (const [key, kinds] of Object.entries(KINDS)) {
    const value = checked[key];
    if (value === undefined || value === null || (value === false && !kinds.includes("true or false")))
      delete checked[key];
    else if (!kinds.some((kind) => isOfKind(value, kind)))
      throw new LaunchError(`\`${key}\` takes ${kinds.join(" or ")}; found \`${shown(value)}\``);
  }
  if (checked.program === undefined || checked.program === "")
    throw new LaunchError("`program` names no file: it is what is debugged");
  // A number alone is a list of one field.
  if (typeof checked.calldata === "number") checked.calldata = [checked.calldata];
  const excluded = checked.test === undefined ? undefined : CALL_KEYS.find((key) => hasContent(checked[key]));
  if (excluded !== undefined)
    throw new LaunchError(`\`test\` and \`${excluded}\` exclude each other: a test contains its own call`);
  return checked as unknown as LaunchArguments;
}

/** False for an empty text, list or object, and for `false`. */
function hasContent(value: unknown): boolean {
  if (value === undefined || value === "" || value === false) return false;
  return typeof value !== "object" || Object.keys(value as object).length > 0;
}

function shown(value: unknown): string {
  const text = JSON.stringify(value);
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
}

function isOfKind(value: unknown, kind: Kind): boolean {
  const isGiven = (one: unknown): boolean => typeof one === "string" || typeof one === "number";
  const isObject = typeof value === "object" && value !== null && !Array.isArray(value);
  switch (kind) {
    case "a text":
      return typeof value === "string";
    case "a text or a number":
      return isGiven(value);
    case "a list":
      return Array.isArray(value);
    case "a list of texts and numbers":
      return Array.isArray(value) && value.every(isGiven);
    case "an object of texts and numbers":
      return isObject && Object.values(value).every(isGiven);
    case "true or false":
      return typeof value === "boolean";
  }
}

/** Does work in slices. The client's requests are answered between them. Undefined if the work was cancelled. */
export async function inSlices<Result>(
  work: Paused<Result>,
  pause: Files["pause"],
  isWanted: () => boolean,
): Promise<{ readonly result: Result } | undefined> {
  let ended = runSlice(work);
  while (!ended) {
    await pause();
    if (!isWanted()) return undefined;
    ended = runSlice(work);
  }
  return ended;
}
