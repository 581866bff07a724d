/** Text on a terminal: what may be printed there, and how many columns it takes. */

import { eastAsianWidth } from "get-east-asian-width";

/**
 * Everything that a terminal would obey or hide instead of showing: control characters (escape sequences begin with
 * one), marks that turn the direction of text around, and halves of surrogate pairs. Tabs and line feeds are not among
 * them.
 */
const UNPRINTABLE =
  // eslint-disable-next-line no-control-regex
  /[\0-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufff9-\ufffb\ud800-\udfff]/gu;

/** The text with one visible character in place of every one that isn't for printing. */
export function printable(text: string): string {
  return text.replace(UNPRINTABLE, (character) => {
    const code = character.charCodeAt(0);
    if (code < 0x20) return String.fromCharCode(0x2400 + code);
    return code === 0x7f ? "\u2421" : "\ufffd";
  });
}

/** The same of what takes one line whatever it holds, such as the name of a file. */
export function printableLine(text: string): string {
  return printable(text).replaceAll("\t", "\u2409").replaceAll("\n", "\u240a");
}

/** The same of a text whose lines may end as those of Windows do. */
export function shown(text: string): string {
  return printable(text.replaceAll("\r\n", "\n"));
}

/** JSON in which such characters are escaped. */
export function printableJson(value: unknown, indent?: number): string {
  return JSON.stringify(value, null, indent).replace(UNPRINTABLE, (character) => {
    return `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
  });
}

const TAB_STOP = 4;
let segmenter: Intl.Segmenter | undefined;

/** The text with its tabs filled up, as it stands behind a text of `column` columns. */
export function expandTabs(text: string, column = 0): string {
  let result = "";
  for (const [index, part] of text.split("\t").entries()) {
    if (index > 0) {
      const fill = TAB_STOP - (column % TAB_STOP);
      result += " ".repeat(fill);
      column += fill;
    }
    result += part;
    column += widthOf(part);
  }
  return result;
}

/** Columns that a text without tabs takes on a terminal. */
export function widthOf(text: string): number {
  if (/^[\x20-\x7e]*$/.test(text)) return text.length;
  let width = 0;
  segmenter ??= new Intl.Segmenter(undefined, { granularity: "grapheme" });
  for (const { segment } of segmenter.segment(text)) width += widthOfGrapheme(segment);
  return width;
}

function widthOfGrapheme(grapheme: string): number {
  if (/^[\p{Default_Ignorable_Code_Point}\p{Mark}]+$/u.test(grapheme)) return 0;
  if (/\p{Emoji_Presentation}|\ufe0f/u.test(grapheme)) return 2;
  return eastAsianWidth(grapheme.codePointAt(0)!);
}
