// Bundles the programs into dist/. Plain JavaScript, so that `prepare` needs nothing but node and esbuild.
//
//   node scripts/build.mjs [--watch] [--sourcemap] [--no-minify] [--if-stale]
//
// With --if-stale it builds only if a source is newer than dist/, so that two programs that need dist/ can run at once.

import { chmod, mkdir, rm, writeFile } from "node:fs/promises";
import { existsSync, readFileSync, readdirSync, statSync } from "node:fs";
import { spawnSync } from "node:child_process";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import * as esbuild from "esbuild";
import { writeDeclarations } from "./declarations.mjs";
import { billOfMaterials, bundledPackages, noticesText } from "./notices.mjs";

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const cliBundle = path.join(root, "dist/avmasm.cjs");

const { values: flags } = parseArgs({
  options: {
    watch: { type: "boolean", default: false },
    sourcemap: { type: "boolean", default: false },
    minify: { type: "boolean", default: true },
    "if-stale": { type: "boolean", default: false },
  },
  allowNegative: true,
});

/**
 * Makes the server a bundle of its own: `avmasm lsp` imports `server/main.ts`, which in the command's bundle becomes
 * `require("./server.cjs")`. So the command's file doesn't contain the protocol library.
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
 * Modules that few runs need. Each becomes a bundle of its own, loaded at the first call of a function that it exports.
 * Most lines have a known shape and need no grammar; few programs have words of other languages, need a function's
 * selector or another hash; few runs read or write debug symbols.
 */
const SIBLINGS = [
  {
    module: "grammar/parser/reference-parser.ts",
    outfile: "dist/grammar.cjs",
    exports: ["parseLineByGrammar"],
  },
  { module: "grammar/foreign-words.ts", outfile: "dist/foreign-words.cjs", exports: ["adviceFor"] },
  { module: "artifact/poseidon2.ts", outfile: "dist/poseidon2.cjs", exports: ["hashFields", "permute"] },
  { module: "artifact/deflate.ts", outfile: "dist/deflate.cjs", exports: ["inflate", "deflateText"] },
];

/** @type {esbuild.Plugin} */
const siblings = {
  name: "siblings",
  setup(build) {
    build.onResolve({ filter: /^\.\/[\w-]+\.cjs$/ }, ({ path }) => ({ path, external: true }));
    for (const { module, outfile, exports } of SIBLINGS) {
      build.onLoad({ filter: new RegExp(`/${module}$`) }, () => ({
        contents: [
          "let sibling;",
          ...exports.map(
            (name) =>
              `export const ${name} = (...args) => (sibling ??= require("./${path.basename(outfile)}")).${name}(...args);`,
          ),
        ].join("\n"),
      }));
    }
  },
};

/**
 * Puts only these commands into a bundle; `cli/launch.ts` runs the others from another bundle. They are imported at the
 * top of `cli/main.ts` instead of on demand: esbuild then wraps no function around each module, and a run takes 3% less
 * time.
 *
 * @type {(...names: string[]) => esbuild.Plugin}
 */
