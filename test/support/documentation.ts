/**
 * The code blocks of a page of documentation, and what the page says about each. Above a block stand comments that no
 * reader sees:
 *
 * - `<!-- error: code, code -->`: it is told just these, by the assembler or, where that has nothing to say, by the checker;
 * - `<!-- bytes -->`: the comments in it that are bytes in hexadecimal are those of their lines;
 * - `<!-- same -->`: it assembles to the bytes of the block of assembly above it;
 * - `<!-- fails -->`: one of its tests fails;
 * - `<!-- whole -->`: the checker too has nothing to say about it, not even with `--strict`. So it is with every block
 *   that has tests.
 *
 * Behind the fence's language, `file=NAME` makes the block a file that is there for all that follow, which replaces one of
 * that name, and `--target v4` asks for another instruction set.
 */

import { readFileSync } from "node:fs";
import path from "node:path";

export interface CodeBlock {
  /** Of the fence, from 1. */
  line: number;
  language: string;
  text: string;
  file: string | undefined;
  target: string | undefined;
  errors: string[] | undefined;
  bytes: boolean;
  same: boolean;
  whole: boolean;
  fails: boolean;
  /** The files of the page as they are where the block stands, itself included. */
  files: Readonly<Record<string, string>>;
}

const DIRECTIVES = ["error", "bytes", "same", "whole", "fails"];
/** What a generated part of a page begins and ends with. */
const GENERATED = ["generated", "end"];

/** Reads a page; the path is relative to the project. */
export function codeBlocks(page: string): CodeBlock[] {
  const lines = readFileSync(path.resolve(import.meta.dirname, "../..", page), "utf8").split("\n");
  const blocks: CodeBlock[] = [];
  let files: Record<string, string> = {};
  let said = new Map<string, string>();
  for (let index = 0; index < lines.length; index++) {
    const directive = /^<!-- (\w+)(?:: (.*))? -->$/.exec(lines[index]);
    const fence = /^```(\w*)(.*)$/.exec(lines[index]);
    if (directive && !GENERATED.includes(directive[1])) {
      const [, name, value = ""] = directive;
      if (!DIRECTIVES.includes(name))
        throw new Error(`${page}:${index + 1}: nothing is known of \`${name}\``);
      said.set(name, value);
    } else if (fence) {
      const end = lines.indexOf("```", index + 1);
      if (end < 0) throw new Error(`${page}:${index + 1}: the block doesn't end`);
      const [, language, info] = fence;
      const text = lines
        .slice(index + 1, end)
        .map((line) => `${line}\n`)
        .join("");
      const file = / file=(\S+)/.exec(info)?.[1];
      if (file !== undefined) files = { ...files, [file]: text };
      blocks.push({
        line: index + 1,
        language,
        text,
        file,
        target: / --target (\S+)/.exec(info)?.[1],
        errors: said.get("error")?.split(", "),
        bytes: said.has("bytes"),
        same: said.has("same"),
        fails: said.has("fails"),
        whole: said.has("whole") || (/^\.test /m.test(text) && !said.has("error")),
        files,
      });
      index = end;
      said = new Map();
    } else if (said.size > 0 && lines[index] !== "") {
      throw new Error(`${page}:${index + 1}: no block follows what is said of one`);
    }
  }
  return blocks;
}
