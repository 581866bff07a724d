import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import path from "node:path";
import { check } from "../../project/check.ts";
import { parseSource } from "../../grammar/source-file.ts";

// A snippet whose placeholders are left as they are has to assemble, in a program that has the names which it uses.

interface Snippet {
  readonly prefix: string;
  readonly description: string;
  readonly body: readonly string[];
}

const file = path.join(import.meta.dirname, "../../syntaxes/snippets.json");
const snippets: Record<string, Snippet> = JSON.parse(readFileSync(file, "utf8"));

/** What stands around a snippet: definitions above it and a routine to call. Calldata is not checked here. */
const AROUND: Record<string, { above: string; below: string }> = {
  "Counted loop": {
    above: ".cell i = [1]\n.cell count = [2]\n.cell step = [3]\n.cell more = [4]\n SET count, u32, #3",
    below: " RETURN i, i",
  },
  If: {
    above: ".cell condition = [1]\n.cell zero = [2]\n SET zero, u32, #0\n EQ zero, zero, condition",
    below: " RETURN zero, zero",
  },
  Subroutine: {
    above: " SET [0], u32, #10\n SET [sp+0], u32, #1\n INTERNALCALL routine\n RETURN [sp+1], [sp+1]",
    below: "",
  },
  "Subroutine call": {
    above: ".cell base = [0]\n.cell frame = [1]\n SET base, u32, #10\n SET frame, u32, #4",
    below: " RETURN frame, frame\nroutine: INTERNALRETURN",
  },
  Macro: {
    above: " SET [1], u32, #0",
    below: " name [1], [2]\n RETURN [2], [2]",
  },
  Repetition: { above: "", below: " RETURN [10], [10]" },
  "Conditional assembly": { above: "", below: " SET [1], u32, #0\n RETURN [1], [1]" },
  "Storage slot": {
    above: ".cell self = [1]\n.cell slot = [2]\n.cell value = [3]",
    below: " SET [4], u32, #0\n RETURN [4], [4]",
  },
};

describe("snippets", () => {
  for (const [name, { body, description }] of Object.entries(snippets)) {
    it(`${name}: ${description}`, () => {
      const { above, below } = AROUND[name] ?? { above: "", below: "" };
      const text = [above, ...body.map(withoutPlaceholders), below].join("\n");
      const { diagnostics } = check(parseSource("snippet.avm", text));
      const serious = diagnostics.filter(({ severity }) => severity !== "hint");
      assert.deepEqual(
        serious.map(({ message }) => message),
        [],
        text,
      );
    });
  }
});

/** `${1:name}` is `name`, and `$0` nothing; the last may hold another. */
function withoutPlaceholders(line: string): string {
  const once = line.replace(/\$\{\d+:([^{}$]*)\}/g, "$1");
  return (once === line ? line : withoutPlaceholders(once)).replace(/\$\d/g, "");
}
