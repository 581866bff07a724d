/**
 * Characters that look like one of the language or are invisible, as word processors, web pages and keyboards insert
 * them.
 */

/** Blanks that look like a space or are invisible, but are neither a space nor a tab. */
const BLANKS: Readonly<Record<string, string>> = {
  "\v": "a vertical tab",
  "\f": "a form feed",
  "\u0085": "a next-line character",
  "\u00a0": "a no-break space",
  "\u2028": "a line separator",
  "\u2029": "a paragraph separator",
  "\u202f": "a narrow no-break space",
  "\u3000": "an ideographic space",
  "\ufeff": "a byte order mark",
};

export function blankName(character: string): string {
  return BLANKS[character] ?? "a blank";
}

/** True if all characters are invisible: zero-width spaces and joiners, soft hyphens, direction marks. */
export function isInvisible(text: string): boolean {
  return /^\p{Cf}+$/u.test(text);
}

/**
 * Each row has a character of the language and its look-alikes. Characters with a compatibility form, such as
 * full-width ones, aren't listed.
 */
const ALIKE = [
  ['"', "“”„‟«»″"],
  ["'", "‘’‛′´"],
  ["-", "‐‑‒–—―−"],
  ["*", "×∗"],
  ["/", "÷∕⁄"],
  [",", "、‚"],
  ["A", "АΑ"],
  ["B", "ВΒ"],
  ["C", "С"],
  ["E", "ЕΕ"],
  ["H", "НΗ"],
  ["I", "ІΙ"],
  ["J", "Ј"],
  ["K", "КΚ"],
  ["M", "МΜ"],
  ["N", "Ν"],
  ["O", "ОΟ"],
  ["P", "РΡ"],
  ["S", "Ѕ"],
  ["T", "ТΤ"],
  ["X", "ХΧ"],
  ["Y", "УΥ"],
  ["Z", "Ζ"],
  ["a", "аα"],
  ["c", "с"],
  ["e", "е"],
  ["i", "іι"],
  ["j", "ј"],
  ["o", "оο"],
  ["p", "рρ"],
  ["s", "ѕ"],
  ["u", "υ"],
  ["v", "ν"],
  ["x", "хχ"],
  ["y", "у"],
] as const;
const MEANT = new Map(ALIKE.flatMap(([plain, others]) => [...others].map((one) => [one, plain] as const)));

/** The text that these characters probably mean, if each looks like one of the language. */
export function lookAlike(text: string): string | undefined {
  let plain = "";
  for (const character of text) {
    const meant = MEANT.get(character) ?? character.normalize("NFKC");
    if (!/^[\w#[\](),:;$=|^&+\-*/%~!<>"'.]$/.test(meant) || meant === character) return undefined;
    plain += meant;
  }
  return plain;
}
