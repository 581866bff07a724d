/**
 * The code blocks of a page of documentation, and what the page claims about each. Comments above a block, which
 * readers of the page don't see, make the claims:
 *
 * - `<!-- error: code, code -->`: exactly these diagnostics are reported, by the assembler or, if it reports none, by the checker;
 * - `<!-- bytes -->`: a comment of hexadecimal bytes in the block gives the bytes of its line;
 * - `<!-- same -->`: the block assembles to the bytes of the assembly block above it;
 * - `<!-- fails -->`: one of the block's tests fails;
 * - `<!-- whole -->`: the checker reports nothing either, not even with `--strict`. That is also required of every block
 *   that has tests.
 *
 * Behind the fence's language, `file=NAME` makes the block a file for all blocks that follow, and replaces an earlier
 * file of that name; `--target v4` selects another instruction set.
 */

import { readFileSync } from "node:fs";
import path from "node:path";

export interface CodeBlock {
  /** Line of the fence, counted from 1. */
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
  /** The page's files at the place of the block, including the block itself. */
  files: Readonly<Record<string, string>>;
}

const DIRECTIVES = ["error", "bytes", "same", "whole", "fails"];
/** The comments that begin and end a generated part of a page. */
const GENERATED = ["generated", "end"];

/** Reads a page; the path is relative to the project's folder. */
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
