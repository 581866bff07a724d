/** `avmasm tags`: prints the inferred tags and values of every operand as JSON. */

import { analyze } from "../../analysis/analyze.ts";
import { tagsReport } from "../../analysis/reports/tags.ts";
import { defineCommand } from "../command.ts";
import { inputFiles } from "../arguments/input-file.ts";
import { CONTRACT_OPTIONS } from "../arguments/options.ts";
import { readContractArgument } from "../arguments/contract.ts";
import { print } from "../files/output.ts";
import { optimizeLess } from "../v8-optimizer.ts";

export const command = defineCommand({
  description: [
    "Prints JSON: for each memory operand of every instruction, the tags that its cell can have. For an operand that is read, these are the tags before the instruction; for one that is written, the tags after it. The list has all seven tags if nothing is known. It is an empty list if the code is unreachable. If a routine is called with different tags, an operand also has them by call.",
    "FILE is source text (.avm), bytecode, or an artifact, as for `avmasm disasm`.",
  ],
  operands: { name: "FILE", min: 1, max: 1 },
  options: { ...CONTRACT_OPTIONS },
  async run(operands, choice) {
    const [file] = inputFiles(operands, choice);
    const read = await readContractArgument(file, choice);
    if (!read) return 1;
    const { program } = read.contract;
    await optimizeLess({ statements: program.count });
    print(`${JSON.stringify(tagsReport(analyze(program, { byCall: true })))}\n`);
    return 0;
  },
});
