/**
 * Tests the packaged extension in a real VS Code, in three ways: mocha inside the extension host, with the whole API;
 * the workbench, operated with mouse and keyboard; and mocha in a VS Code that runs entirely in a browser, whose
 * views are operated too. It also tests the library in a page.
 *
 *   npm run test:vscode
 *   UPDATE_IMAGES=1 npm run test:vscode      also writes the screenshots in docs/images
 *
 *   npm run test:vscode -- host                 only one of them: host, workbench, browser, library
 *   npm run test:vscode -- workbench:graph      only the steps of the workbench with this in their names; browser:memory, too
 *
 * The first run installs the editor into .cache/vscode. The last line gives the numbers of passed and failed checks.
 */

import { cpSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { chromium } from "playwright-core";
import type { Check } from "./check.ts";
import { cache, findChromium, installEditor, packageExtension, root, startEditor } from "./editor.ts";
import { runInExtensionHost } from "./extension-host.ts";
import { BROKEN, DEBUGGED, DISPATCHER, INCLUDING, LONG, OLD, RANKED, WRONG_TAGS } from "./fixtures.ts";
import { runLibraryInPage } from "./library.ts";
import { noirContract } from "../support/noir-contract.ts";
import { runInBrowser } from "./web.ts";
import { driveWorkbench } from "./workbench.ts";

/** Time in which all tests must end once the editor is installed. An idle machine needs less than a minute. */
const DEADLINE_MS = 480_000;

const checks: Check[] = [];
const cleanUps: (() => Promise<void>)[] = [];
let finishing: Promise<void> | undefined;
for (const signal of ["SIGINT", "SIGTERM"] as const) {
  process.once(signal, () => void finish(`ended by ${signal}`));
}

try {
  const executablePath = findChromium();
  const server = installEditor();
  const extension = packageExtension();
  const workspace = makeWorkspace();
  const began = Date.now();
  setTimeout(() => void finish(`not done after ${DEADLINE_MS / 1000} s`), DEADLINE_MS).unref();
  const editor = await startEditor(server, extension);
  cleanUps.push(editor.stop);
  const browser = await chromium.launch({
    executablePath,
    args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-background-networking"],
  });
  cleanUps.unshift(() => browser.close());
  const report = (check: Check): void => {
    checks.push(check);
    const seconds = ((Date.now() - began) / 1000).toFixed(1).padStart(5);
    console.log(`${check.error === undefined ? "ok  " : "FAIL"} ${seconds} s  ${check.name}`);
    if (check.error !== undefined) console.log(check.error.replace(/^/gm, "       "));
  };
  const only = process.argv[2] ?? "";
  if (only === "" || only === "library") await runLibraryInPage(browser, report);
  if (only === "" || only === "host") await runInExtensionHost(browser, editor, workspace, report);
  if (only === "" || only.startsWith("workbench"))
    await driveWorkbench(browser, editor, makeWorkspace(), report, only.slice("workbench:".length));
  if (only === "" || only.startsWith("browser"))
    await runInBrowser(browser, extension, makeWorkspace(), report, only.slice("browser:".length));
  await finish();
} catch (error) {
  await finish(error instanceof Error ? (error.stack ?? error.message) : String(error));
}

/** Creates a folder with the examples, files with mistakes, and a contract. */
function makeWorkspace(): string {
  const workspace = path.join(cache, "workspace");
  rmSync(workspace, { recursive: true, force: true });
  mkdirSync(workspace, { recursive: true });
  cpSync(path.join(root, "examples"), workspace, { recursive: true });
  const files = {
    ...INCLUDING,
    "broken.avm": BROKEN,
    "tags.avm": WRONG_TAGS,
    "closed.avm": WRONG_TAGS,
    "old.avm": OLD,
    "long.avm": LONG,
    "ranked.avm": RANKED,
    "dispatcher.avm": DISPATCHER,
    "debugged.avm": DEBUGGED,
  };
  for (const [name, text] of Object.entries(files)) writeFileSync(path.join(workspace, name), text);
  writeFileSync(path.join(workspace, "token.json"), noirContract());
  // A file that no test opens, so that only a task reports its problems.
  writeFileSync(path.join(workspace, "unopened.avm"), BROKEN);
  mkdirSync(path.join(workspace, ".vscode"), { recursive: true });
  const task = {
    label: "look",
    type: "avmasm",
    command: "check",
    file: "unopened.avm",
    problemMatcher: "$avmasm",
  };
  const tasks = { version: "2.0.0", tasks: [task] };
  writeFileSync(path.join(workspace, ".vscode/tasks.json"), JSON.stringify(tasks));
  return workspace;
}

/** Ends all processes, and reports the result. Errors that are caused by the ending don't count. */
function finish(failure?: string): Promise<void> {
  return (finishing ??= (async () => {
    if (failure !== undefined) {
      checks.push({ name: "run", error: failure });
      console.error(failure);
    }
    const results = [...checks];
    for (const cleanUp of cleanUps) await cleanUp().catch(() => undefined);
    const failed = results.filter(({ error }) => error !== undefined).length;
    console.log(`${results.length - failed} passed, ${failed} failed`);
    process.exit(failed === 0 && results.length > 0 ? 0 : 1);
  })());
}