const withCommands = (...names) => ({
  name: "with-commands",
  setup(build) {
    build.onResolve({ filter: /^\.\/commands\// }, ({ path: module }) =>
      names.includes(path.basename(module, ".ts")) ? undefined : { path: module, external: true },
    );
    build.onLoad({ filter: /\/cli\/main\.ts$/ }, ({ path: file }) => {
      let contents = readFileSync(file, "utf8");
      for (const name of names) {
        const onDemand = `import("./commands/${name}.ts")`;
        if (!contents.includes(onDemand)) throw new Error(`cli/main.ts has no \`${onDemand}\``);
        contents = `import * as ${name}Module from "./commands/${name}.ts";\n${contents.replace(onDemand, `Promise.resolve(${name}Module)`)}`;
      }
      return { contents, loader: "ts" };
    });
  },
});

/**
 * Leaves the checker out of the bundle that builds with `--no-check`: it is half of what `build` loads.
 *
 * @type {esbuild.Plugin}
 */
const withoutChecker = {
  name: "without-checker",
  setup(build) {
    build.onLoad({ filter: /\/project\/check\.ts$/ }, () => ({
      contents: 'export function check() { throw new Error("this bundle has no checker"); }',
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
  // Prefer the ES module builds of the dependencies: many "main" files are UMD, which esbuild can neither bundle nor
  // tree-shake.
  mainFields: ["module", "main"],
  // Sources find files of the package from their own folder. Bundles lie in `dist/`, which is one level below the
  // package, too.
  define: { "import.meta.dirname": "__dirname" },
  minify: flags.minify,
  sourcemap: flags.sourcemap,
  // `dist/NOTICES.txt` has the full licences.
  legalComments: "none",
  metafile: true,
  logLevel: "warning",
};

/**
 * The bundle that `cli/launch.ts` runs, wrapped in the function that Node makes of a CommonJS module.
 *
 * @type {esbuild.BuildOptions}
 */
const asFunction = {
  banner: { js: "(function (exports, require, module, __filename, __dirname) {" },
  footer: { js: "})" },
  // A script from the code cache can call require() but not import().
  supported: { "dynamic-import": false },
};

/** @type {esbuild.BuildOptions} */
const inBrowser = { platform: "browser", target: "es2022", conditions: ["browser"] };

/**
 * Options of bundles with the debug adapter's library, which has its own files for browsers and also imports these
 * modules of Node.
 *
 * @type {esbuild.BuildOptions}
 */
const withDebugger = {
  mainFields: ["browser", "module", "main"],
  alias: { events: "./scripts/browser-events.mjs", url: "./scripts/browser-url.mjs" },
};

/**
 * Options of the library's bundles. They contain the standard library, because the library reads no files.
 *
 * @type {esbuild.BuildOptions}
 */
const asLibrary = {
  platform: "neutral",
  target: "es2022",
  format: "esm",
  define: { STANDARD_LIBRARY: JSON.stringify(standardLibrary()) },
};

function standardLibrary() {
  const folder = path.join(root, "lib");
  const files = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((name) =>
    name.endsWith(".avm"),
  );
  return Object.fromEntries(
    files
      .sort()
      .map((name) => [name.replaceAll(path.sep, "/"), readFileSync(path.join(folder, name), "utf8")]),
  );
}

/** @type {(esbuild.BuildOptions & { entry: string })[]} */
const bundles = [
  {
    entry: "cli/launch.ts",
    outfile: "dist/avmasm.cjs",
    banner: { js: "#!/usr/bin/env node" },
    plugins: [commandIsExecutable],
  },
  { entry: "cli/main.ts", outfile: "dist/cli.cjs", plugins: [serverIsASibling, siblings], ...asFunction },
  {
    entry: "cli/main.ts",
    outfile: "dist/assembling.cjs",
    plugins: [withCommands("build", "check"), siblings],
    ...asFunction,
  },
  {
    entry: "cli/main.ts",
    outfile: "dist/building.cjs",
    plugins: [withCommands("build"), withoutChecker, siblings],
    ...asFunction,
  },
  {
    entry: "cli/main.ts",
    outfile: "dist/options.cjs",
    plugins: [withCommands(), siblings],
    ...asFunction,
  },
  {
    entry: "cli/main.ts",
    outfile: "dist/running.cjs",
    plugins: [withCommands("run", "test"), siblings],
    ...asFunction,
  },
  {
    entry: "cli/main.ts",
    outfile: "dist/formatting.cjs",
    plugins: [withCommands("fmt"), siblings],
    ...asFunction,
  },
  ...SIBLINGS.map(({ module, outfile }) => ({ entry: module, outfile, ...asFunction })),
  { entry: "server/main.ts", outfile: "dist/server.cjs" },
  { entry: "api/main.ts", outfile: "dist/api.js", ...asLibrary },
  { entry: "client/extension.ts", outfile: "dist/client.cjs", external: ["vscode"] },
  // The bundles for a VS Code that runs entirely in a browser.
  { entry: "client/browser.ts", outfile: "dist/client-browser.js", external: ["vscode"], ...inBrowser },
  {
    entry: "server/browser.ts",
    outfile: "dist/server-browser.js",
    ...inBrowser,
    ...withDebugger,
    format: "iife",
  },
  { entry: "client/webview/graph.ts", outfile: "dist/graph.js", ...inBrowser, format: "iife" },
  { entry: "client/webview/graph.css", outfile: "dist/graph.css" },
  { entry: "client/webview/flame.ts", outfile: "dist/flame.js", ...inBrowser, format: "iife" },
  { entry: "client/webview/flame.css", outfile: "dist/flame.css" },
  { entry: "client/webview/memory.ts", outfile: "dist/memory.js", ...inBrowser, format: "iife" },
  { entry: "client/webview/memory.css", outfile: "dist/memory.css" },
];

/**
 * Runs a script of this repository. Returns what it prints.
 *
 * @param {string} script TypeScript, in the root folder
 */
async function outputOf(script) {
  const { outputFiles } = await esbuild.build({
    ...shared,
    stdin: { contents: script, loader: "ts", resolveDir: root },
    write: false,
  });
  const { stdout, status, stderr } = spawnSync(process.execPath, ["-", root], {
    input: outputFiles[0].contents,
    encoding: "utf8",
    maxBuffer: 1 << 26,
  });
  if (status !== 0) throw new Error(`the script \`${script}\` fails:\n${stderr}`);
  return stdout;
}

/** Parses the most frequent shapes of lines, and writes their trees to dist/shapes.txt. */
async function writeShapes() {
  try {
    await writeFile(path.join(root, "dist/shapes.txt"), await outputOf('import "./scripts/shapes.ts";'));
  } catch (error) {
    console.error(`build: the usual lines can't be parsed: ${String(error)}`);
    process.exitCode = 1;
  }
}

/**
 * Writes dist/NOTICES.txt, with the licences of all bundled packages, and dist/sbom.cdx.json, which lists the packages.
 *
 * @param {string[]} inputs
 */
async function writeNotices(inputs) {
  try {
    const packages = bundledPackages(root, inputs);
    const own = JSON.parse(readFileSync(path.join(root, "package.json"), "utf8"));
    await writeFile(path.join(root, "dist/NOTICES.txt"), noticesText(packages));
    await writeFile(path.join(root, "dist/sbom.cdx.json"), billOfMaterials(own, packages));
  } catch (error) {
    console.error(`build: ${error instanceof Error ? error.message : String(error)}`);
    process.exitCode = 1;
  }
}

/**
 * Runs the command once for each of its bundles; at the end of such a run, the command writes the bundle's code cache.
 * Each later run compiles the functions that the cache lacks. Therefore the sources are real ones, a contract with macros
 * and the library, and the same as the disassembler writes it, which has only instructions and labels.
 */
async function fillCodeCache() {
  /** @type {string[]} */
  const failures = [];
  const run = (/** @type {string[]} */ args, input = "", expected = 0) => {
    const { status, stdout, stderr } = spawnSync(process.execPath, [cliBundle, ...args], {
      encoding: "utf8",
      input,
    });
    if (status !== expected) failures.push(stderr);
    return stdout;
  };
  const vault = path.join(root, "examples/contracts/vault.avm");
  const text = run(["disasm", "-"], run(["build", vault, "--format", "hex"]));
  // These runs wrote caches, too, with fewer functions.
  const dist = path.dirname(cliBundle);
  for (const name of readdirSync(dist)) if (name.endsWith(".cache")) await rm(path.join(dist, name));

  run(["check", vault, "-"], text);
  run(["build", "-", "--no-check", "--format", "hex"], `${text}        .macro M\n        .endm\n        M\n`);
  run(["gas", vault]);
  run(["fmt", "--check", vault]);
  run(["test", path.join(root, "examples/sum.avm")]);
  run(["check", "-"], "ADD [1], [2\n", 1);
  run(["--version"]);
  if (failures.length === 0) return;
  console.error(`build: the command that was built doesn't run:\n${failures.join("")}`);
  process.exitCode = 1;
}

/** Whether dist/ lacks the declarations, which a build writes behind all bundles, or a source is newer than they are. */
function isStale() {
  const declarations = path.join(root, "dist/types/main.d.ts");
  if (!existsSync(declarations)) return true;
  const built = statSync(declarations).mtimeMs;
  const noSources = [".git", ".cache", "dist", "docs", "node_modules", "test"];
  return readdirSync(root)
    .filter((name) => !noSources.includes(name))
    .flatMap((name) => {
      const top = path.join(root, name);
      if (!statSync(top).isDirectory()) return [top];
      return readdirSync(top, { recursive: true, encoding: "utf8" }).map((file) => path.join(top, file));
    })
    .some((file) => statSync(file).mtimeMs > built);
}

if (flags["if-stale"] && !isStale()) process.exit();

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
    const results = await Promise.all(jobs.map((job) => esbuild.build(job)));
    await writeNotices(results.flatMap(({ metafile }) => Object.keys(metafile?.inputs ?? {})));
    await writeShapes();
    await writeDeclarations(root, ["main", "errors", "types"]);
    await fillCodeCache();
  }
} catch {
  // esbuild has already printed the errors and their places.
  process.exitCode = 1;
}
