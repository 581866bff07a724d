import assert from "node:assert/strict";
import { describe, it } from "mocha";
import fc from "fast-check";
import { fieldCount } from "../../artifact/abi-types.ts";
import { functionSelector } from "../../artifact/selector.ts";
import { parseSignature, parseStruct, type Signature } from "../../artifact/signature.ts";

function read(text: string, options = {}): Signature {
  const signature = parseSignature(text, options);
  assert.ok(!("error" in signature), "error" in signature ? signature.error : "");
  return signature;
}

function errorOf(text: string, options = {}): string {
  const signature = parseSignature(text, options);
  assert.ok("error" in signature, `${text} is accepted`);
  assert.ok(signature.start <= signature.end && signature.end <= text.length);
  return signature.error;
}

describe("signatures", () => {
  it("are brought into canonical form", () => {
    for (const [text, canonical] of [
      ["transfer(to: AztecAddress, amount: u128) -> bool", "transfer((Field),u128)"],
      ["transfer((Field), u128)", "transfer((Field),u128)"],
      ["f( a : [ [u8;2] ; 3 ] , s: str<31>, )", "f([[u8;2];3],str<31>)"],
      ["f() -> ()", "f()"],
      ["f(o: Option<u8>, v: BoundedVec<Field, 4>)", "f((bool,u8),([Field;4],u32))"],
      ["f(p: EmbeddedCurvePoint, s: FunctionSelector, i: i64)", "f((Field,Field,bool),(u32),i64)"],
    ]) {
      assert.equal(read(text).canonical, canonical);
      assert.equal(read(canonical).canonical, canonical);
    }
  });

  it("have the selectors that Aztec computes", () => {
    const published = { "sum(Field,Field)": 0xa2d04b8a };
    for (const [text, selector] of Object.entries(published)) {
      assert.equal(functionSelector(read(text).canonical), selector);
    }
  });

  it("contain the return type", () => {
    assert.deepEqual(read("f() -> pub u8").returns, { kind: "integer", sign: "unsigned", width: 8 });
    assert.equal(read("f() -> ()").returns, undefined);
    assert.equal(fieldCount(read("f() -> (Field, [u8; 3], bool)").returns!), 5);
  });

  it("are refused with the reason", () => {
    assert.equal(errorOf("f(a: adress)"), "there is no type `adress`; did you mean `AztecAddress`?");
    assert.equal(errorOf("f(a: Fild)"), "there is no type `Fild`; did you mean `Field`?");
    assert.equal(errorOf("f(Field"), "`)` is missing");
    assert.equal(errorOf("f(Field) x"), "the signature must end here, found `x`");
    assert.equal(errorOf(""), "the name of the function is missing");
    assert.equal(errorOf("f(a: Field, a: u8)"), "there are two called `a`");
    assert.match(errorOf("f(a: str)"), /length is part of the type/);
    assert.equal(errorOf("f(Field)", { named: true }), "it needs a name: `name: Field`");
    assert.match(errorOf("f(a: (Field, u8))", { named: true }), /tuple/);
    assert.match(errorOf(`f(a: ${"[".repeat(40)}u8${";1]".repeat(40)})`), /nested/);
  });

  it("take structs that a file defines", () => {
    const point = parseStruct("(x: Field, y: Field)", "Test::Point");
    assert.ok("type" in point);
    const structs = new Map([["Point", point.type]]);
    assert.equal(
      read("f(p: Point, q: [Point; 2])", { structs }).canonical,
      "f((Field,Field),[(Field,Field);2])",
    );
    assert.ok("error" in parseStruct("()", "Test::Empty"));
    assert.ok("error" in parseStruct("(x)", "Test::Nameless"));
  });

  it("of structs that double at each level are refused before memory runs out", () => {
    const structs = new Map();
    let last = "Field";
    for (let level = 0; level < 60; level++) {
      const struct = parseStruct(`(a: ${last}, b: ${last})`, `S${level}`, { structs });
      if ("error" in struct) return;
      last = `S${level}`;
      structs.set(last, struct.type);
    }
    assert.fail("accepted");
  });

  it("are parsed without an exception, whatever the text", () => {
    const piece = fc.constantFrom(
      "f",
      "(",
      ")",
      ",",
      ":",
      "a",
      "Field",
      "[",
      "]",
      ";",
      "3",
      "str",
      "<",
      ">",
      "->",
      " ",
    );
    fc.assert(
      fc.property(fc.array(fc.oneof(piece, fc.string({ maxLength: 3 })), { maxLength: 20 }), (pieces) => {
        const text = pieces.join("");
        const signature = parseSignature(text);
        if ("error" in signature) assert.ok(signature.start >= 0 && signature.end <= text.length);
        else assert.equal(read(signature.canonical).canonical, signature.canonical);
      }),
    );
  });
});
