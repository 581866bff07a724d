/**
 * Generates programs of any size to time assemblers on: the same number of statements in each assembly language, as
 * similar as the languages allow. One statement a line, a label on every tenth, jumps to labels above and below. The
 * same size always gives the same text.
 */

import { randomNumbers, type RandomNumbers } from "../test/support/random.ts";

/** Lines that begin with one label and end before the next. */
const LINES_PER_LABEL = 10;
/** Maximum distance of a forward jump, in labels. */
const MAX_JUMP_LABELS = 3;

export type Language = "avm" | "gas" | "nasm" | "wat" | "tasm";

/** The text of a program with this many statements. */
export function program(language: Language, statements: number): string {
  return WRITERS[language](statements, randomNumbers(statements));
}

const WRITERS: Readonly<Record<Language, (statements: number, random: RandomNumbers) => string>> = {
  avm: writeAvm,
  gas: (statements, random) => writeX86(GAS, statements, random),
  nasm: (statements, random) => writeX86(NASM, statements, random),
  wat: writeWat,
  tasm: writeTasm,
};

/**
 * The line of the label that a jump goes to: in three of four cases a few labels ahead, else the nearest label above,
 * which makes a loop.
 */
function labelNear(line: number, lines: number, random: RandomNumbers): number {
  const last = Math.floor((lines - 1) / LINES_PER_LABEL);
  const ahead = random.below(4) === 0 ? 0 : 1 + random.below(MAX_JUMP_LABELS);
  return Math.min(last, Math.floor(line / LINES_PER_LABEL) + ahead);
}

function joined(lines: readonly string[]): string {
  return `${lines.join("\n")}\n`;
}

// --- ours ---

/** First cells of the `u32` and the `ff` numbers, and how many of each there are. Cell 5 is a condition. */
const CELLS = { small: 10, field: 60, each: 40 };
/** How many of the `u32` cells are never written again. What they hold isn't known, so no loop that depends on one certainly repeats for ever. */
const UNKNOWN_CELLS = 5;
/** The cell that `sp` points to. */
const FRAME_BASE = 200;

/**
 * A program whose reads all find a value with the right tag, and whose labels are all reachable, so that the checker
 * has its full work and reports nothing. (From about 17,000 lines on it reports that the code is too long to be
 * published.)
 */
function writeAvm(count: number, random: RandomNumbers): string {
  const lines = prologue();
  const cell = () => CELLS.small + random.below(CELLS.each - UNKNOWN_CELLS);
  const unknown = () => CELLS.small + CELLS.each - 1 - random.below(UNKNOWN_CELLS);
  const field = () => CELLS.field + random.below(CELLS.each);
  const frame = () => `[sp+${random.below(CELLS.each)}]`;
  // Each jump back depends on a cell that changes, or the checker would report an endless loop.
  const counter = (line: number) => `[sp+${Math.floor(line / LINES_PER_LABEL) % CELLS.each}]`;
  const label = (line: number) => `l${labelNear(line, count, random)}`;
  const statements: readonly ((line: number) => string)[] = [
    () => `SET     [${cell()}], u32, #${random.below(1 << 20)}`,
    () => `ADD     [${cell()}], [${cell()}], [${cell()}]`,
    () => `MUL     [${cell()}], ${frame()}, [${cell()}]`,
    () => `MOV     [${cell()}], ${frame()} ; kept for later`,
    (line) => `SUB     ${counter(line)}, [${unknown()}], ${counter(line)}`,
    () => `SET     [${field()}], ff, #0x${(1 + random.below(0x7fffffff)).toString(16)}ffff`,
    () => `ADD     [${field()}], [${field()}], [${field()}]`,
    (line) => `LT      ${counter(line)}, [${cell()}], [5]`,
    (line) => `JUMPI   [5], ${label(line)}`,
    () => `XOR     [${cell()}], [${cell()}], [${cell()}]`,
  ];
  for (let line = lines.length; line < count - 1; line++) {
    const text = statements[line % statements.length](line);
    lines.push(line % LINES_PER_LABEL === 0 ? labelled(line, text) : `        ${text}`);
  }
  lines.push("        RETURN  [10], [11]");
  lines[0] = labelled(0, lines[0].trim());
  for (let line = LINES_PER_LABEL; line < prologue().length; line += LINES_PER_LABEL) {
    lines[line] = labelled(line, lines[line].trim());
  }
  return joined(lines);
}

function labelled(line: number, text: string): string {
  return `${`l${line / LINES_PER_LABEL}:`.padEnd(8)}${text}`;
}

