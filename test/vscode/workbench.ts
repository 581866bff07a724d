/** Tests the workbench with mouse and keyboard, and takes screenshots. */

import { existsSync, mkdirSync, readFileSync } from "node:fs";
import path from "node:path";
import type { Browser } from "playwright-core";
import { cache, root, type Editor } from "./editor.ts";
import type { Check } from "./check.ts";
import { assertReadable } from "./contrast.ts";
import { SUMMARY } from "./fixtures.ts";
import { driveDebugger } from "./debugging.ts";
import {
  command,
  goToLine,
  inEveryTheme,
  inSight,
  line,
  openFile,
  TIMEOUT_MS,
  revert,
  statusItem,
} from "./hands.ts";
import { stepsOn } from "./steps.ts";
import { closeAllEditors, FLAME_TEXTS, openFlameGraph, useFlameGraph, viewOf } from "./views.ts";

/** The part of a browser's global object that code in the page uses. */
interface Window {
  getComputedStyle(element: unknown): { readonly color: string };
}

export async function driveWorkbench(
  browser: Browser,
  editor: Editor,
  workspace: string,
  report: (check: Check) => void,
  only: string,
): Promise<void> {
  const page = await browser.newPage({
    viewport: { width: 1280, height: 720 },
    deviceScaleFactor: 2,
    colorScheme: "dark",
  });
  page.setDefaultTimeout(TIMEOUT_MS);
  const pictures = path.join(process.env.UPDATE_IMAGES ? root : cache, "docs/images");
  mkdirSync(pictures, { recursive: true });

  const step = stepsOn(page, "in the workbench", only, report);
  const picture = async (name: string, small = false): Promise<void> => {
    // Only pictures of the documentation are updated; the others go to the cache, to look at after a run.
    const images = existsSync(path.join(root, "docs/images", `${name}.png`)) ? pictures : cache;
    // Waits until animations have ended.
    await page.waitForTimeout(400);
    await page.screenshot({ path: path.join(images, `${name}.png`), scale: small ? "css" : "device" });
  };

  try {
    await page.goto(`${editor.url}?folder=${encodeURIComponent(workspace)}`, {
      waitUntil: "domcontentloaded",
    });
    await step("it opens", async () => {
      await page.waitForSelector(".monaco-workbench .part.editor");
      await page.waitForSelector(".explorer-folders-view .monaco-list-row");
    });

    await step("a mistake has a squiggle and is in the Problems view", async () => {
      await openFile(page, "tags.avm");
      await page.waitForSelector(".squiggly-error", { state: "attached" });
      await command(page, "Problems: Focus on Problems View", () =>
        page.waitForSelector('.markers-panel .monaco-list-row:has-text("an address must be u32")'),
      );
      await picture("diagnostics");
      await command(page, "View: Toggle Panel Visibility");
      await command(page, "View: Toggle Primary Side Bar Visibility");
    });

    await step("a click on the code of a diagnostic opens its page", async () => {
      await openFile(page, "tags.avm");
      await command(page, "Problems: Focus on Problems View", () =>
        page.waitForSelector('.markers-panel .monaco-list-row:has-text("an address must be u32")'),
      );
      await page.locator('.markers-panel a:has-text("non-u32-address")').first().click();
      await page.waitForSelector('.tab.active:has-text("non-u32-address.md")');
      await line(page, /#\snon-u32-address/).waitFor();
      await command(page, "View: Toggle Panel Visibility");
    });

    await step("a build task says what it wrote", async () => {
      await openFile(page, "loop.avm");
      await command(page, "Tasks: Run Build Task", () =>
        page.locator('.quick-input-list .monaco-list-row:has-text("build loop.avm")').first().waitFor(),
      );
      await page.locator('.quick-input-list .monaco-list-row:has-text("build loop.avm")').first().click();
      await page
        .locator(".xterm-rows", { hasText: /loop\.bin/ })
        .first()
        .waitFor();
      if (!existsSync(path.join(workspace, "loop.bin"))) throw new Error("loop.bin isn't there");
      await command(page, "View: Toggle Panel Visibility");
    });

    await step("hovering over an instruction explains it", async () => {
      await openFile(page, "frames.avm");
      await goToLine(page, 41);
      await page.locator('.view-line span:text-is("CALLDATACOPY")').first().hover();
      await page.waitForSelector(`.monaco-hover:visible:has-text("${SUMMARY}")`);
      await picture("hover");
    });

    await step("instructions and names are coloured", async () => {
      await openFile(page, "frames.avm");
      await goToLine(page, 41);
      const color = (text: string): Promise<unknown> =>
        page
          .locator(`.view-line span:text-is("${text}")`)
          .first()
          .evaluate((element) => (globalThis as unknown as Window).getComputedStyle(element).color);
      const colors = new Set([await color("CALLDATACOPY"), await color("u32"), await color("INTERNALCALL")]);
      if (colors.size !== 3) throw new Error(`found the colours ${[...colors].join(", ")}`);
    });

    await step("a click on the target changes it", async () => {
      await openFile(page, "old.avm");
      await statusItem(page, "AVM v4").click();
      await page.waitForSelector('.quick-input-list .monaco-list-row:has-text("AVM v5")');
      await picture("target");
      await page.keyboard.type("v5");
      await page.keyboard.press("Enter");
      await statusItem(page, "AVM v5").waitFor();
      await line(page, /\.target\sv5/).waitFor();
      await revert(page);
      await statusItem(page, "AVM v4").waitFor();
    });

    await step("assembling writes the bytecode", async () => {
      await openFile(page, "sum.avm");
      await statusItem(page, "AVM v6").waitFor();
      await command(page, "AVM: Assemble This File", () =>
        page.waitForSelector('.statusbar-item:has-text("sum.bin")'),
      );
      if (!existsSync(path.join(workspace, "sum.bin"))) throw new Error("sum.bin isn't there");
    });

    await step("a file with a mistake says why it isn't assembled", async () => {
      await openFile(page, "broken.avm");
      await command(page, "AVM: Assemble This File", () =>
        page.waitForSelector('.notification-toast:has-text("broken.avm was not assembled")'),
      );
      await command(page, "Notifications: Clear All Notifications");
    });

    await step("completion offers what fits", async () => {
      await openFile(page, "counter.avm");
      await page.keyboard.press("Control+End");
      await page.keyboard.type("\nSLO", { delay: 50 });
      await page.waitForSelector('.suggest-widget .monaco-list-row:has-text("SLOAD")');
      await picture("completion");
      await page.keyboard.press("Escape");
      await revert(page);
    });

    await step("size and gas are in the status bar", async () => {
      await openFile(page, "frames.avm");
      await page.locator('.statusbar-item:has-text("118 B, 327+ gas")').first().waitFor();
    });

    await step("the control flow graph shows routines and blocks, and leads to the source", async () => {
      await openFile(page, "frames.avm");
      await goToLine(page, 50);
      await command(page, "AVM: Show Control Flow Graph", () =>
        page.waitForSelector('.tab:has-text("frames.avm (control flow)")'),
      );
      const graph = page.frameLocator("iframe.webview").frameLocator("#active-frame");
      // Shown at 100%, with the cursor's block in view.
      await graph.locator(".block.here").waitFor();
      const drawing = graph.locator("#graph > g");
      if (!(await drawing.getAttribute("transform"))!.endsWith("scale(1)"))
        throw new Error("it isn't at 100%");
      await inSight(graph.locator(".block.here"), graph.locator("#graph"));
      // The whole graph fits the window, and the surroundings of a block have fewer blocks than the whole.
      await graph.locator('button:text-is("Fit")').click();
      for (const block of await graph.locator(".block").all()) await inSight(block, graph.locator("#graph"));
      const all = await graph.locator(".block").count();
      await graph.locator('button:text-is("Fold")').click();
      if ((await graph.locator(".block").count()) < all) throw new Error("unfolded, there are fewer boxes");
      await graph.locator('button:text-is("Fold")').click();
      await graph.locator('button:text-is("Around")').click();
      await graph.locator('button:text-is("Around")[aria-pressed="true"]').waitFor();
      await graph.locator(".block.here").waitFor();
      await graph.locator('button:text-is("Around")').click();
      await graph.locator("select").selectOption({ index: 1 });
      await graph.locator('.block .head:text-is("fib.small:")').waitFor();
      if ((await graph.locator(".block").count()) !== 3) throw new Error("fib has three blocks");
      await graph.locator("input").fill("previous");
      await graph.locator("input").press("Enter");
      await graph.locator(".block.current").waitFor();
      await graph.locator('button:text-is("Fit")').click();
      await graph.locator('.row:has-text("CAST n, result, u64")').click();
      const source = readFileSync(path.join(root, "examples/frames.avm"), "utf8").split("\n");
      const row = source.findIndex((text) => /CAST +n, result, u64/.test(text)) + 1;
      await page.locator(`.statusbar-item:has-text("Ln ${row}, Col 1")`).first().waitFor();
      await graph.locator(".block.here").waitFor();
      await graph.locator('button:text-is("Fit")').click();
      await picture("graph");
    });

    await step(
      "the control flow graph of a large dispatcher starts at the cursor, and can be taken in",
      async () => {
        await closeAllEditors(page);
        await openFile(page, "dispatcher.avm");
        const lines = readFileSync(path.join(workspace, "dispatcher.avm"), "utf8").split("\n");
        await goToLine(page, Math.ceil(lines.length / 2));
        await command(page, "AVM: Show Control Flow Graph", () =>
          page.waitForSelector('.tab:has-text("dispatcher.avm (control flow)")'),
        );
        const graph = page.frameLocator("iframe.webview").last().frameLocator("#active-frame");
        await graph.locator(".block.here").waitFor();
        const blocks = graph.locator(".block");
        const drawing = graph.locator("#graph > g");
        if (!(await drawing.getAttribute("transform"))!.endsWith("scale(1)"))
          throw new Error("it isn't at 100%");
        await inSight(graph.locator(".block.here"), graph.locator("#graph"));
        await picture("graph-dispatcher");
        const folded = await blocks.count();
        await graph.locator('button:text-is("Fold")').click();
        const all = await blocks.count();
        if (all < 282 || all <= folded) throw new Error(`${all} boxes, ${folded} if folded`);
        await graph.locator('button:text-is("Fold")').click();
        await graph.locator('button:text-is("Fit")').click();
        const outside = await graph.locator("#graph").evaluate((svg) => {
          const { left, top, right, bottom } = svg.getBoundingClientRect();
          return [...svg.querySelectorAll(".block")].filter((block) => {
            const box = block.getBoundingClientRect();
            return (
              box.left < left - 1 || box.top < top - 1 || box.right > right + 1 || box.bottom > bottom + 1
            );
          }).length;
        });
        if (outside > 0) throw new Error(`${outside} boxes don't fit`);
        await picture("graph-dispatcher-fit");
        await graph.locator('button:text-is("Around")').click();
        await graph.locator('button:text-is("Around")[aria-pressed="true"]').waitFor();
        const near = await blocks.count();
        if (near === 0 || near > 30) throw new Error(`${near} boxes around the cursor's`);
        await inSight(graph.locator(".block.here"), graph.locator("#graph"));
        await picture("graph-dispatcher-around");
        await graph.locator('button:text-is("Around")').click();
      },
    );

    await step("the gas of a run is a flame graph, for mouse and keyboard", async () => {
      const flame = await openFlameGraph(page);
      if (!existsSync(path.join(workspace, "frames.cpuprofile"))) throw new Error("the profile isn't there");
      await useFlameGraph(page, flame);
      await picture("gas-flame", true);
    });

    await step("the flame graph can be read in every kind of theme", async () => {
      const flame = viewOf(page);
      await inEveryTheme(workspace, flame, async (theme) => {
        await assertReadable(flame.locator(FLAME_TEXTS), theme);
        await picture(`gas-flame-${theme.replaceAll(" ", "-")}`, true);
      });
    });

    await step("the listing stands beside its source", async () => {
      await page.emulateMedia({ colorScheme: "light" });
      await page.waitForSelector(".monaco-workbench.vs");
      await closeAllEditors(page);
      await openFile(page, "sum.avm");
      await command(page, "AVM: Show Listing", () =>
        page.waitForSelector('.tab:has-text("sum.avm (listing)")'),
      );
      await line(page, /target\sv6/).waitFor();
      await picture("listing");
    });

    await driveDebugger(page, step, picture, workspace);
  } finally {
    await page.close();
  }
}
