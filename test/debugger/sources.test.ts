import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { Sources } from "../../debugger/sources.ts";

describe("the sources of an artifact", () => {
  it("aren't looked for on another computer, which the artifact's author chose", () => {
    const reads: string[] = [];
    const run = { timeline: { recording: { calls: [] } }, allViews: () => [] };
    const sources = new Sources(run as never, {
      pathOf: (name) => name,
      textOf: (path) => {
        reads.push(path);
        return "fn main() {}\n";
      },
    });
    for (const path of ["/home/me/main.nr", "\\\\evil\\share\\main.nr", "//evil/share/main.nr"]) {
      const file = { path, bytes: Buffer.from("fn main() {}\n") };
      const view = { noir: { filesByPath: () => new Map([[path, file]]) } };
      const source = sources.sourceOf(view as never, path);
      assert.equal(source.name, "main.nr");
      assert.equal(source.path, path.startsWith("/home") ? path : undefined);
    }
    assert.deepEqual(reads, ["/home/me/main.nr"]);
  });
});
