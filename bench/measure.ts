/** Runs commands, and measures their time and memory. */

import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync } from "node:fs";
import path from "node:path";

export const ROOT = path.dirname(import.meta.dirname);
/** Folder for inputs, outputs and bundles; git ignores it. */
export const WORK_FOLDER = path.join(ROOT, ".cache/bench");
mkdirSync(WORK_FOLDER, { recursive: true });

/** GNU time reports the peak memory of a command; without it, the memory is undefined. */
const GNU_TIME = "/usr/bin/time";
const MEASURED = path.join(WORK_FOLDER, `time-${process.pid}.txt`);

/** The environment of all commands that are timed. */
const { NODE_EXTRA_CA_CERTS: _certificates, NODE_OPTIONS: _options, ...environment } = process.env;
/** Without NODE_EXTRA_CA_CERTS: reading certificates takes longer at every start of Node than our own start-up. */
export const ENVIRONMENT: NodeJS.ProcessEnv = environment;

export interface Run {
  /** Wall time in milliseconds. */
  readonly wall: number;
  /** Processor time in milliseconds, to 10 ms; undefined if it can't be measured. */
  readonly cpu: number | undefined;
  /** Peak resident memory in MiB; undefined if it can't be measured. */
  readonly memory: number | undefined;
}

export interface Command {
  readonly program: string;
  readonly args: readonly string[];
  /** Exit statuses that count as success. */
  readonly statuses?: readonly number[];
}

/** Runs a command once. Throws its output if it fails. */
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

/** Median, minimum and maximum of some numbers. */
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

/** Spreads of several runs of one command. */
export interface Measured {
  readonly wall: Spread;
  readonly cpu: Spread | undefined;
  readonly memory: Spread | undefined;
}

/** Runs all commands one after the other, and repeats that: other load on the machine then slows all of them alike. */
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
