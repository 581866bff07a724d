/** `avmasm gas`: prints the bounds of the gas that each part of a contract takes. */

import { withLabels } from "../../assembler/output/labels.ts";
import { analyze } from "../../analysis/analyze.ts";
import { gasReport, shownGas, type GasCost, type Unbounded } from "../../analysis/reports/gas.ts";
import { measureProgram, measureContract } from "../../disassembler/sizes.ts";
import { tableLines } from "../../disassembler/text-table.ts";
import { defineCommand } from "../command.ts";
import { inputFiles } from "../arguments/input-file.ts";
import { CONTRACT_OPTIONS, TEXT_OR_JSON } from "../arguments/options.ts";
import { readContractArgument } from "../arguments/contract.ts";
import { print } from "../files/output.ts";
import { optimizeLess } from "../v8-optimizer.ts";
import { boundsAsNull } from "../reports/gas-json.ts";
import { printable } from "../terminal/text.ts";

export const command = defineCommand({
  description: [
    "Prints how much L2 and DA gas every public function and routine of a contract uses, including the routines that it calls. The range is from the cheapest to the most expensive path to the end. If there is no upper bound (a loop, a recursion, an unknown size, another contract), the output says `or more`. `--format json` also has every block and instruction. A run that halts uses all the gas that it was given.",
    "FILE is source text (.avm), bytecode, or an artifact, as for `avmasm disasm`.",
  ],
  operands: { name: "FILE", min: 1, max: 1 },
  options: { ...CONTRACT_OPTIONS, format: TEXT_OR_JSON },
  async run(operands, { format = "text", ...choice }) {
    const [file] = inputFiles(operands, choice);
    const read = await readContractArgument(file, choice);
    if (!read) return 1;
    const { contract, title, assembly } = read;
    await optimizeLess({ statements: contract.program.count });
    const { target, parts } = assembly ? measureProgram(withLabels(assembly)) : measureContract(contract);
    const partAt = new Map(parts.map((part) => [part.pc, part]));
    const functions = contract.units.filter(({ kind }) => kind === "function");
    const report = gasReport(
      analyze(contract.program),
      functions.map(({ statement }) => statement),
    );
    const routines = report.routines.map(({ pc, index: _, ...cost }) => ({
      name: partAt.get(pc)?.name ?? `pc ${pc}`,
      kind: partAt.get(pc)?.kind ?? "routine",
      pc,
      ...cost,
    }));
    print(
      format === "json"
        ? `${JSON.stringify({ target, ...report, routines }, boundsAsNull, 2)}\n`
        : printable(render(`${title} (${target})`, routines)),
    );
    return 0;
  },
});

type NamedCost = GasCost & { readonly name: string; readonly pc: number; readonly unbounded?: Unbounded };

const REASONS: Readonly<Record<Unbounded, string>> = {
  loop: "loop",
  recursion: "recursion",
  size: "size not known",
  callee: "other contract",
  work: "too much code",
};

function render(title: string, routines: readonly NamedCost[]): string {
  const rows = routines.map(({ name, pc, l2, da, unbounded }) => [
    shownGas(l2),
    shownGas(da),
    unbounded ? REASONS[unbounded] : "",
    String(pc),
    name,
  ]);
  const head = ["L2 gas", "DA gas", "no bound", "pc", "name"];
  return [title, "", ...tableLines(head, rows), ""].join("\n");
}
