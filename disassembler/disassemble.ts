/**
 * Disassembles a program to text that assembles to the same bytes. The layout is that of `grammar/formatter/style.ts`.
 *
 * It writes the plain mnemonic if the assembler would choose the same wire form for it, else the wire name. Bytes that no
 * statement expresses become `.byte`, and a jump target that no label expresses becomes `#offset`; a comment says why.
 */

import {
  COMMENT_COLUMN,
  COMMENT_GAP,
  COMMENT_START,
  OPERAND_SEPARATOR,
  STATEMENT_COLUMN,
  statementHead,
} from "../grammar/formatter/style.ts";
import { INDIRECT, RELATIVE, type WireForm } from "../isa/instruction-set.ts";
import { FIELD_MODULUS, TAGS } from "../isa/tags.ts";
import { encode, formAt } from "../program/codec.ts";
import { DATA, sizeOf, statementAt, statementCovering, type Program } from "../program/program.ts";
import { TextBuffer } from "./text-buffer.ts";
import { NO_LABEL, writeLabel, type TextModel, OFFSET_DIGITS } from "./text-model.ts";

export interface DisassembleOptions {
  /** Whether a comment gives the byte offset of every statement. */
  readonly pc?: boolean;
  /** Whether a comment gives the bytes of every statement. */
  readonly bytes?: boolean;
}

export interface Disassembly {
  readonly text: string;
  /** By statement: its line, counted from 0. Raw bytes may share a line. */
  readonly lineOf: Uint32Array;
}

/** The largest number that is written in decimal. */
const MAX_DECIMAL = 0xffff;
/** Maximum number of bytes on a `.byte` line. */
export const BYTES_PER_LINE = 16;
/** Width of the column of bytes. The bytes of most statements fit, and notes are aligned after it. */
const BYTES_COLUMNS = 18;
/** An estimate, for the initial size of the buffer. */
const CHARACTERS_PER_STATEMENT = 48;

/** The text of a program. */
export function disassemble(model: TextModel, options: DisassembleOptions = {}): Disassembly {
  const { program } = model;
  const out = new TextBuffer(program.count * CHARACTERS_PER_STATEMENT);
  const lineOf = new Uint32Array(program.count);
  const printer = newPrinter(model, options, out);
  out.ascii(`.target ${program.set.target}`);
  out.endLine();
  for (const line of model.title) writeCommentLine(out, line, 0);
  for (let index = 0; index < program.count;) {
    writeAbove(printer, index);
    const line = out.line;
    const next = writeStatement(printer, index);
    for (; index < next; index++) lineOf[index] = line;
  }
  return { text: out.take(), lineOf };
}

/** Writes single statements, without labels and comments. */
export function statementPrinter(model: TextModel): (index: number) => string {
  const out = new TextBuffer();
  const printer = newPrinter(model, {}, out);
  return (index) => {
    const plan = printer.plans[model.program.opcodes[index]];
    if (plan) writeInstruction(printer, index, plan);
    else writeBytes(out, printer.encoded(), model.program.pcs[index], model.program.pcs[index + 1]);
    printer.remarks.length = 0;
    return out.take().trim();
  };
}

interface Printer {
  readonly model: TextModel;
  readonly program: Program;
  readonly options: DisassembleOptions;
  readonly out: TextBuffer;
  /** How to write each wire form, by opcode. */
  readonly plans: readonly (Plan | undefined)[];
  /** The whole program, encoded when it is first asked for. */
  readonly encoded: () => Uint8Array;
  /** By statement: 1 if the model has a label, header or note for it. */
  readonly commented: Uint8Array;
  /** Remarks for the comment of the present statement, such as why it is written as bytes. */
  readonly remarks: string[];
}

function newPrinter(model: TextModel, options: DisassembleOptions, out: TextBuffer): Printer {
  const { program } = model;
  let bytes: Uint8Array | undefined;
  const encoded = () => (bytes ??= encode(program));
  const commented = new Uint8Array(program.count);
  for (const index of model.headers.keys()) commented[index] = 1;
  for (const index of model.notes.keys()) commented[index] = 1;
  return { model, program, options, out, plans: plansOf(program), encoded, commented, remarks: [] };
}

/** How a wire form is written. */
interface Plan {
  readonly form: WireForm;
  /** Encoded mnemonic and wire name, padded to their columns. */
  readonly plain: Uint8Array;
  readonly wire: Uint8Array;
  /** The wire forms that the assembler prefers if the operands fit. */
  readonly narrower: readonly WireForm[];
  /** Bits of the addressing field that belong to operands. */
  readonly modeBits: number;
  /** For each operand that is an enum: the names of its members by number. */
  readonly members: readonly (ReadonlyMap<number, string> | undefined)[];
}

