import assert from "node:assert/strict";
import fc from "fast-check";
import { describe, it } from "mocha";
import { describeFunction } from "../../disassembler/contract.ts";
import { compareContracts, renderDifference } from "../../disassembler/differences.ts";
import { disassemble } from "../../disassembler/disassemble.ts";
import { readBytecode } from "../../artifact/input.ts";
import { measureContract, renderSizes } from "../../disassembler/sizes.ts";
import { functionSelector } from "../../artifact/selector.ts";
import { ADDRESS, FIELD, U128, artifact, bytesOfJson } from "../support/artifacts.ts";
import { bytesOf } from "../support/assemble.ts";
import { assertRoundTrip } from "../support/round-trip.ts";

const SOURCE = `
        INTERNALCALL main
        RETURN [1], [2]
main:   SET [2], ff, #${functionSelector("f((Field),u128)")}
        EQ [1], [2], [3]
        JUMPI [3], a
        SET [4], u64, #5
        REVERT [1], [2]
a:      INTERNALRETURN`;

function whole(): unknown {
  const span = { start: 3, end: 4 };
  return artifact(
    [
      { name: "f", parameters: [ADDRESS, U128], attributes: ["abi_public", "abi_view"] },
      {
        name: "public_dispatch",
        code: Buffer.from(bytesOf(SOURCE), "hex"),
        errors: { "5": { error_kind: "string", string: "no" }, "6": { error_kind: "fmtstring", length: 3 } },
        debug: {
          brillig_locations: { "0": { "0": 1, "5": 2, "11": 1 } },
          location_tree: {
            locations: [
              { parent: null, value: { file: 0, span } },
              { parent: 0, value: { file: 1, span } },
              { parent: 1, value: { file: 1, span } },
            ],
          },
        },
        parameters: [FIELD],
      },
    ],
    {
      file_map: {
        "1": {
          path: "a/src/main.nr",
          source: "fn f() { 1 }",
          function_locations: [{ start: 7, name: "T::f" }],
        },
      },
    },
  );
}

/** All places in a JSON value, as paths of keys. */
function placesIn(value: unknown, path: readonly string[] = []): (readonly string[])[] {
  if (typeof value !== "object" || value === null) return [path];
  return [path, ...Object.entries(value).flatMap(([key, inner]) => placesIn(inner, [...path, key]))];
}

function replaceAt(root: unknown, path: readonly string[], value: unknown): unknown {
  if (path.length === 0) return value;
  const copy = structuredClone(root) as Record<string, unknown>;
  let at = copy;
  for (const key of path.slice(0, -1)) at = at[key] as Record<string, unknown>;
  at[path.at(-1)!] = value;
  return copy;
}

describe("an artifact with random content", function () {
  this.timeout(60_000);
  const intact = whole();
  const junk = fc.oneof(
    fc.constantFrom(
      null,
      -1,
      1e300,
      0.5,
      "",
      "\n",
      "x".repeat(300),
      [],
      {},
      [[]],
      true,
      "H4sI",
      "999999999999999999999",
    ),
    fc.jsonValue(),
  );

  it("gives an error, or text that assembles to the same bytes", () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.constantFrom(...placesIn(intact)), junk), { maxLength: 3 }),
        (changes) => {
          let value: unknown = intact;
          for (const [path, replacement] of changes) {
            try {
              value = replaceAt(value, path, replacement);
            } catch {
              // An earlier change took the place away.
            }
          }
          const input = readBytecode(bytesOfJson(value));
          if ("error" in input) return assert.notEqual(input.error, "");
          // A lone `null` is good base64.
          if (input.kind !== "artifact") return;
          for (const entry of input.artifact.functions) {
            const contract = describeFunction(input.artifact, entry, { source: true });
            if ("error" in contract) continue;
            const code = entry.bytecode();
            assert.ok(!("error" in code));
            assertRoundTrip(code, contract.model);
            disassemble(contract.model, { pc: true, bytes: true });
            renderSizes(measureContract(contract), "x");
            assert.equal(renderDifference(compareContracts(contract, contract)), "");
          }
        },
      ),
      { numRuns: 300 },
    );
  });

  it("that is cut off anywhere, or has a byte changed, gives an answer too", () => {
    const bytes = bytesOfJson(intact);
    fc.assert(
      fc.property(fc.nat(bytes.length - 1), fc.nat(255), (at, byte) => {
        readBytecode(bytes.subarray(0, at));
        const changed = bytes.slice();
        changed[at] = byte;
        readBytecode(changed);
      }),
      { numRuns: 500 },
    );
  });

  it("is disassembled completely without random content", () => {
    const input = readBytecode(bytesOfJson(intact));
    assert.ok(!("error" in input) && input.kind === "artifact");
    const contract = describeFunction(input.artifact, input.artifact.functions[0], { source: true });
    assert.ok(!("error" in contract));
    const { text } = disassemble(contract.model);
    for (const part of [
      "selector of f((Field),u128)",
      'error: "no"',
      "a/src/main.nr:1 ",
      "is it f?",
      "view",
    ]) {
      assert.ok(text.includes(part), `${part} is missing in\n${text}`);
    }
  });
});
