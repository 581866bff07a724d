/** Turns the options of `avmasm run` (calldata, sender, gas, world…) into a call. */

import { dirname, resolve } from "node:path";
import { callByName, callBySignature, type CallData } from "../../running/call-data.ts";
import { setEnvironment } from "../../running/environment.ts";
import type { Runnable } from "../../running/runnable.ts";
import type { Session } from "../../running/session.ts";
import { parseField, parseInteger } from "../../running/values.ts";
import { readWorld } from "../../running/world-file.ts";
import { CommandError, UsageError } from "../command.ts";
import { decodeText } from "../files/decode.ts";
import { readInput } from "../files/input.ts";
import type { Projects } from "./project.ts";
import { neighbourReader } from "./runnable.ts";

/** Encodes the calldata that the options ask for. Throws {@link CommandError}. */
export function askedFor(
  runnable: Runnable,
  {
    calldata,
    call,
    function: name,
  }: { calldata?: string | undefined; call?: string | undefined; function?: string | undefined },
  args: readonly string[],
): CallData {
  if (call === undefined && name === undefined) {
    if (args.length > 0) {
      throw new UsageError(
        "arguments behind `--` need `--call` or `--function`; fields are given with `--calldata`",
      );
    }
    return { calldata: calldata === undefined ? [] : fieldsOf("--calldata", calldata), returns: undefined };
  }
  const texts = { texts: args };
  const asked =
    call === undefined ? callByName(runnable, name!, texts) : callBySignature(runnable, call, texts);
  if (!("error" in asked)) return asked;
  if (asked.isUsage) throw new UsageError(asked.error);
  throw new CommandError(`\`${runnable.name}\`: ${asked.error}`);
}

function fieldsOf(option: string, text: string): bigint[] {
  return text.split(",").map((part) => fieldOf(option, part));
}

function fieldOf(option: string, text: string): bigint {
  const field = parseField(text);
  if (typeof field === "bigint") return field;
  throw new UsageError(`\`${option}\`: ${field.error}`);
}

/** Applies the settings on the command line to a world. They override those in the world's file. */
export function applySettings(
  { world, settings }: Session,
  values: {
    sender?: string | undefined;
    address?: string | undefined;
    gas?: string | undefined;
    env?: readonly string[] | undefined;
  },
): void {
  for (const given of values.env?.flatMap((text) => text.split(",")) ?? []) {
    const [name, text] = splitOnce(given, "=");
    if (text === undefined)
      throw new UsageError(`\`--env\` takes a member and its value: \`--env SENDER=42\`; found \`${given}\``);
    const value = parseInteger(text);
    if (value === undefined) throw new UsageError(`\`--env ${name}\`: \`${text}\` is not a number`);
    const problem = setEnvironment(world, settings, name, value);
    if (problem !== undefined) throw new UsageError(`\`--env\`: ${problem}`);
  }
  if (values.sender !== undefined) settings.sender = fieldOf("--sender", values.sender);
  if (values.address !== undefined) settings.address = fieldOf("--address", values.address);
  if (values.gas !== undefined) settings.gas = gasOf(values.gas, settings.gas);
}

const MAX_GAS = 0xffff_ffffn;

function gasOf(text: string, known: { l2: number; da: number }): { l2: number; da: number } {
  const parts = text.split(",").map((part) => parseInteger(part));
  if (parts.length > 2 || parts.some((part) => part === undefined || part < 0n || part > MAX_GAS)) {
    throw new UsageError(
      `\`--gas\` takes one limit or two, from 0 to ${MAX_GAS}: \`--gas 6000000,196512\`; found \`${text}\``,
    );
  }
  const [l2, da] = parts as bigint[];
  return { l2: Number(l2), da: parts.length > 1 ? Number(da) : known.da };
}

function splitOnce(text: string, separator: string): [string, string | undefined] {
  const at = text.indexOf(separator);
  return at < 0 ? [text, undefined] : [text.slice(0, at), text.slice(at + 1)];
}

export async function readState(
  session: Session,
  file: string,
  projects: Projects,
  main: Runnable,
): Promise<void> {
  const bytes = await readInput(file);
  const text = "error" in bytes ? bytes : decodeText(bytes);
  if (typeof text !== "string") throw new CommandError(`\`${file}\` can't be read: ${text.error}`);
  const project = await projects.of(file);
  const read = neighbourReader(file, project, session.world.target);
  const problems = readWorld(text, session, {
    described: "the path of a program",
    read: (path) => {
      if (typeof path !== "string") return undefined;
      return isSame(resolve(dirname(file), path), main.name) ? main : read(path, file);
    },
  });
  if (problems.length > 0) throw new CommandError(`\`${file}\`: ${problems.join("; ")}`);
}

function isSame(path: string, name: string): boolean {
  return resolve(name) === path;
}

export function isDeployed(session: Session, runnable: Runnable): boolean {
  return session.placesAt(session.settings.address)?.runnable === runnable;
}
