/** Compares Aztec's encoder with ours. */

import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import path from "node:path";
import { bundle } from "../scripts/bundle.ts";
import type { EncoderResult } from "./encoder.ts";
import { program } from "./inputs.ts";
import { ENVIRONMENT, WORK_FOLDER, spread } from "./measure.ts";
import { count, ratio, times, type Options, type Section } from "./section.ts";

export async function encoding({ quick, say }: Options): Promise<Section> {
  const size = quick ? 1_000 : 10_000;
  const rounds = quick ? 6 : 20;
  say(`${size.toLocaleString("en")} instructions, ${rounds} rounds`);
  const file = path.join(WORK_FOLDER, `${size}.avm`);
  writeFileSync(file, program("avm", size));
  const compiled = await bundle("bench/encoder.ts", WORK_FOLDER);
  const printed = execFileSync(process.execPath, [compiled, file, String(rounds)], { env: ENVIRONMENT });
  const result = JSON.parse(printed.toString()) as EncoderResult;
  const warm = Object.entries(result.times).map(
    ([name, all]) => [name, spread(all.slice(Math.floor(rounds / 2)))] as const,
  );
  const reference = warm[0][1].median;
  return {
    name: "encoding",
    title: "Encoding, compared with Aztec's encoder",
    about:
      `${size.toLocaleString("en")} instructions of Aztec 4.1.2, encoded in turns in one warmed-up process. Aztec's encoder starts from one ` +
      "object for each instruction, ours from an assembled program, or from source text in the last row.",
    header: ["", "time", "instructions a second", ""],
    rows: warm.map(([name, wall]) => [
      name,
      times(wall),
      count((1000 * result.statements) / wall.median),
      ratio(wall.median / reference),
    ]),
    data: result,
  };
}
