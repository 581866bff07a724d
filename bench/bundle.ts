/** What is timed inside a process is timed as it is shipped: bundled, not as a loader translates it on the way. */

import { readFile } from "node:fs/promises";
import path from "node:path";
import { build as bundleWith, type Plugin } from "esbuild";
import { ROOT, WORK } from "./measure.ts";

/** A bundle lies elsewhere than its sources, which find files beside them. */
const foldersStay: Plugin = {
  name: "folders-stay",
  setup(build) {
    build.onLoad({ filter: /\.ts$/ }, async ({ path: file }) => {
      if (file.includes(`${path.sep}node_modules${path.sep}`)) return undefined;
      const source = await readFile(file, "utf8");
      const folder = JSON.stringify(path.dirname(file));
      return { contents: source.replaceAll("import.meta.dirname", folder), loader: "ts" };
    });
  },
};

/** Bundles a program of this repository much as `scripts/build.mjs` does. Returns the file that node runs. */
export async function bundle(entry: string): Promise<string> {
  const outfile = path.join(WORK, `${path.basename(entry, ".ts")}.mjs`);
  await bundleWith({
    absWorkingDir: ROOT,
    entryPoints: [entry],
    outfile,
    bundle: true,
    platform: "node",
    target: "node20",
    format: "esm",
    mainFields: ["module", "main"],
    minify: true,
    legalComments: "none",
    logLevel: "warning",
    plugins: [foldersStay],
  });
  return outfile;
}
