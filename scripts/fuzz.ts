/**
 * Fuzzing: `npm run fuzz -- [--seconds N] [--seed S] [--only INDEX] [TARGET...]`.
 *
 * Every target (`test/fuzz/targets.ts`) gets its share of the time, in a process with 512 MB. A finding is an input for
 * which the target's check fails, one that takes more than two seconds of processor time, or one that exhausts the
 * memory. Each finding is printed with the smallest input found to fail, and with the seed and index with which
 * `--only` repeats the original input.
 */

import { spawn, type ChildProcess } from "node:child_process";
import { closeSync, mkdirSync, openSync, readSync, writeFileSync } from "node:fs";
import path from "node:path";
import { parseArgs } from "node:util";
import { processorTime, processorTimeOfChildren } from "../test/fuzz/processor-time.ts";
import { TARGETS } from "../test/fuzz/targets.ts";
import type { Failure } from "../test/fuzz/worker.ts";
import { bundle } from "./bundle.ts";

/** Limit of processor time for one input, in seconds, per operation that a user waits for. */
const MAX_SECONDS = 2;
/** Limit of wall time for one input, in seconds, for what waits forever; a busy machine lets the others wait long too. */
const MAX_WALL_SECONDS = 180;
/** Limit of the worker's old space in MB. */
const MAX_MEMORY_MB = 512;
const POLL = 100;

const WORK = path.resolve(import.meta.dirname, "../.cache/fuzz");
const FINDINGS = path.join(WORK, "findings");
mkdirSync(FINDINGS, { recursive: true });

const { values, positionals } = parseArgs({
  options: {
    seconds: { type: "string", default: "60" },
    seed: { type: "string" },
    only: { type: "string" },
  },
  allowPositionals: true,
});
const names = TARGETS.map(({ name }) => name);
const wrong = positionals.filter((name) => !names.includes(name));
if (wrong.length > 0) {
  console.error(`fuzz: there is no target ${wrong.join(", ")}; there are ${names.join(", ")}`);
  process.exit(2);
}
const chosen = TARGETS.filter(({ name }) => positionals.length === 0 || positionals.includes(name));
const seed = values.seed === undefined ? Date.now() % 1_000_000 : Number(values.seed);

// Removed from the environment because Node reads these certificates at every start, which slows the child processes.
delete process.env.NODE_EXTRA_CA_CERTS;
delete process.env.NODE_OPTIONS;

if (values.only === undefined) await fuzz();
else await replay(chosen[0].name, values.only);

/** Checks one input again, in a process of its own, which prints the input and what checking it takes. */
async function replay(name: string, index: string): Promise<void> {
  const worker = await bundle("test/fuzz/worker.ts", WORK);
  const args = [`--max-old-space-size=${MAX_MEMORY_MB}`, worker, name, String(seed), index];
  const child = spawn(process.execPath, args, { stdio: "inherit" });
  child.on("exit", (status) => (process.exitCode = status ?? 1));
}

async function fuzz(): Promise<void> {
  const worker = await bundle("test/fuzz/worker.ts", WORK);
  const each = Number(values.seconds) / chosen.length;
  let findings = 0;
  console.log(`seed ${seed}, ${each.toFixed(0)} s each`);
  for (const { name, times = 1 } of chosen) {
    const before = processorTimeOfChildren();
    const { inputs, seconds, failures } = await fuzzTarget(worker, name, each, times * MAX_SECONDS);
    findings += failures;
    const rate = (inputs / seconds).toFixed(inputs < 10 * seconds ? 1 : 0);
    console.log(
      `${name.padEnd(10)}${inputs.toLocaleString("en").padStart(12)} inputs in ${seconds.toFixed(0)} s (${rate} a second; ${(processorTimeOfChildren() - before).toFixed(0)} s of processor time), ${failures} findings`,
    );
  }
  process.exitCode = findings > 0 ? 1 : 0;
}

interface Outcome {
  readonly inputs: number;
  readonly seconds: number;
  readonly failures: number;
}

async function fuzzTarget(worker: string, name: string, seconds: number, bound: number): Promise<Outcome> {
  const start = performance.now();
  const deadline = start + 1000 * seconds;
  const progress = path.join(WORK, `${name}-${process.pid}.progress`);
  let next = 0;
  let failures = 0;
  const found = (failure: Failure): void => {
    failures++;
    report(name, failure);
  };
  while (performance.now() < deadline) {
    writeFileSync(progress, new Uint8Array(8));
    const args = [
      `--max-old-space-size=${MAX_MEMORY_MB}`,
      worker,
      name,
      String(seed),
      String(next),
      progress,
    ];
    const child = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "pipe"] });
    const printed = linesOf(child, found);
    const end = await watch(child, progress, deadline, bound);
    await printed.done;
    next = readIndex(progress) + 1;
    if (end === undefined) continue;
    found({ index: next - 1, message: `${end}\n${printed.errors().slice(-2000)}`, input: "" });
  }
  return { inputs: next, seconds: (performance.now() - start) / 1000, failures };
}

/**
 * Waits until a worker ends, and kills it if it exceeds a limit. Returns the problem, or undefined if there was none.
 */
function watch(
  child: ChildProcess,
  progress: string,
  deadline: number,
  bound: number,
): Promise<string | undefined> {
  return new Promise((resolve) => {
    let index = -1;
    let since = { processor: 0, wall: performance.now() };
    let reason: string | undefined;
    let ending = false;
    const timer = setInterval(() => {
      const now = { processor: processorTime(child.pid!), wall: performance.now() };
      const current = readIndex(progress);
      if (current !== index) {
        index = current;
        since = now;
      }
      const processor = now.processor - since.processor;
      const waited = (now.wall - since.wall) / 1000;
      if (processor > bound || waited > MAX_WALL_SECONDS) {
        reason ??= `it takes more than ${processor > bound ? `${bound} s of processor time` : `${MAX_WALL_SECONDS} s`}`;
        child.kill("SIGKILL");
      } else if (now.wall > deadline && !ending) {
        ending = true;
        child.kill("SIGTERM");
      }
    }, POLL);
    child.on("exit", (status) => {
      clearInterval(timer);
      const ended = ending && reason === undefined;
      resolve(ended ? undefined : (reason ?? `the process ended with ${status ?? "a signal"}`));
    });
  });
}

function readIndex(progress: string): number {
  const index = new Float64Array(1);
  const descriptor = openSync(progress, "r");
  readSync(descriptor, index, 0, 8, 0);
  closeSync(descriptor);
  return index[0];
}

function linesOf(child: ChildProcess, found: (failure: Failure) => void) {
  let buffer = "";
  let errors = "";
  child.stderr!.on("data", (data: Buffer) => (errors = (errors + data.toString()).slice(-10_000)));
  child.stdout!.on("data", (data: Buffer) => {
    const lines = (buffer + data.toString()).split("\n");
    buffer = lines.pop()!;
    for (const line of lines) found(JSON.parse(line) as Failure);
  });
  const done = new Promise<void>((resolve) => child.on("close", () => resolve()));
  return { done, errors: () => errors };
}

function report(name: string, { index, message, input }: Failure): void {
  const file = path.join(FINDINGS, `${name}-${seed}-${index}.txt`);
  writeFileSync(file, input);
  console.log(`\n${name}: npm run fuzz -- --seed ${seed} --only ${index} ${name}\n${message}`);
  if (input !== "")
    console.log(
      `smallest input (${path.relative(process.cwd(), file)}): ${JSON.stringify(input).slice(0, 2000)}\n`,
    );
}
