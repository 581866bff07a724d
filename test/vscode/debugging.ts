/**
 * Runs, tests and debugs programs in the workbench with mouse and keyboard, and takes a picture of each step for the
 * documentation.
 */

import type { Page } from "playwright-core";
import { assertReadable } from "./contrast.ts";
import { command, goToLine, inEveryTheme, line, openFile, until } from "./hands.ts";

type Step = (name: string, work: () => Promise<void>) => Promise<void>;

/** Lines of `debugged.avm`, counted from 1; see fixtures.ts. */
const FIRST = 14;
const COPY = 17;
const ADD = 18;
const MACRO_CALL = 19;
const CAST = 20;
const RETURNS = 25;

/** The line of `tags.avm` with an address that isn't u32. */
const HALT = 14;

export async function driveDebugger(
  page: Page,
  step: Step,
  picture: (name: string, small: boolean) => Promise<void>,
  workspace: string,
): Promise<void> {
  /** Waits until the run is paused on a line of the active file. */
  const standsOn = async (number: number): Promise<void> => {
    await page.locator(`.debug-top-stack-frame-line`).first().waitFor({ state: "attached" });
    await page.locator(`.statusbar-item:has-text("Ln ${number}, Col ")`).first().waitFor();
  };
  const stop = async (): Promise<void> => {
    if ((await page.locator(".debug-toolbar:visible").count()) === 0) return;
    await page.keyboard.press("Shift+F5");
    await page.locator(".debug-toolbar").waitFor({ state: "hidden" });
  };
  /** Starts debugging the active file with calldata. */
  const start = async (name: string, calldata: string): Promise<void> => {
    await stop();
    await openFile(page, name);
    await page.keyboard.press("F5");
    const input = page.locator('.quick-input-widget:visible:has-text("Calldata") input').first();
    await input.waitFor();
    await input.fill(calldata);
    await page.keyboard.press("Enter");
    await page.waitForSelector(".debug-toolbar:visible");
    await page.waitForSelector(".debug-top-stack-frame-line", { state: "attached" });
  };
  /** Removes the breakpoint that an earlier step has set. */
  const removeBreakpoint = async (): Promise<void> => {
    const breakpoints = page.locator(".monaco-editor .codicon-debug-breakpoint");
    await openFile(page, "debugged.avm");
    if ((await breakpoints.count()) === 0) return;
    await goToLine(page, ADD);
    await page.keyboard.press("F9");
    await breakpoints.first().waitFor({ state: "detached" });
  };
  const variable = (text: string | RegExp) =>
    page.locator(".debug-viewlet .monaco-list-row", { hasText: text }).first();

  await step("debugging: F5 asks for calldata, and stops at the first instruction", async () => {
    await command(page, "View: Close All Editors", () =>
      page.locator(".tab").first().waitFor({ state: "detached" }),
    );
    await start("debugged.avm", "1, 2");
    // Closes views to make room for the variables.
    for (const title of ["Watch", "Loaded Scripts"]) {
      const pane = page.locator(
        `.debug-viewlet .pane-header[aria-label*="${title}" i][aria-expanded="true"]`,
      );
      if ((await pane.count()) > 0) await pane.first().click();
    }
    await variable("zero [1]").waitFor();
    await picture("debug-start", true);
  });

  await step("debugging: it stops at a breakpoint, and cells have their values beside them", async () => {
    await start("debugged.avm", "1, 2");
    await goToLine(page, ADD);
    await page.keyboard.press("F9");
    await page.locator(".codicon-debug-breakpoint").first().waitFor();
    await page.keyboard.press("F5");
    await standsOn(ADD);
    await variable("b [5]").waitFor();
    await line(page, /ADD\s+a,\sb,\ssum.*2/).waitFor();
    await picture("debug-breakpoint", true);
  });

  await step("debugging: it steps over a macro, and back", async () => {
    await page.keyboard.press("F10");
    await standsOn(MACRO_CALL);
    await page.keyboard.press("F10");
    await standsOn(CAST);
    await variable("sum [6]").filter({ hasText: "6" }).waitFor();
    await picture("debug-step-over", true);
    await page.locator(".debug-toolbar .codicon-debug-step-back").click();
    await standsOn(MACRO_CALL);
    await picture("debug-step-back", true);
  });

  await step("debugging: the memory view shows cells with their tags", async () => {
    await command(page, "AVM: Show Memory", () => page.waitForSelector('.tab:has-text("AVM Memory")'));
    const memory = page.frameLocator("iframe.webview").last().frameLocator("#active-frame");
    await memory.locator('#cells tr:has-text("sum")').first().waitFor();
    await picture("debug-memory", true);
    await inEveryTheme(workspace, memory, (theme) =>
      assertReadable(memory.locator("td, th, label, #state, td button"), theme),
    );
    await stop();
  });

  await step("debugging: it stops before a halt, with the checker's message", async () => {
    await start("tags.avm", "1");
    await page.keyboard.press("F5");
    await page.locator('.exception-widget:has-text("u32")').waitFor();
    await standsOn(HALT);
    await picture("debug-halt", true);
    await stop();
  });

  await step("debugging: a data breakpoint on a cell stops before it changes", async () => {
    await stop();
    await removeBreakpoint();
    await start("debugged.avm", "1, 2");
    await until(
      page,
      async () => {
        await page.keyboard.press("Escape");
        await variable("a [4]").click({ button: "right" });
        const item = page.locator('.monaco-menu .action-label:has-text("Break on Value Change")');
        await item.waitFor();
        // A menu that has just opened takes a click for the end of the click that opened it.
        await page.waitForTimeout(500);
        await item.click();
      },
      () => page.locator(".monaco-menu").waitFor({ state: "hidden" }),
    );
    await page.keyboard.press("F5");
    await standsOn(COPY);
    await picture("debug-data-breakpoint", true);
    await stop();
  });

  await step("debugging: a data breakpoint on a cell's tag stops where the tag changes", async () => {
    await stop();
    await removeBreakpoint();
    await start("debugged.avm", "1, 2");
    const tag = variable(/^tag/);
    await until(
      page,
      async () => {
        await page.keyboard.press("Escape");
        if ((await tag.count()) === 0) await variable("sum [6]").locator(".monaco-tl-twistie").click();
        await tag.click({ button: "right" });
        const items = page.locator(".monaco-menu .action-label");
        await items.filter({ hasText: "Break on Value Change" }).waitFor();
        // Accesses to a tag are accesses to its cell, so a tag has no breakpoints of its own.
        if ((await items.filter({ hasText: "Break on Value Read" }).count()) > 0)
          throw new Error("offers to stop where a tag is read");
        await page.waitForTimeout(500);
        await items.filter({ hasText: "Break on Value Change" }).click();
      },
      () => page.locator(".monaco-menu").waitFor({ state: "hidden" }),
    );
    // The first write, then the change; the sums between don't change the cell.
    await page.keyboard.press("F5");
    await standsOn(ADD);
    await page.keyboard.press("F5");
    await standsOn(CAST);
    await tag.filter({ hasText: "ff" }).waitFor();
    await page.mouse.move(0, 0);
    await picture("debug-tag-breakpoint", true);
    await stop();
  });

  await step("debugging: it stops where a cell gets another tag", async () => {
    await stop();
    await removeBreakpoint();
    await start("debugged.avm", "1, 2");
    const filter = page.locator(
      '.debug-breakpoints .monaco-list-row:has-text("cell\'s tag changes") input[type="checkbox"]',
    );
    await filter.click();
    await page.keyboard.press("F5");
    await page
      .locator('.exception-widget:has-text("The tag of sum [6] changes here, from ff to u8")')
      .waitFor();
    await standsOn(CAST);
    await picture("debug-tag-change", true);
    await filter.click();
    await stop();
  });

  await step("debugging: a failing test is debugged from its lens", async () => {
    await stop();
    await openFile(page, "debugged.avm");
    await page.locator('.codelens-decoration a:has-text("Debug Test")').click();
    await page.waitForSelector(".debug-toolbar:visible");
    await standsOn(FIRST);
    await page.keyboard.press("F11");
    await page.keyboard.press("F11");
    await standsOn(FIRST + 2);
    await picture("debug-test", true);
    await stop();
  });

  await step("testing: the Test Explorer runs tests, and a failure stands beside its line", async () => {
    await openFile(page, "debugged.avm");
    await command(page, "Testing: Focus on Test Explorer View", () =>
      page.locator('.test-explorer .monaco-list-row:has-text("debugged.avm")').first().waitFor(),
    );
    await command(page, "Test: Run Tests in Current File", () =>
      page.locator(".test-explorer .codicon-testing-failed-icon").first().waitFor(),
    );
    await goToLine(page, RETURNS);
    await page.locator('.test-error-content-widget:has-text("returned 6")').first().waitFor();
    await page.mouse.move(0, 0);
    await picture("test-explorer", true);
  });

  await step("testing: coverage stands beside the lines", async () => {
    await command(page, "Test: Run All Tests with Coverage", () =>
      page.locator(".coverage-deco-gutter.coverage-deco-hit").first().waitFor({ state: "attached" }),
    );
    await page.locator('.pane-header:has-text("Test Coverage")').first().waitFor();
    await page.mouse.move(0, 0);
    await picture("test-coverage", true);
    await command(page, "View: Toggle Panel Visibility");
  });
}
