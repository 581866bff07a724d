/** `avmasm isa`: the instruction table, as a list or one instruction in full, and the macros of the standard library. */

import { readFileSync } from "node:fs";
import path from "node:path";
import { LIBRARY_MACROS, libraryFileOf } from "../../assembler/expand/library-macros.ts";
import { didYouMean, nearest } from "../../diagnostics/suggest.ts";
import { describeGas, describeOperand, shownOperand } from "../../isa/describe.ts";
import {
  ADDRESSING_GAS,
  instructionSet,
  type InstructionDefinition,
  type InstructionSet,
  type WireForm,
} from "../../isa/instruction-set.ts";
import { DEFAULT_TARGET, TARGETS, TARGET_INFO } from "../../isa/table.ts";
import { libraryReference } from "../../project/library-reference.ts";
import { UsageError, defineCommand, wrap } from "../command.ts";
import { LIBRARY } from "../installation.ts";
import { print } from "../files/output.ts";
import { styleFor, type Style } from "../terminal/style.ts";

/** Number of columns to which text is wrapped. */
const WIDTH = 96;

export const command = defineCommand({
  description: [
    "Without MNEMONIC, lists every instruction with its operands and its gas. With a MNEMONIC, or with the name of a wire form such as ADD_16, describes the instruction: what it does, the tags of its operands and results, its encoding, and its gas in each instruction set. With the name of a macro of the standard library, describes the macro.",
  ],
  operands: { name: "MNEMONIC", min: 0, max: 1 },
  options: { target: { type: "string", choices: TARGETS, summary: "the instruction set; v6 by default" } },
  async run([name], { target }) {
    const set = instructionSet(target ?? DEFAULT_TARGET);
    const style = styleFor("stdout");
    const file =
      name === undefined || set.byMnemonic.has(name.toUpperCase())
        ? undefined
        : libraryFileOf(name.toUpperCase());
    if (name === undefined) print(describeAll(set, style));
    else if (file !== undefined) print(describeMacro(name.toUpperCase(), file, style));
    else print(describeOne(find(name, set), set, style));
    return 0;
  },
});

function describeAll(set: InstructionSet, style: Style): string {
  const rows = set.instructions.map((instruction) => {
    const { mnemonic, operands, wireForms, gas, summary, category } = instruction;
    const names = operands.map(shownOperand).join(", ");
    const opcodes = wireForms.map(({ opcode }) => hex(opcode)).join(" ");
    const sizes = [...new Set(wireForms.map(({ size }) => size))].join(" ");
    return {
      category,
      mnemonic,
      names,
      opcodes,
      sizes,
      gas: describeGas(gas).replace(/ \+ .*/, " +"),
      summary,
    };
  });
  const heads = { mnemonic: "", names: "operands", opcodes: "opcodes", sizes: "bytes", gas: "gas" };
  const columns = Object.keys(heads) as (keyof typeof heads)[];
  const widths = columns.map((column) => Math.max(...[heads, ...rows].map((row) => row[column].length)) + 2);
  const line = (row: typeof heads): string =>
    columns.map((column, index) => row[column].padEnd(widths[index])).join("");
  const lines = [`${set.target}: ${TARGET_INFO[set.target].summary}`, TARGET_INFO[set.target].sure];
  for (const category of new Set(rows.map((row) => row.category))) {
    lines.push("", style("bold", line({ ...heads, mnemonic: category }).trimEnd()));
    for (const row of rows.filter((other) => other.category === category)) {
      lines.push(line(row).trimEnd(), style("dim", `    ${row.summary}`));
    }
  }
  lines.push(
    "",
    "Operands are in wire order, opcodes hexadecimal, sizes those of the wire forms. A gas of 24 L2 + depends on",
    "values too, and addressing adds to it: `avmasm isa MNEMONIC` describes one instruction in full.",
  );
  return lines.join("\n") + "\n";
}

/** The documentation of a macro of the standard library. */
function describeMacro(name: string, file: string, style: Style): string {
  const text = readFileSync(path.join(LIBRARY, "std", file), "utf8");
  const { path: included, macros } = libraryReference(`std/${file}`, text);
  const { parameters, summary } = macros.find((macro) => macro.name === name)!;
  return [
    `${style("bold", `${name} ${parameters}`.trim())}    (macro, <${included}>)`,
    ...wrap(summary, WIDTH),
    "",
    `  .include <${included}>`,
    "",
  ].join("\n");
}

