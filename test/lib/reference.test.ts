/** The page about the standard library and `avmasm isa MACRO`: both tell what the comments in the files say. */

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import path from "node:path";
import { describe, it } from "mocha";
import { LIBRARY_MACROS } from "../../assembler/expand/library-macros.ts";
import { LIBRARY } from "../../cli/installation.ts";
import { libraryReference } from "../../project/library-reference.ts";
import { avmasm, root } from "../support/command.ts";

const page = readFileSync(path.join(root, "docs/std-library.md"), "utf8");

describe("the reference of the standard library", () => {
  for (const [file, names] of Object.entries(LIBRARY_MACROS)) {
    it(`has all macros of ${file}, each with its comment`, () => {
      const text = readFileSync(path.join(LIBRARY, "std", file), "utf8");
      const { macros } = libraryReference(`std/${file}`, text);
      assert.deepEqual(
        macros.map(({ name }) => name),
        names,
      );
      for (const { name, parameters, summary } of macros) {
        assert.match(summary, /^[A-Z].*[.:]$/, name);
        assert.ok(page.includes(`${name} ${parameters}`.trim()) && page.includes(summary), name);
      }
    });
  }

  it("has an example of recursion that adds up 1 to 4", () => {
    const [, example] = /^## std\/frame\.avm\n[^]*?\n```\n([^]*?)```$/m.exec(page)!;
    const input = `.include <std/frame.avm>\n.include <std/loop.avm>\n${example}`;
    const { status, stdout } = avmasm(["run", "-"], { input });
    assert.equal(status, 0);
    assert.match(stdout, /^returned 10\n/);
  });

  it("is printed by isa, a macro in any case", () => {
    const { status, stdout } = avmasm(["isa", "copy_range"]);
    assert.equal(status, 0);
    assert.match(
      stdout,
      /^COPY_RANGE from, to, count {4}\(macro, <std\/memory\.avm>\)\nCopies `count` cells/,
    );
    assert.match(stdout, /\.include <std\/memory\.avm>/);
  });
});
