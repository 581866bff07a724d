/** Runs programs and measures them. */

import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync } from "node:fs";
import path from "node:path";

export const ROOT = path.dirname(import.meta.dirname);
/** Inputs, outputs and bundles; git ignores it. */
export const WORK = path.join(ROOT, ".cache/bench");
mkdirSync(WORK, { recursive: true });

/** GNU time tells the peak memory of what it runs; without it, that is left out. */
const GNU_TIME = "/usr/bin/time";
const MEASURED = path.join(WORK, `time-${process.pid}.txt`);

/** The environment of everything that is timed. */
const { NODE_EXTRA_CA_CERTS: _certificates, NODE_OPTIONS: _options, ...environment } = process.env;
/** Reading certificates costs every start of Node more than our own takes. */
export const ENVIRONMENT: NodeJS.ProcessEnv = environment;

export interface Run {
  /** Wall time in milliseconds. */
  readonly wall: number;
  /** Time of all processors in milliseconds, to 10 ms; undefined where it can't be told. */
  readonly cpu: number | undefined;
  /** Peak resident memory in MiB; undefined where it can't be told. */
  readonly memory: number | undefined;
}

export interface Command {
  readonly program: string;
  readonly args: readonly string[];
  /** Statuses that mean that it did its work. */
  readonly statuses?: readonly number[];
}

/** Runs a command to its end. Throws where it fails, with what it said. */
export function runOnce({ program, args, statuses = [0] }: Command): Run {
  const withTime = existsSync(GNU_TIME);
  const line = withTime
    ? [GNU_TIME, "-q", "-f", "%U %S %M", "-o", MEASURED, program, ...args]
    : [program, ...args];
  const start = performance.now();
  const { status, error, stderr } = spawnSync(line[0], line.slice(1), {
    env: ENVIRONMENT,
    stdio: ["ignore", "ignore", "pipe"],
    maxBuffer: 1 << 26,
  });
  const wall = performance.now() - start;
  if (error) throw error;
  if (status === null || !statuses.includes(status)) {
    throw new Error(
      `${program} ${args.join(" ")} ended with ${status ?? "a signal"}: ${String(stderr).slice(0, 500)}`,
    );
  }
  if (!withTime) return { wall, cpu: undefined, memory: undefined };
  const [user, system, kibibytes] = readFileSync(MEASURED, "utf8")
    .trim()
    .split("\n")
    .at(-1)!
    .split(" ")
    .map(Number);
  return { wall, cpu: 1000 * (user + system), memory: kibibytes / 1024 };
}

/** The middle one of some numbers, the smallest and the largest. */
export interface Spread {
  readonly median: number;
  readonly min: number;
  readonly max: number;
}

export function spread(numbers: readonly number[]): Spread {
  const sorted = numbers.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  const median = sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
  return { median, min: sorted[0], max: sorted[sorted.length - 1] };
}

/** What several runs of one command came to. */
export interface Measured {
  readonly wall: Spread;
  readonly cpu: Spread | undefined;
  readonly memory: Spread | undefined;
}

/**
 * Runs every command in turn, and that several times: whatever else the machine does meanwhile then hits all of them
 * alike.
 */
export function runInTurns(commands: readonly Command[], rounds: number): Measured[] {
  const runs = commands.map((): Run[] => []);
  for (let round = 0; round < rounds; round++) {
    for (const [index, command] of commands.entries()) runs[index].push(runOnce(command));
  }
  return runs.map((all) => ({
    wall: spread(all.map(({ wall }) => wall)),
    cpu: spreadOf(all.map(({ cpu }) => cpu)),
    memory: spreadOf(all.map(({ memory }) => memory)),
  }));
}

function spreadOf(numbers: readonly (number | undefined)[]): Spread | undefined {
  const known = numbers.filter((number) => number !== undefined);
  return known.length === 0 ? undefined : spread(known);
}
