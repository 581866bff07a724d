/** Parses number, character and string literals. */

/** A number with more digits than this is too large in any radix: a 512-bit value has at most 512 digits. */
const MAX_DIGITS = 600;

const PREFIXES: Readonly<Record<string, { digits: RegExp; radix: string }>> = {
  "0x": { digits: /^[0-9a-f]+(?:_[0-9a-f]+)*$/i, radix: "0x" },
  "0b": { digits: /^[01]+(?:_[01]+)*$/, radix: "0b" },
  "0o": { digits: /^[0-7]+(?:_[0-7]+)*$/, radix: "0o" },
};
const DECIMAL = /^[0-9]+(?:_[0-9]+)*$/;

/**
 * The value of a number such as `42`, `0xff`, `0b101`, `0o17` or `1_000`. Underscores are allowed only between two digits.
 *
 * @returns `"malformed"` if the text isn't a number, `"too-large"` if it has more than {@link MAX_DIGITS} digits
 */
export function parseNumber(text: string): bigint | "malformed" | "too-large" {
  const { digits, radix } = PREFIXES[text.slice(0, 2).toLowerCase()] ?? { digits: DECIMAL, radix: "" };
  const body = text.slice(radix.length);
  if (!digits.test(body)) return "malformed";
  const plain = body.replaceAll("_", "");
  if (plain.length > MAX_DIGITS) return "too-large";
  return BigInt(radix + plain);
}

const ESCAPES: Readonly<Record<string, string>> = {
  n: "\n",
  r: "\r",
  t: "\t",
  "0": "\0",
  "\\": "\\",
  "'": "'",
  '"': '"',
};

/** An invalid escape sequence, and what to write instead. */
export interface BadEscape {
  readonly error: string;
  /** Its position in the text, which begins with the quote. */
  readonly start: number;
  readonly end: number;
  readonly replacement?: string;
}

/** The text between the quotes with its escape sequences replaced, or the first invalid one. */
export function parseQuoted(text: string): string | BadEscape {
  let bad: BadEscape | undefined;
  const inner = text.slice(1, -1);
  const value = inner.replace(
    /\\(?:x([0-9a-fA-F]{2})|u\{([0-9a-fA-F]{1,6})\}|(.))|\p{Surrogate}/gsu,
    (whole, hex: string | undefined, unicode: string | undefined, letter: string | undefined, at: number) => {
      if (letter !== undefined && Object.hasOwn(ESCAPES, letter)) return ESCAPES[letter];
      const code = hex ?? unicode;
      const point = code === undefined ? -1 : parseInt(code, 16);
      const found = problemOf(whole, point, hex, letter);
      if (!found) return String.fromCodePoint(point);
      bad ??= { ...found, start: at + 1, end: at + 1 + whole.length };
      return whole;
    },
  );
  return bad ?? value;
}

function problemOf(
  written: string,
  point: number,
  hex: string | undefined,
  letter: string | undefined,
): Pick<BadEscape, "error" | "replacement"> | undefined {
  if (letter !== undefined) return { error: `there is no escape \`${written}\`` };
  if (point < 0 || (point >= 0xd800 && point <= 0xdfff)) {
    const shown = point < 0 ? "half of a surrogate pair" : `\`${written}\`, half of a surrogate pair,`;
    return { error: `${shown} isn't a character` };
  }
  if (point > 0x10ffff) return { error: `\`${written}\` is beyond the last character, \`\\u{10FFFF}\`` };
  if (hex === undefined || point < 0x80) return undefined;
  const replacement = `\\u{${hex}}`;
  return {
    error: `\`\\x\` goes up to 7F, because a single byte isn't a character; \`${replacement}\` is the character with this number`,
    replacement,
  };
}

/** The code point of `'a'`, or undefined if it isn't exactly one character. */
export function parseCharacter(text: string): bigint | BadEscape | undefined {
  const value = parseQuoted(text);
  if (typeof value !== "string") return value;
  if ([...value].length !== 1) return undefined;
  return BigInt(value.codePointAt(0)!);
}

const DIGIT_0 = 48;
const LETTER_A = 97;
const LETTER_X = 120;
/** Numbers with at most this many digits are exact in 53 bits. */
const MAX_DECIMAL_DIGITS = 15;
const MAX_HEX_DIGITS = 13;

/** The value of a short decimal or hexadecimal number without underscores, from ASCII bytes; -1 for any other text. */
export function readPlainNumber(text: Uint8Array, start: number, end: number): number {
  let value = 0;
  if (end - start > 2 && text[start] === DIGIT_0 && (text[start + 1] | 32) === LETTER_X) {
    if (end - start - 2 > MAX_HEX_DIGITS) return -1;
    for (let at = start + 2; at < end; at++) {
      const code = text[at];
      const letter = (code | 32) - LETTER_A;
      const digit = code - DIGIT_0 < 10 ? code - DIGIT_0 : letter >= 0 && letter < 6 ? letter + 10 : -1;
      if (digit < 0) return -1;
      value = value * 16 + digit;
    }
    return value;
  }
  if (end - start > MAX_DECIMAL_DIGITS) return -1;
  for (let at = start; at < end; at++) {
    const digit = text[at] - DIGIT_0;
    if (digit < 0 || digit > 9) return -1;
    value = value * 10 + digit;
  }
  return value;
}

const PLAIN_NUMBER = /^(?:[0-9]{1,15}|0[xX][0-9a-fA-F]{1,13})$/;

/** As {@link readPlainNumber}, for a string. */
export function plainNumberOf(text: string): number {
  return PLAIN_NUMBER.test(text) ? Number(text) : -1;
}
