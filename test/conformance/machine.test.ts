import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import path from "node:path";
import { judge } from "./machine-judge.ts";
import { randomTransaction, type RandomTransaction } from "./machine-programs.ts";

const FIRST = 1;
const COUNT = 300;
const GROUP = 50;

// More of the same, with other seeds: `tsx test/conformance/machine-fuzz.ts --count N --seed N`.
describe("the machine against Aztec's AVM", () => {
  for (let first = FIRST; first < FIRST + COUNT; first += GROUP) {
    it(`on random transactions ${first} to ${first + GROUP - 1}`, async () => {
      for (let seed = first; seed < first + GROUP; seed++) {
        const { problems } = await judge("v4", randomTransaction("v4", seed), seed % 2 === 0);
        assert.deepEqual(problems, [], `seed ${seed}`);
      }
    });
  }

  it("on every opcode with every tag", async () => {
    const file = path.resolve(import.meta.dirname, "../fixtures/machine/opcodes-v4.jsonl");
    const programs = readFileSync(file, "utf8").trim().split("\n");
    assert.ok(programs.length > 100);
    for (const line of programs) {
      const { label, bytecodeHex } = JSON.parse(line) as { label: string; bytecodeHex: string };
      const bytecode = Buffer.from(bytecodeHex, "hex");
      const transaction: RandomTransaction = {
        contracts: [{ address: 0x1234n, bytecode }],
        calls: [{ calldata: [], isStatic: false, l2Gas: 6_000_000, daGas: 196_512 }],
      };
      assert.deepEqual((await judge("v4", transaction, false)).problems, [], label);
    }
  });
});
