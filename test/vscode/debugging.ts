/**
 * Runs, tests and debugs programs in the workbench with mouse and keyboard, and takes a picture of each step for the
 * documentation.
 */

import { rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import type { Locator, Page } from "playwright-core";
import { assertReadable } from "./contrast.ts";
import { COSTLY } from "./fixtures.ts";
import { command, goToLine, inEveryTheme, line, openFile, revert, until } from "./hands.ts";
import type { Step } from "./steps.ts";
import {
  closeAllEditors,
  goToWriterOf,
  MEMORY_TEXTS,
  openMemory,
  standsOn as standsOnLine,
  startDebugging,
  stopDebugging,
} from "./views.ts";

/** Lines of `debugged.avm`, counted from 1; see fixtures.ts. */
const FIRST = 14;
const COPY = 17;
const ADD = 18;
const MACRO_CALL = 19;
const CAST = 20;
const RETURNS = 25;

/** Time in which a run ends that the user cancels, in milliseconds; without that, it would take minutes. */
const CANCEL_MS = 10_000;

/** The line of `tags.avm` with an address that isn't u32. */
const HALT = 14;

export async function driveDebugger(
  page: Page,
  step: Step,
  picture: (name: string, small: boolean) => Promise<void>,
  workspace: string,
): Promise<void> {
  const standsOn = (number: number): Promise<void> => standsOnLine(page, number);
  const stop = (): Promise<void> => stopDebugging(page);
  const start = (name: string, calldata: string): Promise<void> => startDebugging(page, name, calldata);
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
    await closeAllEditors(page);
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
    // What the step changed is marked, and nothing else.
    await variable("sum [6]").locator(".value.changed").waitFor();
    if ((await variable("b [5]").locator(".value.changed").count()) > 0) throw new Error("b didn't change");
    await picture("debug-step-over", true);
    await page.locator(".debug-toolbar .codicon-debug-step-back").click();
    await standsOn(MACRO_CALL);
    await picture("debug-step-back", true);
  });

  await step("debugging: the memory view shows cells with their tags", async () => {
    const memory = await openMemory(page);
    await memory.locator('#cells tr:has-text("sum")').first().waitFor();
    await picture("debug-memory", true);
    await inEveryTheme(workspace, memory, (theme) => assertReadable(memory.locator(MEMORY_TEXTS), theme));
    await goToWriterOf(page, memory, "sum", ADD);
    await stop();
  });

  await step("debugging: F5 offers the calldata of the last run", async () => {
    await stop();
    await openFile(page, "debugged.avm");
    await page.keyboard.press("F5");
    const input = page
      .locator('.quick-input-widget:visible:has-text("Calldata") .quick-input-box input')
      .first();
    await input.waitFor();
    const offered = await input.inputValue();
    await page.keyboard.press("Escape");
    if (offered !== "1, 2") throw new Error(`it offers “${offered}”`);
  });

  await step("debugging: the disassembly view steps by instruction", async () => {
    await start("debugged.avm", "1, 2");
    const rows = page.locator(".disassembly-view .monaco-list-row");
    await command(page, "Open Disassembly View", () => rows.filter({ hasText: "SET" }).first().waitFor());
    const here = rows.filter({ has: page.locator(".codicon-debug-stackframe") }).first();
    for (const instruction of [
      "SET [1]",
      "SET [2]",
      "SET [3]",
      "CALLDATACOPY",
      "ADD [4]",
      "ADD [6]",
      "MOV [6]",
    ]) {
      await here.filter({ hasText: instruction }).waitFor();
      await here.click();
      await page.keyboard.press("F10");
    }
    await picture("debug-disassembly", true);
    await closeAllEditors(page);
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

  await step(
    "testing: the Test Explorer follows a file, and a run that takes long is cancelled",
    async () => {
      const file = path.join(workspace, "costly.avm");
      writeFileSync(file, COSTLY);
      try {
        await openFile(page, "costly.avm");
        await goToLine(page, 1);
        await page.keyboard.insertText('.test "written just now"\n.endtest\n');
        const inExplorer = (text: string): Locator =>
          page.locator(".test-explorer .monaco-list-row", { hasText: text }).first();
        await command(page, "Testing: Focus on Test Explorer View", () => inExplorer("costly.avm").waitFor());
        await inExplorer("costly.avm").locator(".monaco-tl-twistie").click();
        await inExplorer("written just now").waitFor();
        await openFile(page, "costly.avm");
        await revert(page);
        await inExplorer("written just now").waitFor({ state: "detached" });
        const item = inExplorer("hashes for minutes");
        const cancel = page.locator(".codicon-testing-cancel-icon:visible").first();
        await command(page, "Test: Run Tests in Current File", () => cancel.waitFor());
        await item.locator(".codicon-testing-running-icon, .codicon-loading").first().waitFor();
        const began = Date.now();
        await cancel.click();
        await cancel.waitFor({ state: "detached" });
        const taken = Date.now() - began;
        if (taken > CANCEL_MS) throw new Error(`it went on for ${taken} ms`);
        await item.locator(".codicon-testing-skipped-icon").first().waitFor();
        // The server has time for other requests again.
        await page.locator('.view-line span:text-is("POSEIDON2")').first().hover();
        await page.waitForSelector('.monaco-hover:visible:has-text("Poseidon2")');
        await closeAllEditors(page);
        await inExplorer("costly.avm").waitFor();
        rmSync(file);
        await inExplorer("costly.avm").waitFor({ state: "detached" });
      } finally {
        rmSync(file, { force: true });
      }
    },
  );

  await step("testing: debugging a test is cancelled, and the debugger ends", async () => {
    await openFile(page, "debugged.avm");
    const cancel = page.locator(".codicon-testing-cancel-icon:visible").first();
    await command(page, "Testing: Focus on Test Explorer View");
    await command(page, "Test: Debug Tests in Current File", () =>
      page.waitForSelector(".debug-toolbar:visible"),
    );
    await command(page, "Testing: Focus on Test Explorer View", () => cancel.waitFor());
    await cancel.click();
    await page.locator(".debug-toolbar").waitFor({ state: "hidden" });
    await cancel.waitFor({ state: "detached" });
    await page.locator(".test-explorer .codicon-testing-skipped-icon").first().waitFor();
  });

  await step("testing: coverage stands beside the lines", async () => {
    await openFile(page, "debugged.avm");
    await command(page, "Test: Run All Tests with Coverage", () =>
      page.locator(".coverage-deco-gutter.coverage-deco-hit").first().waitFor({ state: "attached" }),
    );
    await page.locator('.pane-header:has-text("Test Coverage")').first().waitFor();
    await page.mouse.move(0, 0);
    await picture("test-coverage", true);
    await command(page, "View: Toggle Panel Visibility");
  });
}
