/** The operands of a line as they are written: what a debugger can evaluate there. */

export interface OperandText {
  readonly start: number;
  /** One past its last column. */
  readonly end: number;
  readonly text: string;
}

/** `[…]` with at most one pair of brackets inside, or a name with what is added to it. */
const OPERAND = /\[[^[\]]*(?:\[[^[\]]*\][^[\]]*)?\]|[A-Za-z_.][\w.]*(?:[ \t]?[-+][ \t]?\w+)*/g;
const TAGS = new Set(["u1", "u8", "u16", "u32", "u64", "u128", "ff"]);

/** The operand at a column, or undefined if there is none. */
export function operandAt(line: string, column: number): OperandText | undefined {
  return operandsOf(line).find(({ start, end }) => start <= column && column < end);
}

/** The operands of an instruction's line that stand for cells; none of a line that is a directive or a label alone. */
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

/** The line with blanks in place of its comments and strings. */
function withoutComments(line: string): string {
  return line.replace(/"(?:[^"\\]|\\.)*"|\/\*.*?\*\/|;.*|\/\/.*/g, (found) => " ".repeat(found.length));
}
