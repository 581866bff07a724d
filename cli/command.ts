/** Defines the type of a command, parses its arguments and prints its help. */

import { parseArgs } from "node:util";
import { didYouMean, nearest } from "../diagnostics/suggest.ts";

/** 0: success. 1: errors were reported. 2: wrong usage, or a file that can't be read or written. 70: a bug of the tool. */
export type ExitStatus = 0 | 1 | 2 | 70;

/** An option without a value. */
export interface Flag {
  readonly type: "boolean";
  readonly short?: string;
  /** True if the command refuses to run without it. */
  readonly required?: true;
  /** One phrase for the help. */
  readonly summary: string;
}

/** An option with a value. */
export interface ValueOption {
  readonly type: "string";
  readonly short?: string;
  /** The placeholder of the value in the help, such as `FILE`. Absent if there are choices. */
  readonly value?: string;
  /** The allowed values. */
  readonly choices?: readonly string[];
  /** True if the option may be repeated. */
  readonly multiple?: true;
  /** True if the command refuses to run without it. */
  readonly required?: true;
  readonly summary: string;
}

/** The options of a command, by long name. */
export type Options = Readonly<Record<string, Flag | ValueOption>>;

/** The parsed values of options. */
export type Values<O extends Options> = {
  readonly [Name in keyof O]: O[Name] extends { readonly type: "boolean" }
    ? boolean
    : O[Name] extends { readonly multiple: true }
      ? readonly string[] | undefined
      : O[Name] extends { readonly choices: readonly (infer Choice)[] }
        ? Choice | undefined
        : string | undefined;
};

export interface Command<O extends Options = Options> {
  /** Paragraphs for the help, each without line breaks. */
  readonly description: readonly string[];
  /** The positional arguments: their placeholder in the help, and how many there may be. */
  readonly operands: { readonly name: string; readonly min: number; readonly max: number };
  readonly options: O;
  /** The placeholder in the help for the arguments after `--`. If absent, arguments after `--` are operands too. */
  readonly rest?: string;
  /** Tells how operands beyond the last one were likely meant; undefined if that isn't known. */
  readonly adviceOnExtra?: (
    extra: readonly string[],
    values: Readonly<Record<string, unknown>>,
  ) => string | undefined;
  /** Runs the command. Throws only {@link CommandError}. */
  run(operands: readonly string[], values: Values<O>, rest: readonly string[]): Promise<ExitStatus>;
}

/** Defines a command; the types of its option values follow from `options`. */
export function defineCommand<const O extends Options>(command: Command<O>): Command {
  return command;
}

/** Ends a command with status 2 after printing the message. */
export class CommandError extends Error {}

/** The error for a file that can't be read. */
export function unreadable({ name }: { readonly name: string }, reason: string): CommandError {
  return new CommandError(`\`${name}\` can't be read: ${reason}`);
}

/** The result of reading a file. Throws {@link unreadable} for an error. */
export function orUnreadable<Result extends object>(
  file: { readonly name: string },
  result: Result,
): Exclude<Result, { readonly error: string }> {
  if ("error" in result) throw unreadable(file, String(result.error));
  return result as Exclude<Result, { readonly error: string }>;
}

/** A {@link CommandError} after which the user is pointed at the command's help. */
export class UsageError extends CommandError {}

/** Parses an argument list into options and operands. Throws {@link UsageError}. */
export function readArguments<O extends Options>(
  command: Command<O>,
  args: readonly string[],
): { operands: readonly string[]; values: Values<O>; rest: readonly string[]; help: boolean } {
  const options: Options = { ...command.options, help: HELP };
  // `parseArgs` in strict mode gives no suggestions, so this function checks the tokens itself.
  const end = command.rest === undefined ? -1 : args.indexOf("--");
  const rest = end < 0 ? [] : args.slice(end + 1);
  const { tokens } = parseArgs({
    args: end < 0 ? [...args] : args.slice(0, end),
    options: Object.fromEntries(
      Object.entries(options).map(([name, { type, short }]) => [name, short ? { type, short } : { type }]),
    ),
    strict: false,
    allowPositionals: true,
    tokens: true,
  });
  const operands: string[] = [];
  const values: Record<string, string | boolean | string[]> = {};
  for (const token of tokens) {
    if (token.kind === "positional") operands.push(token.value);
    if (token.kind !== "option") continue;
    const { name, rawName, value, inlineValue } = token;
    const option = Object.hasOwn(options, name) ? options[name] : undefined;
    if (!option) throw new UsageError(`there is no option \`${rawName}\`${suggestOption(rawName, options)}`);
    if (option.type === "string" && option.multiple) {
      const given = (values[name] ??= []) as string[];
      given.push(checkValue(rawName, option, value, inlineValue === true));
      continue;
    }
    if (Object.hasOwn(values, name)) throw new UsageError(`\`${rawName}\` is given twice`);
    if (option.type === "boolean") {
      if (inlineValue) throw new UsageError(`\`${rawName}\` takes no value`);
      values[name] = true;
    } else values[name] = checkValue(rawName, option, value, inlineValue === true);
  }
  const help = values.help === true;
  if (!help) checkCount(command, operands, values);
  for (const [name, { type }] of Object.entries(options)) if (type === "boolean") values[name] ??= false;
  return { operands, values: values as Values<O>, rest, help };
}

