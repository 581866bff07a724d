import { withLabels } from "../../assembler/output/labels.ts";
import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { describeProgram } from "../../disassembler/contract.ts";
import { measureProgram, measureContract, renderSizes } from "../../disassembler/sizes.ts";
import { assembleText } from "../support/assemble.ts";

const SOURCE = `
        INTERNALCALL helper
        RETURN [1], [2]
helper: JUMPI [1], .end
        ADD [1], [2], [3]
.end:
far:    INTERNALRETURN
`;

describe("sizes", () => {
  const assembly = assembleText(SOURCE);

  it("of a source file go from label to label, the largest first", () => {
    const { parts, ...whole } = measureProgram(withLabels(assembly));
    assert.deepEqual(whole, { target: "v6", bytes: 25, fields: 2, limit: { bytes: 92_969, fields: 3_000 } });
    assert.deepEqual(parts, [
      { name: "helper", kind: "label", pc: 11, bytes: 13, fields: 0.42 },
      { name: "start", kind: "start", pc: 0, bytes: 11, fields: 0.35 },
      { name: "far", kind: "label", pc: 24, bytes: 1, fields: 0.03 },
    ]);
  });
  it("of a contract are those of its routines", () => {
    assert.deepEqual(
      measureContract(describeProgram(withLabels(assembly))).parts.map(({ name, kind, bytes }) => [
        name,
        kind,
        bytes,
      ]),
      [
        ["helper", "routine", 14],
        ["start", "start", 11],
      ],
    );
  });
  it("of an empty program are empty", () => {
    const { bytes, fields, parts } = measureProgram(withLabels(assembleText("a:")));
    assert.deepEqual({ bytes, fields, parts }, { bytes: 0, fields: 1, parts: [] });
  });
  it("are printed as a table", () => {
    assert.equal(
      renderSizes(measureProgram(withLabels(assembly)), "x.avm"),
      `x.avm (v6): 25 of 92,969 bytes, 2 of 3,000 fields (0.1%)

bytes  fields  share  name
   13     0.4  52.0%  helper
   11     0.3  44.0%  start
    1     0.0   4.0%  far
`,
    );
  });
  it("say if the code is too long to be published", () => {
    const whole = {
      target: "v6",
      bytes: 92_970,
      fields: 3_000,
      limit: { bytes: 92_969, fields: 3_000 },
      parts: [],
    } as const;
    assert.doesNotMatch(renderSizes(whole, "x"), /too much/);
    assert.match(renderSizes({ ...whole, fields: 3_001 }, "x"), /\(100\.0%\); that is too much to publish\n/);
  });
});
