import assert from "node:assert/strict";
import type { MarkupContent } from "vscode-languageserver-types";
import { completion } from "../../../server/features/completion.ts";
import { hover } from "../../../server/features/hover.ts";
import { flowGraph } from "../../../server/requests/graph.ts";
import { summary } from "../../../server/requests/summary.ts";
import { open } from "../fixture.ts";
import { toItsEnd } from "../../../program/cooperative.ts";

const CODE = `
.struct Order = "(maker: AztecAddress, prices: [u64; 2])"
.function "fill(order: Order, all: bool) -> u128", fill, only_self
.function "get() -> Field", get, view
        SET [1], u32, #0
        GETENVVAR [2], ISSTATICCALL
        JUMPI [2], get
fill:   RETURN [1], [1]
get:    RETURN [1], [1]
`;

/** What the hover says at the first place of a text in the code. */
function hoverOn(text: string): string {
  assert.ok(CODE.includes(text));
  const { snapshot, position } = open(CODE.replace(text, `$0${text}`));
  const found = hover(snapshot, position);
  assert.ok(found, "there is no hover");
  return (found.contents as MarkupContent).value;
}

function completionsIn(line: string): string[] {
  const { snapshot, position } = open(`.struct Order = "(maker: Field)"\n${line}`);
  return completion(snapshot, position, { snippets: false, typed: undefined }).items.map(
    ({ label }) => label,
  );
}

describe("declared functions in the editor", () => {
  it("show their selector, canonical signature and calldata by field", () => {
    const text = hoverOn('"fill(');
    assert.match(text, /`fill\(\(\(Field\),\[u64;2\]\),bool\)`, selector `0x[0-9a-f]{8}`, `only_self`/);
    assert.match(text, /Returns `u128`: 1 field\./);
    assert.match(text, /Costs .* L2 gas, without the dispatch\./);
    assert.ok(
      text.includes(
        [
          "  0  the selector",
          "  1  order.maker.inner: Field",
          "  2  order.prices[0]: u64",
          "  3  order.prices[1]: u64",
          "  4  all: bool",
        ].join("\n"),
      ),
      text,
    );
  });

  it("show the same at their label", () => {
    assert.match(hoverOn("fill:"), /selector `0x[0-9a-f]{8}`, `only_self`[^]*4 {2}all: bool/);
    assert.match(hoverOn("get:"), /`get\(\)`, selector `0x[0-9a-f]{8}`, `view`/);
  });

  it("show the fields of a struct", () => {
    assert.match(hoverOn('"(maker'), /0 {2}maker\.inner: Field\n {2}1 {2}prices\[0\]: u64/);
  });

  it("complete types where one is wanted, the program's own structs among them", () => {
    for (const line of [
      '.function "f(a: $0',
      '.function "f(a: Az$0',
      '.function "f(a: [$0',
      '.function "f() -> $0',
    ]) {
      const labels = completionsIn(line);
      for (const wanted of ["Field", "u128", "AztecAddress", "Order"])
        assert.ok(labels.includes(wanted), line);
    }
    assert.ok(completionsIn('.struct Pair = "(left: $0').includes("Field"));
    assert.deepEqual(completionsIn('.function "f($0'), []);
    assert.deepEqual(completionsIn('.error "f(a: $0'), []);
  });

  it("are the parts of the status bar and the routines of the graph", () => {
    const { snapshot } = open(`${CODE}$0`);
    const parts = summary(snapshot)!.parts.filter(({ name }) => name !== "start");
    assert.deepEqual(parts.map(({ name }) => name).sort(), ["fill(((Field),[u64;2]),bool)", "get()"]);
    for (const { l2 } of parts) assert.match(l2!, /^\d+$/);
    const graph = toItsEnd(flowGraph(snapshot));
    assert.ok(!("errors" in graph));
    assert.deepEqual(
      graph.routines.map(({ name }) => name),
      ["start", "fill(((Field),[u64;2]),bool)", "get()"],
    );
  });

  it("complete the attributes behind the label", () => {
    assert.deepEqual(completionsIn('.function "f()", f, $0').sort(), ["initializer", "only_self", "view"]);
  });
});
