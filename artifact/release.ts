/** Finds the instruction set of an artifact by the releases of Aztec and of Noir that it names. */

import { printable } from "./abi.ts";
import { stringOf } from "./json.ts";
import { MAX_NAME_CHARACTERS } from "./limits.ts";
import { TARGETS, type TargetName } from "../isa/table.ts";

export interface Release {
  /** The releases of Aztec and of the Noir compiler, if the artifact names them. */
  readonly aztec: string | undefined;
  readonly noir: string | undefined;
  /** The instruction set, if the releases determine it. */
  readonly target: TargetName | undefined;
  /** The target, or the nearest one that is supported. */
  readonly nearest: TargetName;
  /** Set if the release is older or newer than every supported instruction set. */
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

/** The target by beta of Noir 1.0.0, for artifacts from before Aztec 4.2, which name no release of Aztec. */
const TARGET_OF_BETA: ReadonlyMap<number, TargetName> = new Map([
  [7, "v2"],
  [11, "v2"],
  [15, "v3"],
  [18, "v4"],
]);

const OLDEST_BETA = Math.min(...TARGET_OF_BETA.keys());
/** The newest beta whose release of Aztec is known. From 4.2 on, artifacts name that release themselves. */
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

/** The instruction set that a release leads to. */
type Fit = Pick<Release, "target" | "nearest" | "age">;

const OLDER: Fit = { target: undefined, nearest: OLDEST, age: "older" };
const NEWER: Fit = { target: undefined, nearest: NEWEST, age: "newer" };

function known(target: TargetName): Fit {
  return { target, nearest: target, age: undefined };
}

/** For an artifact that doesn't determine its instruction set. */
function assumed(nearest: TargetName): Fit {
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
  if (!match) return assumed(NEWEST);
  if (Number(match[1]) < 1) return OLDER;
  const beta = match[1] === "1" && match[2] === "0" && match[3] === "0" ? match[4] : undefined;
  if (beta === undefined) return NEWER;
  const number = Number(beta);
  const target = TARGET_OF_BETA.get(number);
  if (target) return known(target);
  if (number < OLDEST_BETA) return OLDER;
  if (number > NEWEST_BETA) return NEWER;
  // A beta between two known ones gets the target of the later one; a beta after the last gets the newest target.
  const later = [...TARGET_OF_BETA].find(([candidate]) => candidate > number);
  return assumed(later ? later[1] : NEWEST);
}

/** The compiler of an artifact: `Aztec 5.2.0, Noir 1.0.0-beta.25`; undefined if the artifact names none. */
export function makerOf({ aztec, noir }: Release): string | undefined {
  const releases = [
    ...(aztec === undefined ? [] : [`Aztec ${aztec}`]),
    ...(noir === undefined ? [] : [`Noir ${noir}`]),
  ];
  return releases.length === 0 ? undefined : releases.join(", ");
}

/** Says why an artifact's instruction set isn't certain, and which one is used; undefined if it is certain. */
export function releaseDoubt(release: Release): string | undefined {
  const { target, nearest, age } = release;
  if (target !== undefined) return undefined;
  const maker = makerOf(release);
  if (maker === undefined) return `it names no release, so it is taken for ${nearest}`;
  if (age === undefined) return `${maker} doesn't name the instruction set, so avmasm assumes ${nearest}`;
  return (
    `${maker} is ${age} than every instruction set that avmasm knows, so none fits; ` +
    `it is read with the nearest, ${nearest}, and the output may be wrong`
  );
}
