/**
 * Actions of a user in the workbench, with mouse and keyboard. They retry, because a busy machine loses key presses.
 */

import { rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import type { FrameLocator, Locator, Page } from "playwright-core";

/** Time in which an action's effect must appear. */
export const TIMEOUT_MS = 60_000;
/** After this time without an effect, an action is repeated. */
const RETRY_DELAY_MS = 8_000;

/** Fails unless one element lies within another. */
export async function inSight(inner: Locator, outer: Locator): Promise<void> {
  const [small, large] = [await inner.boundingBox(), await outer.boundingBox()];
  const isInside =
    small !== null &&
    large !== null &&
    small.x >= large.x - 1 &&
    small.y >= large.y - 1 &&
    small.x + small.width <= large.x + large.width + 1 &&
    small.y + small.height <= large.y + large.height + 1;
  if (!isInside) throw new Error(`out of sight: ${JSON.stringify({ small, large })}`);
}

/** Repeats an action until its effect appears. Throws the last error of the check if it never does. */
export async function until(
  page: Page,
  act: () => Promise<void>,
  effect: () => Promise<unknown>,
): Promise<void> {
  const deadline = Date.now() + TIMEOUT_MS;
  page.setDefaultTimeout(RETRY_DELAY_MS);
  try {
    for (;;) {
      try {
        await act();
        await effect();
        return;
      } catch (error) {
        if (Date.now() > deadline) throw error;
        await dismiss(page);
      }
    }
  } finally {
    page.setDefaultTimeout(TIMEOUT_MS);
  }
}

/** Closes dialogs and lists, such as a question about unsaved changes. */
export async function dismiss(page: Page): Promise<void> {
  const dialog = page.locator(".monaco-dialog-box:visible");
  if ((await dialog.count()) > 0) {
    const discard = dialog.locator('.monaco-button:has-text("Don\'t Save")');
    if ((await discard.count()) > 0) await discard.first().click();
    else await page.keyboard.press("Escape");
  }
  for (let tries = 0; tries < 3 && (await page.locator(".quick-input-widget:visible").count()) > 0; tries++) {
    await page.keyboard.press("Escape");
    await page.waitForTimeout(100);
  }
}

/** Types into the list that a key opens, and selects the row with the text. The list closes. */
export async function choose(page: Page, key: string, typed: string, row: string): Promise<void> {
  await pick(page, key, typed, row);
  await page.locator(".quick-input-widget").waitFor({ state: "hidden" });
}

/** Types into the list that a key opens, and selects the row with the text, which may open another list. */
export async function pick(page: Page, key: string, typed: string, row: string): Promise<void> {
  await page.keyboard.press(key);
  const input = page.locator(".quick-input-widget:visible .quick-input-box input").first();
  await input.waitFor();
  await input.fill(typed);
  await page.locator(".quick-input-list .monaco-list-row.focused", { hasText: row }).first().waitFor();
  await page.keyboard.press("Enter");
}

export async function openFile(page: Page, name: string): Promise<void> {
  await until(
    page,
    () => choose(page, "Control+P", name, name),
    () => page.waitForSelector(`.tab.active:has-text("${name}")`),
  );
  await page.waitForSelector(".monaco-editor .view-line");
}

/** Opens a file from the Explorer, which works where the files of a workspace can't be searched. */
export async function openFromExplorer(page: Page, name: string): Promise<void> {
  const row = page.locator(`.explorer-folders-view .monaco-list-row[aria-label^="${name}"]`).first();
  await command(page, "View: Show Explorer", () => row.waitFor());
  await until(
    page,
    () => row.dblclick(),
    () => page.waitForSelector(`.tab.active:has-text("${name}")`),
  );
  await page.waitForSelector(".monaco-editor .view-line");
}

/** Runs a command of the palette; `effect` waits for its visible result. */
export async function command(
  page: Page,
  title: string,
  effect: () => Promise<unknown> = () => Promise.resolve(),
): Promise<void> {
  await until(page, () => choose(page, "F1", `>${title}`, title), effect);
}

/** One of VS Code's themes for each kind: its id, and its name in the list of themes. */
const THEMES = {
  light: ["Default Light Modern", "Light Modern"],
  "high contrast": ["Default High Contrast", "Dark High Contrast"],
  "light high contrast": ["Default High Contrast Light", "Light High Contrast"],
  dark: ["Default Dark Modern", "Dark Modern"],
} as const;

/** Does something in a theme of each kind, once a view has taken the theme over from the workspace's settings. */
export async function inEveryTheme(
  workspace: string,
  view: FrameLocator,
  work: (kind: string) => Promise<void>,
): Promise<void> {
  const settings = path.join(workspace, ".vscode/settings.json");
  try {
    for (const [kind, [id]] of Object.entries(THEMES)) {
      const chosen = { "window.autoDetectColorScheme": false, "workbench.colorTheme": id };
      writeFileSync(settings, JSON.stringify(chosen));
      await view.locator(`body[data-vscode-theme-id="${id}"]`).waitFor();
      await work(kind);
    }
  } finally {
    rmSync(settings, { force: true });
  }
}

/** The same, with themes that are chosen from the list: where the workbench doesn't notice that settings on disk change. */
export async function inEveryChosenTheme(
  page: Page,
  view: FrameLocator,
  work: (kind: string) => Promise<void>,
): Promise<void> {
  for (const [kind, [id, name]] of Object.entries(THEMES)) {
    await until(
      page,
      async () => {
        await page.keyboard.press("Control+K");
        await page.keyboard.press("Control+T");
      },
      () => page.locator('.quick-input-widget:visible input[placeholder*="Color Theme"]').waitFor(),
    );
    await page.locator(".quick-input-widget:visible .quick-input-box input").first().fill(name);
    await page.locator(`.quick-input-list .monaco-list-row.focused[aria-label^="${name}"]`).waitFor();
    await page.keyboard.press("Enter");
    await view.locator(`body[data-vscode-theme-id="${id}"]`).waitFor();
    await work(kind);
  }
}

/** Reverts the active file. */
export async function revert(page: Page): Promise<void> {
  await command(page, "File: Revert File", () => page.waitForSelector(".tab.active:not(.dirty)"));
}

/** A line of an editor; the editor shows spaces as non-breaking ones. */
export function line(page: Page, text: RegExp): ReturnType<Page["locator"]> {
  return page.locator(".view-line").filter({ hasText: text }).first();
}

export async function goToLine(page: Page, line: number): Promise<void> {
  await page.keyboard.press("Control+G");
  await page.waitForSelector(".quick-input-widget .quick-input-box input");
  await page.keyboard.type(String(line));
  await page.keyboard.press("Enter");
  await page.waitForSelector(".quick-input-widget", { state: "hidden" });
}

export function statusItem(page: Page, text: string): ReturnType<Page["locator"]> {
  return page.locator(`.statusbar-item:has-text("${text}") a`).first();
}
