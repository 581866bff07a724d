/** Parses numbers that users write in arguments and options. The assembler has stricter rules for numbers in a source. */

/** Maximum number of characters of a number. A longer one is no field. */
const MAX_CHARACTERS = 400;

/** Parses a number: decimal, `0x`, `0b`, `0o`, with a sign and underscores. Undefined if the text isn't a number. */
export function parseInteger(text: string): bigint | undefined {
  const trimmed = text.trim();
  if (trimmed.length > MAX_CHARACTERS) return undefined;
  const match = /^(-?)(0x[0-9a-f_]+|0b[01_]+|0o[0-7_]+|[0-9][0-9_]*)$/i.exec(trimmed);
  if (!match) return undefined;
  const digits = match[2].replaceAll("_", "").toLowerCase();
  if (/^0[xbo]$/.test(digits)) return undefined;
  return match[1] === "-" ? -BigInt(digits) : BigInt(digits);
}
