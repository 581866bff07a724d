import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { readArtifact, type Artifact } from "../../artifact/artifact.ts";
import { chooseFunction, describeFunction } from "../../disassembler/contract.ts";
import { MAX_CODE_BYTES, MAX_FUNCTIONS } from "../../artifact/limits.ts";
import { releaseDoubt } from "../../artifact/release.ts";
import { functionSelector } from "../../artifact/selector.ts";
import { encode } from "../../program/codec.ts";
import { ADDRESS, FIELD, U128, artifact } from "../support/artifacts.ts";
import { bytesOf } from "../support/assemble.ts";
import { assertRoundTrip } from "../support/round-trip.ts";

function read(value: unknown): Artifact {
  const found = readArtifact(value);
  assert.ok(!("error" in found), JSON.stringify(found));
  return found;
}

function errorOf(value: unknown): string {
  const found = readArtifact(value);
  return "error" in found ? found.error : "none";
}

describe("an artifact", () => {
  it("has its public functions, the dispatch first", () => {
    const found = read(
      artifact([
        { name: "set" },
        { name: "prove", attributes: ["abi_private"], bytecode: "H4sIAAAA" },
        { name: "public_dispatch", code: Buffer.from("2626", "hex") },
      ]),
    );
    assert.deepEqual(
      found.functions.map(({ name, size }) => [name, size]),
      [
        ["public_dispatch", 2],
        ["set", 1],
      ],
    );
    assert.deepEqual(found.others, ["prove"]);
    assert.deepEqual(Buffer.from(found.functions[0].bytecode() as Uint8Array).toString("hex"), "2626");
  });

  it("calls attributes by their old names too", () => {
    assert.equal(read(artifact([{ name: "set", attributes: ["public", "internal"] }])).functions.length, 1);
  });

  it("may come from Aztec's libraries", () => {
    const loaded = {
      name: "Test",
      functions: [
        {
          name: "public_dispatch",
          functionType: "public",
          parameters: [],
          bytecode: { type: "Buffer", data: "Jg==" },
        },
        { name: "prove", functionType: "private", parameters: [], bytecode: "H4sIAAAA" },
      ],
      nonDispatchPublicFunctions: [
        {
          ...{ name: "set", functionType: "public", isStatic: true },
          ...{ parameters: [{ name: "a", type: FIELD }], errorTypes: {} },
        },
      ],
    };
    const found = read(loaded);
    assert.deepEqual(
      found.functions.map(({ name }) => name),
      ["public_dispatch"],
    );
    assert.deepEqual(
      [...found.selectors().values()],
      [{ name: "set", signature: "set(Field)", attributes: ["view"] }],
    );
  });

  describe("with parameters", () => {
    const signature = (...parameters: Parameters<typeof artifact>[0][number]["parameters"] & {}) =>
      read(artifact([{ name: "f", parameters }])).functions[0].signature;
    it("reads signatures with parameters of every type", () => {
      assert.equal(signature(), "f()");
      assert.equal(signature(FIELD, ADDRESS, U128), "f(Field,(Field),u128)");
      assert.equal(
        signature(
          { kind: "boolean" },
          { kind: "integer", sign: "signed", width: 8 },
          { kind: "string", length: 31 },
          { kind: "array", length: 3, type: ADDRESS },
        ),
        "f(bool,i8,str<31>,[(Field);3])",
      );
    });
    it("leaves out the parameters that the compiler adds", () => {
      const inputs = { kind: "struct", path: "aztec::PublicContextInputs", fields: [] };
      assert.equal(signature(inputs, FIELD), "f(Field)");
    });
    it("refuses the signature if a type isn't known", () => {
      assert.equal(signature({ kind: "hologram" }), undefined);
      assert.equal(signature({ kind: "array", length: 2 }), undefined);
    });
    it("computes their selectors", () => {
      const found = read(
        artifact([
          { name: "f", parameters: [FIELD], attributes: ["abi_public", "abi_view"] },
          { name: "public_dispatch" },
        ]),
      );
      const expected = { name: "f", signature: "f(Field)", attributes: ["view"] };
      assert.deepEqual([...found.selectors()], [[functionSelector("f(Field)"), expected]]);
    });
  });

  describe("of an unknown compiler release", () => {
    for (const [aztec, noir, age, nearest] of [
      [undefined, "1.0.0-beta.3+ab2e7d1e", "older", "v2"],
      [undefined, "0.36.0", "older", "v2"],
      ["0.87.2", undefined, "older", "v2"],
      [undefined, "1.0.0-beta.99", "newer", "v6"],
      [undefined, "1.0.0", "newer", "v6"],
      [undefined, "2.1.0-beta.3", "newer", "v6"],
      ["7.0.0", "1.0.0-beta.18", "newer", "v6"],
      [undefined, "1.0.0-beta.9", undefined, "v2"],
      [undefined, "1.0.0-beta.13", undefined, "v3"],
      [undefined, "1.0.0-beta.21", undefined, "v6"],
    ] as const) {
      it(`says so: Aztec ${aztec}, Noir ${noir}`, () => {
        const found = read(artifact([{ name: "f" }], { aztec_version: aztec, noir_version: noir }));
        const { target, age: foundAge, nearest: foundNearest } = found.release;
        assert.deepEqual([target, foundAge, foundNearest], [undefined, age, nearest]);
        const doubt = releaseDoubt(found.release)!;
        assert.ok(doubt.includes(aztec ?? noir ?? "") && doubt.includes(nearest), doubt);
        if (age) assert.ok(doubt.includes(`${age} than every instruction set`), doubt);
        const contract = describeFunction(found, found.functions[0]);
        assert.ok(!("error" in contract));
        assert.equal(contract.program.set.target, nearest);
        assert.equal(contract.model.title[1], doubt);
      });
    }
  });

  describe("says which instruction set it is for", () => {
    const target = (aztec_version: unknown, noir_version?: unknown) =>
      read(artifact([{ name: "f" }], { aztec_version, noir_version })).release.target;
    for (const [aztec, noir, expected] of [
      ["5.2.0", "1.0.0-beta.25+75061fab", "v5"],
      ["4.4.0", "1.0.0-beta.18+2db78f88", "v4"],
      ["6.0.1", undefined, "v6"],
      [undefined, "1.0.0-beta.18+2db78f88", "v4"],
      [undefined, "1.0.0-beta.15+1a930357", "v3"],
      [undefined, "1.0.0-beta.11+5b65f963-aztec", "v2"],
      [undefined, "1.0.0-beta.7+0000", "v2"],
      [undefined, "1.0.0-beta.17", undefined],
      ["99.0.0", "1.0.0-beta.18", undefined],
      ["nightly", undefined, undefined],
      [7, 7, undefined],
    ] as const) {
      it(`${aztec} with Noir ${noir} is ${expected}`, () => {
        assert.equal(target(aztec, noir), expected);
      });
    }
  });

  describe("when a function is chosen", () => {
    const choose = (name: string | undefined, ...names: string[]) => {
      const found = chooseFunction(
        read(
          artifact([...names.map((name) => ({ name })), { name: "prove", attributes: [], bytecode: "H4sI" }]),
        ),
        name,
      );
      return "error" in found ? found.error : found.name;
    };
    it("finds it by its name", () => {
      assert.equal(choose("set", "get", "set"), "set");
    });
    it("takes the dispatch, or the only function, if no name is given", () => {
      assert.equal(choose(undefined, "set", "public_dispatch"), "public_dispatch");
      assert.equal(choose(undefined, "set"), "set");
      assert.equal(
        choose(undefined, "get", "set"),
        "the contract has no `public_dispatch`; one of its functions has to be chosen",
      );
    });
    it("says why there is no such function", () => {
      assert.equal(choose("prove", "set"), "`prove` isn't a public function: it doesn't run on the AVM");
      assert.equal(choose("sets", "set"), "the contract has no function `sets`");
    });
  });

  describe("that can't be used is refused with the reason", () => {
    for (const [description, value, error] of [
      ["a number", 5, "it is JSON, but not a contract artifact: it has no list of functions"],
      ["nothing", null, "it is JSON, but not a contract artifact: it has no list of functions"],
      [
        "functions that are none",
        { functions: { a: 1 } },
        "it is JSON, but not a contract artifact: it has no list of functions",
      ],
      [
        "a program",
        { abi: {}, bytecode: "H4sI" },
        "it is the artifact of a Noir program, not of a contract: it has no bytecode for the AVM",
      ],
      [
        "no functions",
        artifact([]),
        "the contract has no public functions, so there is no bytecode for the AVM",
      ],
      [
        "junk for functions",
        { functions: [null, 1, "x", [], {}] },
        "the contract has no public functions, so there is no bytecode for the AVM",
      ],
      [
        "a contract that wasn't transpiled",
        artifact([{ name: "f", bytecode: "H4sIAAAA" }]),
        "its public functions have no bytecode for the AVM yet: Aztec's compiler has to transpile it (`aztec compile`)",
      ],
      [
        "an artifact without bytecode",
        { functions: [{ name: "f", custom_attributes: ["public"] }] },
        "its public functions have no bytecode for the AVM yet: Aztec's compiler has to transpile it (`aztec compile`)",
      ],
      [
        "too many functions",
        { functions: new Array(MAX_FUNCTIONS + 1).fill({}) },
        "the artifact has more than 1024 functions",
      ],
    ] as const) {
      it(description, () => {
        assert.equal(errorOf(value), error);
      });
    }
    it("invalid base64", () => {
      const found = read(artifact([{ name: "f", bytecode: "Jg=*" }]));
      assert.deepEqual(describeFunction(found, found.functions[0]), {
        error: 'the bytecode of f can\'t be read: it is neither hexadecimal nor base64: character 3 is "="',
      });
    });
    it("more bytecode than the limit", () => {
      const found = read(artifact([{ name: "f", bytecode: "A".repeat(MAX_CODE_BYTES * 2) }]));
      assert.deepEqual(found.functions[0].bytecode(), {
        error: "it is more than 650,783 bytes of bytecode",
      });
    });
  });

  it("can't end a comment of the disassembly with its names", () => {
    const found = read(
      artifact([{ name: "f\n.byte 1\u202e" }], { name: "A\r\nB", aztec_version: "5.2.0\u001b[31m" }),
    );
    assert.equal(found.name, "A\\u{d}\\u{a}B");
    assert.equal(found.release.aztec, "5.2.0\\u{1b}[31m");
    assert.equal(found.functions[0].name, "f\\u{a}.byte 1\\u{202e}");
    const contract = describeFunction(found, found.functions[0]);
    assert.ok(!("error" in contract));
    assert.deepEqual(contract.model.title.join("").match(/[\n\r\u202e\u001b]/), null);
  });
  it("can't end a comment of the disassembly with its attributes and errors", () => {
    const selector = functionSelector("f()");
    const source = `SET [2], u32, #${selector}\nEQ [1], [2], [3]\nJUMPI [3], a\na: SET [1], u64, #5\nREVERT [1], [2]`;
    const evil = "x\n.byte 1\r; \u2028";
    const value = artifact([
      { name: "f", attributes: ["abi_public", evil] },
      {
        name: "public_dispatch",
        code: Buffer.from(bytesOf(source), "hex"),
        errors: { "5": { error_kind: "string", string: evil } },
      },
    ]);
    const found = read(value);
    const contract = describeFunction(found, found.functions[0]);
    assert.ok(!("error" in contract));
    const text = assertRoundTrip(encode(contract.program), contract.model);
    assert.match(text, /^; f\(\), x\\u\{a\}\.byte 1\\u\{d\}; \\u\{2028\}$/m);
    assert.match(text, /; error: "x\\u\{a\}\.byte 1\\u\{d\}; \\u\{2028\}"$/m);
  });
});
