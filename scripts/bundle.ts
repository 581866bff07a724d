/**
 * Bundles programs of this repository that run often or are timed: loading their sources through tsx would slow them
 * down.
 */

import { readFile } from "node:fs/promises";
import path from "node:path";
import { build as bundleWith, type Plugin } from "esbuild";

const ROOT = path.dirname(import.meta.dirname);

/** Keeps `import.meta.dirname` the folder of the source, so that a bundle finds the same files as its sources. */
const foldersStay: Plugin = {
  name: "folders-stay",
  setup(build) {
    build.onLoad({ filter: /\.ts$/ }, async ({ path: file }) => {
      if (file.includes(`${path.sep}node_modules${path.sep}`)) return undefined;
      const folder = `const SOURCE_FOLDER = ${JSON.stringify(path.dirname(file))};`;
      return { contents: `${folder} ${await readFile(file, "utf8")}`, loader: "ts" };
    });
  },
};

/** Bundles a program much as `scripts/build.mjs` does. Returns the path of the bundle. */
export async function bundle(entry: string, folder: string): Promise<string> {
  const outfile = path.join(folder, `${path.basename(entry, ".ts")}.mjs`);
  await bundleWith({
    absWorkingDir: ROOT,
    entryPoints: [entry],
    outfile,
    bundle: true,
    platform: "node",
    target: "node20",
    format: "esm",
    mainFields: ["module", "main"],
    define: { "import.meta.dirname": "SOURCE_FOLDER" },
    external: ["esbuild"],
    minify: true,
    legalComments: "none",
    logLevel: "warning",
    plugins: [foldersStay],
    // Modules that only tests import may be CommonJS, which calls require().
    banner: {
      js: 'import { createRequire } from "node:module"; const require = createRequire(import.meta.url);',
    },
  });
  return outfile;
}
