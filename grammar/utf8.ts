/** Functions for text in UTF-8. */

export const LINE_FEED = 10;
export const CARRIAGE_RETURN = 13;

let decoder: InstanceType<typeof TextDecoder> | undefined;

/** Decodes valid UTF-8. Keeps a byte order mark. */
export function decodeUtf8(bytes: Uint8Array): string {
  decoder ??= new TextDecoder("utf-8", { ignoreBOM: true });
  return decoder.decode(bytes);
}

/** True if a text contains an ASCII word. */
export function includesWord(bytes: Uint8Array, word: string): boolean {
  // Search for a character that isn't a letter, because few lines contain it. (A regular expression that ignores case
  // would load ICU.)
  const pivot = Math.max(0, word.search(/[^A-Za-z]/));
  const code = word.charCodeAt(pivot);
  for (let found = bytes.indexOf(code); found >= 0; found = bytes.indexOf(code, found + 1)) {
    const start = found - pivot;
    let same = 0;
    while (same < word.length && bytes[start + same] === word.charCodeAt(same)) same++;
    if (same === word.length) return true;
  }
  return false;
}
