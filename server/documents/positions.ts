/**
 * Converts columns to and from the client's encoding. Everywhere else a column counts UTF-16 units, as in JavaScript.
 */

/** The units in which a client counts the characters of a line. */
export const POSITION_ENCODINGS = ["utf-16", "utf-8", "utf-32"] as const;
export type PositionEncoding = (typeof POSITION_ENCODINGS)[number];

/** The first supported encoding that the client offers, else UTF-16, which every client supports. */
export function chooseEncoding(offered: readonly string[] | undefined): PositionEncoding {
  for (const name of offered ?? []) {
    const known = POSITION_ENCODINGS.find((encoding) => encoding === name);
    if (known) return known;
  }
  return "utf-16";
}

// eslint-disable-next-line no-control-regex -- ASCII starts with the control characters
const ASCII = /^[\x00-\x7f]*$/;

/** A column of a line as the client counts it. */
export function encodeColumn(text: string, column: number, encoding: PositionEncoding): number {
  if (encoding === "utf-16" || ASCII.test(text)) return column;
  let units = 0;
  for (let index = 0; index < column;) {
    const point = text.codePointAt(index)!;
    index += point > 0xffff ? 2 : 1;
    units += unitsOf(point, encoding);
  }
  return units;
}

/**
 * The column for a client's character number, clamped to the line; a number inside of a character gives the character's
 * start.
 */
export function decodeColumn(text: string, character: number, encoding: PositionEncoding): number {
  if (!(character > 0)) return 0;
  if (encoding === "utf-16" || ASCII.test(text)) return Math.min(Math.trunc(character), text.length);
  let units = 0;
  let index = 0;
  while (index < text.length) {
    const point = text.codePointAt(index)!;
    units += unitsOf(point, encoding);
    if (units > character) return index;
    index += point > 0xffff ? 2 : 1;
  }
  return index;
}

function unitsOf(point: number, encoding: PositionEncoding): number {
  if (encoding === "utf-32") return 1;
  if (encoding === "utf-16") return point > 0xffff ? 2 : 1;
  return point < 0x80 ? 1 : point < 0x800 ? 2 : point < 0x10000 ? 3 : 4;
}
