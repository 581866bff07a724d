// Bundles the programs into dist/. Plain JavaScript, so that `prepare` needs nothing but node and esbuild.
//
//   node scripts/build.mjs [--watch] [--sourcemap] [--no-minify]

import { chmod, mkdir, rm, writeFile } from "node:fs/promises";
import { existsSync } from "node:fs";
import { spawnSync } from "node:child_process";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import * as esbuild from "esbuild";

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const cliBundle = path.join(root, "dist/avmasm.cjs");

const { values: flags } = parseArgs({
  options: {
    watch: { type: "boolean", default: false },
    sourcemap: { type: "boolean", default: false },
    minify: { type: "boolean", default: true },
  },
  allowNegative: true,
});

/**
 * `avmasm lsp` is `import("../server/main.ts")`. In the bundle that becomes a load of the sibling dist/server.cjs, so
 * the protocol library is neither in the command's file nor there twice.
 *
 * @type {esbuild.Plugin}
 */
const serverIsASibling = {
  name: "server-is-a-sibling",
  setup(build) {
    build.onResolve({ filter: /\/server\/main\.ts$/ }, (args) =>
      args.kind === "dynamic-import" ? { path: "./server.cjs", external: true } : undefined,
    );
  },
};

/**
 * Most files need no grammar: the shapes of their lines are known. So it is a bundle of its own, which the command loads at
 * the first line of which that isn't so.
 *
 * @type {esbuild.Plugin}
 */
const grammarIsASibling = {
  name: "grammar-is-a-sibling",
  setup(build) {
    build.onResolve({ filter: /^\.\/grammar\.cjs$/ }, ({ path }) => ({ path, external: true }));
    build.onLoad({ filter: /\/grammar\/plain\.ts$/ }, () => ({
      contents: `let grammar;
        export const parseLinePlainly = (...args) =>
          (grammar ??= require("./grammar.cjs")).parseLinePlainly(...args);`,
    }));
  },
};

/** @type {esbuild.Plugin} */
const commandIsExecutable = {
  name: "command-is-executable",
  setup(build) {
    build.onEnd(async (result) => {
      if (result.errors.length === 0) await chmod(cliBundle, 0o755);
    });
  },
};

/** @type {esbuild.BuildOptions} */
const shared = {
  absWorkingDir: root,
  bundle: true,
  platform: "node",
  target: "node20",
  format: "cjs",
  // The ES module builds of our dependencies: their "main" is often UMD, which cannot be bundled or shaken.
  mainFields: ["module", "main"],
  // What lies beside the bundles is found as it is from the sources, which are one folder below the package too.
  define: { "import.meta.dirname": "__dirname" },
  minify: flags.minify,
  sourcemap: flags.sourcemap,
  legalComments: "none",
  logLevel: "warning",
};

/** @type {esbuild.BuildOptions} */
const inBrowser = { platform: "browser", target: "es2022", conditions: ["browser"] };

/** @type {(esbuild.BuildOptions & { entry: string })[]} */
const bundles = [
  {
    entry: "cli/launch.ts",
    outfile: "dist/avmasm.cjs",
    banner: { js: "#!/usr/bin/env node" },
    plugins: [commandIsExecutable],
  },
  {
    entry: "cli/main.ts",
    outfile: "dist/cli.cjs",
    plugins: [serverIsASibling, grammarIsASibling],
    // A script out of the code cache can require() but not import().
    supported: { "dynamic-import": false },
  },
  { entry: "grammar/plain.ts", outfile: "dist/grammar.cjs" },
  { entry: "server/main.ts", outfile: "dist/server.cjs" },
  { entry: "client/extension.ts", outfile: "dist/client.cjs", external: ["vscode"] },
  // For a VS Code in a browser alone.
  { entry: "client/browser.ts", outfile: "dist/client-browser.js", external: ["vscode"], ...inBrowser },
  { entry: "server/browser.ts", outfile: "dist/server-browser.js", ...inBrowser, format: "iife" },
  { entry: "client/webview/graph.ts", outfile: "dist/graph.js", ...inBrowser, format: "iife" },
  { entry: "client/webview/graph.css", outfile: "dist/graph.css" },
];

/** Parses the usual shapes of lines ahead: dist/shapes.json. */
async function writeShapes() {
  const { outputFiles } = await esbuild.build({
    ...shared,
    entryPoints: ["scripts/shapes.ts"],
    write: false,
  });
  const { stdout, status, stderr } = spawnSync(process.execPath, ["-"], {
    input: outputFiles[0].contents,
    encoding: "utf8",
    maxBuffer: 1 << 26,
  });
  if (status === 0) return writeFile(path.join(root, "dist/shapes.json"), stdout);
  console.error(`build: the usual lines can't be parsed:\n${stderr}`);
  process.exitCode = 1;
}

/** Runs the command on typical jobs, at whose end it writes its code caches: on what is right, and on a mistake. */
function fillCodeCache() {
  const run = (/** @type {string[]} */ args, input = "") =>
    spawnSync(process.execPath, [cliBundle, ...args], { encoding: "utf8", input });
  const { status, stderr } = run(["build", path.join(root, "examples/sum.avm"), "--format", "hex"]);
  const wrong = run(["check", "-"], "ADD [1], [2\n");
  if (status === 0 && wrong.status === 1) return;
  console.error(`build: the command that was built doesn't run:\n${stderr}${wrong.stderr}`);
  process.exitCode = 1;
}

const missing = bundles.filter(({ entry }) => !existsSync(path.join(root, entry)));
if (missing.length > 0) {
  console.error(`build: missing entry file: ${missing.map(({ entry }) => entry).join(", ")}`);
  process.exit(1);
}

/** @type {esbuild.BuildOptions[]} */
const jobs = bundles.map(({ entry, ...options }) => ({ ...shared, ...options, entryPoints: [entry] }));

try {
  if (flags.watch) {
    await mkdir(path.join(root, "dist"), { recursive: true });
    for (const job of jobs) await (await esbuild.context({ ...job, logLevel: "info" })).watch();
  } else {
    await rm(path.join(root, "dist"), { recursive: true, force: true });
    await Promise.all(jobs.map((job) => esbuild.build(job)));
    await writeShapes();
    fillCodeCache();
  }
} catch {
  // esbuild has already printed what is wrong, with the place.
  process.exitCode = 1;
}