const knownPlans = new WeakMap<object, readonly (Plan | undefined)[]>();

function plansOf({ set }: Program): readonly (Plan | undefined)[] {
  let plans = knownPlans.get(set);
  if (!plans) knownPlans.set(set, (plans = set.byOpcode.map((form) => form && planOf(form))));
  return plans;
}

function planOf(form: WireForm): Plan {
  const { definition, fields, name } = form;
  const encoder = new TextEncoder();
  return {
    form,
    plain: encoder.encode(statementHead(definition.mnemonic, fields.length > 0)),
    wire: encoder.encode(statementHead(name, fields.length > 0)),
    narrower: definition.wireForms.slice(0, definition.wireForms.indexOf(form)),
    modeBits: 2 * definition.memoryOperandCount,
    members: fields.map(({ operand }) =>
      operand.kind === "enum" ? new Map(operand.members.map(({ value, name }) => [value, name])) : undefined,
    ),
  };
}

// --- above a statement ---

function writeAbove({ model, out, commented }: Printer, index: number): void {
  const header = commented[index] ? model.headers.get(index) : undefined;
  if (header || index === 0) out.endLine();
  if (header) for (const line of header) writeCommentLine(out, line, 0);
  if (model.labels[index] !== NO_LABEL) {
    writeLabel(out, model, index);
    out.code(COLON);
    out.endLine();
  }
  if (!model.sourceAt) return;
  for (const line of model.sourceAt(index)) writeCommentLine(out, line, STATEMENT_COLUMN);
}

function writeCommentLine(out: TextBuffer, text: string, column: number): void {
  out.column(column, 0);
  out.ascii(COMMENT_START);
  out.text(text.trimEnd());
  out.endLine();
}

// --- statements ---

const HASH = 35;
const COLON = 58;
const ENCODED_TAGS = TAGS.map((tag) => new TextEncoder().encode(tag));

/** Writes a statement, or several statements of raw bytes. Returns the index of the next statement. */
function writeStatement(printer: Printer, index: number): number {
  const { program, out, remarks, options, model, commented } = printer;
  const plan = printer.plans[program.opcodes[index]];
  let next = index + 1;
  if (!plan) next = writeData(printer, index);
  else if (program.modes[index] >>> plan.modeBits !== 0) writeAsBytes(printer, index, plan);
  else writeInstruction(printer, index, plan);
  const note = commented[index] ? model.notes.get(index) : undefined;
  if (note !== undefined) remarks.push(note);
  if (options.pc || options.bytes || remarks.length > 0) writeComment(printer, index, next);
  out.endLine();
  return next;
}

/** Writes an instruction, without its spare mode bits. */
function writeInstruction(printer: Printer, index: number, plan: Plan): void {
  const { program, out } = printer;
  const { values, firsts } = program;
  const { fields } = plan.form;
  out.raw(isNarrowest(program, index, plan) ? plan.plain : plan.wire);
  const first = firsts[index];
  const mode = program.modes[index];
  for (let position = 0; position < fields.length; position++) {
    if (position > 0) out.separator();
    const { pair, operand, size } = fields[position];
    const value = values[first + position];
    if (pair >= 0) {
      const bits = mode >>> (2 * pair);
      out.memory((bits & INDIRECT) !== 0, (bits & RELATIVE) !== 0, value);
    } else if (operand.kind === "tag") out.raw(ENCODED_TAGS[value]);
    else if (operand.kind === "target") writeTarget(printer, value);
    else if (operand.kind === "enum") {
      const member = plan.members[position]!.get(value);
      if (member === undefined) writeLiteral(out, value);
      else out.ascii(member);
    } else if (size > 4) writeWide(printer, program.wide[value], size);
    else writeLiteral(out, value);
  }
}

/** True if the assembler chooses this form for these operands by itself. */
function isNarrowest(program: Program, index: number, { form, narrower }: Plan): boolean {
  const first = program.firsts[index];
  for (const other of narrower) {
    let fits = true;
    for (let position = 0; fits && position < form.fields.length; position++) {
      const { size } = other.fields[position];
      const own = form.fields[position].size;
      if (size >= own) continue;
      const value = program.values[first + position];
      fits = own > 4 ? program.wide[value] >> BigInt(8 * size) === 0n : value < 2 ** (8 * size);
    }
    if (fits) return false;
  }
  return true;
}

function writeLiteral(out: TextBuffer, value: number): void {
  out.code(HASH);
  if (value <= MAX_DECIMAL) return out.decimal(value);
  out.ascii("0x");
  out.hexadecimal(value, 1);
}

