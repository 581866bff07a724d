/** Runs the benchmark `disasm.ts` as a bundle, which is how the product is shipped. */

import { execFileSync } from "node:child_process";
import { bundle } from "../scripts/bundle.ts";
import { ENVIRONMENT, WORK_FOLDER } from "./measure.ts";
import type { Options, Section } from "./section.ts";

export async function disassembly({ say }: Options): Promise<Section> {
  say("real contracts, compared with Aztec's decoder");
  const compiled = await bundle("bench/disasm.ts", WORK_FOLDER);
  const printed = execFileSync(process.execPath, [compiled], { env: ENVIRONMENT, encoding: "utf8" }).trim();
  return {
    name: "disassembly",
    title: "Disassembly of real contracts, compared with Aztec's decoder",
    about:
      "All contracts of Aztec 4.1.2, decoded and disassembled in turns in one warmed-up process. Aztec's decoder makes an object for each instruction.",
    header: [],
    rows: [],
    printed,
    data: printed,
  };
}
