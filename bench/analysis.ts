/** Benchmark of the tag inference, on real contracts and on generated code of growing size. */

import { execFileSync } from "node:child_process";
import { bundle } from "../scripts/bundle.ts";
import type { AnalysisResult } from "./analyses.ts";
import { ENVIRONMENT, WORK_FOLDER, spread } from "./measure.ts";
import { digits, ratio, time, times, type Options, type Section } from "./section.ts";

export async function analysis({ quick, say }: Options): Promise<Section> {
  const rounds = quick ? 4 : 24;
  say("real contracts and generated code");
  const compiled = await bundle("bench/analyses.ts", WORK_FOLDER);
  const printed = execFileSync(process.execPath, [compiled, String(rounds), ...(quick ? ["quick"] : [])], {
    env: ENVIRONMENT,
    encoding: "utf8",
  });
  const results = JSON.parse(printed) as AnalysisResult[];
  const warm = (all: readonly number[]) => spread(all.slice(rounds / 2));
  return {
    name: "analysis",
    title: "Tag inference",
    about:
      "The whole analysis of a program (tags, values and reachable code), in one process: the first run (cold, but after the programs of " +
      `the rows above) and the median of the last ${rounds / 2} of ${rounds} runs (warm). For comparison, Aztec's decoder, which only turns ` +
      "the same bytes into objects. The two were measured in turns.",
    header: ["", "instructions", "cold", "warm", "each", "Aztec's decoder", ""],
    rows: results.map(({ name, instructions, analysis: all, aztec }) => {
      const own = warm(all);
      const reference = aztec.length > 0 ? warm(aztec) : undefined;
      return [
        name,
        instructions.toLocaleString("en"),
        time(all[0]),
        times(own),
        `${digits((1000 * own.median) / instructions)} µs`,
        reference ? times(reference) : "",
        reference ? ratio(own.median / reference.median) : "",
      ];
    }),
    data: results,
  };
}
