/** Benchmark of start-up: the smallest jobs of the command, compared with a Node process that does nothing. */

import path from "node:path";
import { ROOT, WORK_FOLDER, runInTurns } from "./measure.ts";
import { digits, ratio, times, type Options, type Section } from "./section.ts";
import { avmasm } from "./tools.ts";

export function startUp({ quick, say }: Options): Section {
  const commands = {
    "node -e 0": { program: process.execPath, args: ["-e", "0"] },
    "avmasm --version": avmasm("--version"),
    "avmasm build examples/sum.avm": avmasm(
      "build",
      path.join(ROOT, "examples/sum.avm"),
      "-o",
      path.join(WORK_FOLDER, "sum.bin"),
    ),
    "avmasm check examples/sum.avm": avmasm("check", path.join(ROOT, "examples/sum.avm")),
  };
  const rounds = quick ? 5 : 31;
  say(`${rounds} rounds`);
  const names = Object.keys(commands);
  const measured = runInTurns(Object.values(commands), rounds);
  const reference = measured[0].wall.median;
  return {
    name: "start-up",
    title: "Start-up",
    about:
      "Time of whole processes with very little work, measured in turns, and compared with the time of Node alone.",
    header: ["", "time", "", "memory"],
    rows: names.map((name, index) => {
      const { wall, memory } = measured[index];
      return [
        name,
        times(wall),
        ratio(wall.median / reference),
        memory ? `${digits(memory.median)} MiB` : "",
      ];
    }),
    data: Object.fromEntries(names.map((name, index) => [name, measured[index]])),
  };
}
