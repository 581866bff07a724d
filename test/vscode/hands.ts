/** What a person does in the workbench with mouse and keyboard, patiently: a busy machine loses keys. */

import { rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import type { FrameLocator, Locator, Page } from "playwright-core";

/** How long something may take until it is to be seen, in milliseconds: a busy machine takes its time. */
export const PATIENCE = 60_000;
/** After so long without an effect, what was typed or clicked is taken to have been lost. */
const RETRY_AFTER = 8_000;

/** Fails unless one thing lies within another. */
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

/** Does something over and over until it has had its effect. Throws what the effect lacked at last. */
export async function until(
  page: Page,
  act: () => Promise<void>,
  effect: () => Promise<unknown>,
): Promise<void> {
  const deadline = Date.now() + PATIENCE;
  page.setDefaultTimeout(RETRY_AFTER);
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
    page.setDefaultTimeout(PATIENCE);
  }
}

/** Closes what stands in the way: a question about unsaved changes, a list that waits for a choice. */
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

/** Types into the list that a key opens, and takes the row that has the text. */
export async function choose(page: Page, key: string, typed: string, row: string): Promise<void> {
  await page.keyboard.press(key);
  const input = page.locator(".quick-input-widget:visible input").first();
  await input.waitFor();
  await input.fill(typed);
  await page.locator(".quick-input-list .monaco-list-row.focused", { hasText: row }).first().waitFor();
  await page.keyboard.press("Enter");
  await page.locator(".quick-input-widget").waitFor({ state: "hidden" });
}

export async function openFile(page: Page, name: string): Promise<void> {
  await until(
    page,
    () => choose(page, "Control+P", name, name),
    () => page.waitForSelector(`.tab.active:has-text("${name}")`),
  );
  await page.waitForSelector(".monaco-editor .view-line");
}

/** Runs a command of the palette; `effect` waits for what is to be seen of it. */
export async function command(
  page: Page,
  title: string,
  effect: () => Promise<unknown> = () => Promise.resolve(),
): Promise<void> {
  await until(page, () => choose(page, "F1", `>${title}`, title), effect);
}

/** A theme of VS Code for each kind. */
const THEMES = {
  light: "Default Light Modern",
  "high contrast": "Default High Contrast",
  "light high contrast": "Default High Contrast Light",
  dark: "Default Dark Modern",
};

/** Does something in each kind of theme, as soon as a view has it. The workspace's settings say which theme it is. */
export async function inEveryTheme(
  workspace: string,
  view: FrameLocator,
  work: (kind: string) => Promise<void>,
): Promise<void> {
  const settings = path.join(workspace, ".vscode/settings.json");
  try {
    for (const [kind, theme] of Object.entries(THEMES)) {
      const chosen = { "window.autoDetectColorScheme": false, "workbench.colorTheme": theme };
      writeFileSync(settings, JSON.stringify(chosen));
      await view.locator(`body[data-vscode-theme-id="${theme}"]`).waitFor();
      await work(kind);
    }
  } finally {
    rmSync(settings, { force: true });
  }
}

/** Takes back all changes of the file that is open. */
export async function revert(page: Page): Promise<void> {
  await command(page, "File: Revert File", () => page.waitForSelector(".tab.active:not(.dirty)"));
}

/** A line of an editor; its spaces don't break. */
export function line(page: Page, text: RegExp): ReturnType<Page["locator"]> {
  return page.locator(".view-line").filter({ hasText: text }).first();
}

export async function goToLine(page: Page, line: number): Promise<void> {
  await page.keyboard.press("Control+G");
  await page.waitForSelector(".quick-input-widget input");
  await page.keyboard.type(String(line));
  await page.keyboard.press("Enter");
  await page.waitForSelector(".quick-input-widget", { state: "hidden" });
}

export function statusItem(page: Page, text: string): ReturnType<Page["locator"]> {
  return page.locator(`.statusbar-item:has-text("${text}") a`).first();
}
