/**
 * Fuzzes the disassembler with any bytes as bytecode of any target: text and back, and all reports. The first byte
 * selects the target.
 */

import { analyze } from "../../analysis/analyze.ts";
import { tagsReport } from "../../analysis/reports/tags.ts";
import { describeCode } from "../../disassembler/contract.ts";
import { compareContracts, renderDifference } from "../../disassembler/differences.ts";
import { measureContract, renderSizes } from "../../disassembler/sizes.ts";
import { formatText } from "../../grammar/formatter/formatter.ts";
import { TARGETS } from "../../isa/table.ts";
import { randomBytecode } from "../support/random-bytecode.ts";
import { assertRoundTrip } from "../support/round-trip.ts";
import { assertSame, assertThat, once, type FuzzTarget } from "./target.ts";

export const bytecode: FuzzTarget<Uint8Array> = {
  name: "bytecode",
  make: (random) => {
    const target = random.below(TARGETS.length);
    const code = randomBytecode(random, TARGETS[target], once(random, 50) ? 5_000 : 200);
    return Uint8Array.of(target, ...code);
  },
  check: (input) => {
    const target = TARGETS[(input[0] ?? 0) % TARGETS.length];
    const code = input.subarray(1);
    const contract = describeCode(code, { target });
    const text = assertRoundTrip(code, contract.model);
    assertSame("the layout of the disassembly", formatText(text), text);
    assertRoundTrip(code, contract.model, { pc: true, bytes: true });
    renderSizes(measureContract(contract), "x");
    const { instructions } = tagsReport(analyze(contract.program));
    for (const { pc } of instructions) assertThat(pc < code.length, `an instruction at ${pc}`);
    assertThat(compareContracts(contract, contract).units.length === 0, "the contract differs from itself");
    renderDifference(compareContracts(contract, describeCode(code.subarray(code.length >> 2), { target })));
  },
};
