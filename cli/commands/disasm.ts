/** `avmasm disasm`: disassembles bytecode to source text that assembles to the same bytes. */

import { fieldsOf, type Artifact } from "../../artifact/artifact.ts";
import { hexOfSelector } from "../../artifact/selector.ts";
import { disassemble } from "../../disassembler/disassemble.ts";
import { tableLines } from "../../disassembler/text-table.ts";
import { UsageError, defineCommand } from "../command.ts";
import { inputFiles, namesOf } from "../arguments/input-file.ts";
import { CONTRACT_OPTIONS, STDIN_NAME, TARGET, OUTPUT } from "../arguments/options.ts";
import { chooseContract, readBytecodeArgument } from "../arguments/contract.ts";
import { checkOutputs, printError, writeOutput } from "../files/output.ts";
import { grouped } from "../../program/grouped.ts";

export const command = defineCommand({
  description: [
    "Writes bytecode as source text that `avmasm build --no-check` turns back into exactly the same bytes. FILE is raw bytecode, hexadecimal or base64 text, or the artifact of an Aztec contract; - is standard input.",
    "If FILE is an artifact, avmasm disassembles public_dispatch, the function that Aztec calls, unless you name another. Labels and comments show what the artifact contains: functions and their signatures, error messages, Noir functions.",
    "Bytecode doesn't say which instruction set it is for. If an artifact names its release, avmasm uses the instruction set of that release, otherwise v6.",
  ],
  operands: { name: "FILE", min: 1, max: 1 },
  options: {
    function: CONTRACT_OPTIONS.function,
    list: { type: "boolean", summary: "only list the functions of an artifact" },
    output: OUTPUT,
    target: TARGET,
    "stdin-name": STDIN_NAME,
    pc: { type: "boolean", summary: "print the byte offset of every statement" },
    bytes: { type: "boolean", summary: "print the bytes of every statement" },
    source: { type: "boolean", summary: "print the lines of Noir that the statements come from" },
  },
  async run(operands, values) {
    const { list, output = "-", pc, bytes, source } = values;
    const [file] = inputFiles(operands, values);
    checkOutputs([output], namesOf([file]));
    const input = await readBytecodeArgument(file);
    if (input.kind === "code" && (list || source)) {
      const what = list ? "functions to list" : "source to show";
      throw new UsageError(`\`${file.name}\` is bytecode, not an artifact: it has no ${what}`);
    }
    if (list && input.kind === "artifact") {
      await writeOutput(output, listFunctions(input.artifact));
      return 0;
    }
    const { contract } = chooseContract(file, input, values);
    if (source && !contract.debug) printError("avmasm: the artifact doesn't say where the code comes from\n");
    await writeOutput(output, disassemble(contract.model, { pc, bytes }).text);
    return 0;
  },
});

function listFunctions(artifact: Artifact): string {
  const selectors = new Map([...artifact.selectors()].map(([selector, { name }]) => [name, selector]));
  const rows = artifact.functions.map(({ name, size, signature }) => {
    const selector = selectors.get(name);
    return [
      grouped(size),
      String(fieldsOf(size)),
      selector === undefined ? "" : hexOfSelector(selector),
      signature ?? name,
    ];
  });
  const head = ["bytes", "fields", "selector", "function"];
  return [...tableLines(head, rows), ""].join("\n");
}
