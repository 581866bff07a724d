/** Runs suite.ts with mocha inside the extension host, with the packaged extension installed beside it. */

import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { build } from "esbuild";
import type { Browser } from "playwright-core";
import { cache, root, type Editor } from "./editor.ts";
import type { Check } from "./check.ts";

/** Time in which the tests must end. */
const TIMEOUT_MS = 240_000;

export async function runInExtensionHost(
  browser: Browser,
  editor: Editor,
  workspace: string,
  report: (check: Check) => void,
): Promise<void> {
  const folder = path.join(cache, "suite");
  const results = path.join(folder, "results.json");
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  await build({
    entryPoints: [path.join(root, "test/vscode/suite.ts")],
    outfile: path.join(folder, "suite.cjs"),
    bundle: true,
    platform: "node",
    format: "cjs",
    // The bundle loads mocha from this project's own packages.
    external: ["vscode", "mocha"],
    define: { RESULTS: JSON.stringify(results) },
  });
  // VS Code runs tests for an extension under development; this one is empty, and the tested extension is installed
  // from its package.
  writeFileSync(
    path.join(folder, "package.json"),
    JSON.stringify({ name: "suite", publisher: "test", version: "0.0.0", engines: { vscode: "*" } }),
  );

  const page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
  try {
    const ended = new Promise<number | "timeout">((resolve) => {
      void page.exposeFunction("codeAutomationExit", (code: number) => resolve(code));
      setTimeout(() => resolve("timeout"), TIMEOUT_MS).unref();
    });
    await page.exposeFunction("codeAutomationLog", (type: string, args: unknown[]) => {
      if (type === "error") console.log(...args);
    });
    const remote = (file: string): string => `vscode-remote://${new URL(editor.url).host}${file}`;
    const query = new URLSearchParams({
      folder: workspace,
      payload: JSON.stringify([
        ["extensionDevelopmentPath", remote(folder)],
        ["extensionTestsPath", remote(path.join(folder, "suite.cjs"))],
      ]),
    });
    await page.goto(`${editor.url}?${query.toString()}`, { waitUntil: "domcontentloaded" });
    const code = await ended;
    const checks: Check[] = existsSync(results) ? JSON.parse(readFileSync(results, "utf8")) : [];
    for (const check of checks) report(check);
    if (code !== 0 && checks.every(({ error }) => error === undefined)) {
      await page.screenshot({ path: path.join(cache, "extension-host.png") });
      report({ name: "extension host", error: `The tests ended with ${code}.` });
    }
  } finally {
    await page.close();
  }
}
