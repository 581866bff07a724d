import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { functionAround, lineAt, lineText, noirFile, type NoirFile } from "../../artifact/noir-source.ts";

function file(source: string, locations?: unknown): NoirFile {
  const found = noirFile({ source, path: "src/main.nr", function_locations: locations });
  assert.ok(found);
  return found;
}

/** The function around the place that `$` marks. */
function around(marked: string): string | undefined {
  const source = marked.replace("$", "");
  return functionAround(file(source), Buffer.byteLength(marked.slice(0, marked.indexOf("$"))));
}

describe("a Noir file", () => {
  it("is divided into lines", () => {
    const found = file("fn a() {\r\n  b\n}");
    assert.deepEqual(
      [0, 9, 10, 14, 99].map((offset) => lineAt(found, offset)),
      [0, 0, 1, 2, 2],
    );
    assert.deepEqual(
      [0, 1, 2].map((line) => lineText(found, line)),
      ["fn a() {", "  b", "}"],
    );
  });
  it("converts byte offsets, also after characters of several bytes", () => {
    const found = file("// é€😀\nfn a() {}");
    assert.equal(lineAt(found, 12), 0);
    assert.equal(lineAt(found, 13), 1);
  });
  it("isn't used without its text", () => {
    assert.equal(noirFile({ path: "x" }), undefined);
    assert.equal(noirFile(undefined), undefined);
  });
});

describe("the function around a place in Noir", () => {
  for (const [marked, expected] of [
    ["fn a() { $ }", "a"],
    ["fn a() { } $ fn b() { }", undefined],
    ["fn a() { } fn b() { $ }", "b"],
    ["fn a() { if x { } $ }", "a"],
    ["fn a() { fn b() { $ } }", "b"],
    ["fn a() { fn b() { } $ }", "a"],
    ["impl T { fn a(self) { $ } }", "a"],
    ["trait T { fn a(self) -> [u8; 3]; fn b() { $ } }", "b"],
    ["trait T { fn a(self); } struct S { $ }", undefined],
    ["fn a<let N: u32>(x: [u8; { N }]) -> Field { $ }", "a"],
    ["// fn no() {\nfn a() { $ }", "a"],
    ["/* fn no() { /* { */ */ fn a() { $ }", "a"],
    ['fn a() { "fn no() { \\" {"; $ }', "a"],
    ['fn a() { r#"fn no() { " {"#; $ }', "a"],
    ["fn a(f: fn(Field) -> Field) { $ }", "a"],
    ["fn a() { $ ", "a"],
    ["fn a", undefined],
    ["fn é() { $ }", undefined],
  ] as [string, string | undefined][]) {
    it(`is ${expected} in ${JSON.stringify(marked)}`, () => {
      assert.equal(around(marked), expected);
    });
  }

  it("has its full path if the artifact contains it", () => {
    const source = "impl Hash for Map<K> { fn hash(self) { 1 } } fn free() { 2 }";
    const full = (name: string) => functionAround(file(source, [{ start: source.indexOf("{ 1"), name }]), 40);
    assert.equal(full("Map<K, Vec<V>>::hash"), "Map::hash");
    assert.equal(full("<impl Hash for Map<K, V>>::hash"), "Map::hash");
    assert.equal(full("<impl Map<K>>::hash"), "Map::hash");
    assert.equal(full("tests::hash"), "tests::hash");
    assert.equal(functionAround(file(source, [{ start: -1, name: 5 }, null, {}]), 58), "free");
  });

  it("is found within a time limit in any text", () => {
    for (const source of [
      "fn a".repeat(100_000),
      "fn a() {".repeat(100_000),
      "/*".repeat(200_000),
      'r"'.repeat(200_000),
      `r${"#".repeat(200_000)}"${'"#'.repeat(200_000)}`,
      `fn o() { ${"fn a() {} ".repeat(50_000)} }`,
    ]) {
      const found = file(source);
      for (let offset = 0; offset < source.length; offset += 97) functionAround(found, offset);
    }
  });
});
