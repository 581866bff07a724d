/** Documentation as Markdown, for hover, completion and signature help. */

import { BUILTINS } from "../../assembler/expressions/builtins.ts";
import { DIRECTIVES, type DirectiveName } from "../../grammar/directives.ts";
import { describeGas, describeOperand, shownOperand } from "../../isa/describe.ts";
import { ADDRESSING_GAS, type InstructionDefinition, type WireForm } from "../../isa/instruction-set.ts";
import { FIELD_MODULUS, TAG_BITS, tagCode, tagLimit, type Tag } from "../../isa/tags.ts";
import { TARGET_INFO, type TargetName } from "../../isa/table.ts";
import type { EnumMember, EnumOperand, Operand } from "../../isa/types.ts";

/** A block of AVM assembly. */
export function code(text: string): string {
  return `\`\`\`avm\n${text}\n\`\`\``;
}

/** Escapes text so that Markdown shows it unchanged. */
export function escaped(text: string): string {
  return text.replace(/[\\`*_{}[\]<>()#+\-.!|~]/g, "\\$&");
}

/** `ADD a, b, dst`. */
function signatureOf(name: string, { operands }: InstructionDefinition): string {
  return `${name} ${operands.map(shownOperand).join(", ")}`.trimEnd();
}

/** The documentation of an instruction. */
export function describeInstruction(
  definition: InstructionDefinition,
  form: WireForm | undefined,
  target: TargetName,
): string {
  const { summary, expression, operands, gas, notes = [], changesState, memoryOperandCount } = definition;
  const sections = [code(signatureOf(form?.name ?? definition.mnemonic, definition)), summary];
  sections.push(`\`\`\`text\n${expression}\n\`\`\``);
  if (operands.length > 0) {
    sections.push(
      operands.map((operand) => `- \`${shownOperand(operand)}\`: ${describeOperand(operand)}`).join("\n"),
    );
  }
  const forms = (form ? [form] : definition.wireForms).map(
    ({ name, size, opcode }) => `\`${name}\` 0x${opcode.toString(16).padStart(2, "0")}, ${bytes(size)}`,
  );
  sections.push(`**Wire form${forms.length === 1 ? "" : "s"}:** ${forms.join("; ")}`);
  const addressing =
    memoryOperandCount === 0
      ? ""
      : `; addressing: ${ADDRESSING_GAS.indirect} L2 for each \`[[…]]\`, ${ADDRESSING_GAS.relative} for each \`sp\`, ${ADDRESSING_GAS.base} once where any has \`sp\``;
  sections.push(`**Gas (${target}):** ${describeGas(gas)}${addressing}`);
  const said = notes.some((note) => note.includes("static call"));
  sections.push(...notes, ...(changesState && !said ? ["Inside a static call it halts."] : []));
  return sections.join("\n\n");
}

export function bytes(count: number): string {
  return count === 1 ? "1 byte" : `${count} bytes`;
}

/** The documentation of one operand. */
export function describeParameter(operand: Operand): string {
  return `\`${shownOperand(operand)}\`: ${describeOperand(operand)}`;
}

export function describeDirective(name: DirectiveName): string {
  const { usage, summary } = DIRECTIVES[name];
  return `${code(usage)}\n\n${summary}`;
}

export function describeBuiltin(name: string): string {
  const { usage, summary } = BUILTINS[name];
  return `${code(usage)}\n\n${summary}`;
}

export function describeTag(tag: Tag): string {
  const range =
    tag === "ff"
      ? `An element of the BN254 scalar field: 0 to p−1, where p = ${FIELD_MODULUS}.`
      : `An unsigned integer of ${TAG_BITS[tagCode(tag)]} bit${tag === "u1" ? "" : "s"}: 0 to ${tagLimit(tag) - 1n}.`;
  return `${code(tag)}\n\n${range}\n\nOn the wire: ${tagCode(tag)}.`;
}

export function describeMember({ name, value, tag, summary }: EnumMember, operand: EnumOperand): string {
  return `${code(name)}\n\n${summary}\n\nMember ${value} of \`${shownOperand(operand)}\`; writes ${shownMemberTag(tag)}.`;
}

function shownMemberTag(tag: EnumMember["tag"]): string {
  return typeof tag === "string" ? `\`${tag}\`` : tag.oneOf.map((one) => `\`${one}\``).join(" or ");
}

export function describeTarget(target: TargetName): string {
  const { summary, sure } = TARGET_INFO[target];
  return `${code(`.target ${target}`)}\n\n${summary}\n\n${sure}`;
}

/** A number in decimal and hexadecimal. */
export function shownValue(value: bigint): string {
  const hex = value < 0n ? `-0x${(-value).toString(16)}` : `0x${value.toString(16)}`;
  return value > -10n && value < 10n ? `\`${value}\`` : `\`${value}\` = \`${hex}\``;
}
