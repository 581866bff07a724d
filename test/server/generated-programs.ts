/**
 * Small programs at random in which names hide each other: macros with defaults, private and local labels, counters,
 * cells, constants and conditions, in a main file and one that it includes. Few names, so that they meet.
 */

import type { RandomNumbers } from "../support/random.ts";

export interface GeneratedProgram {
  readonly main: string;
  readonly files: Readonly<Record<string, string>>;
}

const NAMES = ["a", "b", "c", "d", "e", "f", "g", "h"];

export function generateProgram(random: RandomNumbers): GeneratedProgram {
  const pick = <Item>(items: readonly Item[]): Item => items[random.below(items.length)];
  const shuffled = [...NAMES].sort(() => random.below(3) - 1);
  const kinds = new Map<string, string>();
  const taken = (): string => shuffled.pop() ?? "z";
  const constants = [taken(), taken()];
  const cell = taken();
  const label = taken();
  const macro = `M${taken()}`;
  for (const name of constants) kinds.set(name, "constant");
  const value = (extra: readonly string[] = []): string =>
    pick([
      String(random.below(9)),
      ...constants,
      ...extra,
      `${pick(constants)} + ${random.below(5)}`,
      `(${pick(constants)}) * 2`,
    ]);
  const condition = (): string =>
    pick([
      `${pick(constants)} > 2`,
      `defined(${pick(NAMES)})`,
      `!defined(${pick(NAMES)})`,
      `defined(${pick(constants)}) && ${pick(constants)} > 1`,
    ]);
  const statement = (extra: readonly string[] = []): string =>
    pick([
      `        SET [${random.below(9)}], u8, #${value(extra)}`,
      `        MOV ${cell}, [${random.below(9)}]`,
      `        MOV ${cell}+${random.below(3)}, [${cell}]`,
      `        JUMP ${label}`,
      `        .byte ${value(extra)}, ${value(extra)}`,
    ]);

  const parameters = [pick(NAMES), pick(NAMES)].filter((name, index, all) => all.indexOf(name) === index);
  const priv = pick(NAMES.filter((name) => !parameters.includes(name)));
  const privateLabel = pick(NAMES.filter((name) => name !== priv && !parameters.includes(name)));
  const header = parameters
    .map((name, index) => (index === 0 ? name : `${name}=${pick([value(), parameters[0], `${cell}+1`])}`))
    .join(", ");
  const body = [
    ...(random.below(2) ? [`.const ${priv} = ${value()}`, `        .byte ${priv}`] : []),
    `        MOV ${cell}, [1]`,
    `        .byte ${pick(constants)}`,
    ...(random.below(2)
      ? [
          `${privateLabel}: NOP`.replace("NOP", "JUMP " + privateLabel),
          `.${pick(NAMES)}: JUMP ${privateLabel}`,
        ]
      : []),
    ...(random.below(2) ? [`        SET [3], u8, #${parameters[0]}`] : [`        .byte ${parameters[0]}`]),
    ...(parameters.length > 1 && random.below(2)
      ? [`.if has_addr(${parameters[1]}) == 0`, "        .byte 7", ".endif"]
      : []),
    ...(random.below(3) === 0 ? [`        JUMP ${label}`] : []),
  ];
  const counter = pick(NAMES);
  const repetition = [
    `.rept ${pick(["2", "1 + 1"])}, ${counter}`,
    `        SET [10+${counter}], u8, #${value([counter])}`,
    ...(random.below(2) ? [`        .byte ${counter} + ${pick(constants)}`] : []),
    ".endr",
  ];
  const local = pick(NAMES);
  const routine = [
    `${label}:`,
    `.${local}: ${statement().trim()}`,
    `        JUMP ${pick([`.${local}`, `${label}.${local}`, label])}`,
  ];
  const conditional = [`.if ${condition()}`, statement(), ".else", statement(), ".endif"];
  const guarded =
    random.below(3) === 0
      ? [`.if !defined(${constants[0]})`, `.const ${constants[0]} = 3`, ".endif"]
      : [`.const ${constants[0]} = ${random.below(9)}`];
  const call = `        ${macro} ${pick([value(), String(random.below(9))])}`;
  const definitions = [
    ...guarded,
    `.const ${constants[1]} = ${pick([String(random.below(9)), `(${random.below(4)}) + (1)`])}`,
    `.cell ${cell} = [${random.below(9)}]`,
  ];
  const macroText = [`.macro ${macro} ${header}`, ...body, "        .endm"];
  const shared = [definitions, macroText, routine].filter(() => random.below(2) === 0);
  const library = shared.flat();
  const own = [definitions, macroText, routine].filter((part) => !shared.includes(part) && part !== routine);
  const main = [
    ...(library.length > 0 ? ['.include "lib.avm"'] : []),
    ...own.flat(),
    call,
    ...conditional,
    ...repetition,
    ...(shared.includes(routine) ? [] : routine),
    statement(),
  ];
  return {
    main: `${main.join("\n")}\n`,
    files: library.length > 0 ? { "lib.avm": `${library.join("\n")}\n` } : {},
  };
}
