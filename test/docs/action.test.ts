// The action in action.yml: its steps are run as GitHub runs them, in a repository with a commit to compare with.

import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { describe, it } from "mocha";
import { parse } from "yaml";
import { environment, root } from "../support/command.ts";

interface Action {
  readonly inputs: Readonly<Record<string, { readonly default: string }>>;
  readonly runs: { readonly steps: readonly Step[] };
}

interface Step {
  readonly name: string;
  readonly if?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly run: string;
}

const action = parse(readFileSync(path.join(root, "action.yml"), "utf8")) as Action;

const COUNTER = readFileSync(path.join(root, "examples/contracts/counter.avm"), "utf8");
const DEARER = COUNTER.replace("reset:\n", "reset:\n        STORAGE_READ OWNER, owner\n");

interface Result {
  readonly status: number | null;
  readonly output: string;
}

describe("the action for GitHub", function () {
  this.timeout(60_000);
  let folder: string;
  let summary: string;
  const git = (...args: string[]): string =>
    execFileSync("git", ["-c", "user.name=a", "-c", "user.email=a@b.c", ...args], { cwd: folder }).toString();

  before(() => {
    folder = mkdtempSync(path.join(os.tmpdir(), "avm-action-"));
    summary = path.join(folder, ".git/summary.md");
    git("init", "-q");
    write("counter.avm", COUNTER);
    git("add", ".");
    git("commit", "-qm", "Counter");
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  function write(name: string, text: string): void {
    writeFileSync(path.join(folder, name), text);
  }

  /** Runs a step with these inputs; those that aren't given have their defaults. */
  function run(name: string, given: Readonly<Record<string, string>> = {}): Result {
    const step = action.runs.steps.find((candidate) => candidate.name === name);
    assert.ok(step, `there is no step ${name}`);
    const filled = (text: string): string =>
      text.replace(/\$\{\{\s*([\w.]+)\s*\}\}/g, (_, key: string) => {
        if (key === "github.action_path") return root;
        if (key === "github.event.pull_request.base.sha") return "";
        const input = key.replace("inputs.", "");
        assert.ok(input in action.inputs, `there is no input ${input}`);
        return given[input] ?? filled(action.inputs[input].default);
      });
    const env = Object.fromEntries(Object.entries(step.env ?? {}).map(([key, text]) => [key, filled(text)]));
    writeFileSync(summary, "");
    const result = spawnSync("bash", ["-eo", "pipefail", "-c", filled(step.run)], {
      cwd: folder,
      env: { ...environment, ...env, GITHUB_STEP_SUMMARY: summary },
    });
    return { status: result.status, output: `${result.stdout.toString()}${result.stderr.toString()}` };
  }

  it("passes good sources, whose tests pass", () => {
    assert.deepEqual(run("Check"), { status: 0, output: "" });
    const { status, output } = run("Test");
    assert.equal(status, 0, output);
    assert.match(output, /5 passed/);
  });

  it("annotates mistakes in the diff", () => {
    write("broken.avm", "        SET [1], u64, #0\n        RETURN [1], [1]\n");
    const { status, output } = run("Check");
    rmSync(path.join(folder, "broken.avm"));
    assert.equal(status, 1);
    assert.match(output, /^::error file=broken\.avm,line=\d+,/m);
  });

  it("fails with a test that fails", () => {
    write("counter.avm", COUNTER.replace(".returns 15", ".returns 16"));
    const { status, output } = run("Test");
    write("counter.avm", COUNTER);
    assert.equal(status, 1);
    assert.match(output, /FAIL it counts from where it was set/);
  });

  it("reports the gas of the change", () => {
    const baseline = git("rev-parse", "HEAD").trim();
    write("counter.avm", DEARER);
    const { status, output } = run("Size and gas", { contracts: "counter.avm", baseline });
    write("counter.avm", COUNTER);
    assert.equal(status, 0, output);
    const text = readFileSync(summary, "utf8");
    assert.match(text, /## counter\.avm/);
    assert.match(text, /increment\(u64\)/);
    assert.match(text, new RegExp(`Against ${baseline}:[^]*→[^]*reset\\(\\)`));
    assert.equal(git("worktree", "list").trim().split("\n").length, 1);
  });

  it("fails if a contract is larger than the budget", () => {
    const { status, output } = run("Size and gas", { contracts: "counter.avm", budget: "10" });
    assert.equal(status, 1);
    assert.match(output, /::error file=counter\.avm::it takes more than 10 fields/);
  });
});
