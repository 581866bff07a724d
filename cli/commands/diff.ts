/** `avmasm diff`: prints what differs between two contracts, ignoring that code moved. */

import { compareContracts, renderDifference } from "../../disassembler/differences.ts";
import { compareFunctionCosts, renderFunctionCosts } from "../reports/function-costs.ts";
import { boundsAsNull } from "../reports/gas-json.ts";
import { printable } from "../terminal/text.ts";
import { defineCommand } from "../command.ts";
import { inputFiles } from "../arguments/input-file.ts";
import { CONTRACT_OPTIONS, TEXT_OR_JSON } from "../arguments/options.ts";
import { readContractArgument } from "../arguments/contract.ts";
import { print } from "../files/output.ts";

export const command = defineCommand({
  description: [
    "Compares two contracts routine by routine. Prints which routines were added, which were removed, and in which statements the others differ. Moved code isn't a difference. Routines are matched by name, by content and by similarity. The last part of the output is the size and gas of each public function, before and after.",
    "OLD and NEW are bytecode or artifacts, as for `avmasm disasm`, or source text (.avm). The exit status is 1 if they differ.",
  ],
  operands: { name: "OLD NEW", min: 2, max: 2 },
  options: { ...CONTRACT_OPTIONS, format: TEXT_OR_JSON },
  async run(operands, { format = "text", ...choice }) {
    const [oldFile, newFile] = inputFiles(operands, choice);
    const before = await readContractArgument(oldFile, choice);
    const after = await readContractArgument(newFile, choice);
    if (!before || !after) return 1;
    const difference = compareContracts(before.contract, after.contract);
    const functions =
      difference.units.length > 0 ? compareFunctionCosts(before.contract, after.contract) : [];
    print(
      format === "json"
        ? `${JSON.stringify({ ...difference, functions }, boundsAsNull, 2)}\n`
        : renderDifference(difference) + printable(renderFunctionCosts(functions)),
    );
    return difference.units.length > 0 ? 1 : 0;
  },
});
