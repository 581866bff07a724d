/** `avmasm convert`: converts other assembly notations to this tool's language. */

import { INDIRECT_MODES } from "../../convert/avm-asm.ts";
import { DIALECTS, convert } from "../../convert/convert.ts";
import { SCRATCH_START } from "../../convert/transpiler.ts";
import { hasErrors } from "../../diagnostics/diagnostic.ts";
import { UsageError, defineCommand, orUnreadable } from "../command.ts";
import { inputFiles, namesOf } from "../arguments/input-file.ts";
import { STDIN_NAME, TARGET, OUTPUT } from "../arguments/options.ts";
import { checkOutputs, printError, writeOutput } from "../files/output.ts";
import { renderReport } from "../reports/text.ts";
import { readSource } from "../arguments/source.ts";
import { styleFor } from "../terminal/style.ts";

export const command = defineCommand({
  description: [
    "Converts another notation to source text. `transpiler` is the notation of the procedures in Aztec's transpiler (`SET d7, 1 u32`), `avm-asm` the notation of the assembler with that name (`set u8 1 1;`). A FILE called - is standard input.",
    "Comments are kept. If a line can't be converted, it is reported, the exit status is 1, and the line becomes a comment. The result always assembles.",
    "Without --target, the result is for the instruction set that can express the most lines, the newest if there are several.",
  ],
  operands: { name: "FILE", min: 1, max: 1 },
  options: {
    from: { type: "string", choices: DIALECTS, required: true, summary: "the notation of FILE" },
    output: OUTPUT,
    target: TARGET,
    "stdin-name": STDIN_NAME,
    scratch: {
      type: "string",
      value: "N",
      summary: `for transpiler: the address of d0; ${SCRATCH_START} by default`,
    },
    indirect: {
      type: "string",
      choices: INDIRECT_MODES,
      summary: "for avm-asm: which operands `!` makes indirect; all by default",
    },
  },
  async run(operands, values) {
    const { from, output = "-", target, scratch, indirect } = values;
    const [file] = inputFiles(operands, values);
    if (from === undefined) throw new UsageError(`\`--from\` is missing: one of ${DIALECTS.join(", ")}`);
    if (scratch !== undefined && from !== "transpiler") {
      throw new UsageError("`--scratch` is only for `--from transpiler`");
    }
    if (indirect !== undefined && from !== "avm-asm") {
      throw new UsageError("`--indirect` is only for `--from avm-asm`");
    }
    const options = { target, indirect, scratch: scratch === undefined ? undefined : cellNumber(scratch) };
    checkOutputs([output], namesOf([file]));
    const source = orUnreadable(file, await readSource(file));
    const { name, text } = source;
    const conversion = convert(from, name, text, options);
    const sources = new Map([[name, source]]);
    printError(renderReport(conversion.diagnostics, sources, styleFor("stderr")));
    await writeOutput(output, conversion.text);
    return hasErrors(conversion.diagnostics) ? 1 : 0;
  },
});

/** The highest address that a 16-bit operand can name. */
const LAST_CELL = 0xffff;

function cellNumber(text: string): number {
  const number = /^[0-9]{1,5}$/.test(text) ? Number(text) : Infinity;
  if (number <= LAST_CELL) return number;
  throw new UsageError(`\`--scratch\` takes a cell from 0 to ${LAST_CELL}; found \`${text}\``);
}
