import assert from "node:assert/strict";
import { errorsOf } from "../../artifact/abi.ts";
import { revertMessage } from "../../running/messages.ts";

const characters = (text: string): bigint[] => [...text].map((one) => BigInt(one.charCodeAt(0)));
const FIELD = { kind: "field" };
const U8 = { kind: "integer", sign: "unsigned", width: 8 };
const errors = errorsOf(
  {
    error_types: {
      1: { error_kind: "string", string: "too small" },
      2: { error_kind: "fmtstring", length: 27, item_types: [FIELD] },
      3: { error_kind: "fmtstring", length: 16, item_types: [{ kind: "tuple", fields: [U8, FIELD] }, U8] },
      4: {
        error_kind: "custom",
        kind: "struct",
        path: "Token::Missing",
        fields: [
          { name: "owner", type: FIELD },
          { name: "by", type: U8 },
        ],
      },
      5: { error_kind: "custom", kind: "something" },
    },
  },
  "error_types",
);

describe("messages of reverts", () => {
  const cases: [string, bigint[], string | undefined][] = [
    ["that are in the artifact", [1n], "too small"],
    [
      "with a value in them",
      [2n, ...characters("Unknown selector {selector}"), 1n, 291n],
      "Unknown selector 291",
    ],
    [
      "with several values and braces",
      [3n, ...characters("{{a}} is {b} {c}"), 2n, 1n, 2n, 3n],
      "{a} is [1,2] 3",
    ],
    [
      "with values missing",
      [2n, ...characters("Unknown selector {selector}")],
      "a message of 27 characters with 1 value",
    ],
    ["that are a struct", [4n, 7n, 8n], 'Token::Missing {"owner":7,"by":8}'],
    ["of a type that isn't known", [5n, 7n], "an error of type something"],
    ["a character a field", characters("hello"), "hello"],
    ["packed in a field", [0x68656c6c6fn], "hello"],
    ["that are none", [3_000_000_000n], undefined],
    ["of no data", [], undefined],
  ];
  for (const [what, data, message] of cases) {
    it(what, () => assert.equal(revertMessage(data, errors), message));
  }
});
