import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { readArtifact } from "../../artifact/artifact.ts";
import {
  chooseFunction,
  describeCode,
  describeFunction,
  type Contract,
  type ContractOptions,
} from "../../disassembler/contract.ts";
import { statementsFrom } from "../../disassembler/noir-locations.ts";
import { disassemble } from "../../disassembler/disassemble.ts";
import { functionSelector } from "../../artifact/selector.ts";
import {
  ADDRESS,
  FIELD,
  U128,
  artifact,
  debugSymbols,
  type ArtifactFunctionParts,
} from "../support/artifacts.ts";
import { bytesOf } from "../support/assemble.ts";
import { NOIR_DEBUG, NOIR_FILES, NOIR_PATH } from "../support/noir-contract.ts";
import { assertRoundTrip } from "../support/round-trip.ts";

function codeOf(source: string): Uint8Array {
  return Buffer.from(bytesOf(source), "hex");
}

/** A contract whose dispatch is this source, described. */
function described(
  source: string,
  functions: readonly ArtifactFunctionParts[] = [],
  dispatch: Partial<ArtifactFunctionParts> = {},
  rest: Readonly<Record<string, unknown>> = {},
  options: ContractOptions = {},
): Contract {
  const code = codeOf(source);
  const found = readArtifact(artifact([...functions, { ...dispatch, name: "public_dispatch", code }], rest));
  assert.ok(!("error" in found));
  const chosen = chooseFunction(found);
  assert.ok(!("error" in chosen));
  const contract = describeFunction(found, chosen, options);
  assert.ok(!("error" in contract));
  assertRoundTrip(code, contract.model);
  return contract;
}

/** The text below the title. */
function body(contract: Contract): string {
  const lines = disassemble(contract.model).text.split("\n");
  return lines
    .slice(lines.indexOf("") + 1)
    .map((line) => line.trimEnd())
    .join("\n");
}

/** The names of all routines, with their kinds. */
function units(contract: Contract): string[] {
  return contract.units.map(({ kind, name }) => `${kind} ${name}`);
}

const TRANSFER = "transfer((Field),u128)";
const FUNCTIONS: ArtifactFunctionParts[] = [
  { name: "transfer", parameters: [ADDRESS, U128] },
  { name: "owner", parameters: [], attributes: ["abi_public", "abi_view"] },
];
const DISPATCH = `
        INTERNALCALL constants
        INTERNALCALL main
        RETURN [1], [2]
constants:
        SET [70], ff, #${functionSelector("owner()")}
        INTERNALRETURN
main:
        SET [sp+2], ff, #${functionSelector(TRANSFER)}
        EQ [sp+1], [sp+2], [sp+3]
        JUMPI [sp+3], first
        JUMP second
first:
        MOV [1], [2]
        RETURN [1], [2]
        JUMP second
second:
        EQ [sp+1], [70], [sp+3]
        JUMPI [sp+3], third
        JUMP fourth
third:  RETURN [1], [2]
fourth: REVERT [1], [2]
`;

