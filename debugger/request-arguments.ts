/** Checks the arguments of requests, which may come from any client: what each needs, and of which kind every value is. */

import { isObject } from "../artifact/json.ts";

type Kind =
  "a whole number" | "a count" | "a text" | "true or false" | "an object" | "a list of texts" | Entries;

/** A list of objects, each with this text or number. */
type Entries = `a list of objects with \`${string}\``;

type Kinds = Readonly<Record<string, Kind>>;

/** Arguments without which a request can't be answered, by its command. */
const NEEDED: Readonly<Record<string, Kinds>> = {
  scopes: { frameId: "a whole number" },
  variables: { variablesReference: "a whole number" },
  evaluate: { expression: "a text" },
  completions: { text: "a text", column: "a whole number" },
  readMemory: { memoryReference: "a text", count: "a count" },
  disassemble: { memoryReference: "a text", instructionCount: "a count" },
  setBreakpoints: { source: "an object" },
  setFunctionBreakpoints: { breakpoints: "a list of objects with `name`" },
  setInstructionBreakpoints: { breakpoints: "a list of objects with `instructionReference`" },
  setExceptionBreakpoints: { filters: "a list of texts" },
  breakpointLocations: { source: "an object", line: "a whole number" },
  dataBreakpointInfo: { name: "a text" },
  setDataBreakpoints: { breakpoints: "a list of objects with `dataId`" },
  "avm/goToStep": { step: "a whole number" },
};

const STEP: Kinds = { threadId: "a whole number", granularity: "a text", singleThread: "true or false" };

/** Arguments that may be absent or null, by the command of their request. */
const OPTIONAL: typeof NEEDED = {
  initialize: { linesStartAt1: "true or false", columnsStartAt1: "true or false", pathFormat: "a text" },
  launch: { noDebug: "true or false" },
  restart: { arguments: "an object" },
  continue: STEP,
  reverseContinue: STEP,
  next: STEP,
  stepIn: STEP,
  stepOut: STEP,
  stepBack: STEP,
  pause: STEP,
  exceptionInfo: STEP,
  stackTrace: { threadId: "a whole number", startFrame: "a count", levels: "a count", format: "an object" },
  variables: { start: "a count", count: "a count", filter: "a text", format: "an object" },
  evaluate: { frameId: "a whole number", context: "a text", format: "an object" },
  completions: { frameId: "a whole number" },
  source: { sourceReference: "a whole number", source: "an object" },
  readMemory: { offset: "a whole number" },
  disassemble: { offset: "a whole number", instructionOffset: "a whole number" },
  breakpointLocations: { column: "a count", endLine: "a whole number", endColumn: "a count" },
  setBreakpoints: { breakpoints: "a list of objects with `line`" },
  dataBreakpointInfo: { variablesReference: "a whole number", frameId: "a whole number" },
  "avm/memory": { frameId: "a whole number" },
};

const CONDITIONS: Kinds = { condition: "a text", hitCondition: "a text", logMessage: "a text" };

/** Optional properties of the objects in an argument, by the name of the argument. */
const INSIDE: Readonly<Record<string, Kinds>> = {
  breakpoints: { ...CONDITIONS, column: "a count", offset: "a whole number", accessType: "a text" },
  source: { path: "a text", name: "a text", sourceReference: "a whole number" },
  format: { hex: "true or false" },
};

/** Values that are names, by the argument that takes one of them. */
const NAMES: Readonly<Record<string, readonly string[]>> = {
  granularity: ["statement", "line", "instruction"],
  accessType: ["read", "write", "readWrite"],
};

export type CheckedArguments =
  { readonly args: Readonly<Record<string, unknown>> } | { readonly error: string };

/** The arguments without those that are null; or a clause that says which one is missing or wrong. */
export function checkRequest(command: string, given: unknown): CheckedArguments {
  // A session can be ended whatever is sent with that.
  if (command === "terminate" || command === "disconnect") return { args: {} };
  if (given !== undefined && given !== null && !isObject(given))
    return { error: `the arguments of \`${command}\` are no object` };
  const args = withoutNulls(given ?? {}, command === "launch" || command === "restart");
  const needed = kindsOf(NEEDED, command);
  for (const [name, kind] of Object.entries(needed))
    if (!isOf(args[name], kind)) return { error: `\`${command}\` needs \`${name}\`, ${kind}` };
  const optional = kindsOf(OPTIONAL, command);
  const wrong =
    wrongIn(args, optional, "") ??
    Object.keys({ ...needed, ...optional })
      .flatMap((name) => objectsIn(name, args[name]))
      .map(([path, inner, kinds]) => wrongIn(inner, kinds, `${path}.`))
      .find((found) => found !== undefined);
  return wrong === undefined ? { args } : { error: `${wrong[0]} of \`${command}\` is ${wrong[1]}` };
}

function kindsOf(table: typeof NEEDED, command: string): Kinds {
  return Object.hasOwn(table, command) ? table[command] : {};
}

/** Null stands for an absent argument in some clients. A launch configuration is looked at later. */
function withoutNulls(given: object, isLaunch: boolean): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(given)
      .filter(([, value]) => value !== null || isLaunch)
      .map(([name, value]) => [name, Array.isArray(value) ? value.map(inner) : inner(value)]),
  );
  function inner(value: unknown): unknown {
    return isObject(value) && !isLaunch ? withoutNulls(value, false) : value;
  }
}

/** The first value of a wrong kind: its path, and the end of a sentence that says which kind it should be, such as `no text`. */
function wrongIn(
  values: Readonly<Record<string, unknown>>,
  kinds: Kinds,
  path: string,
): readonly [path: string, isNot: string] | undefined {
  for (const [name, kind] of Object.entries(kinds)) {
    const value = values[name];
    if (value === undefined || value === null) continue;
    if (!isOf(value, kind)) return [`\`${path}${name}\``, negated(kind)];
    const names = NAMES[name] as readonly string[] | undefined;
    if (names && !names.includes(value as string))
      return [`\`${path}${name}\``, `none of ${names.join(", ")}`];
  }
  return undefined;
}

function negated(kind: Kind): string {
  return kind === "true or false" ? "neither true nor false" : `no ${kind.replace(/^an? /, "")}`;
}

/** The objects in an argument, each with its path and the kinds of its values. */
function objectsIn(
  name: string,
  value: unknown,
): readonly (readonly [path: string, object: Readonly<Record<string, unknown>>, kinds: Kinds])[] {
  const kinds = Object.hasOwn(INSIDE, name) ? INSIDE[name] : undefined;
  if (!kinds) return [];
  if (isObject(value)) return [[name, value, kinds]];
  return Array.isArray(value) ? value.map((one, index) => [`${name}[${index}]`, one, kinds]) : [];
}

function isOf(value: unknown, kind: Kind): boolean {
  switch (kind) {
    case "a whole number":
      return Number.isSafeInteger(value);
    case "a count":
      return Number.isSafeInteger(value) && (value as number) >= 0;
    case "a text":
      return typeof value === "string";
    case "true or false":
      return typeof value === "boolean";
    case "an object":
      return isObject(value);
    case "a list of texts":
      return Array.isArray(value) && value.every((one) => typeof one === "string");
    default: {
      const [, key] = kind.split("`");
      const inner = key === "line" ? "a whole number" : "a text";
      return Array.isArray(value) && value.every((one) => isObject(one) && isOf(one[key], inner));
    }
  }
}
