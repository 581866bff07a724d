import assert from "node:assert/strict";
import { delayedProgress } from "../../../server/session/progress.ts";

/** A piece of work at a time that the test sets, and what the client is told of it. */
function begin() {
  const told: (string | number)[] = [];
  let now = 0;
  const show = (title: string) => {
    told.push(title);
    return Promise.resolve({
      report: (part: number) => void told.push(part),
      done: () => void told.push("done"),
    });
  };
  const work = delayedProgress("Checking", show, () => now);
  const at = async (time: number, percentage: number): Promise<void> => {
    now = time;
    work.report(percentage);
    await Promise.resolve();
    await new Promise(setImmediate);
  };
  return { work, told, at };
}

describe("progress", () => {
  it("isn't shown for work of less than a second", async () => {
    const { work, told, at } = begin();
    await at(10, 1);
    await at(900, 99);
    work.done();
    await at(2000, 100);
    assert.deepEqual(told, []);
  });

  it("is shown repeatedly for longer work, until it is done", async () => {
    const { work, told, at } = begin();
    await at(10, 1);
    await at(1100, 20.4);
    await at(1200, 30);
    await at(1400, 50);
    work.done();
    await at(9000, 99);
    assert.deepEqual(told, ["Checking", 20, 50, "done"]);
  });

  it("works with a client that doesn't show it, and with one that fails", async () => {
    for (const show of [undefined, () => Promise.reject(new Error("no")), () => Promise.resolve(undefined)]) {
      let now = 0;
      const work = delayedProgress("Checking", show, () => now);
      now = 5000;
      work.report(50);
      work.done();
      await new Promise(setImmediate);
    }
  });
});
