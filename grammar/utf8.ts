/** Text in UTF-8. */

export const LINE_FEED = 10;
export const CARRIAGE_RETURN = 13;

let decoder: InstanceType<typeof TextDecoder> | undefined;

/** The text of bytes that are valid UTF-8. A byte order mark is part of it. */
export function decodeUtf8(bytes: Uint8Array): string {
  decoder ??= new TextDecoder("utf-8", { ignoreBOM: true });
  return decoder.decode(bytes);
}

/** True where the text of some bytes has a word, all of it ASCII. */
export function includesWord(bytes: Uint8Array, word: string): boolean {
  // Letters are in every line, and other characters in few. (A pattern without regard to case would take ICU to be loaded.)
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
