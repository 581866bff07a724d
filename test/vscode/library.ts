/**
 * Tests the library, `import … from "avm-assembly"`, in a page of Chromium: the packaged file and no other code. A page
 * whose content security policy refuses WebAssembly must get the same results.
 */

import { readFileSync } from "node:fs";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { build } from "esbuild";
import type { Browser } from "playwright-core";
import type * as Library from "../../api/main.ts";
import type { Check } from "./check.ts";
import { root } from "./editor.ts";
import { useLibrary } from "./library-use.ts";

const PAGE = "http://library.test";

export async function runLibraryInPage(browser: Browser, report: (check: Check) => void): Promise<void> {
  const file = path.join(root, "dist/api.js");
  const wanted = useLibrary((await import(pathToFileURL(file).href)) as typeof Library);
  const script = await build({
    stdin: {
      contents: `import * as library from "/api.js";
        import { useLibrary } from "./library-use.ts";
        globalThis.refuses = false;
        try { new WebAssembly.Module(Uint8Array.of(0, 97, 115, 109, 1, 0, 0, 0)); } catch { globalThis.refuses = true; }
        globalThis.found = useLibrary(library);`,
      resolveDir: import.meta.dirname,
    },
    external: ["/api.js"],
    bundle: true,
    format: "esm",
    write: false,
  });
  const files: Readonly<Record<string, string>> = {
    "/api.js": readFileSync(file, "utf8"),
    "/script.js": script.outputFiles[0].text,
  };
  const policies = { "as Node does": "", "as Node does, without WebAssembly": "script-src 'self'" };
  for (const [name, policy] of Object.entries(policies)) {
    const page = await browser.newPage();
    const errors: string[] = [];
    page.on("pageerror", (error) => errors.push(error.message));
    await page.route(`${PAGE}/**`, (route) => {
      const text = files[new URL(route.request().url()).pathname];
      return text === undefined
        ? route.fulfill({
            contentType: "text/html",
            headers: policy === "" ? {} : { "content-security-policy": policy },
            body: '<!doctype html><script type="module" src="/script.js"></script>',
          })
        : route.fulfill({ contentType: "text/javascript", body: text });
    });
    await page.goto(`${PAGE}/`, { waitUntil: "load" });
    const [found, refuses] = await page.evaluate(() => {
      const { found, refuses } = globalThis as unknown as { found?: string; refuses?: boolean };
      return [found, refuses] as const;
    });
    await page.close();
    const problem =
      found !== wanted
        ? `found ${found ?? errors.join("; ")}, not ${wanted}`
        : refuses !== (policy !== "")
          ? `WebAssembly is ${refuses ? "" : "not "}refused`
          : undefined;
    report({
      name: `the library in a page: assembles, checks, runs, inspects and disassembles ${name}`,
      error: problem,
    });
  }
}
