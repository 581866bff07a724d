/** Reads the keys of a launch configuration that say what is run. Messages name the keys. */

import type { TestCase } from "../assembler/assemble.ts";
import { didYouMean, nearest } from "../diagnostics/suggest.ts";
import { parseTarget } from "../isa/instruction-set.ts";
import { TARGETS, type TargetName } from "../isa/table.ts";
import type { CallSettingsGiven, SettingNames } from "./call-settings.ts";
import type { Runnable } from "./runnable.ts";

/** The keys as messages call them. */
export const KEYS: SettingNames = {
  calldata: "`calldata`",
  call: "`call`",
  function: "`function`",
  args: "`args`",
  sender: "`sender`",
  address: "`address`",
  gas: "`gas`",
  env: "`env`",
};

interface LaunchKeys extends Omit<CallSettingsGiven, "args" | "env"> {
  readonly args?: readonly unknown[];
  readonly env?: Readonly<Record<string, string | number>>;
}

/** How the configuration calls the program. */
export function settingsOf({ args, env, ...rest }: LaunchKeys): CallSettingsGiven {
  return { ...rest, ...(args && { args: { mixed: args } }), ...(env && { env: Object.entries(env) }) };
}

/** The target that `target` names; undefined if there is none. */
export function targetOf(text: string | undefined): TargetName | undefined | { readonly error: string } {
  const target = text === undefined ? undefined : parseTarget(text);
  if (text === undefined || target) return target;
  return { error: `\`target\`: there is no target \`${text}\`; the targets are ${TARGETS.join(", ")}` };
}

/** The test that `test` names. */
export function testOf({ name, assembly }: Runnable, wanted: string): TestCase | { readonly error: string } {
  const tests = assembly?.tests ?? [];
  const found = tests.find((test) => test.name === wanted);
  if (found) return found;
  const names = tests.map((test) => test.name);
  return { error: `\`test\`: \`${name}\` has no test \`${wanted}\`${didYouMean(nearest(wanted, names))}` };
}