interface Found {
  readonly instruction: InstructionDefinition;
  /** The wire form, if the user asked for one by name. */
  readonly form: WireForm | undefined;
}

function find(name: string, set: InstructionSet): Found {
  const upper = name.toUpperCase();
  const instruction = set.byMnemonic.get(upper);
  if (instruction) return { instruction, form: undefined };
  const form = set.byForm.get(upper);
  if (form) return { instruction: form.definition, form };
  const renamed = set.instructions.find(({ aliases }) => aliases?.includes(upper))?.mnemonic;
  const suggestion =
    renamed ??
    nearest(name, set.byMnemonic.keys()) ??
    nearest(name, set.byForm.keys()) ??
    nearest(name, Object.values(LIBRARY_MACROS).flat());
  throw new UsageError(`there is no instruction \`${name}\` in ${set.target}${didYouMean(suggestion)}`);
}

function describeOne({ instruction, form }: Found, { target }: InstructionSet, style: Style): string {
  const { mnemonic, summary, expression, operands, wireForms, notes = [], changesState } = instruction;
  const section = (title: string, lines: readonly string[]): string[] =>
    lines.length === 0 ? [] : ["", style("bold", title), ...lines.map((line) => `  ${line}`)];
  const names = operands.map(shownOperand).join(", ");
  const width = Math.max(0, ...operands.map((operand) => shownOperand(operand).length)) + 2;
  const memberLines = operands.flatMap((operand) => {
    if (operand.kind !== "enum") return [];
    const longest = Math.max(...operand.members.map(({ name }) => name.length)) + 2;
    return operand.members.map((member) => {
      const tags = typeof member.tag === "string" ? member.tag : member.tag.oneOf.join(" or ");
      return `${String(member.value).padStart(3)}  ${member.name.padEnd(longest)}${tags.padEnd(6)}${member.summary}`;
    });
  });
  return [
    `${style("bold", `${mnemonic} ${names}`.trim())}    (${instruction.category}, ${target})`,
    ...wrap(summary, WIDTH),
    "",
    `  ${expression}`,
    ...section(
      "Operands",
      operands.map((operand) => {
        const what = operand.kind === "enum" ? "a member, below, or its number" : describeOperand(operand);
        return `${shownOperand(operand).padEnd(width)}${what}`;
      }),
    ),
    ...section("Members", memberLines),
    ...section("Wire forms", describeForms(form ? [form] : wireForms)),
    ...section("Gas", describeGasPerTarget(instruction)),
    ...section("Notes", [
      ...notes.flatMap((note) => wrap(note, WIDTH - 2)),
      ...(changesState && notes.every((note) => !note.includes("static call"))
        ? ["Inside a static call it halts."]
        : []),
    ]),
    "",
  ].join("\n");
}

function describeForms(forms: readonly WireForm[]): string[] {
  const width = Math.max(...forms.map(({ name }) => name.length)) + 2;
  return forms.map(({ name, opcode, size, modeSize, fields }) => {
    const parts = fields.map(({ operand, size }) => `${shownOperand(operand)}:${8 * size}`);
    const layout = ["opcode:8", ...(modeSize > 0 ? [`modes:${8 * modeSize}`] : []), ...parts].join(" ");
    return `${name.padEnd(width)}0x${hex(opcode)}  ${`${size} bytes`.padEnd(9)} ${layout}`;
  });
}

/** One line for each different gas cost, newest target first, with the targets that have it. */
function describeGasPerTarget({ mnemonic, memoryOperandCount }: InstructionDefinition): string[] {
  const targets = new Map<string, string[]>();
  for (const target of TARGETS) {
    const gas = instructionSet(target).byMnemonic.get(mnemonic)?.gas;
    const text = gas ? describeGas(gas) : "no such instruction";
    targets.set(text, [...(targets.get(text) ?? []), target]);
  }
  const lines = [...targets].map(([text, names]) => `${names.join(", ")}: ${text}`);
  const { indirect, relative, base } = ADDRESSING_GAS;
  if (memoryOperandCount > 0) {
    lines.push(
      `and for addressing: ${indirect} L2 for each [[…]], ${relative} L2 for each sp+…, ${base} L2 once where any has sp`,
    );
  }
  return lines;
}

function hex(byte: number): string {
  return byte.toString(16).padStart(2, "0");
}