describe("names in a disassembly", () => {
  it("writes the facts of an artifact about its dispatch", () => {
    assert.equal(
      body(described(DISPATCH, FUNCTIONS)),
      `        INTERNALCALL globals
        INTERNALCALL public_dispatch
        RETURN  [1], [2]

; globals: 10 bytes, 10.4% of the code; called once, by start
globals:
        SET     [70], ff, #0x5a1be11            ; selector of owner()
        INTERNALRETURN

; public_dispatch: 49 bytes, 51.0% of the code; called once, by start
public_dispatch:
        SET     [sp+2], ff, #0x754fb767         ; selector of ${TRANSFER}
        EQ      [sp+1], [sp+2], [sp+3]          ; is it transfer?
        JUMPI   [sp+3], transfer
        JUMP    L_0044

; ${TRANSFER}
; 15 bytes, 15.6% of the code
transfer:
        MOV     [1], [2]
        RETURN  [1], [2]
        JUMP    L_0044

; public_dispatch, continued
L_0044:
        EQ      [sp+1], [70], [sp+3]            ; is it owner?
        JUMPI   [sp+3], owner
        JUMP    L_005c

; owner(), view
; 6 bytes, 6.3% of the code
owner:
        RETURN  [1], [2]

; public_dispatch, continued
L_005c:
        REVERT  [1], [2]
`,
    );
  });

  describe("finds the function behind a comparison", () => {
    const found = (source: string) => {
      const contract = described(source, FUNCTIONS);
      return contract.cases.map(({ selector, body }) => [
        selector === functionSelector("owner()") ? "owner" : "transfer",
        contract.program.pcs[body],
      ]);
    };
    const set = `SET [2], u32, #${functionSelector("owner()")}`;
    it("in the next block", () => {
      assert.deepEqual(found(`${set}\nJUMP a\na: EQ [1], [2], [3]\nJUMPI [3], b\nb: INTERNALRETURN`), [
        ["owner", 27],
      ]);
    });
    it("where the result was copied, or inverted", () => {
      assert.deepEqual(found(`${set}\nEQ [2], [1], [3]\nMOV [3], [4]\nJUMPI [4], #0\nINTERNALRETURN`), [
        ["owner", 0],
      ]);
      assert.deepEqual(found(`${set}\nEQ [2], [1], [3]\nNOT [3], [4]\nJUMPI [4], #0\nINTERNALRETURN`), [
        ["owner", 26],
      ]);
    });
    it("around a loop in between", () => {
      const loop = `${set}\nEQ [1], [2], [3]\na: JUMPI [9], b\nADD [9], [9], [9]\nJUMP a\nb: JUMPI [3], c\nc: RETURN [1], [2]`;
      assert.deepEqual(found(loop), [["owner", 40]]);
    });
    it("but not if a cell was written in between on some path", () => {
      assert.deepEqual(found(`${set}\nMOV [9], [2]\nEQ [1], [2], [3]\nJUMPI [3], #0`), []);
      assert.deepEqual(found(`${set}\nEQ [1], [2], [3]\nMOV [9], [3]\nJUMPI [3], #0`), []);
      assert.deepEqual(found(`${set}\nJUMPI [9], a\nMOV [9], [2]\na: EQ [1], [2], [3]\nJUMPI [3], #0`), []);
      assert.deepEqual(found(`${set}\nEQ [1], [2], [3]\nb: JUMPI [3], #0\nMOV [9], [3]\nJUMP b`), []);
    });
  });

  describe("names errors", () => {
    const trap = (selector: bigint | number) => `INTERNALCALL a
        INTERNALCALL main
        RETURN [1], [2]
main:   INTERNALRETURN
a:      SET [[1]], u64, #${selector}
        REVERT [2], [[1]]
        INTERNALRETURN`;
    const selector = 0x1122334455667788n;
    it("by their message in the ABI", () => {
      const errors = { [String(selector)]: { error_kind: "string", string: "Caller isn't: \u00e9lite!\n" } };
      const text = body(described(trap(selector), [], { errors }));
      assert.match(text, /^trap_caller_isn_t_elite:$/m);
      assert.match(text, /; error: "Caller isn't: élite!\\u\{a\}"$/m);
    });
    it("by their kind where the message isn't in the ABI", () => {
      const errors = {
        [String(selector)]: { error_kind: "fmtstring", length: 27, item_types: [{ kind: "field" }] },
      };
      const text = body(described(trap(selector), [], { errors }));
      assert.match(text, /^trap_1122334455667788:$/m);
      assert.match(text, /; error: a message of 27 characters with 1 value$/m);
    });
    it("that most contracts have, even without an artifact", () => {
      assert.match(
        body(describeCode(codeOf(trap(0xd007ebf4cbc66790n)))),
        /^trap_attempt_to_add_with_overflow:$/m,
      );
    });
    it("by number where nothing is known", () => {
      assert.deepEqual(units(describeCode(codeOf(trap(selector)))), [
        "start start",
        "routine sub_0010",
        "trap trap_1122334455667788",
      ]);
    });
    it("only of routines that do nothing but revert", () => {
      const returns = trap(selector).replace("REVERT [2], [[1]]", "JUMPI [3], b\nREVERT [2], [[1]]\nb:");
      assert.deepEqual(units(describeCode(codeOf(returns))), [
        "start start",
        "routine sub_0010",
        "routine sub_0011",
      ]);
      const calls = trap(selector).replace("REVERT", "INTERNALCALL #0\nREVERT");
      assert.deepEqual(units(describeCode(codeOf(calls))).at(-1), "routine sub_0011");
      const loops = trap(selector).replace("REVERT [2], [[1]]", "b: JUMP b");
      assert.equal(units(describeCode(codeOf(loops))).length, 3);
    });
  });

  describe("writes labels", () => {
    const name = (name: string) => {
      const source = `SET [2], u32, #${functionSelector(`${name}()`)}\nEQ [1], [2], [3]\nJUMPI [3], b\nb: INTERNALRETURN`;
      return units(described(source, [{ name }])).at(-1);
    };
    it("of names that mean something else", () => {
      assert.equal(name("set"), "function set_");
      assert.equal(name("Add_16"), "function Add_16_");
      assert.equal(name("u32"), "function u32_");
      assert.equal(name("SP"), "function SP_");
      assert.equal(name("L_0000"), "function L_0000_");
      assert.equal(name("sub_0000"), "function sub_0000_");
    });
    it("of names that no label can have", () => {
      assert.equal(name("été"), "function _t_");
      assert.equal(name("1st"), "function _1st");
      assert.equal(name("a::b"), "function a_b");
    });
    it("that differ even if names are the same", () => {
      const source = `
        SET [2], u32, #${functionSelector("f()")}
        SET [3], u32, #${functionSelector("f(Field)")}
        EQ [1], [2], [4]
        JUMPI [4], a
        EQ [1], [3], [4]
        JUMPI [4], b
a:      INTERNALRETURN
b:      INTERNALRETURN`;
      const overloads = [{ name: "f" }, { name: "f", parameters: [FIELD] }];
      assert.deepEqual(units(described(source, overloads)), ["start start", "function f", "function f_002d"]);
    });
  });

  describe("uses debug symbols, and", () => {
    const code =
      "INTERNALCALL a\nRETURN [1], [2]\na: ADD [1], [2], [3]\nADD [1], [2], [3]\nSSTORE [1], [2]\nINTERNALRETURN";
    const code2 = code
      .replace("INTERNALCALL a", "INTERNALCALL a\nINTERNALCALL b")
      .concat("\nb: INTERNALRETURN");
    const debug = NOIR_DEBUG;
    const file_map = NOIR_FILES;

    it("calls a routine by the function that it was compiled from", () => {
      const shifted = { ...debug, brillig_locations: { "0": { "16": 2, "21": 2, "26": 1 } } };
      const contract = described(code2, [], { debug: shifted }, { file_map });
      assert.deepEqual(units(contract), ["start start", "routine helper", "routine public_dispatch"]);
    });
    it("interleaves the lines, each call once", () => {
      const contract = described(code, [], { debug }, { file_map }, { source: true });
      assert.equal(
        body(contract).split("public_dispatch:\n")[1],
        `        ; token/src/main.nr:2 helper | store(1)
        ;   token/src/main.nr:5 store | opcode()
        ADD     [1], [2], [3]
        ADD     [1], [2], [3]
        SSTORE  [1], [2]
        INTERNALRETURN
`,
      );
    });
    it("finds the statements of a line", () => {
      const { debug: found } = described(code, [], { debug }, { file_map });
      assert.deepEqual(statementsFrom(found!, NOIR_PATH, 1), [2, 3, 4]);
      assert.deepEqual(statementsFrom(found!, NOIR_PATH, 4), [2, 3]);
      assert.deepEqual(statementsFrom(found!, "elsewhere.nr", 4), []);
    });
    it("reports symbols that can't be read", () => {
      const { model, debug: found } = described(code, [], { debugSymbols: debugSymbols({}).slice(4) });
      assert.equal(found, undefined);
      assert.match(model.title.at(-1)!, /^its debug symbols can't be used: /);
    });
  });

  it("names the releases at the top, and whether they are certain", () => {
    const title = (rest: Readonly<Record<string, unknown>>, options: ContractOptions = {}) =>
      described("INTERNALRETURN", [], {}, rest, options).model.title;
    assert.deepEqual(title({}), [
      "public_dispatch of Test",
      "Aztec 5.2.0, Noir 1.0.0-beta.25+75061fab",
      "1 bytes (2 of 3000 fields), 1 instructions",
    ]);
    const unknown = { aztec_version: undefined, noir_version: undefined };
    assert.equal(title(unknown)[1], "it names no release, so it is taken for v6");
    assert.equal(title(unknown, { target: "v3" })[1], "it names no release");
  });

  it("names 100,000 labels and routines in time", () => {
    const many = 100_000;
    const calls = Array.from({ length: many }, (_, index) => index * 5);
    const code = new Uint8Array(many * 5);
    const view = new DataView(code.buffer);
    for (const [index, pc] of calls.entries()) {
      code[pc] = 0x25;
      view.setUint32(pc + 1, calls[many - 1 - index]);
    }
    const contract = describeCode(code);
    assert.equal(contract.units.length, many);
    assert.equal(disassemble(contract.model).text.match(/^sub_/gm)?.length, many);
  });
});