const HELP = { type: "boolean", short: "h", summary: "print this" } as const;

function checkValue(
  rawName: string,
  { choices, value: placeholder }: ValueOption,
  value: string | undefined,
  inline: boolean,
): string {
  const wanted = choices
    ? `one of ${choices.join(", ")}`
    : `a value: \`${rawName} ${placeholder ?? "VALUE"}\``;
  if (value === undefined || value === "") throw new UsageError(`\`${rawName}\` needs ${wanted}`);
  // In `-o --format` the value of `-o` is missing. A file of that name is written `./--format`.
  if (!inline && value.startsWith("-") && value !== "-" && !/^-[0-9]/.test(value))
    throw new UsageError(`\`${rawName}\` needs ${wanted}; found \`${value}\``);
  const choice = choices?.find((one) => one.toLowerCase() === value.toLowerCase());
  if (choice !== undefined) return choice;
  if (choices) {
    throw new UsageError(
      `\`${rawName}\` takes ${wanted}; found \`${value}\`${didYouMean(nearest(value, choices))}`,
    );
  }
  return value;
}

function checkCount(
  { operands: { name, min, max }, adviceOnExtra }: Command,
  operands: readonly string[],
  values: Readonly<Record<string, unknown>>,
): void {
  if (operands.length < min) throw new UsageError(`${name} is missing`);
  if (operands.length <= max) return;
  const extra = operands.slice(max);
  if (max === 0) throw new UsageError(`\`${extra[0]}\`: nothing was expected here`);
  const advice = adviceOnExtra?.(extra, values);
  throw new UsageError(
    `\`${extra[0]}\`: only one ${name} can be given${advice === undefined ? "" : `; ${advice}`}`,
  );
}

function suggestOption(rawName: string, options: Options): string {
  const names = Object.keys(options).map((name) => `--${name}`);
  return didYouMean(rawName.startsWith("--") ? nearest(rawName, names) : undefined);
}

/** Renders the help of a command. */
export function describeCommand(name: string, command: Command): string {
  const options = Object.entries<Flag | ValueOption>({ ...command.options, help: HELP });
  const left = options.map(([long, option]) => {
    const short = option.short ? `-${option.short}, ` : "    ";
    return `${short}--${long}${placeholder(option, " ")}`;
  });
  const width = Math.max(...left.map(({ length }) => length)) + 2;
  const lines = options.map(([, { summary }], index) => `  ${left[index].padEnd(width)}${summary}`);
  return [
    `Usage: ${describeUsage(name, command)}`,
    "",
    ...command.description.flatMap((paragraph) => [...wrap(paragraph, 88), ""]),
    "Options:",
    ...lines,
    "",
  ].join("\n");
}

/** Renders the usage line of a command. */
export function describeUsage(name: string, { operands, options, rest }: Command): string {
  const { name: operand, min, max } = operands;
  const repeated = max > Math.max(min, 1) ? `${operand}...` : operand;
  const parts = max === 0 ? [] : [min === 0 ? `[${repeated}]` : repeated];
  for (const [long, option] of Object.entries(options)) {
    const more = option.type === "string" && option.multiple ? "..." : "";
    const part = `${option.short ? `-${option.short}` : `--${long}`}${placeholder(option, " ")}`;
    parts.push(option.required ? part : `[${part}]${more}`);
  }
  if (rest !== undefined) parts.push(`[-- ${rest}]`);
  return ["avmasm", name, ...parts].join(" ");
}

function placeholder(option: Flag | ValueOption, separator: string): string {
  if (option.type === "boolean") return "";
  return separator + (option.choices?.join("|") ?? option.value ?? "VALUE");
}

/** Breaks a paragraph between words. */
export function wrap(paragraph: string, width: number): string[] {
  const lines: string[] = [];
  for (const word of paragraph.split(" ")) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= width)
      lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines;
}
