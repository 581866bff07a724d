import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { readArtifact } from "../../artifact/artifact.ts";
import { contractClass } from "../../artifact/contract-class.ts";
import { readFunctions } from "../../artifact/contract-functions.ts";
import { replacePublicCode, writeArtifact } from "../../artifact/artifact-writer.ts";
import { readDebugSymbols } from "../../artifact/debug-symbols.ts";
import { errorSelector, functionSelector } from "../../artifact/selector.ts";
import { assemble, type Assembly } from "../../assembler/assemble.ts";
import { artifactOf, publicCodeOf } from "../../assembler/output/artifact.ts";
import { renderListing } from "../../assembler/output/listing.ts";
import { parseSource } from "../../grammar/source-file.ts";
import { encode } from "../../program/codec.ts";

function assembled(text: string): Assembly {
  const assembly = assemble(parseSource("main.avm", text));
  assert.deepEqual(
    assembly.diagnostics.filter(({ severity }) => severity === "error"),
    [],
  );
  return assembly;
}

function codesOf(text: string): string[] {
  return assemble(parseSource("main.avm", text))
    .diagnostics.filter(({ severity }) => severity === "error")
    .map(({ code, message }) => `${code}: ${message}`);
}

/** The bytes with the declarations and functions are those of the numbers that they stand for. */
function assertSame(text: string, plain: string): void {
  assert.deepEqual(encode(assembled(text).program), encode(assembled(plain).program));
}

const CODE = `
        SET [1], u32, #0
put:    SET [2], u32, #1
get:    RETURN [1], [2]
`;

describe("declarations of a contract", () => {
  it("can be used in constants, which the listing shows", () => {
    const listing = renderListing(
      assembled(`.function "put(a: Field)", put
.const COUNT = function_count()
.const PLACE = argument_at(put, "a")
.const SIZE = size(put)${CODE}`),
    );
    assert.match(listing, /constant +COUNT +1\n +constant +PLACE +1\n +constant +SIZE +5\n/);
  });

  it("are known with their types, whatever the order of structs", () => {
    const { contract } = assembled(`.target v5
.contract Test
.struct Line = "(from: Point, to: Point)"
.struct Point = "(x: Field, y: u8)"
.function "put(line: Line, to: AztecAddress) -> bool", put, only_self, INITIALIZER
.function "get() -> Point", get, view
${CODE}`);
    assert.equal(contract.name, "Test");
    assert.deepEqual(
      contract.functions.map(({ signature, selector, attributes, fields, label }) => [
        signature,
        selector,
        attributes,
        fields,
        label?.name,
      ]),
      [
        [
          "put(((Field,u8),(Field,u8)),(Field))",
          functionSelector("put(((Field,u8),(Field,u8)),(Field))"),
          ["only_self", "initializer"],
          5,
          "put",
        ],
        ["get()", functionSelector("get()"), ["view"], 0, "get"],
      ],
    );
    assert.deepEqual(contract.functions[1].returns, {
      kind: "struct",
      path: "Test::Point",
      fields: [
        { name: "x", type: { kind: "field" } },
        { name: "y", type: { kind: "integer", sign: "unsigned", width: 8 } },
      ],
    });
  });

  it("can be used in expressions, also above the declaration and in macros", () => {
    const declared = `.function "put(p: EmbeddedCurvePoint, to: Field)", put\n.function "get()", get\n`;
    const selectors = ["put((Field,Field,bool),Field)", "get()"].map(functionSelector);
    assertSame(
      `.macro S f, name\nSET [9], ff, #selector(f)\nSET [8], u32, #argument_at(f, name)\n.endm\nS put, "p.y"\nS put, "to"${CODE}${declared}`,
      `SET [9], ff, #${selectors[0]}\nSET [8], u32, #2\nSET [9], ff, #${selectors[0]}\nSET [8], u32, #4${CODE}`,
    );
    const each = "SET [9], ff, #function_selector(i)\nJUMPI [8], #function_label(i)";
    assertSame(
      `.rept function_count(), i\n${each}\n.endr${CODE}${declared}`,
      `SET [9], ff, #${selectors[0]}\nJUMPI [8], put\nSET [9], ff, #${selectors[1]}\nJUMPI [8], get${CODE}`,
    );
    const order = `.struct Order = "(maker: AztecAddress, prices: [u64; 2])"\n.function "put(o: Order, s: str<3>)", put\n`;
    const places = {
      o: [1, 3],
      "o.maker": [1, 1],
      "o.maker.inner": [1, 1],
      "o.prices": [2, 2],
      "o.prices[1]": [3, 1],
      s: [4, 3],
      "s[2]": [6, 1],
    };
    for (const [name, [index, size]] of Object.entries(places)) {
      assertSame(
        `SET [9], u8, #argument_at(put, "${name}")\nSET [8], u8, #argument_size(put, "${name}")${CODE}${order}`,
        `SET [9], u8, #${index}\nSET [8], u8, #${size}${CODE}`,
      );
    }
    assertSame(`SET [9], u64, #error_selector("no")`, `SET [9], u64, #${errorSelector("no")}`);
  });

  it("with mistakes are reported once each", () => {
    const cases: [string, RegExp][] = [
      [
        `.function "put(a: Adress)", put`,
        /^unknown-type: there is no type `Adress`; did you mean `AztecAddress`\?$/,
      ],
      [`.function "put(Field)", put`, /^malformed-signature: it needs a name/],
      [`.function "put()"`, /^function-without-label: `put` needs the label/],
      [`.function "put()", nowhere`, /^undefined-name: `nowhere`/],
      [`.function "put()", 3`, /^function-without-label: the label/],
      [
        `.function "put()", put, vew`,
        /^unknown-attribute: there is no attribute `vew`; did you mean `view`\?$/,
      ],
      [`.function "put(a: u8)", put\n.function "put(b: u8)", get`, /^duplicate-selector: `put\(u8\)`/],
      [`.contract A\n.contract B`, /^duplicate-contract: the contract has a name already$/],
      [`.struct A = "(x: u8)"\n.struct A = "(y: u8)"`, /^duplicate-contract: there is a struct `A` already$/],
      [`.struct A = "(x: (u8, u8))"`, /^malformed-signature: /],
      [`.struct A = "(x: A)"`, /^unknown-type: there is no type `A`/],
      [`.const X = selector(get)`, /^undeclared-function: no function is declared at `get`/],
      [
        `.function "put()", put\n.const X = argument_at(put, "b")`,
        /^undefined-name: there is no parameter `b`/,
      ],
      [
        `.function "put(a: [u8; 2])", put\n.const X = argument_at(put, "a[2]")`,
        /^undefined-name: `a\[2\]` names nothing: `\[u8; 2\]` has the elements \[0\] to \[1\]$/,
      ],
      [
        `.function "put(a: AztecAddress)", put\n.const X = argument_size(put, "a.iner")`,
        /^undefined-name: `a\.iner` names nothing: `AztecAddress` has no `iner`; did you mean `inner`\?$/,
      ],
      [
        `.function "put(a: Field)", put\n.const X = argument_at(put, "a.x")`,
        /^undefined-name: `a\.x` names nothing: `Field` has no parts$/,
      ],
      [`.const X = function_selector(0)`, /^undeclared-function: there is no function 0/],
    ];
    for (const [text, wanted] of cases) {
      const found = codesOf(`${text}${CODE}`);
      assert.equal(found.length, 1, `${text}: ${found.join("; ")}`);
      assert.match(found[0], wanted);
    }
  });
});

