/** `avmasm fmt`: formats source files. */

import { formatParsed } from "../../grammar/formatter/formatter.ts";
import type { Line } from "../../grammar/line.ts";
import { TARGETS } from "../../isa/table.ts";
import { defineCommand } from "../command.ts";
import { isStandardInput } from "../files/input.ts";
import { print, printMessage, writeOutput } from "../files/output.ts";
import { STDIN_NAME } from "../arguments/options.ts";
import { sourceFiles } from "../arguments/source-files.ts";
import { readSource } from "../arguments/source.ts";
import { optimizeLess } from "../v8-optimizer.ts";
import { printableLine } from "../terminal/text.ts";

export const command = defineCommand({
  description: [
    "Formats source files: aligns labels, mnemonics, operands and comments in columns, and spells the words of the language in one way. Numbers, strings and comments stay as they are. A file assembles to the same bytecode as before. If a file is already formatted, avmasm doesn't write it. A FILE that is a folder stands for all sources in it.",
    "If a FILE is -, avmasm reads standard input and writes the formatted text to standard output.",
    "Lines with syntax errors stay as they are, and so do the lines between the comments `; fmt: off` and `; fmt: on`.",
  ],
  operands: { name: "FILE", min: 1, max: Infinity },
  options: {
    check: { type: "boolean", summary: "write nothing; list the files that would change, with status 1" },
    target: {
      type: "string",
      choices: TARGETS,
      summary: "the instruction set of files without a .target",
    },
    "stdin-name": STDIN_NAME,
  },
  async run(operands, values) {
    const { check, target } = values;
    let unreadable = false;
    let changed = false;
    let optimizesLess = false;
    for (const file of sourceFiles(operands, values)) {
      const source = await readSource(file);
      if ("error" in source) {
        printMessage(`\`${file.name}\` can't be read: ${source.error}`);
        unreadable = true;
        continue;
      }
      const { name, text, lines, mark } = source;
      const broken = remark(name, lines);
      if (broken !== undefined) printMessage(broken);
      optimizesLess ||= await optimizeLess({ characters: text.length });
      const formatted = formatParsed(text, lines, target ? { target } : {});
      if (formatted !== text) changed = true;
      if (check) {
        if (formatted !== text) print(`${printableLine(name)}\n`);
      } else if (isStandardInput(file.argument)) print(mark + formatted);
      else if (formatted !== text)
        await writeOutput(file.argument, mark + formatted, { durable: true, real: file.real });
    }
    if (unreadable) return 2;
    return check && changed ? 1 : 0;
  },
});

/** The message that names the lines that weren't formatted because they can't be parsed. */
function remark(name: string, lines: readonly Line[]): string | undefined {
  const broken = lines.filter(({ problems }) => problems.length > 0);
  if (broken.length === 0) return undefined;
  const first = lines.indexOf(broken[0]) + 1;
  const what =
    broken.length === 1
      ? `line ${first} can't be read and stays as it is`
      : `${broken.length} lines can't be read and stay as they are, the first is line ${first}`;
  return `${name}: ${what}; \`avmasm check\` reports why`;
}
