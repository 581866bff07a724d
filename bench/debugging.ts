/**
 * Benchmark of the debug adapter over standard input and output: the time from the launch to the first stop, and of
 * steps in a long recording.
 */

import { spawnSync } from "node:child_process";
import { copyFileSync, readFileSync } from "node:fs";
import path from "node:path";
import { Adapter } from "../test/debugger/adapter.ts";
import { ENVIRONMENT, ROOT, spread, type Spread } from "./measure.ts";
import { time, times, type Options, type Section } from "./section.ts";

/** A program that runs until its gas is used up; each round of its loop is two instructions. */
const LONG_PROGRAM = `        SET [1], u32, #0
        SET [2], u32, #1
        SET [4], u1, #1
again:  ADD [1], [2], [1]
        JUMPI [4], again
`;

/** Gas for 670,000 steps of that program. No transaction has more: each has 6,000,000 gas, and an instruction costs at least 9. */
const LONG_GAS = 7_035_100;

interface Launched {
  readonly name: string;
  /** The program in the project; undefined for the long one. */
  readonly file?: string;
  readonly args?: object;
}

const PROGRAMS: readonly Launched[] = [
  { name: "sum.avm", file: "examples/sum.avm" },
  { name: "array.avm", file: "examples/array.avm" },
  { name: "frames.avm", file: "examples/frames.avm", args: { calldata: [12] } },
  {
    name: "contracts/token.avm",
    file: "examples/contracts/token.avm",
    args: { function: "total_supply", args: [] },
  },
  { name: "a loop that uses all gas", args: { gas: LONG_GAS } },
];

/** What is wanted of every program, in milliseconds and MiB; of the launch of the long one, more is. */
const TARGETS = { launch: 150, longLaunch: 2_000, stepBack: 5, memory: 286 };

interface Measured {
  readonly name: string;
  readonly isLong: boolean;
  readonly steps: number;
  readonly launch: Spread;
  readonly stepBack: Spread;
  /** Peak resident memory of the adapter, in MiB. */
  readonly memory: number;
}

export async function debugging({ quick, say }: Options): Promise<Section> {
  const rounds = quick ? 2 : 15;
  const results: Measured[] = [];
  for (const program of PROGRAMS) {
    say(program.name);
    results.push(await measure(program, rounds));
  }
  const missed = results.filter(
    ({ launch, stepBack, memory, isLong }) =>
      launch.median > (isLong ? TARGETS.longLaunch : TARGETS.launch) ||
      stepBack.median > TARGETS.stepBack ||
      memory > TARGETS.memory,
  );
  const node = spread(Array.from({ length: rounds }, () => timeOfNode()));
  return {
    name: "debugging",
    title: "Debugging",
    about:
      "`avmasm dap --stdio`, started as an editor starts it: the time from the launch request to the first `stopped` event, which includes " +
      "the recording of the run; the time of a step back at the end of the run; and the peak memory of the adapter. Median (smallest–largest) " +
      `of ${rounds} rounds. \`node -e 0\` took ${time(node.median)} in the same measurement.`,
    header: ["", "steps", "launch to stopped", "a step back", "memory"],
    rows: results.map(({ name, steps, launch, stepBack, memory }) => [
      name,
      steps.toLocaleString("en"),
      times(launch),
      times(stepBack),
      `${Math.round(memory)} MiB`,
    ]),
    notes: [
      `Limits: ${TARGETS.launch} ms for the launch (${time(TARGETS.longLaunch)} for the loop), ${TARGETS.stepBack} ms for a step back, and ` +
        `300 MB (${TARGETS.memory} MiB) of memory. ` +
        (missed.length === 0
          ? "Every program is within them."
          : `Exceeded by ${missed.map(({ name }) => name).join(", ")}.`),
    ],
    data: results,
  };
}

async function measure({ name, file, args = {} }: Launched, rounds: number): Promise<Measured> {
  const launches: number[] = [];
  const steps: number[] = [];
  let count = 0;
  let memory = 0;
  for (let round = 0; round < rounds; round++) {
    const adapter = new Adapter({ "long.avm": LONG_PROGRAM });
    if (file !== undefined) copyFileSync(path.join(ROOT, file), adapter.file("program.avm"));
    await adapter.start();
    await adapter.initializeRequest();
    const stopped = adapter.waitForEvent("stopped", 20_000);
    const ready = adapter.waitForEvent("initialized", 20_000);
    const start = performance.now();
    const launched = adapter.launch({
      program: adapter.file(file === undefined ? "long.avm" : "program.avm"),
      ...args,
    });
    await ready;
    await launched;
    await adapter.configurationDoneRequest();
    await stopped;
    launches.push(performance.now() - start);
    await adapter.endedAfter(() =>
      adapter
        .setExceptionBreakpointsRequest({ filters: [] })
        .then(() => adapter.continueRequest({ threadId: 1 })),
    );
    count = 1 + Number(await adapter.evaluate("step"));
    for (let back = 0; back < 20; back++) {
      const before = performance.now();
      await adapter.stoppedAfter(() => adapter.stepBackRequest({ threadId: 1, granularity: "instruction" }));
      if (back > 0) steps.push(performance.now() - before);
    }
    memory = Math.max(memory, peakMemory(adapter.pid));
    await adapter.stop();
  }
  return {
    name,
    isLong: file === undefined,
    steps: count,
    launch: spread(launches),
    stepBack: spread(steps),
    memory,
  };
}

/** Peak resident memory of a process in MiB; 0 if the system doesn't tell. */
function peakMemory(pid: number | undefined): number {
  try {
    const status = readFileSync(`/proc/${pid}/status`, "utf8");
    return Number(/VmHWM:\s*(\d+) kB/.exec(status)?.[1] ?? 0) / 1024;
  } catch {
    return 0;
  }
}

function timeOfNode(): number {
  const start = performance.now();
  spawnSync(process.execPath, ["-e", "0"], { env: ENVIRONMENT });
  return performance.now() - start;
}