describe("an artifact of assembled code", () => {
  const source = `.target v4
.contract Test
.function "get(a: Field) -> u64", get, view
; é stands in front
        SET [1], u64, #error_selector("it's \\"no\\"")
get:    RETURN [1], [2]
`;

  it("has code, ABI, errors and the places of the source", () => {
    const artifact = artifactOf(assembled(source));
    const read = readArtifact(artifact);
    assert.ok(!("error" in read));
    assert.equal(read.release.target, "v4");
    assert.deepEqual(read.functions[0].bytecode(), encode(assembled(source).program));
    const message = `it's "no"`;
    assert.deepEqual(read.functions[0].errors().get(errorSelector(message))?.message, message);
    const symbols = readDebugSymbols(read.functions[0].debugSymbols!, read.files);
    assert.ok(!("error" in symbols));
    const lines = [...symbols.locations.values()].map((location) => {
      const [{ line, column, text }] = symbols.frames(location);
      return [line, column, text];
    });
    assert.deepEqual(lines, [
      [4, 8, '        SET [1], u64, #error_selector("it\'s \\"no\\"")'],
      [5, 8, "get:    RETURN [1], [2]"],
    ]);
    const functions = readFunctions(artifact);
    assert.ok(!("error" in functions));
    assert.deepEqual(functions[1].returnTypes, [{ kind: "integer", sign: "unsigned", width: 64 }]);
    assert.deepEqual([functions[1].signature, functions[1].attributes], ["get(Field)", ["view"]]);
    const found = contractClass(artifact, functions, "v4");
    assert.ok(!("error" in found));
  });

  it("accepts other code in place of its own, and doesn't change if the code is the same", () => {
    const artifact = artifactOf(assembled(source));
    assert.equal(replacePublicCode(artifact, publicCodeOf(assembled(source))), artifact);
    const other = publicCodeOf(assembled(source.replace("u64, #", "ff, #")));
    const replaced = replacePublicCode(artifact, other);
    const read = readArtifact(replaced);
    assert.ok(!("error" in read));
    assert.deepEqual(read.functions[0].bytecode(), other.bytecode);
    const symbols = readDebugSymbols(read.functions[0].debugSymbols!, read.files);
    assert.ok(!("error" in symbols));
    assert.match(symbols.frames(1)[0].text, /ff, #error_selector/);
    assert.deepEqual(Object.keys((replaced as { file_map: object }).file_map), ["0", "1"]);
    assert.ok("error" in replacePublicCode({ functions: [] }, other));
  });

  it("names, for every target, a release from which the target is recognised", () => {
    const code = publicCodeOf(assembled(source));
    for (const target of ["v6", "v5", "v4", "v3", "v2"] as const) {
      const read = readArtifact(writeArtifact("Test", target, [], code));
      assert.ok(!("error" in read));
      assert.equal(read.release.target, target);
    }
  });
});
