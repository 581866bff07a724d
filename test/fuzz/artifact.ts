/** Fuzzes the artifact reader with contract artifacts: JSON that is nearly correct, and bytes that are nearly JSON. */

import { deflateRawSync } from "node:zlib";
import { chooseFunction, describeFunction } from "../../disassembler/contract.ts";
import { compareContracts } from "../../disassembler/differences.ts";
import { disassemble } from "../../disassembler/disassemble.ts";
import { readBytecode } from "../../artifact/input.ts";
import { measureContract } from "../../disassembler/sizes.ts";
import { printable } from "../../cli/terminal/text.ts";
import { randomBytecode } from "../support/random-bytecode.ts";
import type { RandomNumbers } from "../support/random.ts";
import { assertRoundTrip } from "../support/round-trip.ts";
import { mutated } from "./random-source.ts";
import { assertThat, many, once, pick, type FuzzTarget } from "./target.ts";

export const artifact: FuzzTarget<string> = {
  name: "artifact",
  make: (random) => {
    let value = contract(random);
    for (let times = random.below(4); times > 0; times--) value = replaced(random, value) as typeof value;
    const text = JSON.stringify(value) ?? "";
    return once(random, 6) ? mutated(random, text) : text;
  },
  check: (text) => {
    const input = readBytecode(new TextEncoder().encode(text));
    assertThat(Object.keys(Object.prototype).length === 0, "every object has a new property");
    // Errors may quote the text as it is: the code that prints them makes them printable.
    if ("error" in input || input.kind === "code") return;
    const { artifact } = input;
    artifact.selectors();
    chooseFunction(artifact);
    assertPrintable(artifact.name);
    for (const given of artifact.functions) {
      assertPrintable(given.name);
      const contract = describeFunction(artifact, given, { source: true });
      if ("error" in contract) continue;
      const bytes = given.bytecode();
      if ("error" in bytes) throw new Error(bytes.error);
      if (contract.program.set.target === "v6") assertRoundTrip(bytes, contract.model);
      assertPrintable(disassemble(contract.model, { bytes: true }).text);
      measureContract(contract);
      compareContracts(contract, contract);
    }
  },
};

function assertPrintable(text: string): void {
  assertThat(printable(text) === text, "there is something that a terminal would obey");
}

const NAMES = ["public_dispatch", "transfer", "constructor", "__proto__", "f", "\u001b[31m", "a b", ""];
const TYPES = [
  { kind: "field" },
  { kind: "boolean" },
  { kind: "integer", sign: "unsigned", width: 128 },
  { kind: "string", length: 5 },
  { kind: "array", length: 3, type: { kind: "field" } },
  { kind: "struct", path: "aztec::Address", fields: [{ name: "inner", type: { kind: "field" } }] },
  { kind: "tuple", fields: [{ kind: "field" }] },
];

function contract(random: RandomNumbers): Record<string, unknown> {
  return {
    name: pick(random, NAMES),
    aztec_version: pick(random, ["4.1.2", "5.2.0", "6.0.0", "v3.0.0-nightly", "", 7]),
    noir_version: "1.0.0-beta.18+abc",
    functions: Array.from({ length: 1 + random.below(3) }, () => oneFunction(random)),
    nonDispatchPublicFunctions: many(random, 2, () => oneFunction(random)),
    outputs: {},
    file_map: {
      "3": { path: "/x/token/src/main.nr", source: "contract Token {\n  fn f() {\n    g();\n  }\n}\n" },
    },
  };
}

function oneFunction(random: RandomNumbers): unknown {
  const parameter = () => ({ name: pick(random, NAMES), type: pick(random, TYPES), visibility: "private" });
  const symbols = {
    debug_infos: [
      {
        brillig_locations: { "0": { "0": 0, "4": 1, "9": 7 } },
        location_tree: {
          locations: [
            { parent: 1, value: { span: { start: 5, end: 9 }, file: 3 } },
            { parent: 0, value: {} },
          ],
        },
      },
    ],
  };
  return {
    name: pick(random, NAMES),
    custom_attributes: [pick(random, ["public", "abi_public", "abi_private", "abi_view"]), "abi_public"],
    abi: {
      parameters: many(random, 3, parameter),
      error_types: {
        "17843811134343075018": { error_kind: "string", string: "Stack too deep" },
        "5": { error_kind: "fmtstring", length: 3, item_types: [] },
      },
    },
    bytecode: Buffer.from(randomBytecode(random, "v6", 100)).toString("base64"),
    debug_symbols: deflateRawSync(JSON.stringify(symbols)).toString("base64"),
  };
}

const JUNK: readonly unknown[] = [
  null,
  true,
  -1,
  0,
  -1e300,
  2 ** 53,
  "",
  "x",
  "\u001b]0;t\u0007",
  [],
  {},
  [[]],
  "H4sIAAA",
  "AAAA",
  { length: 9e9 },
  "x".repeat(300),
];

/** The value with a random part of it replaced. */
function replaced(random: RandomNumbers, value: unknown): unknown {
  if (typeof value !== "object" || value === null || once(random, 12)) return pick(random, JUNK);
  const entries = Object.entries(value);
  if (entries.length === 0) return pick(random, JUNK);
  const [key, inner] = pick(random, entries);
  const result = Array.isArray(value)
    ? value.slice()
    : Object.assign(Object.create(null) as Record<string, unknown>, value);
  if (!Array.isArray(result) && once(random, 8))
    Object.assign(result, { [pick(random, ["__proto__", "constructor", "length"])]: { polluted: 1 } });
  (result as Record<string, unknown>)[key] = replaced(random, inner);
  if (once(random, 10)) delete (result as Record<string, unknown>)[key];
  return result;
}
