/** What a launch configuration says of the call, read; whoever prepares a launch adds the code. */

import { parseNumber } from "../assembler/expressions/literals.ts";
import { didYouMean, nearest } from "../diagnostics/suggest.ts";
import { parseTarget } from "../isa/instruction-set.ts";
import { TARGETS, type TargetName } from "../isa/table.ts";
import { FIELD_MODULUS } from "../isa/tags.ts";
import type { Call } from "../machine/machine.ts";
import { World, refusalOf, type Environment } from "../machine/world.ts";
import { LaunchError, type LaunchArguments } from "./launch.ts";

/** The world that a program of a target runs in. Throws a {@link LaunchError}. */
export function worldOf({ env = {} }: LaunchArguments, target: TargetName): World {
  const refusal = refusalOf(target);
  if (refusal !== undefined) throw new LaunchError(refusal);
  return new World({ target, environment: environmentOf(env) });
}

/** The call without its code. Throws a {@link LaunchError}. */
export function callOf(args: LaunchArguments): Omit<Call, "code"> {
  const gas = gasOf(args.gas);
  return {
    calldata: calldataOf(args.calldata ?? []),
    isStatic: args.static ?? false,
    ...(args.sender !== undefined && { sender: fieldOf("sender", args.sender) }),
    ...(args.address !== undefined && { address: fieldOf("address", args.address) }),
    ...(gas && { gas }),
  };
}

/** Throws a {@link LaunchError} if a target is asked for that there isn't. */
export function targetOf({ target }: LaunchArguments): TargetName | undefined {
  const named = target === undefined ? undefined : parseTarget(target);
  if (target !== undefined && !named)
    throw new LaunchError(`there is no target \`${target}\`; the targets are ${TARGETS.join(", ")}`);
  return named;
}

function environmentOf(given: Readonly<Record<string, string | number>>): Partial<Environment> {
  const known = Object.keys(new World().environment);
  return Object.fromEntries(
    Object.entries(given).map(([name, value]) => {
      const member = name.toUpperCase();
      if (!known.includes(member)) {
        const suggestion = didYouMean(nearest(member, known));
        throw new LaunchError(`\`env\`: there is no \`${name}\` to set${suggestion}`);
      }
      return [member, fieldOf(name, value)];
    }),
  );
}

function calldataOf(given: NonNullable<LaunchArguments["calldata"]>): bigint[] {
  const values = typeof given === "string" ? given.split(",").filter((part) => part.trim() !== "") : given;
  return values.map((value) => fieldOf("calldata", value));
}

/** A number as text or JSON has it; negative ones count from the field's modulus. */
function fieldOf(what: string, value: string | number): bigint {
  const text = String(value).trim();
  const isNegative = text.startsWith("-");
  const number = parseNumber(isNegative ? text.slice(1) : text);
  if (typeof number !== "bigint") throw new LaunchError(`\`${what}\`: \`${text}\` is not a number`);
  if (number >= FIELD_MODULUS) throw new LaunchError(`\`${what}\`: \`${text}\` is no field: it is too large`);
  return isNegative && number > 0n ? FIELD_MODULUS - number : number;
}

function gasOf(given: LaunchArguments["gas"]): { l2?: number; da?: number } | undefined {
  if (given === undefined) return undefined;
  const found = /^(\d{1,10})(?:,(\d{1,10}))?$/.exec(String(given).replaceAll(/[\s_]/g, ""));
  if (!found) throw new LaunchError(`\`gas\`: \`${given}\` is neither L2 nor L2,DA gas`);
  return { l2: Number(found[1]), ...(found[2] && { da: Number(found[2]) }) };
}
