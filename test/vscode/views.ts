/** Operates the views of the extension with mouse and keyboard, in every VS Code alike. */

import { readFileSync } from "node:fs";
import path from "node:path";
import type { FrameLocator, Page } from "playwright-core";
import { root } from "./editor.ts";
import { command, openFile, pick, until } from "./hands.ts";

/** What is written in the memory view. */
export const MEMORY_TEXTS = "td, th, label, #state, td button";
/** What is written in the flame graph. */
export const FLAME_TEXTS = '[role="treeitem"], #about, #end, button:not(:disabled)';

/** The page of the view that was opened last. */
export function viewOf(page: Page): FrameLocator {
  return page.frameLocator("iframe.webview").last().frameLocator("#active-frame");
}

export async function closeAllEditors(page: Page): Promise<void> {
  await command(page, "View: Close All Editors", () =>
    page.locator(".tab").first().waitFor({ state: "detached" }),
  );
}

/** Waits until the cursor is on a line of the active file. */
export async function cursorOn(page: Page, number: number): Promise<void> {
  await page.locator(`.statusbar-item:has-text("Ln ${number}, Col ")`).first().waitFor();
}

/** Waits until the run is paused on a line of the active file. */
export async function standsOn(page: Page, number: number): Promise<void> {
  await page.locator(`.debug-top-stack-frame-line`).first().waitFor({ state: "attached" });
  await cursorOn(page, number);
}

export async function stopDebugging(page: Page): Promise<void> {
  if ((await page.locator(".debug-toolbar:visible").count()) === 0) return;
  await page.keyboard.press("Shift+F5");
  await page.locator(".debug-toolbar").waitFor({ state: "hidden" });
}

/** Starts debugging a file with calldata. */
export async function startDebugging(
  page: Page,
  name: string,
  calldata: string,
  open = openFile,
): Promise<void> {
  await stopDebugging(page);
  await open(page, name);
  await page.keyboard.press("F5");
  const input = page
    .locator('.quick-input-widget:visible:has-text("Calldata") .quick-input-box input')
    .first();
  await input.waitFor();
  await input.fill(calldata);
  await page.keyboard.press("Enter");
  await page.waitForSelector(".debug-toolbar:visible");
  await page.waitForSelector(".debug-top-stack-frame-line", { state: "attached" });
}

/** Opens the memory view of a run. */
export async function openMemory(page: Page): Promise<FrameLocator> {
  await command(page, "AVM: Show Memory", () => page.waitForSelector('.tab:has-text("AVM Memory")'));
  const memory = viewOf(page);
  await memory.locator("#cells tr").first().waitFor();
  return memory;
}

/**
 * Filters the memory view for a cell with the keyboard alone, and goes to the step that wrote it.
 *
 * @param line the line of that step
 */
export async function goToWriterOf(
  page: Page,
  memory: FrameLocator,
  name: string,
  line: number,
): Promise<void> {
  const rows = memory.locator("#cells tr");
  const all = await rows.count();
  await memory.locator("#filter").focus();
  await page.keyboard.type(name);
  await memory.locator(`#state:has-text("1 of ${all} cells")`).waitFor();
  await page.keyboard.press("Tab");
  await page.keyboard.press("Space");
  await memory.locator("#follow:focus:checked").waitFor();
  await page.keyboard.press("Tab");
  await memory.locator(`button:focus:has-text("line ${line}")`).waitFor();
  await page.keyboard.press("Enter");
  await standsOn(page, line);
}

/** Profiles `frames.avm` with 6 as its calldata. */
export async function openFlameGraph(page: Page, open = openFile): Promise<FrameLocator> {
  await closeAllEditors(page);
  await open(page, "frames.avm");
  const title = "AVM: Profile Gas of This Program";
  const input = page
    .locator('.quick-input-widget:visible:has-text("Calldata") .quick-input-box input')
    .first();
  await until(
    page,
    () => pick(page, "F1", `>${title}`, title),
    () => input.waitFor(),
  );
  await input.fill("6");
  await page.keyboard.press("Enter");
  await page.waitForSelector('.tab:has-text("frames.avm (gas)")');
  const flame = viewOf(page);
  await flame.locator('#end:has-text("frames.avm returned after")').waitFor();
  return flame;
}

/** Zooms into a frame of the flame graph and out again, moves through it with the keyboard, and opens a frame's line. */
export async function useFlameGraph(page: Page, flame: FrameLocator): Promise<void> {
  const fib = flame.locator('[role="treeitem"]:text-is("fib")');
  await fib.nth(1).click();
  await flame.locator('[role="treeitem"][aria-selected="true"]:text-is("fib")').waitFor();
  await flame.locator(".frame.caller").nth(1).waitFor();
  await fib.nth(1).press("Escape");
  await flame.locator('[aria-selected="true"]:text-is("whole run")').waitFor();
  await flame.locator('[aria-selected="true"]').press("Home");
  await flame.locator('[aria-level="1"]:focus').press("ArrowDown");
  await flame.locator('[aria-level="2"]:focus').press("ArrowDown");
  await flame.locator('[aria-level="3"]:focus').press("Enter");
  await flame.locator('[aria-level="3"][aria-selected="true"]').waitFor();
  await flame.locator('[aria-level="3"]:focus').press("Escape");
  await flame.locator('[aria-selected="true"]:text-is("whole run")').waitFor();
  await fib.first().click({ modifiers: ["Control"] });
  const source = readFileSync(path.join(root, "examples/frames.avm"), "utf8").split("\n");
  await cursorOn(page, source.indexOf("fib:") + 2);
}
