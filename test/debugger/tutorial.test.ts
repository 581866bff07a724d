/** The chapter of the tutorial about finding a mistake: each of its steps, as an editor would ask for them. */

import assert from "node:assert/strict";
import { codeBlocks } from "../support/documentation.ts";
import { Adapter } from "./adapter.ts";

describe("the debugging section of the tutorial", function () {
  this.timeout(30_000);
  it("stops where the page says, at what the page says", async () => {
    const block = codeBlocks("docs/tutorial.md").find(({ fails }) => fails)!;
    const adapter = new Adapter({ "triangle.avm": block.text });
    await adapter.start();
    try {
      await adapter.stopAtEntry("triangle.avm", { test: "without numbers the sum is 0" });
      const cells = await adapter.scope("Cells");
      assert.deepEqual(cells.map((cell) => cell.replace(/ .*/, "")).sort(), [
        "arg",
        "i",
        "more",
        "n",
        "one",
        "size",
        "sum",
        "zero",
      ]);
      assert.ok(cells.every((cell) => cell.includes("never written")));

      const { body: scopes } = await adapter.scopesRequest({ frameId: 1 });
      const { variablesReference } = scopes.scopes.find(({ name }) => name === "Cells")!;
      const { body: info } = await adapter.dataBreakpointInfoRequest({ variablesReference, name: "sum [4]" });
      await adapter.setDataBreakpointsRequest({
        breakpoints: [{ dataId: info.dataId!, accessType: "write" }],
      });
      const goOn = () => adapter.stoppedAfter(() => adapter.continueRequest({ threadId: 1 }));
      await goOn();
      assert.equal(await adapter.line(), 17);
      await goOn();
      assert.equal(await adapter.line(), 20);
      assert.match(await adapter.evaluate("n"), /^0 /);
      assert.match(await adapter.evaluate("i"), /^1 /);
      await adapter.stoppedAfter(() => adapter.stepBackRequest({ threadId: 1 }));
      assert.equal(await adapter.line(), 19);
      assert.match(await adapter.evaluate("more"), /never written/);
    } finally {
      await adapter.stop();
    }
  });
});
