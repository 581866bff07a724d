/** The table of operators in docs/language.md is their precedence: every two of them are evaluated beside each other. */

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import path from "node:path";
import { assemble } from "../../assembler/assemble.ts";
import { parseSource } from "../../grammar/source-file.ts";
import { root } from "../support/command.ts";

const text = readFileSync(path.join(root, "docs/language.md"), "utf8");
const table = text.slice(text.indexOf("### Operators"), text.indexOf("### Labels in values"));
/** The rows of the table, strongest first; the first one has the signs. */
const rows = [...table.matchAll(/^\| ([^|]*(?:&#124;[^|]*)*) \|/gm)]
  .map(([, cell]) => [
    ...cell.replaceAll("&#124;", "|").matchAll(/(?:`|<code>)([^`<]*|<[^`]*)(?:`|<\/code>)/g),
  ])
  .filter((row) => row.length > 0)
  .map((row) => row.map(([, operator]) => operator));
const signs = rows[0].map((written) => written.replace("x", ""));
const ranks = new Map(
  rows.slice(1).flatMap((row, rank) => row.map((operator): [string, number] => [operator, -rank])),
);
const VALUES = [0, 1, 2, 3, 5];
/** The pairs for which it doesn't matter. */
const ALIKE = new Set(
  "+ +, + -, * *, * <<, & &, ^ ^, | |, && &&, || ||, % ==, -x *, -x /, -x %, -x <<, ~x >>, ~x ^".split(", "),
);

/** Which of the conditions hold; undefined for one that can't be computed. */
function hold(conditions: readonly string[]): (boolean | undefined)[] {
  const source = conditions.map((condition) => `.assert ${condition}\n`).join("");
  const { diagnostics } = assemble(parseSource("main.avm", source), {});
  const codes = new Map(diagnostics.map(({ code, span }) => [span.line, code]));
  return conditions.map((_, line) => {
    const code = codes.get(line);
    return code === undefined ? true : code === "assertion-failed" ? false : undefined;
  });
}

/** That a text is worth what one way to set parentheses is, and that this isn't what the other one is. */
function settles(
  ways: readonly (readonly [plain: string, wanted: string, other: string])[],
  name: string,
): void {
  const same = hold(ways.map(([plain, wanted]) => `(${plain}) == (${wanted})`));
  const different = hold(ways.map(([plain, , other]) => `(${plain}) != (${other})`));
  assert.ok(!same.includes(false), name);
  assert.equal(different.includes(true), !ALIKE.has(name), `${name}: is it the same in both ways?`);
}

describe("the table of operators", () => {
  it("has all of them", () => {
    assert.deepEqual(signs, ["-", "+", "~", "!"]);
    assert.equal(ranks.size, 18);
  });

  for (const first of ranks.keys()) {
    it(`says what \`${first}\` binds before`, () => {
      for (const second of ranks.keys()) {
        const ways = VALUES.flatMap((a) =>
          VALUES.flatMap((b) =>
            VALUES.map((c) => {
              const left = `(${a} ${first} ${b}) ${second} ${c}`;
              const right = `${a} ${first} (${b} ${second} ${c})`;
              const plain = `${a} ${first} ${b} ${second} ${c}`;
              // Operators of one row are computed from left to right.
              return ranks.get(first)! >= ranks.get(second)!
                ? ([plain, left, right] as const)
                : ([plain, right, left] as const);
            }),
          ),
        );
        settles(ways, `${first} ${second}`);
      }
    });
  }

  it("has the signs above all of them", () => {
    for (const sign of signs.filter((one) => one !== "+")) {
      for (const operator of ranks.keys()) {
        const ways = VALUES.flatMap((a) =>
          VALUES.map(
            (b) =>
              [
                `${sign}${a} ${operator} ${b}`,
                `(${sign}${a}) ${operator} ${b}`,
                `${sign}(${a} ${operator} ${b})`,
              ] as const,
          ),
        );
        settles(ways, `${sign}x ${operator}`);
      }
    }
  });
});
