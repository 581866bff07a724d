import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { disassembleContract, type DisassembledCode } from "../../../server/requests/disassemble.ts";
import { NOIR_PATH, NOIR_SOURCE, noirContract } from "../../support/noir-contract.ts";

const ask = (content: Uint8Array | string, name?: string) =>
  disassembleContract({
    content: Buffer.from(content).toString("base64"),
    ...(name !== undefined && { function: name }),
  });

function codeOf(content: Uint8Array | string, name?: string): DisassembledCode {
  const result = ask(content, name);
  assert.ok("text" in result, JSON.stringify(result));
  return result;
}

describe("the code of a contract", () => {
  it("is chosen among the functions, with the published one first", () => {
    assert.deepEqual(ask(noirContract()), {
      functions: [
        { name: "public_dispatch", bytes: 28 },
        { name: "small", bytes: 4 },
      ],
    });
  });
  it("maps to lines and columns of Noir, through inlined functions", () => {
    const code = codeOf(noirContract(), "public_dispatch");
    assert.deepEqual(code.noir, [{ path: NOIR_PATH, text: NOIR_SOURCE }]);
    const lines = code.text.split("\n");
    const from = code.lines.map(([line, way]) => [
      lines[line].trim().split(/\s/)[0],
      ...code.ways[way].map((place) => {
        const [file, noirLine, column] = code.places[place];
        return code.noir[file].text.split("\n")[noirLine].slice(column);
      }),
    ]);
    assert.deepEqual(from, [
      ["ADD", "store(1)", "opcode()"],
      ["ADD", "store(1)", "opcode()"],
      ["SSTORE", "store(1)"],
    ]);
  });
  it("is disassembled without debug data", () => {
    const code = codeOf(noirContract(), "small");
    assert.match(code.text, /REVERT {2}\[1\], \[1\]/);
    assert.deepEqual(code.lines, []);
  });
  it("is disassembled from plain bytecode", () => {
    assert.match(codeOf("0x26").text, /INTERNALRETURN/);
  });
  it("can be missing, which is an error with the reason", () => {
    const errors = [
      [ask(noirContract(), "larg"), /no function `larg`/],
      [ask("{}"), /functions/],
      [disassembleContract({ content: "%" }), /base64/],
      [ask(""), /empty/],
    ] as const;
    for (const [result, expected] of errors) {
      assert.ok("error" in result, JSON.stringify(result));
      assert.match(result.error, expected);
    }
  });
});
