/** `avmasm size`: how large the parts of a contract are. */

import { withLabels } from "../../assembler/output/labels.ts";
import { measureProgram, measureContract, renderSizes } from "../../disassembler/sizes.ts";
import { TARGETS } from "../../isa/table.ts";
import { defineCommand } from "../command.ts";
import { readContractArgument } from "../arguments/contract.ts";
import { print } from "../files/output.ts";

export const command = defineCommand({
  description: [
    "Tells how many bytes each function and routine of a contract takes, and how many of the field elements in which Aztec publishes bytecode, 31 bytes in each.",
    "FILE is bytecode or an artifact, as for `avmasm disasm`, or source text (.avm), whose parts are what stands between its labels.",
  ],
  operands: { name: "FILE", min: 1, max: 1 },
  options: {
    function: { type: "string", short: "f", value: "NAME", summary: "which function of an artifact" },
    format: { type: "string", choices: ["text", "json"], summary: "text by default" },
    target: { type: "string", choices: TARGETS, summary: "the instruction set" },
  },
  async run([file], { format = "text", ...choice }) {
    const read = await readContractArgument(file, choice);
    if (!read) return 1;
    const { contract, title, assembly } = read;
    const report = assembly ? measureProgram(withLabels(assembly)) : measureContract(contract);
    print(format === "json" ? `${JSON.stringify(report, null, 2)}\n` : renderSizes(report, title));
    return 0;
  },
});
