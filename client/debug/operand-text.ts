/** Finds the operands in a line of source that a debugger can evaluate. */

export interface OperandText {
  readonly start: number;
  /** Column after the operand's last character. */
  readonly end: number;
  readonly text: string;
}

/** `[…]` with at most one pair of brackets inside, or a name with the offsets added to it. */
const OPERAND = /\[[^[\]]*(?:\[[^[\]]*\][^[\]]*)?\]|[A-Za-z_.][\w.]*(?:[ \t]?[-+][ \t]?\w+)*/g;
const TAGS = new Set(["u1", "u8", "u16", "u32", "u64", "u128", "ff"]);

/** The operand at a column, or undefined if there is none. */
export function operandAt(line: string, column: number): OperandText | undefined {
  return operandsOf(line).find(({ start, end }) => start <= column && column < end);
}

/** The operands of an instruction's line that name cells; none for a directive or a line that only has a label. */
export function operandsBetween(line: string): OperandText[] {
  const [mnemonic, ...operands] = operandsOf(line);
  if (!mnemonic || mnemonic.text.startsWith(".")) return [];
  return operands.filter(({ text, start }) => !TAGS.has(text.toLowerCase()) && line[start - 1] !== "#");
}

/** The mnemonic and the operands of a line, without labels, comments and strings. */
function operandsOf(line: string): OperandText[] {
  const code = withoutComments(line);
  const labels = /^(?:\s*[\w.]+:)*/.exec(code)![0].length;
  return [...code.matchAll(OPERAND)]
    .filter(({ index }) => index >= labels)
    .map(({ index, 0: text }) => ({ start: index, end: index + text.length, text }));
}

/** The line with its comments and strings replaced by blanks. */
function withoutComments(line: string): string {
  return line.replace(/"(?:[^"\\]|\\.)*"|\/\*.*?\*\/|;.*|\/\/.*/g, (found) => " ".repeat(found.length));
}
