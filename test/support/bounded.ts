/** Runs of the command that are measured: no input may take more than its share of processor time and memory. */

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
  /** Processor time, in seconds. */
  readonly seconds: number;
  /** The most memory that it had at once, in MiB. */
  readonly megabytes: number;
}

/**
 * What any input may take in tests. On an idle machine it is 2 s; half as much again is for one that has other work, on which the same
 * run takes more processor time. What these tests are there to find takes ten times as long.
 */
const MAX_SECONDS = 3;
const MAX_MEGABYTES = 512;
const MOST_TRIES = 3;
/** A run that never ends is killed after so much processor time, in seconds, or so long, in milliseconds. */
const KILLED_SECONDS = 20;
const KILLED_MS = 60_000;

const REPORTER = `process.on("exit", () => require("node:fs").writeFileSync(process.env.USAGE_FILE, JSON.stringify(process.resourceUsage())));`;

/** Runs `avmasm`, and says what that took. */
function measured(args: readonly string[], cwd: string, input = ""): BoundedRun {
  const scratch = mkdtempSync(path.join(os.tmpdir(), "avmasm-usage-"));
  try {
    const usageFile = path.join(scratch, "usage.json");
    const reporter = path.join(scratch, "report.cjs");
    writeFileSync(reporter, REPORTER);
    const limited = `ulimit -t ${KILLED_SECONDS}; exec "$@"`;
    const node = [process.execPath, "--require", reporter, command, ...args];
    const { status, stdout, stderr } = spawnSync("bash", ["-c", limited, "bash", ...node], {
      cwd,
      input,
      encoding: "utf8",
      env: { ...environment, USAGE_FILE: usageFile },
      timeout: KILLED_MS,
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

/** The same, which has to be an answer: within the bounds, with a status that means something, without a stack. */
export function answered(args: readonly string[], cwd: string, input = ""): BoundedRun {
  let run = measured(args, cwd, input);
  // On a machine that has much else to do the same work takes more processor time: the least of some runs counts.
  for (let tries = 1; tries < MOST_TRIES && run.seconds > MAX_SECONDS && run.status !== null; tries++) {
    const again = measured(args, cwd, input);
    if (again.seconds < run.seconds) run = again;
  }
  const what = `avmasm ${args.join(" ").slice(0, 100)}: ${run.stderr.slice(0, 300)}`;
  assert.ok(run.status !== null && [0, 1, 2].includes(run.status), `${what}: status ${run.status}`);
  assert.doesNotMatch(run.stderr, /^ +at .*:\d+:\d+\)?$/m, what);
  assert.ok(run.seconds <= MAX_SECONDS, `${what}: ${run.seconds.toFixed(1)} s`);
  assert.ok(run.megabytes <= MAX_MEGABYTES, `${what}: ${run.megabytes.toFixed(0)} MiB`);
  return run;
}
