/**
 * Makes one mistake in a correct program: removes or misspells a directive, a bracket, a quote, the end of a block, a comma or a
 * name. Each is what a person forgets or mistypes.
 */

import { parseSource } from "../../grammar/source-file.ts";
import type { RandomNumbers } from "./random.ts";

export interface Mistake {
  /** What was done, such as `remove ,`. */
  readonly kind: string;
  readonly text: string;
  /** The line, from 0. */
  readonly line: number;
  /** The word that was changed. */
  readonly word: string;
}

/** All places of a program for a mistake, as functions that make it. */
export function mistakesIn(name: string, text: string): ((random: RandomNumbers) => Mistake)[] {
  const { lines } = parseSource(name, text);
  const offsets: number[] = [];
  let offset = 0;
  for (const line of lines) {
    offsets.push(offset);
    offset += line.text.length + 1;
  }
  const found: ((random: RandomNumbers) => Mistake)[] = [];
  for (const [index, line] of lines.entries()) {
    const replacing =
      (
        kind: string,
        start: number,
        end: number,
        by: string | ((word: string, random: RandomNumbers) => string),
      ) =>
      (random: RandomNumbers): Mistake => {
        const word = line.text.slice(start, end);
        const at = offsets[index];
        const changed = typeof by === "string" ? by : by(word, random);
        return { kind, word, line: index, text: text.slice(0, at + start) + changed + text.slice(at + end) };
      };
    for (let token = 0; token < line.tokenCount; token++) {
      const [start, end] = [line.startOf(token), line.endOf(token)];
      const word = line.text.slice(start, end);
      if (/^\.[a-z]/i.test(word)) {
        found.push(replacing(`misspell ${word}`, start, end, misspelt));
        if (/^\.end/.test(word)) found.push(replacing("remove the end of a block", 0, line.text.length, ""));
        else if (token === 0) found.push(replacing(`remove ${word}`, start, end, ""));
      } else if (/^[A-Za-z_]\w{2,}$/.test(word))
        found.push(replacing("misspell a name", start, end, misspelt));
      else if (/^["']/.test(word)) {
        found.push(replacing("remove an opening quote", start, start + 1, ""));
        found.push(replacing("remove a closing quote", end - 1, end, ""));
      } else if (/^[[\]():]$/.test(word)) found.push(replacing(`remove ${word}`, start, end, ""));
      else if (word === ",") found.push(replacing("remove ,", start, end, ""));
    }
  }
  return found;
}

/** The word with two letters exchanged, one left out, or one doubled. */
function misspelt(word: string, random: RandomNumbers): string {
  const at = (word.startsWith(".") ? 1 : 0) + random.below(word.replace(".", "").length);
  const ways = [
    word.slice(0, at) + word.slice(at + 1),
    word.slice(0, at) + word[at] + word.slice(at),
    exchangeLetters(word, at),
  ];
  const changed = ways[random.below(ways.length)];
  return changed === word ? `${word}x` : changed;
}

/** The text with the character at an index and the one after it exchanged. */
export function exchangeLetters(text: string, at: number): string {
  return text.slice(0, at) + (text[at + 1] ?? "") + (text[at] ?? "") + text.slice(at + 2);
}
