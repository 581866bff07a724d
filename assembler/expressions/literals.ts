/** Numbers, characters and strings as they are written. */

/** Digits per radix that a 512-bit value can have, with room to spare; longer ones are not even converted. */
const MAX_DIGITS = 600;

const PREFIXES: Readonly<Record<string, { digits: RegExp; radix: string }>> = {
  "0x": { digits: /^[0-9a-f]+(?:_[0-9a-f]+)*$/i, radix: "0x" },
  "0b": { digits: /^[01]+(?:_[01]+)*$/, radix: "0b" },
  "0o": { digits: /^[0-7]+(?:_[0-7]+)*$/, radix: "0o" },
};
const DECIMAL = /^[0-9]+(?:_[0-9]+)*$/;

/**
 * The value of `42`, `0xff`, `0b101`, `0o17`, `1_000`. An underscore stands between two digits only.
 *
 * @returns `"malformed"` where it is no number, `"too-large"` where it has more digits than any value may have.
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

/** The text between the quotes with its escapes replaced, or undefined where an escape is unknown. */
export function parseQuoted(text: string): string | undefined {
  let valid = true;
  const inner = text.slice(1, -1);
  const value = inner.replace(
    /\\(?:x([0-9a-fA-F]{2})|u\{([0-9a-fA-F]{1,6})\}|(.))/gsu,
    (whole, hex: string | undefined, unicode: string | undefined, letter: string | undefined) => {
      const code = hex ?? unicode;
      if (code !== undefined) {
        const point = parseInt(code, 16);
        if (point <= 0x10ffff) return String.fromCodePoint(point);
      } else if (letter !== undefined && Object.hasOwn(ESCAPES, letter)) return ESCAPES[letter];
      valid = false;
      return whole;
    },
  );
  return valid ? value : undefined;
}

/** The code point of `'a'`, or undefined where it isn't exactly one character. */
export function parseCharacter(text: string): bigint | undefined {
  const value = parseQuoted(text);
  if (value === undefined || [...value].length !== 1) return undefined;
  return BigInt(value.codePointAt(0)!);
}

const DIGIT_0 = 48;
const LETTER_A = 97;
const LETTER_X = 120;
/** Digits of which every number is exact in 53 bits. */
const MAX_DECIMAL_DIGITS = 15;
const MAX_HEX_DIGITS = 13;

/** The value of a plain decimal or hexadecimal number in ASCII, or -1 where it takes more to read it. */
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

/** The same of the text of a number. */
export function plainNumberOf(text: string): number {
  return PLAIN_NUMBER.test(text) ? Number(text) : -1;
}
