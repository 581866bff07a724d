/** Writes docs/instructions.md: every instruction of every target, from the instruction table. */

import { describeGas, describeOperand, shownOperand } from "../../isa/describe.ts";
import {
  ADDRESSING_GAS,
  instructionSet,
  type InstructionDefinition,
  type WireForm,
} from "../../isa/instruction-set.ts";
import { DEFAULT_TARGET, TARGETS, TARGET_INFO, type TargetName } from "../../isa/table.ts";

export function instructionReference(): string {
  const { instructions } = instructionSet(DEFAULT_TARGET);
  const categories = [...new Set(instructions.map(({ category }) => category))];
  return [
    "<!-- Written by scripts/generate.ts from the instruction table: change that instead. -->",
    "",
    "# Instructions",
    "",
    ...introduction(),
    ...categories.flatMap((category) => [
      `## ${category}`,
      "",
      ...instructions
        .filter((instruction) => instruction.category === category)
        .flatMap((instruction) => describeInstruction(instruction)),
    ]),
  ].join("\n");
}

function introduction(): string[] {
  const { instructions } = instructionSet(DEFAULT_TARGET);
  const { indirect, relative, base } = ADDRESSING_GAS;
  return [
    `All ${instructions.length} instructions of ${DEFAULT_TARGET}, the default target, and how they differ in older ones.`,
    "Operands stand in the order in which they are written and encoded. In the expressions",
    "`M[x]` is the value of a cell and `T[x]` its tag, `M[a .. a+n)` is a range without its end, and p is",
    "the modulus of the field.",
    "",
    ...table(
      ["target", "runs on", "how sure the facts are"],
      TARGETS.map((target) => [`\`${target}\``, TARGET_INFO[target].summary, TARGET_INFO[target].sure]),
    ),
    "",
    `Gas is that of the instruction alone: L2 gas pays for execution, DA gas for data that has to be published. Addressing adds ${indirect} L2 for each \`[[…]]\`, ${relative} L2 for each`,
    `\`sp+…\`, and ${base} L2 once where any operand has \`sp\`.`,
    "",
    ...table(
      ["instruction", "operands", "does", `gas in ${DEFAULT_TARGET}`],
      instructions.map((instruction) => [
        `[${instruction.mnemonic}](#${instruction.mnemonic.toLowerCase()})`,
        operandNames(instruction),
        instruction.summary,
        describeGas(instruction.gas),
      ]),
    ),
    "",
  ];
}

function describeInstruction(newest: InstructionDefinition): string[] {
  const versions = versionsOf(newest);
  return [
    `### ${newest.mnemonic}`,
    "",
    newest.summary,
    "",
    ...describeVersion(newest),
    ...versions
      .slice(1)
      .flatMap(({ targets, definition }, index) => [
        `**In ${targets.join(" and ")}**${definition.mnemonic === newest.mnemonic ? "" : `, where it is called ${definition.mnemonic}`}:`,
        "",
        ...(definition.summary === versions[index].definition.summary ? [] : [definition.summary, ""]),
        ...describeVersion(definition, versions[index].definition),
      ]),
    `Gas: ${describeGasOf(newest)}.`,
    "",
  ];
}

/**
 * The paragraphs after the summary and the gas; for an older version, only the parts that differ from the newer one.
 */
function describeVersion(definition: InstructionDefinition, newer?: InstructionDefinition): string[] {
  const { mnemonic, expression, operands, wireForms, notes = [] } = definition;
  const differs = (part: (of: InstructionDefinition) => unknown): boolean =>
    newer === undefined || JSON.stringify(part(definition)) !== JSON.stringify(part(newer));
  const names = operandNames(definition);
  const usage = `${mnemonic} ${names}`.trim();
  const changed = differs((of) => [of.mnemonic, of.expression, operandNames(of)]);
  const newNotes = differs((of) => of.notes) ? notes : [];
  return [
    ...(changed ? ["```avm", usage, `; ${expression}`, "```", ""] : []),
    ...(operands.length > 0 && differs((of) => of.operands)
      ? [
          ...table(
            ["operand", ""],
            operands.map((operand) => [`\`${shownOperand(operand)}\``, describeOperand(operand)]),
          ),
          "",
          ...describeMembers(definition),
        ]
      : []),
    ...(differs((of) => of.wireForms.map(describeForm))
      ? [...table(["form", "opcode", "bytes", "layout in bits"], wireForms.map(describeForm)), ""]
      : []),
    ...newNotes.map((note) => `- ${note}`),
    ...(newNotes.length > 0 ? [""] : []),
  ];
}

function describeMembers({ operands }: InstructionDefinition): string[] {
  return operands.flatMap((operand) =>
    operand.kind === "enum"
      ? [
          ...table(
            ["member", "number", "tag", ""],
            operand.members.map(({ name, value, tag, summary }) => [
              `\`${name}\``,
              String(value),
              typeof tag === "string" ? tag : tag.oneOf.join(" or "),
              summary,
            ]),
          ),
          "",
        ]
      : [],
  );
}

function describeForm({ name, opcode, size, modeSize, fields }: WireForm): string[] {
  const parts = fields.map(({ operand, size }) => `${shownOperand(operand)} ${8 * size}`);
  const layout = ["opcode 8", ...(modeSize > 0 ? [`modes ${8 * modeSize}`] : []), ...parts].join(", ");
  return [`\`${name}\``, `0x${opcode.toString(16).padStart(2, "0")}`, String(size), layout];
}

interface Version {
  readonly targets: TargetName[];
  readonly definition: InstructionDefinition;
}

/**
 * The versions of an instruction from the newest target to the oldest. Consecutive targets that differ only in gas
 * share one version.
 */
function versionsOf(newest: InstructionDefinition): Version[] {
  const versions: Version[] = [];
  let last = "";
  for (const { target, definition } of definitionsOf(newest)) {
    const { mnemonic, summary, expression, operands, forms, notes } = definition;
    const facts = JSON.stringify([mnemonic, summary, expression, operands, forms, notes]);
    if (facts === last) versions.at(-1)!.targets.push(target);
    else versions.push({ targets: [target], definition });
    last = facts;
  }
  return versions;
}

/**
 * The instruction's definition in each target, found by its opcode: names can differ between targets, opcodes don't.
 */
function definitionsOf({ wireForms }: InstructionDefinition): {
  target: TargetName;
  definition: InstructionDefinition;
}[] {
  return TARGETS.flatMap((target) => {
    const definition = instructionSet(target).byOpcode[wireForms[0].opcode]?.definition;
    return definition ? [{ target, definition }] : [];
  });
}

function describeGasOf(newest: InstructionDefinition): string {
  const targets = new Map<string, TargetName[]>();
  for (const { target, definition } of definitionsOf(newest)) {
    const gas = describeGas(definition.gas);
    targets.set(gas, [...(targets.get(gas) ?? []), target]);
  }
  return [...targets].map(([gas, names]) => `${gas} in ${names.join(", ")}`).join("; ");
}

function operandNames({ operands }: InstructionDefinition): string {
  return operands.map(shownOperand).join(", ");
}

function table(heads: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
  return [line(heads), line(heads.map(() => "---")), ...rows.map(line)];
}
