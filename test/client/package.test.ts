import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, utimesSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { packageExtension } from "../../scripts/package.ts";

// The .vsix is what a user installs: it holds what it needs and nothing else.

const root = path.join(import.meta.dirname, "../..");
const manifest = JSON.parse(readFileSync(path.join(root, "package.json"), "utf8"));

describe("the packaged extension", function () {
  this.timeout(60_000);
  const scratch = mkdtempSync(path.join(os.tmpdir(), "avm-package-"));
  const file = path.join(scratch, "avm-assembly.vsix");

  before(async function () {
    if (!existsSync(path.join(root, "dist/client.cjs"))) assert.fail("npm run build comes first");
    await packageExtension(file);
  });
  after(() => rmSync(scratch, { recursive: true, force: true }));

  it("holds the programs, the languages, the icons and the pages", () => {
    const names = namesInArchive(readFileSync(file)).filter(
      // As many pages as the documentation has, schemas as there are outputs, and files as the standard library has.
      (name) =>
        name.startsWith("extension/") &&
        !/^extension\/(?:docs\/(?:[a-z]+\/)?[a-z0-9-]+\.md|examples\/(?:contracts\/)?[A-Za-z0-9]+\.(?:avm|md)|docs\/schema\/[a-z]+\.schema\.json|lib\/std\/[a-z0-9-]+\.avm)$/.test(
          name,
        ),
    );
    assert.deepEqual(names.sort(), [
      "extension/LICENSE.txt",
      "extension/SECURITY.md",
      "extension/changelog.md",
      ...bundles().map((name) => `extension/dist/${name}`),
      // Of the library that the package for npm has besides.
      ...["errors", "main", "types"].map((name) => `extension/dist/types/${name}.d.ts`),
      "extension/docs/images/file.svg",
      "extension/docs/images/icon.png",
      "extension/docs/images/icon.svg",
      "extension/docs/images/performance.svg",
      "extension/package.json",
      "extension/readme.md",
      "extension/syntaxes/avm-listing.tmLanguage.json",
      "extension/syntaxes/avm.tmLanguage.json",
      "extension/syntaxes/language-configuration.json",
      "extension/syntaxes/snippets.json",
    ]);
  });

  it("has the same bytes when it is made again, however new its files are", async () => {
    const again = path.join(scratch, "again.vsix");
    for (const name of bundles()) utimesSync(path.join(root, "dist", name), new Date(), new Date());
    await packageExtension(again);
    assert.ok(readFileSync(again).equals(readFileSync(file)));
  });

  it("has the same bytes when it is made again, as the package for npm", () => {
    const pack = (): Buffer => {
      const args = ["pack", "--ignore-scripts", "--silent", "--pack-destination", scratch];
      const { status, stdout } = spawnSync("npm", args, { cwd: root, encoding: "utf8" });
      assert.equal(status, 0);
      return readFileSync(path.join(scratch, stdout.trim()));
    };
    const first = pack();
    for (const name of bundles()) utimesSync(path.join(root, "dist", name), new Date(), new Date());
    assert.ok(pack().equals(first));
  });

  it("is smaller than its limit", () => {
    const { length } = readFileSync(file);
    assert.ok(length > 100_000, `${length} bytes are too few for the programs`);
    // The command in four large bundles, the server and the extension, each of the last two for Node and for a browser, and the documentation.
    assert.ok(length < 2_450_000, `${length} bytes`);
  });

  it("has every page that its pages link to, but not the pictures, which are twice as large as all the rest", () => {
    const names = new Set(namesInArchive(readFileSync(file)));
    const pages = [...names].filter((name) => /^extension\/(?:docs|examples)\/.*\.md$/.test(name));
    assert.ok(pages.length > 100);
    for (const page of pages) {
      const text = readFileSync(path.join(root, page.slice("extension/".length)), "utf8");
      for (const [, link] of text.matchAll(/\]\(([^)#\s]+)(?:#[^)]*)?\)/g)) {
        if (/^[a-z]+:|\.png$/.test(link)) continue;
        const target = path.posix.join(path.posix.dirname(page), link);
        const isThere =
          RENAMED.has(target) || [...names].some((name) => name === target || name.startsWith(`${target}/`));
        assert.ok(isThere, `${page} links to ${link}`);
      }
    }
  });

  it("has every file that its manifest names", () => {
    const names = new Set(namesInArchive(readFileSync(file)));
    const { contributes, main, browser, icon } = manifest;
    const named: string[] = [
      main,
      browser,
      icon,
      ...contributes.grammars.map((entry: { path: string }) => entry.path),
      ...contributes.snippets.map((entry: { path: string }) => entry.path),
      ...contributes.walkthroughs[0].steps.map(
        (entry: { media: { markdown: string } }) => entry.media.markdown,
      ),
      contributes.languages[0].configuration,
      ...Object.values(contributes.languages[0].icon),
      ...contributes.jsonValidation.map((entry: { url: string }) => entry.url),
    ];
    for (const name of named) assert.ok(names.has(path.posix.join("extension", name)), name);
  });
});

/** Files that the extension's packager renames, to `readme.md` and the like. The package for npm has their own names. */
const RENAMED = new Set(["CHANGELOG.md", "LICENSE", "docs/vscode.md"].map((name) => `extension/${name}`));

/** What scripts/build.mjs writes. */
function bundles(): string[] {
  const script = readFileSync(path.join(root, "scripts/build.mjs"), "utf8");
  return [
    ...new Set(
      [...script.matchAll(/dist\/([A-Za-z0-9.-]+\.(?:cjs|json|js|css|txt))/g)].map(([, name]) => name),
    ),
  ].sort();
}

/** The names in the central directory of a zip archive. */
function namesInArchive(archive: Buffer): string[] {
  const end = archive.lastIndexOf(Buffer.from([0x50, 0x4b, 0x05, 0x06]));
  const count = archive.readUInt16LE(end + 10);
  const names: string[] = [];
  for (let entry = 0, at = archive.readUInt32LE(end + 16); entry < count; entry++) {
    const lengths = [28, 30, 32].map((offset) => archive.readUInt16LE(at + offset));
    names.push(archive.toString("utf8", at + 46, at + 46 + lengths[0]));
    at += 46 + lengths[0] + lengths[1] + lengths[2];
  }
  return names;
}
