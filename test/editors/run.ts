/**
 * The setups of docs/editors.md in real editors without a terminal: diagnostics and hover in Neovim and in Emacs, and a run in
 * the debugger in Emacs, with dap-mode and with dape.
 *
 *   npm run test:editors
 *
 * Installs the editors from Debian if they are missing, which needs root. The last line says how many checks passed and
 * failed.
 */

import { spawnSync } from "node:child_process";
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { DEBUGGED, SUMMARY, WRONG_TAGS } from "../vscode/fixtures.ts";
import { unpackEmacs, type UnpackedEmacs } from "./unpacked-emacs.ts";

const root = path.dirname(path.dirname(path.dirname(fileURLToPath(import.meta.url))));
const here = path.join(root, "test/editors");

/** How long an editor may take, in milliseconds. */
const TIMEOUT = 120_000;

interface Editor {
  /** As docs/editors.md marks its setup. */
  readonly name: string;
  readonly command: string;
  /** Debian packages. */
  readonly packages: readonly string[];
  readonly setup: string;
  readonly args: (setup: string) => readonly string[];
  /** A newer Emacs than the distribution's, to use in place of `command`. */
  readonly unpacked?: () => UnpackedEmacs;
  /** What it has to have shown. */
  readonly wanted: readonly (readonly [string, RegExp])[];
}

const DIAGNOSTICS_AND_HOVER: Editor["wanted"] = [
  ["an address that isn't u32", /^DIAGNOSTIC 14\b.* an address must be u32/m],
  ["a sum of two tags", /^DIAGNOSTIC 19\b.*\bu1\b/m],
  ["the hover of an instruction", new RegExp(`^HOVER .*${SUMMARY}`, "m")],
];

const inEmacs =
  (script: string): Editor["args"] =>
  (setup) => ["--batch", "-f", "package-initialize", "-l", setup, "-l", path.join(here, script)];

const DEBUGGING: Editor["wanted"] = [
  ["a stop at the entry, at a breakpoint and after a step", /^STOPPED 14\nSTOPPED 18\nSTOPPED 19$/m],
  ["the value of a cell", /^EVALUATED 3 : ff \[6\]$/m],
];

const EDITORS: readonly Editor[] = [
  {
    name: "neovim",
    command: "nvim",
    packages: ["neovim"],
    setup: "init.lua",
    args: (setup) => [
      "--headless",
      "-n",
      "-i",
      "NONE",
      "-u",
      setup,
      "-c",
      `luafile ${path.join(here, "neovim.lua")}`,
    ],
    wanted: DIAGNOSTICS_AND_HOVER,
  },
  {
    name: "emacs",
    command: "emacs",
    packages: ["emacs-nox", "elpa-eglot"],
    setup: "init.el",
    args: inEmacs("emacs.el"),
    wanted: DIAGNOSTICS_AND_HOVER,
  },
  {
    name: "emacs-dap",
    command: "emacs",
    packages: ["emacs-nox", "elpa-dap-mode"],
    setup: "init-dap.el",
    args: inEmacs("emacs-dap.el"),
    wanted: DEBUGGING,
  },
  {
    name: "emacs-dape",
    command: "emacs",
    // Libraries that the newer Emacs needs.
    packages: ["emacs-nox", "libtree-sitter0", "libsqlite3-0"],
    setup: "init-dape.el",
    args: inEmacs("emacs-dape.el"),
    unpacked: () => unpackEmacs(path.join(root, ".cache/emacs")),
    wanted: DEBUGGING,
  },
];

const results = { passed: 0, failed: 0 };
const scratch = mkdtempSync(path.join(os.tmpdir(), "avm-editors-"));
try {
  const command = path.join(scratch, "avmasm");
  writeFileSync(
    command,
    `#!/bin/sh\nexec "${process.execPath}" "${path.join(root, "dist/avmasm.cjs")}" "$@"\n`,
  );
  chmodSync(command, 0o755);
  writeFileSync(path.join(scratch, "wrong.avm"), WRONG_TAGS);
  writeFileSync(path.join(scratch, "debugged.avm"), DEBUGGED);
  for (const editor of EDITORS) check(editor);
} finally {
  rmSync(scratch, { recursive: true, force: true });
}
console.log(`${results.passed} passed, ${results.failed} failed`);
process.exitCode = results.failed === 0 ? 0 : 1;

function check(editor: Editor): void {
  const { name, command, packages, wanted } = editor;
  if (!isThere(command) || !packages.every(isInstalled)) install(packages);
  const setup = path.join(scratch, editor.setup);
  writeFileSync(setup, setupOf(name));
  const unpacked = editor.unpacked?.();
  const args = [...(unpacked?.args ?? []), ...editor.args(setup)];
  const { stdout, stderr, status, error } = spawnSync(unpacked?.command ?? command, args, {
    cwd: scratch,
    encoding: "utf8",
    timeout: TIMEOUT,
    env: {
      ...process.env,
      ...unpacked?.env,
      HOME: scratch,
      PATH: `${scratch}${path.delimiter}${process.env.PATH ?? ""}`,
      AVM_FILE: path.join(scratch, "wrong.avm"),
      AVM_DEBUGGED: path.join(scratch, "debugged.avm"),
    },
  });
  for (const [what, pattern] of wanted) {
    const isShown = pattern.test(stdout);
    results[isShown ? "passed" : "failed"]++;
    console.log(`${isShown ? "ok  " : "FAIL"} ${name}: ${what}`);
    if (!isShown) console.log(`status ${String(status)} ${error?.message ?? ""}\n${stdout}${stderr}`);
  }
}

/** The block of docs/editors.md after the mark of an editor. */
function setupOf(name: string): string {
  const page = readFileSync(path.join(root, "docs/editors.md"), "utf8");
  const block = new RegExp(`<!-- test: ${name} -->\\s+\`\`\`\\w+\\n([^]*?)\`\`\``).exec(page);
  if (!block) throw new Error(`docs/editors.md has no setup for ${name}`);
  return block[1];
}

function isThere(command: string): boolean {
  return (process.env.PATH ?? "")
    .split(path.delimiter)
    .some((folder) => existsSync(path.join(folder, command)));
}

function isInstalled(name: string): boolean {
  return spawnSync("dpkg-query", ["-W", name]).status === 0;
}

function install(packages: readonly string[]): void {
  if (process.getuid?.() !== 0) {
    throw new Error(`Missing: ${packages.join(", ")}. Install them (\`apt-get install\`, which needs root).`);
  }
  console.log(`installing ${packages.join(", ")}`);
  for (const args of [
    ["update", "-qq"],
    ["install", "-y", "-qq", "--no-install-recommends", ...packages],
  ]) {
    const { status, stderr } = spawnSync("apt-get", args, {
      encoding: "utf8",
      env: { ...process.env, DEBIAN_FRONTEND: "noninteractive" },
    });
    if (status !== 0) throw new Error(`apt-get ${args.join(" ")}: ${stderr}`);
  }
}
