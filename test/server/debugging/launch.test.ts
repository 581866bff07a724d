import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { LaunchError } from "../../../debugger/launch.ts";
import { toItsEnd } from "../../../program/cooperative.ts";
import { prepareLaunch } from "../../../server/debugging/launch.ts";
import { MAIN, open } from "../fixture.ts";

const SOURCE = "        SET [0], u32, #0\n        ADD [0], [1], [2]\n        RETURN [0], [0]\n";

/** What is said after a run of a source for a target, and the target of what ran. */
function launched(source: string, target?: string): { target: string | undefined; said: string } {
  const { session } = open(source);
  const prepared = prepareLaunch(session, { program: MAIN, ...(target !== undefined && { target }) });
  const run = toItsEnd(prepared.record());
  assert.ok(!("error" in run));
  const said = [...toItsEnd(prepared.findMessages()), ...run.summary].map(({ text }) => text).join("\n");
  return { target: [...run.programs][0][0].set.target, said };
}

describe("a launch inside of the language server", () => {
  it("runs a source for the target that the editor has for it, or for the one that is asked for", () => {
    assert.equal(launched(SOURCE).target, "v6");
    assert.equal(launched(SOURCE, "v4").target, "v4");
    assert.equal(launched(SOURCE, "V5").target, "v5");
  });
  it("reports the checker's errors for either target", () => {
    for (const target of [undefined, "v4"]) assert.match(launched(SOURCE, target).said, /main\.avm:2: /);
  });
  it("refuses unknown targets, targets that the machine doesn't run, and targets other than the one that the file sets", () => {
    const refused = (source: string, target: string, message: RegExp): void => {
      assert.throws(
        () => launched(source, target),
        (error) => error instanceof LaunchError && message.test(error.message),
      );
    };
    refused(SOURCE, "v9", /there is no target `v9`/);
    refused(SOURCE, "v2", /the gas of the instructions of v2 isn't known for certain/);
    refused(`.target v6\n${SOURCE}`, "v4", /can't be assembled for v4:\n.*main\.avm:1: .*the file is for v6/);
  });
});
