import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { mainFiles } from "../../project/main-files.ts";

/** The main files among those that have letters for names: `a: b c` includes two others. */
const mains = (...files: string[]): string => {
  const includes = new Map(
    files.map((file) => {
      const [name, rest = ""] = file.split(":");
      return [name, rest.trim().split(" ").filter(Boolean)];
    }),
  );
  return [...mainFiles([...includes.keys()], includes)].join(" ");
};

describe("main files", () => {
  it("are the files that no other file includes", () => {
    assert.equal(mains("a: b", "b", "c"), "a c");
  });

  it("are all of several that share a file", () => {
    assert.equal(mains("a: c", "b: c", "c"), "a b");
  });

  it("contain the first file of a cycle", () => {
    assert.equal(mains("b: a", "a: b"), "b");
    assert.equal(mains("a: b c", "b: c a", "c: a b", "d"), "d a");
  });

  it("contain no file of a cycle if another file includes it", () => {
    assert.equal(mains("a: b", "b: a", "c: a b"), "c");
  });

  it("contain no file of a cycle if another file includes it indirectly", () => {
    assert.equal(mains("a: b", "b: a", "d: a", "c: d"), "c");
  });

  it("may be included by what isn't among them", () => {
    assert.equal(mains("a: elsewhere"), "a");
  });
});
