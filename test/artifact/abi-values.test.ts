import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { decodeFields, encodeArguments, jsonOfValue } from "../../artifact/abi-values.ts";
import { parseSignature, type Signature } from "../../artifact/signature.ts";
import { FIELD_MODULUS } from "../../isa/tags.ts";

function signature(text: string): Signature {
  const read = parseSignature(text);
  assert.ok(!("error" in read));
  return read;
}

function encode(text: string, values: string[]): bigint[] {
  const fields = encodeArguments(signature(text).parameters, values);
  assert.ok(!("error" in fields), "error" in fields ? fields.error : "");
  return fields;
}

function errorOf(text: string, values: string[]): string {
  const fields = encodeArguments(signature(text).parameters, values);
  assert.ok("error" in fields, "accepted");
  return fields.error;
}

describe("arguments of a call", () => {
  it("are laid out as Aztec's libraries do it", () => {
    assert.deepEqual(encode("f(a: Field, b: u8)", ["-1", "0xff"]), [FIELD_MODULUS - 1n, 255n]);
    assert.deepEqual(encode("f(i: i8, b: bool)", ["-1", "true"]), [255n, 1n]);
    assert.deepEqual(encode("f(s: str<4>)", ["hé"]), [104n, 0xc3n, 0xa9n, 0n]);
    assert.deepEqual(encode("f(s: str<2>)", ["[]"]), [91n, 93n]);
    assert.deepEqual(encode("f(to: AztecAddress)", ["0x5"]), [5n]);
    assert.deepEqual(encode("f(to: AztecAddress)", ['{"inner": 0x5}']), [5n]);
    assert.deepEqual(
      encode("f(p: [EmbeddedCurvePoint; 1], n: u128)", [
        '[{"x": 1, "y": 340282366920938463463374607431768211456, "is_infinite": false}]',
        "340282366920938463463374607431768211455",
      ]),
      [1n, 1n << 128n, 0n, (1n << 128n) - 1n],
    );
  });

  it("are refused with the reason", () => {
    assert.equal(errorOf("f(a: u8)", ["256"]), "`a` is a u8, from 0 to 255; found `256`");
    assert.equal(errorOf("f(a: i8)", ["128"]), "`a` is an i8, from -128 to 127; found `128`");
    assert.equal(errorOf("f(a: u8)", []), "it takes 1 argument (a: u8), found 0");
    assert.equal(errorOf("f(a: Field)", ["x"]), "`a` is a number of type Field, found `x`");
    assert.match(errorOf("f(a: Field)", [String(FIELD_MODULUS)]), /modulus/);
    assert.equal(errorOf("f(a: bool)", ["2"]), "`a` is true or false, found `2`");
    assert.equal(errorOf("f(a: [u8; 2])", ["[1]"]), "`a` takes 2 elements, found 1");
    assert.equal(errorOf("f(a: [u8; 2])", ["[1,"]), "`a`: `[1,` is not valid JSON");
    assert.equal(errorOf("f(a: [u8; 2])", ["[1, 300]"]), "`a[1]` is a u8, from 0 to 255; found `300`");
    assert.equal(errorOf("f(s: str<2>)", ["abc"]), "`s` is a str<2>, and the text has 3 bytes");
    assert.match(errorOf("f(p: EmbeddedCurvePoint)", ['{"x": 1, "y": 2}']), /field `is_infinite`/);
    assert.match(errorOf("f(p: EmbeddedCurvePoint)", ['{"z": 1}']), /no field `z`/);
    assert.match(errorOf("f(a: [Field; 1000000], b: [Field; 1000000])", ["[]", "[]"]), /takes 1000000/);
  });

  it("are decoded to the values that were encoded", () => {
    const cases: [string, string[], unknown][] = [
      ["f(a: i8)", ["-3"], -3],
      ["f(a: (u8, bool))", ["[1, true]"], [1, true]],
      ["f(a: str<5>)", ["abc"], "abc"],
      ["f(a: u128)", ["340282366920938463463374607431768211455"], "340282366920938463463374607431768211455"],
      ["f(a: EmbeddedCurvePoint)", ['{"x":1,"y":2,"is_infinite":true}'], { x: 1, y: 2, is_infinite: true }],
    ];
    for (const [text, values, wanted] of cases) {
      const [{ type }] = signature(text).parameters;
      const value = decodeFields(type, encode(text, values));
      assert.deepEqual(jsonOfValue(value!), wanted);
      assert.equal(decodeFields(type, []), undefined);
    }
  });
});
