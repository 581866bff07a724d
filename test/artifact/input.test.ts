import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { readBytecode } from "../../artifact/input.ts";
import { MAX_CODE_BYTES, MAX_JSON_DEPTH, MAX_JSON_VALUES } from "../../artifact/limits.ts";
import { artifact, bytesOfJson } from "../support/artifacts.ts";

const CODE = "270001040526";
const BASE64 = Buffer.from(CODE, "hex").toString("base64");

/** What an input is taken for: hexadecimal digits of the code, the artifact's name, or the error. */
function recognised(input: string | Uint8Array, raw?: boolean): string {
  const bytes = typeof input === "string" ? new TextEncoder().encode(input) : input;
  const found = readBytecode(bytes, raw);
  if ("error" in found) return `error: ${found.error}`;
  if (found.kind === "artifact") return `artifact ${found.artifact.name}`;
  return Buffer.from(found.bytes).toString("hex");
}

describe("recognising bytecode", () => {
  for (const [description, input] of Object.entries({
    "raw bytes": Buffer.from(CODE, "hex"),
    hexadecimal: CODE,
    "hexadecimal in upper case with 0X": `0X${CODE.toUpperCase()}`,
    "hexadecimal with a line feed": `0x${CODE}\n`,
    "hexadecimal in groups and lines": ` 2700 0104\r\n\t0526 \n`,
    base64: BASE64,
    "base64 in lines": `${BASE64.slice(0, 3)}\n${BASE64.slice(3)}\n`,
    "base64 with a byte order mark": `\uFEFF${BASE64}`,
  })) {
    it(`takes ${description}`, () => {
      assert.equal(recognised(input), CODE);
    });
  }

  it("takes base64 with padding, without it, and with the letters for addresses", () => {
    for (const text of ["+/+/JQ==", "+/+/JQ", "-_-_JQ==", "-_-_JQ"])
      assert.equal(recognised(text), "fbffbf25");
  });
  it("takes an even number of hexadecimal digits for hexadecimal, though they could be base64", () => {
    assert.equal(recognised("abcd"), "abcd");
    assert.equal(recognised("abc"), "69b7");
  });
  it("takes input as raw bytes if the caller says so, whatever it looks like", () => {
    assert.equal(recognised("26", true), "3236");
    assert.equal(recognised("{", true), "7b");
  });
  it("takes input that isn't text as raw bytes, even if it begins like JSON", () => {
    assert.equal(recognised(Buffer.from("7b0026", "hex")), "7b0026");
    assert.equal(recognised(Buffer.from("2600", "hex")), "2600");
  });
  it("takes an artifact, with white space or a byte order mark before it", () => {
    const json = JSON.stringify(artifact([{ name: "f" }]));
    assert.equal(recognised(json), "artifact Test");
    assert.equal(recognised(`\n  ${json}\n`), "artifact Test");
    assert.equal(recognised(`\uFEFF${json}`), "artifact Test");
  });

  for (const [input, error] of [
    ["", "it is empty"],
    [" \n", "there is nothing in it"],
    ["0x123", "the hexadecimal number has an odd number of digits"],
    ["J*cA", 'it is neither hexadecimal nor base64: character 2 is "*"'],
    ["JwACBA=A", 'it is neither hexadecimal nor base64: character 7 is "="'],
    ["JwACB", "base64 of 5 characters can't be complete"],
    ["JwA=B===", 'it is neither hexadecimal nor base64: character 4 is "="'],
    ["JwACBA=", "base64 of 7 characters can't be complete"],
    ["; a program\n  ADD [1], [2], [3]", 'it is neither hexadecimal nor base64: character 1 is ";"'],
    ["{}", "it is JSON, but not a contract artifact: it has no list of functions"],
    ["[1, 2]", "it is JSON, but not a contract artifact: it has no list of functions"],
    ["[".repeat(200), "the JSON is nested more than 100 deep"],
    ['{"a":', "it is not valid JSON (Unexpected end of JSON input)"],
    ["{nonsense}", "it is not valid JSON (Expected property name or '}' in JSON at position 1)"],
  ]) {
    it(`says of ${JSON.stringify(input)}: ${error}`, () => {
      assert.equal(recognised(input).replace(/ \(line .*?\)(?=\))/, ""), `error: ${error}`);
    });
  }

  describe("is bounded by", () => {
    it("the size of the code", () => {
      const error = "error: it is more than 650,783 bytes of bytecode";
      assert.equal(recognised(new Uint8Array(MAX_CODE_BYTES + 1)), error);
      assert.equal(recognised("00".repeat(MAX_CODE_BYTES + 1)), error);
      assert.equal(recognised(artifactText("A".repeat(MAX_CODE_BYTES * 2))).startsWith("artifact"), true);
    });
    it("the depth of JSON", () => {
      const nested = '{"a":'.repeat(MAX_JSON_DEPTH + 1);
      assert.equal(recognised(nested), `error: the JSON is nested more than ${MAX_JSON_DEPTH} deep`);
      assert.equal(
        recognised(`{"functions":${"[".repeat(10_000_000)}`),
        `error: the JSON is nested more than ${MAX_JSON_DEPTH} deep`,
      );
    });
    it("the values of JSON", () => {
      const many = `{"functions":[${"[],".repeat(MAX_JSON_VALUES)}[]]}`;
      assert.equal(recognised(many), "error: the JSON has more than 1,000,000 values");
    });
    it("the depth of JSON, without the brackets in strings", () => {
      assert.equal(recognised(`{"functions":[], "x": "${"[".repeat(1000)}\\"[["}`).includes("nested"), false);
    });
  });
});

function artifactText(bytecode: string): Uint8Array {
  return bytesOfJson(artifact([{ name: "f", bytecode }]));
}
