/** `avmasm size`: prints the sizes of a contract's parts. */

import { withLabels } from "../../assembler/output/labels.ts";
import { measureProgram, measureContract, renderSizes } from "../../disassembler/sizes.ts";
import { MAX_BYTECODE_FIELDS } from "../../isa/limits.ts";
import { UsageError, defineCommand } from "../command.ts";
import { inputFiles } from "../arguments/input-file.ts";
import { CONTRACT_OPTIONS, TEXT_OR_JSON } from "../arguments/options.ts";
import { readContractArgument } from "../arguments/contract.ts";
import { print, printMessage } from "../files/output.ts";
import { grouped } from "../../program/grouped.ts";

export const command = defineCommand({
  description: [
    "Prints the size of each function and routine of a contract, in bytes and in fields. Aztec publishes bytecode as fields, with 31 bytes in each.",
    "FILE is bytecode or an artifact, as for `avmasm disasm`, or source text (.avm). The parts of source text are the code between its labels. Use `--budget` in CI to limit the size.",
  ],
  operands: { name: "FILE", min: 1, max: 1 },
  options: {
    ...CONTRACT_OPTIONS,
    budget: { type: "string", value: "N", summary: "exit with status 1 if the size is more than N fields" },
    format: TEXT_OR_JSON,
  },
  async run(operands, { format = "text", budget, ...choice }) {
    const [file] = inputFiles(operands, choice);
    const allowed = budget === undefined ? undefined : readBudget(budget);
    const read = await readContractArgument(file, choice);
    if (!read) return 1;
    const { contract, title, assembly } = read;
    const report = assembly ? measureProgram(withLabels(assembly)) : measureContract(contract);
    print(format === "json" ? `${JSON.stringify(report, null, 2)}\n` : renderSizes(report, title));
    if (allowed === undefined || report.fields <= allowed) return 0;
    const over = `${grouped(report.fields)} fields, ${grouped(report.fields - allowed)} more than the ${grouped(allowed)} allowed`;
    printMessage(`${title} takes ${over}`);
    return 1;
  },
});

/** Parses `--budget`: a number of fields, at most as many as can be published. Throws {@link UsageError}. */
function readBudget(text: string): number {
  const digits = text.replace(/[_,]/g, "");
  if (!/^[0-9]{1,9}$/.test(digits) || Number(digits) > MAX_BYTECODE_FIELDS) {
    throw new UsageError(
      `\`--budget\` takes a number of fields up to ${MAX_BYTECODE_FIELDS}; found \`${text}\``,
    );
  }
  return Number(digits);
}
