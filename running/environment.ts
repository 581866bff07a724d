/** Sets the environment of a call and a world: the members of GETENVVAR, by name. */

import { didYouMean, nearest } from "../diagnostics/suggest.ts";
import { instructionSet, environmentOperand } from "../isa/instruction-set.ts";
import type { TargetName } from "../isa/table.ts";
import { FIELD_MODULUS, tagLimit } from "../isa/tags.ts";
import type { EnumMember } from "../isa/types.ts";
import { DEFAULT_ADDRESS, DEFAULT_SENDER } from "../machine/machine.ts";
import { DEFAULT_GAS } from "../machine/limits.ts";
import type { Environment, World } from "../machine/world.ts";

/** Settings of the calls from a transaction. */
export interface CallSettings {
  address: bigint;
  sender: bigint;
  gas: { l2: number; da: number };
}

export function defaultSettings(): CallSettings {
  return { address: DEFAULT_ADDRESS, sender: DEFAULT_SENDER, gas: { ...DEFAULT_GAS } };
}

/** The members of GETENVVAR. */
function membersOf(target: TargetName): readonly EnumMember[] {
  return environmentOperand(instructionSet(target))?.members ?? [];
}

/** Sets a member for the calls that follow. Returns an error as a clause if that isn't possible. */
export function setEnvironment(
  world: World,
  settings: CallSettings,
  name: string,
  value: bigint,
): string | undefined {
  const members = membersOf(world.target);
  const upper = name.toUpperCase();
  const member = members.find((one) => one.name === upper || one.aliases?.includes(upper));
  if (!member) {
    const names = members.map((one) => one.name);
    return `there is no \`${name}\` in the environment${didYouMean(nearest(name, names))}`;
  }
  const tag = typeof member.tag === "string" ? member.tag : member.tag.oneOf[0];
  const wrapped = tag === "ff" && value < 0n && value > -FIELD_MODULUS ? value + FIELD_MODULUS : value;
  if (wrapped < 0n || wrapped >= tagLimit(tag))
    return `\`${member.name}\` is ${tag === "ff" ? "an" : "a"} ${tag}; ${value} isn't`;
  switch (member.name) {
    case "ADDRESS":
      settings.address = wrapped;
      return undefined;
    case "SENDER":
      settings.sender = wrapped;
      return undefined;
    case "L2GASLEFT":
      settings.gas = { ...settings.gas, l2: Number(wrapped) };
      return undefined;
    case "DAGASLEFT":
      settings.gas = { ...settings.gas, da: Number(wrapped) };
      return undefined;
    case "ISSTATICCALL":
      return "whether a call is static is a property of the call, not of its environment";
    default:
      world.environment[WORLD_NAMES[member.name] ?? (member.name as keyof Environment)] = wrapped;
      return undefined;
  }
}

/** The world's names of members, by the names that older targets use. */
const WORLD_NAMES: Readonly<Record<string, keyof Environment>> = {
  BASEFEEPERL2GAS: "MINFEEPERL2GAS",
  FEEPERL2GAS: "MINFEEPERL2GAS",
  BASEFEEPERDAGAS: "MINFEEPERDAGAS",
  FEEPERDAGAS: "MINFEEPERDAGAS",
};
