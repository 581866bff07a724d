import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import path from "node:path";
import { describe, it } from "mocha";
import { avmasm, root } from "../support/command.ts";

const folder = path.join(root, "examples/contracts");
const readme = readFileSync(path.join(folder, "README.md"), "utf8");

describe("the example contracts", function () {
  this.timeout(60_000);
  const files = readdirSync(folder).filter((name) => name.endsWith(".avm"));

  it("are three", () => assert.deepEqual(files, ["counter.avm", "token.avm", "vault.avm"]));

  for (const file of files) {
    it(`${file} has nothing to report, and the functions that the page names`, () => {
      const { status, stderr } = avmasm(["check", "--strict", file], { cwd: folder });
      assert.deepEqual([status, stderr], [0, ""]);
      const { stdout } = avmasm(["build", "--format", "artifact", file], { cwd: folder });
      const { name, functions } = JSON.parse(stdout) as { name: string; functions: { name: string }[] };
      assert.equal(name.toLowerCase(), path.basename(file, ".avm"));
      const row = readme.split("\n").find((line) => line.startsWith(`| [${file}]`));
      const named = [...row!.matchAll(/`(\w+)`/g)].map(([, found]) => found);
      assert.deepEqual(
        functions.map((entry) => entry.name),
        ["public_dispatch", ...named],
      );
    });
  }
});
