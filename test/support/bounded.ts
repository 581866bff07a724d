/** Runs the command with limits: no input may take more than a fixed amount of processor time and memory. */

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { command, environment } from "./command.ts";

export interface BoundedRun {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
  /** Processor time in seconds. */
  readonly seconds: number;
  /** Peak resident memory in MiB. */
  readonly megabytes: number;
}

/**
 * Limit of processor time for any input in tests. The product's limit is 2 s on an idle machine; the tests allow half as much again,
 * because the same run takes more processor time on a busy machine. On a slow machine it is {@link MAX_RATIO} times the time in which
 * Node loads TypeScript's compiler. The faults that these tests look for take ten times as long.
 */
const MAX_SECONDS = 3;
const MAX_RATIO = 24;
const MAX_MEGABYTES = 512;
const MAX_TRIES = 3;
/** Limits after which a run is killed: processor time in seconds, wall time in milliseconds. */
const KILL_SECONDS = 30;
const KILL_TIMEOUT_MS = 60_000;

const REPORTER = `process.on("exit", () => require("node:fs").writeFileSync(process.env.USAGE_FILE, JSON.stringify(process.resourceUsage())));`;

/** Runs `avmasm`, and measures its processor time and memory. */
function measured(args: readonly string[], cwd: string, input = ""): BoundedRun {
  return measuredNode([command, ...args], cwd, input);
}

let limit: number | undefined;

/** The limit of processor time on this machine, in seconds. */
function maxSeconds(): number {
  const load = ["-e", "require('typescript')"];
  return (limit ??= Math.max(MAX_SECONDS, MAX_RATIO * measuredNode(load, import.meta.dirname, "").seconds));
}

/** Runs Node, and measures its processor time and memory. */
function measuredNode(args: readonly string[], cwd: string, input: string): BoundedRun {
  const scratch = mkdtempSync(path.join(os.tmpdir(), "avmasm-usage-"));
  try {
    const usageFile = path.join(scratch, "usage.json");
    const reporter = path.join(scratch, "report.cjs");
    writeFileSync(reporter, REPORTER);
    const limited = `ulimit -t ${KILL_SECONDS}; exec "$@"`;
    const node = [process.execPath, "--require", reporter, ...args];
    const { status, stdout, stderr } = spawnSync("bash", ["-c", limited, "bash", ...node], {
      cwd,
      input,
      encoding: "utf8",
      env: { ...environment, USAGE_FILE: usageFile },
      timeout: KILL_TIMEOUT_MS,
      maxBuffer: 1 << 28,
    });
    if (status === null || status > 128)
      return { status, stdout, stderr, seconds: Infinity, megabytes: Infinity };
    const { userCPUTime, systemCPUTime, maxRSS } = JSON.parse(
      readFileSync(usageFile, "utf8"),
    ) as NodeJS.ResourceUsage;
    return { status, stdout, stderr, seconds: (userCPUTime + systemCPUTime) / 1e6, megabytes: maxRSS / 1024 };
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

/**
 * Runs `avmasm`, and fails unless it stays within the limits, ends with a documented status, and prints no stack trace.
 */
export function answered(args: readonly string[], cwd: string, input = ""): BoundedRun {
  let run = measured(args, cwd, input);
  // On a busy machine the same work takes more processor time, so the fastest of several runs counts.
  for (let tries = 1; tries < MAX_TRIES && run.seconds > maxSeconds() && run.status !== null; tries++) {
    const again = measured(args, cwd, input);
    if (again.seconds < run.seconds) run = again;
  }
  const what = `avmasm ${args.join(" ").slice(0, 100)}: ${run.stderr.slice(0, 300)}`;
  assert.ok(run.status !== null && [0, 1, 2].includes(run.status), `${what}: status ${run.status}`);
  assert.doesNotMatch(run.stderr, /^ +at .*:\d+:\d+\)?$/m, what);
  assert.ok(run.seconds <= maxSeconds(), `${what}: ${run.seconds.toFixed(1)} s`);
  assert.ok(run.megabytes <= MAX_MEGABYTES, `${what}: ${run.megabytes.toFixed(0)} MiB`);
  return run;
}
