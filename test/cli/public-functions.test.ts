import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import path from "node:path";
import { describe, it } from "mocha";
import { avmasm, root, temporaryFolder, type Folder } from "../support/command.ts";

const COUNTER = readFileSync(path.join(root, "examples/contracts/counter.avm"), "utf8");
/** The same with a second look at the owner in `reset`, and without `get`. */
const CHANGED = COUNTER.replace("reset:\n", "reset:\n        STORAGE_READ OWNER, owner\n")
  .replace('.function "get() -> u64", get, view\n', "")
  .replace(/^get:$[^]*/m, "");

const SIGNATURES = ["constructor((Field),u64)", "increment(u64)", "reset()", "get()"];

interface Row {
  readonly name: string;
  readonly kind: string;
}

describe("reports on a source with declared functions", function () {
  this.timeout(60_000);
  let folder: Folder;
  const run = (...args: string[]): string => {
    const { stdout, stderr, status } = avmasm(args, { cwd: folder.path });
    assert.equal(stderr, "");
    assert.ok(status === 0 || args[0] === "diff");
    return stdout;
  };
  before(() => (folder = temporaryFolder({ "counter.avm": COUNTER, "changed.avm": CHANGED })));
  after(() => folder.remove());

  const functionsIn = (rows: readonly Row[]): string[] =>
    rows.filter(({ kind }) => kind === "function").map(({ name }) => name);

  it("`size` lists them by their signatures", () => {
    const { parts } = JSON.parse(run("size", "counter.avm", "--format", "json")) as { parts: Row[] };
    assert.deepEqual(functionsIn(parts).sort(), [...SIGNATURES].sort());
  });

  it("`gas` shows the gas of each, though the dispatch only jumps to them", () => {
    const report = JSON.parse(run("gas", "counter.avm", "--format", "json")) as {
      routines: (Row & { l2: { low: number; high: number } })[];
    };
    assert.deepEqual(functionsIn(report.routines), SIGNATURES);
    const whole = report.routines.find(({ kind }) => kind === "start")!;
    for (const { name, l2 } of report.routines.filter(({ kind }) => kind === "function")) {
      assert.ok(l2.high > 0 && l2.high < whole.l2.high, name);
    }
  });

  it("`inspect` shows selectors, sizes and the class id", () => {
    const text = run("inspect", "counter.avm");
    assert.match(text, /0xc8e07b57 +157 +public +increment\(u64\)/);
    assert.match(text, /^class id +0x[0-9a-f]{64}$/m);
  });

  it("the listing has them in front of the symbols", () => {
    run("build", "counter.avm", "-o", "counter.bin", "--listing", "counter.lst");
    const text = readFileSync(path.join(folder.path, "counter.lst"), "utf8");
    assert.match(text, /^Functions\n {2}function {2}constructor\(\(Field\),u64\) {2}119 {5}0xaf01ac63$/m);
    assert.match(text, /\n\nSymbols\n/);
  });

  it("`diff` shows the gas that a change adds to each changed function", () => {
    const { functions } = JSON.parse(run("diff", "counter.avm", "changed.avm", "--format", "json")) as {
      functions: {
        name: string;
        before: { bytes: number; gas: { l2: { high: number } } } | null;
        after: { bytes: number; gas: { l2: { high: number } } } | null;
      }[];
    };
    assert.deepEqual(
      functions.map(({ name }) => name),
      ["reset()", "get()"],
    );
    const [reset, get] = functions;
    assert.ok(reset.after!.bytes > reset.before!.bytes);
    assert.ok(reset.after!.gas.l2.high > reset.before!.gas.l2.high);
    assert.equal(get.after, null);
    assert.match(run("diff", "counter.avm", "changed.avm"), /→.*reset\(\)\n/);
  });

  it("`diff` lists no functions if nothing changed", () => {
    assert.equal(run("diff", "counter.avm", "counter.avm"), "");
  });
});
