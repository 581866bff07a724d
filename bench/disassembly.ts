/** Runs the benchmark `disasm.ts` as a bundle, which is how the product is shipped. */

import { execFileSync } from "node:child_process";
import { bundle } from "../scripts/bundle.ts";
import { ENVIRONMENT, WORK_FOLDER } from "./measure.ts";
import type { Options, Section } from "./section.ts";

export async function disassembly({ say }: Options): Promise<Section> {
  say("real contracts, beside Aztec's decoder");
  const compiled = await bundle("bench/disasm.ts", WORK_FOLDER);
  const printed = execFileSync(process.execPath, [compiled], { env: ENVIRONMENT, encoding: "utf8" }).trim();
  return {
    name: "disassembly",
    title: "Disassembly of real contracts, beside Aztec's own decoder",
    about:
      "The contracts of 4.1.2, in turns within one process, warm. Aztec's decoder makes an object of each instruction.",
    header: [],
    rows: [],
    printed,
    data: printed,
  };
}
