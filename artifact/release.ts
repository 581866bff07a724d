/** Which instruction set an artifact was compiled for, from the releases of Aztec and of Noir that it names. */

import { printable } from "./abi.ts";
import { stringOf } from "./json.ts";
import { MAX_NAME_CHARACTERS } from "./limits.ts";
import { TARGETS, type TargetName } from "../isa/table.ts";

export interface Release {
  /** Releases of Aztec and of the Noir compiler, if the artifact names them. */
  readonly aztec: string | undefined;
  readonly noir: string | undefined;
  /** The instruction set, if those leave no doubt. */
  readonly target: TargetName | undefined;
  /** The target itself, or what comes nearest to it. */
  readonly nearest: TargetName;
  /** Against every instruction set that is known. */
  readonly age: "older" | "newer" | undefined;
}

/** The instruction set of each major release of Aztec. */
const TARGET_OF_MAJOR: ReadonlyMap<number, TargetName> = new Map([
  [1, "v2"],
  [2, "v2"],
  [3, "v3"],
  [4, "v4"],
  [5, "v5"],
  [6, "v6"],
]);

/** Which beta of Noir 1.0.0 came with which Aztec, for artifacts from before 4.2, which name no release of Aztec. */
const TARGET_OF_BETA: ReadonlyMap<number, TargetName> = new Map([
  [7, "v2"],
  [11, "v2"],
  [15, "v3"],
  [18, "v4"],
]);

const OLDEST_BETA = Math.min(...TARGET_OF_BETA.keys());
/** The last that is known to have come with a release of Aztec; from 4.2 on artifacts name that themselves. */
const NEWEST_BETA = 25;

const OLDEST = TARGETS[TARGETS.length - 1];
const NEWEST = TARGETS[0];

/** The release of an artifact's JSON. */
export function releaseOfJson(artifact: unknown): Release {
  const text = (name: string) => {
    const found = stringOf(artifact, name);
    return found === undefined ? undefined : printable(found, MAX_NAME_CHARACTERS);
  };
  return releaseOf(text("aztec_version"), text("noir_version"));
}

function releaseOf(aztec: string | undefined, noir: string | undefined): Release {
  return { aztec, noir, ...(fitOfAztec(aztec) ?? fitOfNoir(noir)) };
}

type Fit = Pick<Release, "target" | "nearest" | "age">;

const OLDER: Fit = { target: undefined, nearest: OLDEST, age: "older" };
const NEWER: Fit = { target: undefined, nearest: NEWEST, age: "newer" };

function known(target: TargetName): Fit {
  return { target, nearest: target, age: undefined };
}

function unsaid(nearest: TargetName): Fit {
  return { target: undefined, nearest, age: undefined };
}

function fitOfAztec(release: string | undefined): Fit | undefined {
  const match = /^v?([0-9]+)\./.exec(release ?? "");
  if (!match) return undefined;
  const major = Number(match[1]);
  const target = TARGET_OF_MAJOR.get(major);
  if (target) return known(target);
  return major < 1 ? OLDER : NEWER;
}

function fitOfNoir(release: string | undefined): Fit {
  const match = /^v?([0-9]+)\.([0-9]+)\.([0-9]+)(?:-beta\.([0-9]+))?(?:[-+.]|$)/.exec(release ?? "");
  if (!match) return unsaid(NEWEST);
  if (Number(match[1]) < 1) return OLDER;
  const beta = match[1] === "1" && match[2] === "0" && match[3] === "0" ? match[4] : undefined;
  if (beta === undefined) return NEWER;
  const number = Number(beta);
  const target = TARGET_OF_BETA.get(number);
  if (target) return known(target);
  if (number < OLDEST_BETA) return OLDER;
  if (number > NEWEST_BETA) return NEWER;
  // Between two that are known it is as likely the later one's; behind the last of them the newest.
  const later = [...TARGET_OF_BETA].find(([candidate]) => candidate > number);
  return unsaid(later ? later[1] : NEWEST);
}

/** What made an artifact: `Aztec 5.2.0, Noir 1.0.0-beta.25`; undefined if it doesn't say. */
export function makerOf({ aztec, noir }: Release): string | undefined {
  const releases = [
    ...(aztec === undefined ? [] : [`Aztec ${aztec}`]),
    ...(noir === undefined ? [] : [`Noir ${noir}`]),
  ];
  return releases.length === 0 ? undefined : releases.join(", ");
}

/** Why an artifact's instruction set isn't known for sure, and which one it is read with; undefined if it is known. */
export function releaseDoubt(release: Release): string | undefined {
  const { target, nearest, age } = release;
  if (target !== undefined) return undefined;
  const maker = makerOf(release);
  if (maker === undefined) return `it names no release, so it is taken for ${nearest}`;
  if (age === undefined) return `${maker} doesn't tell the instruction set, so it is taken for ${nearest}`;
  return (
    `${maker} is ${age} than every instruction set that is known here: none fits; ` +
    `it is read with the nearest, ${nearest}, and what is said of it may be wrong`
  );
}
