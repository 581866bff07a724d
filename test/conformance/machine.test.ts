import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import path from "node:path";
import { promisify } from "node:util";
import { judge } from "./machine-judge.ts";
import { randomTransaction, type RandomTransaction } from "./machine-programs.ts";
import { installOracleOfV5 } from "./oracle/install.ts";

const FIRST = 1;
const COUNT = 300;
const GROUP = 50;

// For more seeds: `tsx test/conformance/machine-fuzz.ts --count N --seed N`.
describe("the machine against Aztec's AVM", () => {
  /**
   * Runs in its own process, because a process can load the modules of only one release, and at the same time as the
   * tests of v4.
   */
  let onV5: Promise<string>;

  before(() => {
    onV5 = fuzzOnV5();
    // The test that awaits the promise reports its error.
    onV5.catch(() => undefined);
  });

  for (let first = FIRST; first < FIRST + COUNT; first += GROUP) {
    it(`agrees with it on random transactions ${first} to ${first + GROUP - 1}`, async () => {
      for (let seed = first; seed < first + GROUP; seed++) {
        const { problems } = await judge("v4", randomTransaction("v4", seed), seed % 2 === 0);
        assert.deepEqual(problems, [], `seed ${seed}`);
      }
    });
  }

  it("agrees with it on every opcode with every tag", async () => {
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

  it(`agrees with it on ${COUNT} random transactions of v5`, async () => {
    assert.equal((await onV5).trim().split("\n").at(-1), `${COUNT} passed, 0 failed`);
  });
});

async function fuzzOnV5(): Promise<string> {
  const modules = await installOracleOfV5();
  const script = path.join(import.meta.dirname, "machine-fuzz.ts");
  const fuzzing = promisify(execFile)(
    process.execPath,
    ["--import", "tsx", script, "--target", "v5", "--count", String(COUNT), "--seed", String(FIRST)],
    { env: { ...process.env, AVM_ORACLE_MODULES: modules } },
  );
  // If results differ, the exit status is 1 and the output describes the differences.
  const { stdout } = await fuzzing.catch((error: Error & { stdout: string }) => {
    throw new Error(`${error.message}\n${error.stdout}`);
  });
  return stdout;
}
