/** Correct programs: the examples, the documentation's, and generated ones with blocks inside each other. */

import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { codeBlocks } from "./documentation.ts";
import type { RandomNumbers } from "./random.ts";
import { root } from "./command.ts";

export interface GoodProgram {
  readonly name: string;
  readonly text: string;
}

const PAGES = ["docs/language.md", "docs/tutorial.md", "docs/running.md", "docs/contracts.md"];

export function writtenPrograms(): GoodProgram[] {
  const examples = ["examples", "examples/contracts"].flatMap((folder) =>
    readdirSync(path.join(root, folder))
      .filter((name) => name.endsWith(".avm"))
      .map((name) => `${folder}/${name}`),
  );
  const documented = PAGES.flatMap((page) =>
    codeBlocks(page)
      .filter(
        ({ language, errors, fails, text }) => language === "avm" && !errors && !fails && text.length > 100,
      )
      .map(({ line, text }) => ({ name: `${page}-${line}.avm`, text })),
  );
  return [
    ...examples.map((name) => ({ name, text: readFileSync(path.join(root, name), "utf8") })),
    ...documented,
  ];
}

/** A program of blocks inside each other, which uses all that it defines. */
export function generatedProgram(random: RandomNumbers): GoodProgram {
  const pick = <Item>(items: readonly Item[]): Item => items[random.below(items.length)];
  let next = 0;
  const definitions: string[] = [];
  const instruction = (): string =>
    pick([
      () => `        ADD     [first], [first], [second]`.replace(/\[(first|second)\]/g, "$1"),
      () => `        SET     first, u32, #LIMIT`,
      () => `        MOV     second, first`,
      () => `        SET     [(${random.below(90)} + 9) * 2], u32, #1`,
      () => `        MUL     second, first, second`,
    ])();
  const block = (depth: number): string[] => {
    const count = 1 + random.below(3);
    return Array.from({ length: count }, () => (depth === 0 ? [instruction()] : part(depth - 1))).flat();
  };
  const part = (depth: number): string[] => {
    const name = `${pick(["copy", "check", "table", "index"])}_${next++}`;
    switch (random.below(6)) {
      case 0:
        return [
          `.if ${pick(["LIMIT > 3", "(LIMIT + 1) * 2 == 22"])}`,
          ...block(depth),
          ".else",
          ...block(depth),
          ".endif",
        ];
      case 1:
        return [
          `.rept ${2 + random.below(3)}, ${name}`,
          ...block(depth),
          `        SET     [${name} + 40], u32, #${name}`,
          ".endr",
        ];
      case 2:
        definitions.push(
          `.macro ${name} to, value=1`,
          "        SET     to, u32, #value",
          ...block(0),
          ".endm",
        );
        return [`        ${name} first, ${random.below(100)}`, `        ${name} [50]`];
      case 3:
        return [`        JUMP    ${name}`, `${name}:`];
      case 4:
        definitions.push(`.const ${name} = ${random.below(1000)}`);
        return [`.assert ${name} < 1000, "${name} is too large"`, `        SET     [60], u32, #${name}`];
      default:
        return [instruction()];
    }
  };
  const body = Array.from({ length: 3 + random.below(5) }, () => part(2)).flat();
  const lines = [
    ".target v6",
    ".const LIMIT = 10",
    ".cell first = [10] : u32",
    ".cell second = [11] : u32",
    '.struct Point = "(x: Field, y: Field)"',
    '.function "set_point(point: Point)", start',
    ...definitions,
    "        SET     first, u32, #0",
    "        SET     second, u32, #1",
    "        JUMP    start",
    "start:",
    ...body,
    "        SET     first, u32, #0",
    "        RETURN  first, first",
    '.test "returns nothing"',
    '        .call "set_point", [1, 2]'.replace('"set_point", [1, 2]', "1, 2"),
    "        .returns",
    ".endtest",
  ];
  return { name: "generated.avm", text: `${lines.join("\n")}\n` };
}
