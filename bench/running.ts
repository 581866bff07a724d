/**
 * Benchmark of running programs: on this project's machine, with and without a recording, and on Aztec's TypeScript AVM
 * in the same process.
 */

import { execFileSync } from "node:child_process";
import path from "node:path";
import { bundle } from "../scripts/bundle.ts";
import { artifactFile } from "../test/conformance/corpus-packages.ts";
import { installOracle } from "../test/conformance/oracle/install.ts";
import { ENVIRONMENT, WORK_FOLDER, spread } from "./measure.ts";
import type { RunResult } from "./runs.ts";
import { count, digits, ratio, time, type Options, type Section } from "./section.ts";

export async function running({ quick, say }: Options): Promise<Section> {
  const rounds = quick ? 4 : 10;
  say("loops, gadgets and AvmTest");
  const modules = await installOracle();
  const artifact = await artifactFile(
    { name: "@aztec/noir-test-contracts.js", version: "4.1.2", target: "v4" },
    "avm_test_contract-AvmTest.json",
  );
  const compiled = await bundle("bench/runs.ts", WORK_FOLDER);
  const printed = execFileSync(process.execPath, [compiled, String(rounds), artifact], {
    env: { ...ENVIRONMENT, AVM_ORACLE_MODULES: modules, LOG_LEVEL: "silent" },
    encoding: "utf8",
    maxBuffer: 1 << 26,
  });
  // Aztec's simulator may print lines of its own first.
  const results = JSON.parse(printed.trim().split("\n").at(-1)!) as RunResult[];
  const median = (times: readonly number[]): number => spread(times.slice(Math.floor(rounds / 2))).median;
  return {
    name: "running",
    title: "Running",
    about:
      "The same bytecode, run by the machine, by the machine while it records every step, and by the TypeScript AVM of @aztec/simulator " +
      `4.1.2, in turns in one process. Medians of the last ${rounds - Math.floor(rounds / 2)} of ${rounds} rounds. The rows of gadgets show the time of one execution, ` +
      "including its share of the loop around it. The last column is the memory of the recording of the whole run.",
    header: ["", "instructions", "a second", "recorded", "Aztec's AVM", "", "recording"],
    rows: results.map(({ name, steps, machine, recorded, aztec, memory }) => {
      const per = name === name.toUpperCase() ? rowOfGadget : rowOfProgram;
      return [
        name,
        steps.toLocaleString("en"),
        ...per(steps, [machine, recorded, aztec].map(median)),
        `${digits(memory / 2 ** 20)} MiB`,
      ];
    }),
    data: results.map((result) => ({ ...result, file: path.basename(artifact) })),
  };
}

/** A row with instructions a second. */
function rowOfProgram(steps: number, [machine, recorded, aztec]: readonly number[]): string[] {
  const speed = (milliseconds: number): string => count((1000 * steps) / milliseconds);
  return [speed(machine), speed(recorded), speed(aztec), ratio(aztec / machine)];
}

/** A row with the time of one gadget; each round of the gadget's loop has four instructions. */
function rowOfGadget(steps: number, times: readonly number[]): string[] {
  const [machine, recorded, aztec] = times.map((milliseconds) => milliseconds / (steps / 4));
  return [time(machine), time(recorded), time(aztec), ratio(aztec / machine)];
}
