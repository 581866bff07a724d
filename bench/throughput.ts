/** Benchmark of jobs within a long-running process, as in a server or a build tool. */

import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import path from "node:path";
import { bundle } from "../scripts/bundle.ts";
import type { InProcessResult } from "./in-process.ts";
import { program } from "./inputs.ts";
import { ENVIRONMENT, WORK_FOLDER, spread, type Spread } from "./measure.ts";
import { count, digits, ratio, time, times, type Options, type Section } from "./section.ts";

const JOBS = {
  parse: "text to syntax trees",
  build: "text to bytes, every syntax and encoding check",
  check: "the same with the tag checker",
  fmt: "text to canonical text",
  decode: "bytes to statements",
  disasm: "bytes to text",
  tags: "bytes to the tags of every operand, as JSON",
} as const;

interface Job extends InProcessResult {
  readonly cold: number;
  readonly warm: Spread;
}

export async function throughput({ quick, say }: Options): Promise<Section> {
  const [small, large] = quick ? [1_000, 10_000] : [10_000, 100_000];
  const rounds = quick ? 5 : 12;
  const compiled = await bundle("bench/in-process.ts", WORK_FOLDER);
  const measure = (job: string, size: number): Job => {
    say(`${job}, ${size.toLocaleString("en")} lines`);
    const file = path.join(WORK_FOLDER, `${size}.avm`);
    writeFileSync(file, program("avm", size));
    const printed = execFileSync(process.execPath, [compiled, job, file, String(rounds)], {
      env: ENVIRONMENT,
    });
    const result = JSON.parse(printed.toString()) as InProcessResult;
    const { milliseconds } = result;
    return { ...result, cold: milliseconds[0], warm: spread(milliseconds.slice(Math.floor(rounds / 2))) };
  };
  const data: Record<string, Record<number, Job>> = {};
  for (const job of Object.keys(JOBS)) {
    data[job] = { [small]: measure(job, small), [large]: measure(job, large) };
  }
  return {
    name: "throughput",
    title: "Within a process",
    about:
      `${large.toLocaleString("en")} lines with one statement each: the first run in a new process (cold), and the last ${Math.ceil(rounds / 2)} of ${rounds} runs ` +
      `(warm, median and range). Growth is the time of ${large.toLocaleString("en")} lines divided by that of ${small.toLocaleString("en")} lines, both warm.`,
    header: [
      "",
      "cold",
      "warm",
      "statements a second",
      "source text a second",
      "bytecode a second",
      "growth",
    ],
    rows: Object.entries(JOBS).map(([job, what]) => {
      const { cold, warm, statements, characters, bytes } = data[job][large];
      const seconds = warm.median / 1000;
      return [
        `${job}: ${what}`,
        time(cold),
        times(warm),
        count(statements / seconds),
        `${digits(characters / seconds / 1e6)} MB`,
        `${digits(bytes / seconds / 1e6)} MB`,
        ratio(warm.median / data[job][small].warm.median),
      ];
    }),
    data,
  };
}
