/** Makes text safe to print on a terminal, and measures its columns. */

import { eastAsianWidth } from "get-east-asian-width";

/**
 * Matches characters that a terminal interprets or hides instead of showing: control characters (escape sequences begin with
 * one), marks that change the direction of text, and lone surrogates. Doesn't match tabs and line feeds.
 */
const UNPRINTABLE =
  // eslint-disable-next-line no-control-regex
  /[\0-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufff9-\ufffb\ud800-\udfff]/gu;

/** Replaces each unprintable character by a visible one. */
export function printable(text: string): string {
  return text.replace(UNPRINTABLE, (character) => {
    const code = character.charCodeAt(0);
    if (code < 0x20) return String.fromCharCode(0x2400 + code);
    return code === 0x7f ? "\u2421" : "\ufffd";
  });
}

/** Like {@link printable}, for a text that must stay on one line, such as a file name. */
export function printableLine(text: string): string {
  return printable(text).replaceAll("\t", "\u2409").replaceAll("\n", "\u240a");
}

/** Matches a quote that is too long for a message, up to where it is cut. Paths are rarely that long. */
const LONG_QUOTE = /`([^`]{500})[^`]+`/g;
/** Maximum number of characters of a message. */
const MAX_MESSAGE = 4000;

/** Like {@link printableLine}, for a message. Shortens long quotes in it: the user knows what they typed. */
export function printableMessage(text: string): string {
  const short = text.replace(LONG_QUOTE, "`$1…`");
  return printableLine(short.length > MAX_MESSAGE ? `${short.slice(0, MAX_MESSAGE)}…` : short);
}

/** Like {@link printable}, for a text with LF or CRLF. */
export function shown(text: string): string {
  return printable(text.replaceAll("\r\n", "\n"));
}

/** Renders JSON with unprintable characters escaped. */
export function printableJson(value: unknown, indent?: number): string {
  return JSON.stringify(value, null, indent).replace(UNPRINTABLE, (character) => {
    return `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
  });
}

const TAB_STOP = 4;
let segmenter: Intl.Segmenter | undefined;

/** Replaces tabs by spaces, for a text that begins at a column. */
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

/** Number of columns that a text without tabs takes on a terminal. */
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
