/** The steps of a user, each of which is one check. */

import path from "node:path";
import type { Page } from "playwright-core";
import type { Check } from "./check.ts";
import { cache } from "./editor.ts";
import { dismiss } from "./hands.ts";

export type Step = (name: string, work: () => Promise<void>) => Promise<void>;

/**
 * Runs a step; if it fails, tries once more from a clean state, because a busy machine can lose a key press. A picture of the
 * failure goes to the cache.
 *
 * @param where precedes the names of the checks
 * @param only runs only the steps with this in their names, besides the first ones, "it opens"
 */
export function stepsOn(page: Page, where: string, only: string, report: (check: Check) => void): Step {
  return async (name, work) => {
    if (!new RegExp(only).test(name) && name !== "it opens") return;
    let error: string | undefined;
    for (let attempt = 0; attempt < 2; attempt++) {
      try {
        await dismiss(page);
        await work();
        return report({ name: `${where}: ${name}`, error: undefined });
      } catch (caught) {
        const message = caught instanceof Error ? caught.message : String(caught);
        if (attempt === 0) console.log(`again: ${where}: ${name}\n${message.replace(/^/gm, "       ")}`);
        error = error === undefined ? message : `${error}\nand then\n${message}`;
        const picture = path.join(cache, `${where.replaceAll(" ", "-")}.png`);
        // If the page has closed, the step's own error says so.
        await page.screenshot({ path: picture }).catch(() => undefined);
        await page.keyboard.press("Escape").catch(() => undefined);
      }
    }
    report({ name: `${where}: ${name}`, error });
  };
}
