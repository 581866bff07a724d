import { withLabels } from "../../assembler/output/labels.ts";
import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { describeProgram, describeCode } from "../../disassembler/contract.ts";
import { compareContracts, renderDifference } from "../../disassembler/differences.ts";
import type { TargetName } from "../../isa/table.ts";
import { assembleText, bytesOf } from "../support/assemble.ts";
import { randomBytecode } from "../support/random-bytecode.ts";
import { randomNumbers } from "../support/random.ts";

/** The difference of two sources as text, without the line that counts. */
function diff(before: string, after: string): string {
  const sides = [before, after].map((source) => {
    const assembly = assembleText(source);
    assert.deepEqual(assembly.diagnostics, []);
    return describeProgram(withLabels(assembly));
  });
  return renderDifference(compareContracts(sides[0], sides[1])).split("\n").slice(0, -2).join("\n");
}

function contractOf(source: string, target: TargetName = "v6") {
  return describeCode(Buffer.from(bytesOf(source, target), "hex"), { target });
}

const MAIN = "        INTERNALCALL f\n        INTERNALCALL g\n        RETURN [1], [2]\n";
const F = "f:      JUMPI [1], f.l\n        ADD [1], [2], [3]\nf.l_:   INTERNALRETURN\n".replaceAll(
  "f.l_",
  ".l",
);
const G = "g:      SUB [1], [2], [3]\n        INTERNALRETURN\n";

describe("the difference of two programs", () => {
  it("is empty if they are the same", () => {
    assert.equal(diff(MAIN + F + G, MAIN + F + G), "");
  });
  it("is empty if code only moved", () => {
    assert.equal(diff(MAIN + F + G, MAIN + G + F), "");
  });
  it("is empty if routines only have other names", () => {
    assert.equal(diff(MAIN + F + G, (MAIN + F + G).replaceAll("f", "h")), "");
  });
  it("contains statements that do something else", () => {
    assert.equal(
      diff(MAIN + F + G, MAIN + G + F.replace("ADD", "MUL")),
      `! f: 14 bytes
@@ 0x0018 in 0x0018, now 0x001e in 0x001e
-       ADD [1], [2], [3]
+       MUL [1], [2], [3]
`,
    );
  });
  it("contains inserted statements, but not statements that only moved", () => {
    assert.equal(
      diff(MAIN + F + G, MAIN + F.replace("ADD", "NOT [1], [2]\n ADD") + G),
      `! f: 14 to 18 bytes
@@ 0x0018 in 0x0018, now 0x0018 in 0x0018
+       NOT [1], [2]
`,
    );
  });
  it("contains statements that were removed at the end", () => {
    assert.equal(
      diff("ADD [1], [2], [3]\nRETURN [1], [2]", "ADD [1], [2], [3]"),
      `! start: 11 to 5 bytes
@@ 0x0005 in start, now 0x0005 in start
-       RETURN [1], [2]
`,
    );
  });
  it("contains jumps that lead to other code", () => {
    const loop = (target: string) => `a: ADD [1], [2], [3]\nb: SUB [1], [2], [3]\nJUMP ${target}\n`;
    assert.equal(
      diff(loop("a"), loop("b")),
      `! a: 15 bytes
@@ 0x000a in a, now 0x000a in b
-       JUMP a
+       JUMP b
`,
    );
  });
  it("contains calls of another routine", () => {
    const text = diff(MAIN + F + G, MAIN.replace("INTERNALCALL g", "INTERNALCALL f") + F + G);
    assert.match(
      text,
      /^! start: 16 bytes\n@@ 0x0005 in start, now 0x0005 in start\n-       INTERNALCALL g\n\+       INTERNALCALL f$/m,
    );
  });
  it("lists added and removed routines", () => {
    const h = "h:      EQ [7], [8], [9]\n        INTERNALRETURN\n";
    const call = (name: string) => MAIN.replace("INTERNALCALL g", `INTERNALCALL ${name}`);
    assert.equal(
      diff(MAIN + F + G, call("h") + F + h.repeat(1))
        .split("\n\n")
        .slice(1)
        .join("\n\n"),
      `+ h (6 bytes at 0x001e): added

- g (6 bytes at 0x001e): removed
`,
    );
  });

  it("finds a changed routine again without a name, by what it has in common with the old one", () => {
    const routine = "x: ADD [1], [2], [3]\nSUB [1], [2], [3]\nMUL [1], [2], [3]\nINTERNALRETURN";
    const before = contractOf(`INTERNALCALL x\nRETURN [1], [2]\n${routine}`);
    const after = contractOf(`INTERNALCALL x\nRETURN [1], [2]\n${routine.replace("SUB", "DIV")}`);
    const { units, same } = compareContracts(before, after);
    assert.equal(same, 1);
    assert.deepEqual(
      units.map(({ status }) => status),
      ["changed"],
    );
  });

  it("ignores the cell that holds a constant, but not the constant", () => {
    const contract = (cell: number, value: number, other: number) =>
      contractOf(`INTERNALCALL a\nINTERNALCALL b\nRETURN [1], [2]
a: SET [${cell}], u32, #${value}
SET [${other}], u32, #9
INTERNALRETURN
b: ADD [${cell}], [sp+1], [sp+1]
INTERNALRETURN`);
    assert.deepEqual(compareContracts(contract(70, 5, 71), contract(72, 5, 73)).units, []);
    const text = renderDifference(compareContracts(contract(70, 5, 71), contract(70, 6, 71)));
    assert.match(text, /-       ADD \[70\], \[sp\+1\], \[sp\+1\] {2}; \[70\] is u32, #5\n/);
    assert.match(text, /\+       ADD \[70\], \[sp\+1\], \[sp\+1\] {2}; \[70\] is u32, #6\n/);
  });

  it("compares instruction sets by what the instructions are called", () => {
    const source = "ADD [1], [2], [3]\nRETURN [1], [2]";
    assert.deepEqual(compareContracts(contractOf(source, "v2"), contractOf(source, "v6")).units, []);
  });

  it("is empty exactly for equal programs", () => {
    const random = randomNumbers(11);
    const contracts = Array.from({ length: 30 }, () => describeCode(randomBytecode(random, "v6", 1000)));
    for (const [index, contract] of contracts.entries()) {
      assert.deepEqual(compareContracts(contract, contract).units, []);
      const { units } = compareContracts(contract, contracts[(index + 1) % contracts.length]);
      renderDifference({ units, same: 0 });
    }
  });

  it("is found within a time limit, however large and different they are", () => {
    const random = randomNumbers(12);
    const large = () =>
      contractOf(
        Array.from({ length: 18_000 }, () => `ADD [${random.below(200)}], [${random.below(200)}], [1]`).join(
          "\n",
        ),
      );
    const { units } = compareContracts(large(), large());
    assert.equal(units.length, 1);
  });
});
