/** What is timed inside a process is timed as it is shipped: bundled, not as a loader translates it on the way. */

import path from "node:path";
import { build } from "esbuild";
import { ROOT, WORK } from "./measure.ts";

/** Bundles a program of this repository with the options of `scripts/build.mjs`. Returns the file that node runs. */
export async function bundle(entry: string): Promise<string> {
  const outfile = path.join(WORK, `${path.basename(entry, ".ts")}.cjs`);
  await build({
    absWorkingDir: ROOT,
    entryPoints: [entry],
    outfile,
    bundle: true,
    platform: "node",
    target: "node20",
    format: "cjs",
    mainFields: ["module", "main"],
    define: { "import.meta.dirname": "__dirname" },
    minify: true,
    legalComments: "none",
    logLevel: "warning",
  });
  return outfile;
}
