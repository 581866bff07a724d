import assert from "node:assert/strict";
import { readFileSync, readdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { describe, it } from "mocha";
import { avmasm, root } from "../support/command.ts";

const folder = path.join(root, "examples/contracts");
const readmeFile = path.join(folder, "README.md");
const readme = readFileSync(readmeFile, "utf8");

interface Range {
  readonly low: number;
  readonly high: number | null;
}

/** The table of the page: what each function costs, as `avmasm gas` has it. */
function gasTable(files: readonly string[]): string {
  const shown = ({ low, high }: Range): string =>
    low === high
      ? low.toLocaleString("en")
      : high === null
        ? `${low.toLocaleString("en")} or more`
        : `${low.toLocaleString("en")}–${high.toLocaleString("en")}`;
  const rows = files.flatMap((file) => {
    const { stdout } = avmasm(["gas", "--format", "json", file], { cwd: folder });
    const { routines } = JSON.parse(stdout) as {
      routines: { name: string; kind: string; l2: Range; da: Range }[];
    };
    return routines
      .filter(({ kind }) => kind === "function")
      .map(({ name, l2, da }) => `| ${file} | \`${name}\` | ${shown(l2)} | ${shown(da)} |`);
  });
  return ["| contract | function | L2 gas | DA gas |", "| --- | --- | --- | --- |", ...rows, ""].join("\n");
}

describe("the example contracts", function () {
  this.timeout(60_000);
  const files = readdirSync(folder).filter((name) => name.endsWith(".avm"));

  it("are exactly three", () => assert.deepEqual(files, ["counter.avm", "token.avm", "vault.avm"]));

  it("use the gas that the page states", () => {
    const start = "<!-- gas -->\n\n";
    const end = "\n<!-- /gas -->";
    const [before, rest] = readme.split(start);
    const after = rest.slice(rest.indexOf(end));
    const expected = `${before}${start}${gasTable(files)}${after}`;
    if (process.env.UPDATE_GOLDEN) writeFileSync(readmeFile, expected);
    else assert.equal(readme, expected);
  });

  it("pass their tests", () => {
    const { status, stdout } = avmasm(["test", ...files], { cwd: folder });
    assert.equal(status, 0, stdout);
    assert.match(stdout, /^\d{2} passed$/m);
  });

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
