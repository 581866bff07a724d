/**
 * The `sh` blocks of the pages run as they stand, in the order of their page, with the `avmasm` of the packed tarball. Where a
 * command names the package, which only works once that is published, the tarball stands for it.
 */

import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { copyFileSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { environment, root } from "../support/command.ts";
import { codeBlocks } from "../support/documentation.ts";

const PAGES = [
  "README.md",
  "examples/contracts/README.md",
  ...["docs", "docs/walkthrough", "docs/diagnostics"].flatMap((folder) =>
    readdirSync(path.join(root, folder))
      .filter((name) => name.endsWith(".md"))
      .map((name) => `${folder}/${name}`),
  ),
];

/** What the pages say that works only with a package that is published. */
const NEEDS_PUBLICATION = [
  "docs/editors.md: npm install --global avm-assembly",
  "docs/library.md: npm install --save-dev avm-assembly",
  "docs/walkthrough/assemble.md: npx --package avm-assembly avmasm build NAME.avm",
];
/** What isn't run here, and why. */
const ELSEWHERE: Readonly<Record<string, string>> = {
  "README.md: npm ci && npm test":
    "the gate begins with `npm ci` and runs `npm test`, of which this is a part",
  "docs/editors.md: npm install --global avm-assembly": "it is what everything here is run with",
  "docs/library.md: npm install --save-dev avm-assembly": "test/api/package.test.ts does that",
  "docs/tutorial.md: npm ci && npm link": "it would change the machine; the tarball's `avmasm` stands for it",
};

interface Line {
  readonly page: string;
  readonly command: string;
}

const lines: readonly Line[] = PAGES.flatMap((page) =>
  [...readFileSync(path.join(root, page), "utf8").matchAll(/^```sh\n([^]*?)^```$/gm)]
    .flatMap(([, text]) => text.trim().split("\n"))
    .map((command) => ({ page, command })),
);
const keyOf = ({ page, command }: Line): string => `${page}: ${command}`;

describe("the commands of the pages", function () {
  this.timeout(120_000);
  const folder = mkdtempSync(path.join(os.tmpdir(), "avm-commands-"));
  const tools = path.join(folder, "tools");
  let archive: string;

  function run(command: string, cwd: string): string {
    const shell = process.platform === "win32" ? true : "/bin/sh";
    const paths = [path.join(tools, "bin"), tools, process.env.PATH];
    const { status, stdout, stderr } = spawnSync(command, {
      cwd,
      shell,
      encoding: "utf8",
      env: {
        ...environment,
        PATH: paths.join(path.delimiter),
        npm_config_offline: "true",
        npm_config_audit: "false",
        npm_config_yes: "true",
      },
    });
    assert.equal(status, 0, `${command}\n${stderr}`);
    return stdout;
  }

  before(() => {
    execFileSync("npm", ["pack", root, "--ignore-scripts", "--silent", "--pack-destination", folder], {
      cwd: folder,
      env: environment,
      shell: process.platform === "win32",
    });
    archive = path.join(
      folder,
      readdirSync(folder).find((name) => name.endsWith(".tgz"))!,
    );
    run(`npm install --global --prefix "${tools}" "${archive}"`, folder);
    for (const { file, text } of codeBlocks("docs/contracts.md")) {
      if (file !== undefined) writeFileSync(path.join(folder, file), text);
    }
    copyFileSync(path.join(root, "examples/sum.avm"), path.join(folder, "NAME.avm"));
    // A contract whose code docs/contracts.md changes.
    run(
      `avmasm build "${path.join(root, "examples/contracts/token.avm")}" --format artifact -o Token.json`,
      folder,
    );
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  it("are all known", () => {
    assert.ok(lines.length > 10);
    const named = lines.filter(({ command }) => /\bavm-assembly\b/.test(command)).map(keyOf);
    assert.deepEqual(named, NEEDS_PUBLICATION);
    const keys = lines.map(keyOf);
    for (const key of Object.keys(ELSEWHERE)) assert.ok(keys.includes(key), key);
  });

  it("name the package behind `npx`, which would fetch somebody else's otherwise", () => {
    for (const page of PAGES) {
      for (const [, rest] of readFileSync(path.join(root, page), "utf8").matchAll(/\bnpx ([^`\n]*)/g)) {
        // Of this project's own packages, in a clone.
        if (!/^(?:mocha|tsx) /.test(rest))
          assert.ok(rest.startsWith("--package avm-assembly avmasm "), `${page}: npx ${rest}`);
      }
    }
  });

  for (const line of lines.filter((one) => ELSEWHERE[keyOf(one)] === undefined)) {
    it(keyOf(line), () => {
      const { page, command } = line;
      // A clone is set up before anything else is run in it.
      const own = command.replace(/^npm ci && /, "").replace(/\bavm-assembly\b/, `"${archive}"`);
      const cwd =
        own !== command && !command.includes("avm-assembly")
          ? root
          : page.startsWith("examples/")
            ? path.join(root, path.dirname(page))
            : folder;
      run(own, cwd);
    });
  }
});
