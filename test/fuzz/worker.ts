/**
 * A process that fuzzes one target: it generates inputs and checks them until it is killed. `scripts/fuzz.ts` bundles
 * and watches it, because a process that hangs or runs out of memory can't report that itself.
 *
 *   worker TARGET SEED FIRST PROGRESS_FILE
 *   worker TARGET SEED INDEX     checks only this input, and prints it and what that takes
 */

import { openSync, writeSync } from "node:fs";
import { shrink } from "./shrink.ts";
import { numbersOf, type Input } from "./target.ts";
import { TARGETS } from "./targets.ts";

/** The report of a failing input, printed as one line of JSON. */
export interface Failure {
  readonly index: number;
  readonly message: string;
  /** The smallest input found to fail in the same way, in the form that {@link shown} gives. */
  readonly input: string;
}

/** Time to shrink a failing input. Of failures of the same kind, only the first is shrunk. */
const SHRINK_BUDGET_MS = 10_000;

const [name, seed, first, progressFile] = process.argv.slice(2) as [string, string, string, string?];
const target = TARGETS.find((candidate) => candidate.name === name)!;
const progress = openSync(progressFile ?? (await replay()), "w");
const index = new Float64Array(1);
const known = new Set<string>();

const stop = async (): Promise<void> => {
  await target.end?.();
  process.exit(0);
};
process.on("SIGTERM", () => void stop());

for (let at = Number(first); ; at++) {
  index[0] = at;
  writeSync(progress, index, 0, 8, 0);
  const input = target.make(numbersOf(Number(seed), at));
  const message = await failureOf(input);
  if (message !== undefined && !known.has(kindOf(message))) {
    known.add(kindOf(message));
    const fails = async (smaller: Input): Promise<boolean> => {
      const other = await failureOf(smaller);
      return other !== undefined && kindOf(other) === kindOf(message);
    };
    const smallest = await shrink(input, fails, performance.now() + SHRINK_BUDGET_MS);
    const failure: Failure = {
      index: at,
      message: (await failureOf(smallest)) ?? message,
      input: shown(smallest),
    };
    writeSync(1, `${JSON.stringify(failure)}\n`);
  }
  // Signals and messages are only processed between turns of the event loop.
  if (at % 16 === 0) await new Promise((resolve) => setImmediate(resolve));
}

async function replay(): Promise<never> {
  const input = target.make(numbersOf(Number(seed), Number(first)));
  console.log(shown(input));
  const before = process.cpuUsage();
  const message = await failureOf(input);
  const { user, system } = process.cpuUsage(before);
  const megabytes = process.resourceUsage().maxRSS / 1024;
  console.log(`${((user + system) / 1e6).toFixed(2)} s of processor time, ${megabytes.toFixed(0)} MiB`);
  console.log(message ?? "nothing is wrong");
  await target.end?.();
  process.exit(message === undefined ? 0 : 1);
}

async function failureOf(input: Input): Promise<string | undefined> {
  try {
    await target.check(input);
    return undefined;
  } catch (error) {
    return error instanceof Error ? (error.stack ?? error.message) : String(error);
  }
}

/** The kind of a failure: its message without numbers and quoted texts. */
function kindOf(message: string): string {
  return message
    .split("\n")[0]
    .replace(/[0-9]+/g, "0")
    .slice(0, 60);
}

/** An input in the form that files of the corpus have. */
function shown(input: Input): string {
  if (typeof input === "string") return input;
  return input instanceof Uint8Array ? Buffer.from(input).toString("hex") : JSON.stringify(input);
}