function writeWide({ out, remarks }: Printer, value: bigint, size: number): void {
  if (value <= MAX_DECIMAL) return writeLiteral(out, Number(value));
  out.ascii("#0x");
  out.ascii(value.toString(16));
  if (size < 32) return;
  if (value >= FIELD_MODULUS) remarks.push("not below the field's modulus");
  else if (FIELD_MODULUS - value <= MAX_DECIMAL) remarks.push(`-${FIELD_MODULUS - value} in the field`);
}

function writeTarget({ model, program, out, remarks }: Printer, target: number): void {
  const statement = statementAt(program, target);
  if (statement >= 0) return writeLabel(out, model, statement);
  writeLiteral(out, target);
  const inside = statementCovering(program, target);
  if (inside >= 0) remarks.push(`inside the statement at ${hex(program.pcs[inside])}`);
  else remarks.push(target === sizeOf(program) ? "the end of the code" : "past the end of the code");
}

// --- raw bytes ---

const BYTE_HEAD = statementHead(".byte", true);

/** Writes an instruction as bytes because it has spare mode bits set, which no mnemonic can express. */
function writeAsBytes(printer: Printer, index: number, plan: Plan): void {
  const { program, remarks, encoded } = printer;
  const { pcs, modes } = program;
  writeBytes(printer.out, encoded(), pcs[index], pcs[index + 1]);
  const scratch = new TextBuffer();
  writeInstruction({ ...printer, out: scratch }, index, plan);
  const text = scratch.take().trim().replace(/ +/, " ");
  remarks.unshift(`${text} with spare mode bits ${hex((modes[index] >>> plan.modeBits) << plan.modeBits)}`);
}

/** Writes raw bytes; bytes that are no opcodes share a line. Returns the index of the next statement. */
function writeData(printer: Printer, index: number): number {
  const { program, out, model, remarks, encoded, commented } = printer;
  const { set, pcs, opcodes, count } = program;
  const bytes = encoded();
  const pc = pcs[index];
  const size = pcs[index + 1] - pc;
  if (size === 0) return index + 1;
  const isBad = (statement: number) =>
    opcodes[statement] === DATA &&
    pcs[statement + 1] - pcs[statement] === 1 &&
    formAt(set, bytes, pcs[statement]) === "invalid-opcode";
  let next = index + 1;
  if (isBad(index)) {
    const joins = (statement: number) =>
      statement < count &&
      model.labels[statement] === NO_LABEL &&
      commented[statement] === 0 &&
      isBad(statement);
    while (next - index < BYTES_PER_LINE && joins(next)) next++;
    remarks.push(next - index === 1 ? "no instruction has this opcode" : "no instruction has these opcodes");
  } else {
    const failure = formAt(set, bytes, pc);
    const name = set.byOpcode[bytes[pc]]?.name ?? "this";
    if (failure === "truncated") remarks.push(`${name} is cut off by the end of the code`);
    else if (failure === "invalid-tag") remarks.push(`${name} with a tag byte that isn't a tag`);
  }
  writeBytes(out, bytes, pc, pcs[next]);
  return next;
}

function writeBytes(out: TextBuffer, bytes: Uint8Array, start: number, end: number): void {
  out.ascii(BYTE_HEAD);
  for (let pc = start; pc < end; pc++) {
    if (pc > start) {
      if ((pc - start) % BYTES_PER_LINE === 0) {
        out.endLine();
        out.ascii(BYTE_HEAD);
      } else out.ascii(OPERAND_SEPARATOR);
    }
    out.ascii("0x");
    out.hexadecimal(bytes[pc], 2);
  }
}

// --- after a statement ---

/** Writes the comment of the statements on one line, from `index` to before `next`: offset, bytes and remarks. */
function writeComment(
  { program, options, out, remarks, encoded }: Printer,
  index: number,
  next: number,
): void {
  const { pcs } = program;
  out.column(COMMENT_COLUMN, COMMENT_GAP);
  out.ascii(COMMENT_START);
  if (options.pc) out.hexadecimal(pcs[index], OFFSET_DIGITS);
  if (options.bytes) {
    if (options.pc) out.ascii("  ");
    const bytes = encoded();
    for (let pc = pcs[index]; pc < pcs[next]; pc++) out.hexadecimal(bytes[pc], 2);
    const missing = BYTES_COLUMNS - 2 * (pcs[next] - pcs[index]);
    if (remarks.length > 0 && missing > 0) out.ascii(" ".repeat(missing));
  }
  if (remarks.length === 0) return;
  if (options.pc || options.bytes) out.ascii("  ");
  out.text(remarks.join("; "));
  remarks.length = 0;
}

function hex(value: number): string {
  return `0x${value.toString(16)}`;
}
