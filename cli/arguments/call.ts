/** Turns the options of `avmasm run` (calldata, sender, gas, world…) into a call. */

import { dirname, resolve } from "node:path";
import type { CallData } from "../../running/call-data.ts";
import {
  applySettings,
  calldataFor,
  type CallSettingsGiven,
  type SettingNames,
} from "../../running/call-settings.ts";
import type { Runnable } from "../../running/runnable.ts";
import type { Session } from "../../running/session.ts";
import { readWorld } from "../../running/world-file.ts";
import { CommandError, UsageError } from "../command.ts";
import type { Projects } from "./project.ts";
import { deployedReader } from "./runnable.ts";
import { readTextFile } from "./text-file.ts";

/** Names of the settings in messages. */
export const FLAGS: SettingNames = {
  calldata: "`--calldata`",
  call: "`--call`",
  function: "`--function`",
  args: "arguments after `--`",
  sender: "`--sender`",
  address: "`--address`",
  gas: "`--gas`",
  env: "`--env`",
};

/** The values of the options for a call. */
interface CallOptions extends Omit<CallSettingsGiven, "env"> {
  readonly env?: readonly string[] | undefined;
}

/** Reads the options and the arguments after `--`. Throws {@link UsageError}. */
export function settingsGiven(values: CallOptions, args: readonly string[]): CallSettingsGiven {
  const env = values.env?.flatMap((text) => text.split(",")).map(splitMember);
  return { ...values, env, args: { texts: args } };
}

function splitMember(text: string): [member: string, value: string] {
  const at = text.indexOf("=");
  if (at < 0)
    throw new UsageError(`\`--env\` takes a member and its value: \`--env SENDER=42\`; found \`${text}\``);
  return [text.slice(0, at), text.slice(at + 1)];
}

/** Encodes the calldata of the options. Throws {@link CommandError}. */
export function calldataOf(runnable: Runnable, given: CallSettingsGiven): CallData {
  const encoded = calldataFor(runnable, given, FLAGS);
  if (!("error" in encoded)) return encoded;
  if (encoded.isUsage) throw new UsageError(encoded.error);
  throw new CommandError(`\`${runnable.name}\`: ${encoded.error}`);
}

/** Applies the settings on the command line to a world. Throws {@link UsageError}. */
export function applyOptions(session: Session, given: CallSettingsGiven): void {
  const problem = applySettings(session, given, FLAGS);
  if (problem !== undefined) throw new UsageError(problem);
}

export async function readState(
  session: Session,
  file: string,
  projects: Projects,
  main: Runnable,
): Promise<void> {
  const text = await readTextFile(file);
  const project = await projects.of(file);
  const read = deployedReader({ name: file }, project, session.world.target);
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