/**
 * Initialises the cells that are read later from the calldata. With constants, the checker could decide the jumps, and
 * would skip most of the program.
 */
function prologue(): string[] {
  const lines = [
    `SET     [0], u32, #${FRAME_BASE}`,
    `SET     [1], u32, #${CELLS.each}`,
    "SET     [2], u32, #0",
    `CALLDATACOPY [1], [2], [${CELLS.field}]`,
  ];
  for (let index = 0; index < CELLS.each; index++) {
    lines.push(`CAST    [${CELLS.field + index}], [${CELLS.small + index}], u32`);
    lines.push(`CAST    [${CELLS.field + index}], [${FRAME_BASE + index}], u32`);
  }
  lines.push("LT      [sp+0], [sp+1], [5]");
  return lines.map((line) => `        ${line}`);
}

// --- x86-64 in the two syntaxes of its assemblers ---

interface X86Syntax {
  readonly head: readonly string[];
  readonly set: (register: string, value: number) => string;
  readonly two: (operation: string, to: string, from: string) => string;
  readonly load: (to: string, offset: number) => string;
  readonly store: (offset: number, from: string) => string;
  readonly comment: string;
}

const GAS: X86Syntax = {
  head: [".text"],
  set: (register, value) => `movl $${value}, %${register}`,
  two: (operation, to, from) => `${operation}l %${from}, %${to}`,
  load: (to, offset) => `movl ${offset}(%rsp), %${to}`,
  store: (offset, from) => `movl %${from}, ${offset}(%rsp)`,
  comment: "#",
};

const NASM: X86Syntax = {
  head: ["bits 64", "section .text"],
  set: (register, value) => `mov ${register}, ${value}`,
  two: (operation, to, from) => `${operation} ${to}, ${from}`,
  load: (to, offset) => `mov ${to}, [rsp+${offset}]`,
  store: (offset, from) => `mov [rsp+${offset}], ${from}`,
  comment: ";",
};

const REGISTERS = ["eax", "ebx", "ecx", "edx", "esi", "edi"] as const;

function writeX86(syntax: X86Syntax, count: number, random: RandomNumbers): string {
  const lines: string[] = [...syntax.head];
  const register = () => REGISTERS[random.below(REGISTERS.length)];
  const statements: readonly ((line: number) => string)[] = [
    () => syntax.set(register(), random.below(1 << 20)),
    () => syntax.two("add", register(), register()),
    () => syntax.load(register(), 4 * random.below(30)),
    () => `${syntax.two("mov", register(), register())} ${syntax.comment} kept for later`,
    () => syntax.two("sub", register(), register()),
    () => syntax.set(register(), random.below(0x7fffffff)),
    () => syntax.store(4 * random.below(30), register()),
    () => syntax.two("cmp", register(), register()),
    (line) => `jne l${labelNear(line, count, random)}`,
    () => syntax.two("xor", register(), register()),
  ];
  for (let line = 0; line < count; line++) {
    const text = statements[line % statements.length](line);
    lines.push(line % LINES_PER_LABEL === 0 ? labelled(line, text) : `        ${text}`);
  }
  return joined(lines);
}

// --- WebAssembly text: a stack machine, whose jumps lead out of blocks ---

function writeWat(count: number, random: RandomNumbers): string {
  const lines = ["(module"];
  const local = () => random.below(20);
  const perFunction = 1000;
  for (let line = 0; line < count; line += LINES_PER_LABEL) {
    if (line % perFunction === 0) {
      if (line > 0) lines.push(")");
      lines.push(`(func (local ${"i32 ".repeat(20)})`);
    }
    const label = `$l${line / LINES_PER_LABEL}`;
    lines.push(
      `block ${label}`,
      `        local.get ${local()}`,
      `        i32.const ${random.below(1 << 20)}`,
      "        i32.add",
      `        local.set ${local()} ;; kept for later`,
      `        local.get ${local()}`,
      `        local.get ${local()}`,
      "        i32.lt_u",
      `        br_if ${label}`,
      "end",
    );
  }
  lines.push("))");
  return joined(lines);
}

// --- TON's assembly: a stack machine without labels ---

function writeTasm(count: number, random: RandomNumbers): string {
  const lines: string[] = [];
  for (let line = 0; line < count; line += 2) {
    lines.push(`PUSHINT_LONG ${random.below(1 << 20)}`, "DROP");
  }
  return joined(lines.slice(0, count));
}
