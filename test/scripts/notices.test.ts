import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { describe, it } from "mocha";
import { billOfMaterials, bundledPackages, noticesText } from "../../scripts/notices.mjs";
import { root } from "../support/command.ts";

describe("the licences of bundled code", () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(path.join(os.tmpdir(), "avmasm-notices-"));
  });
  afterEach(() => {
    rmSync(folder, { recursive: true, force: true });
  });
  const put = (name: string, manifest: object, files: Readonly<Record<string, string>>): void => {
    const where = path.join(folder, "node_modules", name);
    mkdirSync(where, { recursive: true });
    writeFileSync(path.join(where, "package.json"), JSON.stringify({ name, version: "1.2.3", ...manifest }));
    for (const [file, text] of Object.entries(files)) writeFileSync(path.join(where, file), text);
  };

  it("are those of the packages that files came from, each once, with all their notices", () => {
    put("b", { license: "MIT" }, { LICENSE: "text of b\r\n", "NOTICE.txt": "notice of b" });
    put("@a/a", { license: "ISC" }, { "license.md": "text of a" });
    put("unused", { license: "MIT" }, { LICENSE: "text of unused" });
    const found = bundledPackages(folder, [
      "node_modules/b/x.js",
      "cli/main.ts",
      "node_modules/b/lib/y.js",
      "node_modules/@a/a/index.js",
    ]);
    assert.deepEqual(
      found.map(({ name, text }) => [name, text]),
      [
        ["@a/a", "text of a"],
        ["b", "text of b\n\nnotice of b"],
      ],
    );
    const text = noticesText(found);
    for (const part of ["@a/a 1.2.3 (ISC)", "text of a", "notice of b"]) assert.ok(text.includes(part));
    const bill = JSON.parse(billOfMaterials({ name: "x", version: "1.0.0", license: "MIT" }, found));
    assert.deepEqual(
      bill.components.map(({ purl }: { purl: string }) => purl),
      ["pkg:npm/%40a/a@1.2.3", "pkg:npm/b@1.2.3"],
    );
  });

  it("stop the build where one is missing, or is not one that may be bundled", () => {
    put("none", { license: "MIT" }, { "README.md": "no licence here" });
    put("other", { license: "GPL-3.0-only" }, { LICENSE: "text" });
    put("unsaid", {}, { LICENSE: "text" });
    const bundle = (name: string) => () => bundledPackages(folder, [`node_modules/${name}/index.js`]);
    assert.throws(bundle("none"), /^Error: none 1\.2\.3 comes without the text of its licence$/);
    assert.throws(bundle("other"), /^Error: other 1\.2\.3 is under GPL-3\.0-only$/);
    assert.throws(bundle("unsaid"), /^Error: unsaid 1\.2\.3 is under no licence$/);
  });

  it("lie beside the bundles, with a list for programs", () => {
    const notices = readFileSync(path.join(root, "dist/NOTICES.txt"), "utf8");
    const bill = JSON.parse(readFileSync(path.join(root, "dist/sbom.cdx.json"), "utf8"));
    assert.deepEqual([bill.bomFormat, bill.specVersion], ["CycloneDX", "1.6"]);
    const names = bill.components.map(({ name }: { name: string }) => name);
    for (const name of ["chevrotain", "vscode-languageserver", "vscode-languageclient", "@dagrejs/dagre"]) {
      assert.ok(names.includes(name), name);
    }
    for (const { name, version, licenses } of bill.components) {
      assert.ok(notices.includes(`\n${name} ${version} (${licenses[0].license.id})\n`), name);
    }
  });
});
