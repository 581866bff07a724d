/**
 * Random correct programs that use every special rule of the language, each with an equivalent program without macros,
 * repetitions, conditions, includes, names and functions, which follows from the language reference.
 *
 * There are few names, so that parameters, private names and counters often shadow names of the program.
 */

import { functionSelector } from "../../artifact/selector.ts";
import type { RandomNumbers } from "./random.ts";

export interface CornerProgram {
  readonly main: string;
  /** Included files, by name. */
  readonly files: Readonly<Record<string, string>>;
  readonly plain: string;
}

export interface CornerOptions {
  /** Whether the program also includes `<std/core.avm>`. */
  readonly library?: boolean;
}

const POOL = ["a", "b", "c", "d", "e", "f", "g", "h", "k", "m", "n", "p"];
const TAGS = ["u8", "u16", "u32", "u64", "u128", "ff"];

/** A piece of a program: `text` uses the special rules, `plain` is its equivalent. */
interface Piece {
  readonly text: readonly string[];
  readonly plain: readonly string[];
}

export function cornerProgram(random: RandomNumbers, { library = false }: CornerOptions = {}): CornerProgram {
  return new Writer(random, library).program();
}

class Writer {
  private readonly random: RandomNumbers;
  private readonly library: boolean;
  private readonly free: string[];
  private count = 0;
  /** Global names of the program. */
  private readonly constant: string;
  private readonly value: number;
  private readonly cell: string;
  private readonly address: number;
  private readonly relative: string;
  private readonly offset: number;
  private readonly label: string;
  private readonly jump: string;
  private readonly distance: number;

  constructor(random: RandomNumbers, library: boolean) {
    this.random = random;
    this.library = library;
    this.free = [...POOL].sort(() => random.below(3) - 1);
    this.constant = this.free.pop()!;
    this.cell = this.free.pop()!;
    this.relative = this.free.pop()!;
    this.label = this.free.pop()!;
    this.jump = this.free.pop()!;
    this.value = random.below(200);
    this.address = 2 + random.below(60);
    this.offset = random.below(60);
    this.distance = random.below(9);
  }

  program(): CornerProgram {
    const { constant, value, cell, address, relative, offset, label, jump, distance } = this;
    const definitions = [
      `${this.word(".const")} ${constant} = ${value}`,
      `${this.word(".cell")} ${cell} = [${address}]`,
      `${this.word(".cell")} ${relative} = [${this.word("sp")}+${offset}]`,
      `${this.word(".const")} ${jump} = ${this.pick([`${label} + ${distance}`, `${distance} + ${label}`])}`,
    ];
    const makers = [
      () => this.neighbours(),
      () => this.derivedCells(),
      () => this.shortCircuits(),
      () => this.tagParameters(),
      () => this.counters(),
      () => this.defaults(),
      () => this.privateLabels(),
      () => this.targets(),
      () => this.localConstants(),
      () => this.kindsOfArguments(),
      () => this.texts(),
      ...(this.library ? [() => this.libraryCalls()] : []),
    ];
    const pieces = Array.from({ length: 3 + this.random.below(6) }, () => this.pick(makers)());
    const routine: Piece = {
      text: [`${label}:`, ".x: INTERNALRETURN"],
      plain: [`${label}:`, "INTERNALRETURN"],
    };
    pieces.splice(this.random.below(pieces.length), 0, routine);
    const included = this.included();
    pieces.splice(this.random.below(pieces.length + 1), 0, included);
    const head = this.library ? [`${this.word(".include")} <std/core.avm>`] : [];
    const scratch = this.library && this.random.below(2) === 0 ? [".const STD_SCRATCH = 200"] : [];
    const shared = included.file;
    const atEnd = this.random.below(2) === 0;
    const body = pieces.flatMap(({ text }) => text);
    const lines = [...scratch, ...head, ...(atEnd ? [...body, ...definitions] : [...definitions, ...body])];
    return {
      main: `${lines.map((line) => this.laidOut(line)).join("\n")}\n`,
      files: { "part.avm": `${shared.join("\n")}\n` },
      plain: `${pieces.flatMap(({ plain }) => plain).join("\n")}\n`,
    };
  }

  // --- choices ---

  private pick<Item>(items: readonly Item[]): Item {
    return items[this.random.below(items.length)];
  }

  /** A keyword of the language in a random case. */
  private word(text: string): string {
    const shapes = [text, text.toUpperCase(), text.replace(/[a-z]/, (first) => first.toUpperCase())];
    return this.pick([text, text, ...shapes]);
  }

  /** A name that nothing else in the program uses. */
  private fresh(): string {
    return `${this.pick(POOL)}${this.count++}`;
  }

  /** A name of the program that a private name may shadow. */
  private hiding(not: readonly string[] = []): string {
    return this.pick(POOL.filter((name) => !not.includes(name)));
  }

  private laidOut(line: string): string {
    const blank = this.pick(["", "        ", "\t"]);
    const comment = this.pick(["", "", " ; a comment", " /* a */ // b"]);
    return /^\S*:|^[.\w]+:/.test(line) ? line + comment : blank + line + comment;
  }

  private number(): { text: string; value: number } {
    const { constant, value } = this;
    const small = this.random.below(9);
    return this.pick([
      { text: String(small), value: small },
      { text: constant, value },
      { text: `(${constant}) + ${small}`, value: value + small },
      { text: `${this.word("lo")}(${constant} << 8 | ${small}, 4)`, value: small },
      { text: `${this.word("hi")}(${small} << 8, 8)`, value: small },
    ]);
  }

  private memory(): { text: string; plain: string; hasAddress: boolean } {
    const { cell, address, relative, offset } = this;
    const step = this.random.below(3);
    return this.pick([
      { text: cell, plain: `[${address}]`, hasAddress: true },
      { text: `${cell}+${step}`, plain: `[${address + step}]`, hasAddress: true },
      { text: `${step} + ${cell}`, plain: `[${address + step}]`, hasAddress: true },
      { text: `${cell} - ${Math.min(step, 2)}`, plain: `[${address - Math.min(step, 2)}]`, hasAddress: true },
      { text: relative, plain: `[sp+${offset}]`, hasAddress: false },
      { text: `${relative}+${step}`, plain: `[sp+${offset + step}]`, hasAddress: false },
      { text: `[${cell}]`, plain: `[[${address}]]`, hasAddress: false },
      { text: `[${step}+${relative}]`, plain: `[[sp+${offset + step}]]`, hasAddress: false },
      { text: "[77]", plain: "[77]", hasAddress: true },
    ]);
  }

  // --- corners ---

  private neighbours(): Piece {
    const [from, to] = [this.memory(), this.memory()];
    const { cell, address } = this;
    const distance = `${this.word("addr")}(${cell}+3) - ${this.word("addr")}(${cell})`;
    return {
      text: [`MOV ${from.text}, ${to.text}`, `SET [1], u32, #${distance}`, `SET [2], u32, #addr(2+${cell})`],
      plain: [`MOV ${from.plain}, ${to.plain}`, "SET [1], u32, #3", `SET [2], u32, #${address + 2}`],
    };
  }

  private derivedCells(): Piece {
    const [name, other] = [this.fresh(), this.fresh()];
    const { cell, address } = this;
    return {
      text: [
        `${this.word(".cell")} ${name} = ${cell}+1 : u32`,
        `.cell ${other} = ${name}`,
        `MOV ${other}, ${name}+1`,
        `MOV [${other}], 1 + ${name}`,
      ],
      plain: [`MOV [${address + 1}], [${address + 2}]`, `MOV [[${address + 1}]], [${address + 2}]`],
    };
  }

  private shortCircuits(): Piece {
    const { constant, label } = this;
    const defined = this.word("defined");
    const conditions: [string, boolean][] = [
      [`${defined}(nobody) && nobody > 3`, false],
      [`!${defined}(nobody) || nobody / 0 == 1`, true],
      [`0 && ${label} > 3`, false],
      [`1 || 1 / 0`, true],
      [`0 || ${defined}(${constant}0000) || 1`, true],
      [`(1 && 0) || (2 && 3)`, true],
    ];
    const [condition, holds] = this.pick(conditions);
    const text = [
      `${this.word(".if")} ${condition}`,
      ".byte 1",
      `${this.word(".elif")} ${condition} || 0`,
      ".byte 2",
      `${this.word(".else")}`,
      ".byte 3",
      `${this.word(".endif")}`,
    ];
    return { text, plain: [holds ? ".byte 1" : ".byte 3"] };
  }

  private tagParameters(): Piece {
    const macro = this.fresh();
    const [place, tag] = [this.hiding(), ""];
    const of = this.hiding([place]) + tag;
    const given = this.memory();
    const chosen = this.pick(TAGS);
    const inner = this.hiding([place, of]);
    const value = this.random.below(256);
    return {
      text: [
        `${this.word(".macro")} ${macro} ${place}, ${of}=u8`,
        `SET ${place}, ${of}, #${value}`,
        `CAST ${place}, ${place}, ${of}`,
        `.cell ${inner} = [90] : ${of}`,
        `SET ${inner}, ${of}, #1`,
        `.expect ${inner}: ${of}`,
        `.assume ${place}: ${of}`,
        this.word(".endm"),
        `${macro} ${given.text}, ${this.word(chosen)}`,
        `${macro} ${given.text}`,
      ],
      plain: [chosen, "u8"].flatMap((tag) => [
        `SET ${given.plain}, ${tag}, #${value}`,
        `CAST ${given.plain}, ${given.plain}, ${tag}`,
        `SET [90], ${tag}, #1`,
      ]),
    };
  }

  private counters(): Piece {
    const counter = this.hiding();
    const inner = this.hiding([counter]);
    const times = this.random.below(4);
    const rounds = Array.from({ length: times }, (_, index) => index);
    return {
      text: [
        `${this.word(".rept")} ${times}, ${counter}`,
        `.const ${inner} = ${counter} * 2`,
        `SET [100+${counter}], u16, #${inner} + 1`,
        this.word(".endr"),
      ],
      plain: rounds.map((index) => `SET [${100 + index}], u16, #${2 * index + 1}`),
    };
  }

  private defaults(): Piece {
    const macro = this.fresh();
    const { constant, value } = this;
    const first = this.hiding([constant]);
    const second = this.hiding([first, constant]);
    const third = this.hiding([first, second, constant]);
    const number = this.number();
    return {
      text: [
        `.macro ${macro} ${first}, ${second}=${first}, ${third}=${constant}`,
        // The macro's body defines a constant of this name, but the default value means the constant outside.
        `.const ${constant} = 7`,
        `SET [3], u64, #${first} + 0`,
        `SET [4], u64, #${second} + 0`,
        `SET [5], u64, #${third} + ${constant}`,
        ".endm",
        `${macro} ${number.text}`,
        `${macro} 1, 2`,
      ],
      plain: [number.value, number.value, value + 7, 1, 2, value + 7].map(
        (of, index) => `SET [${3 + (index % 3)}], u64, #${of}`,
      ),
    };
  }

  private privateLabels(): Piece {
    const macro = this.fresh();
    const hidden = this.pick([this.label, this.hiding()]);
    const parameter = this.hiding([hidden]);
    const plain = this.fresh();
    return {
      text: [
        `.macro ${macro} ${parameter}`,
        `${hidden}: JUMP .x`,
        `.x: JUMP ${hidden}.x`,
        `JUMP ${hidden}`,
        `JUMP ${parameter}`,
        ".endm",
        `${macro} ${this.label}`,
      ],
      plain: [
        `${plain}: JUMP ${plain}_x`,
        `${plain}_x: JUMP ${plain}_x`,
        `JUMP ${plain}`,
        `JUMP ${this.label}`,
      ],
    };
  }

  private targets(): Piece {
    const { label, jump, distance } = this;
    const macro = this.fresh();
    const parameter = this.hiding();
    return {
      text: [
        `JUMP ${jump}`,
        `JUMP ${label}.x + 2 - 1`,
        `JUMP 3 + ${label}`,
        "JUMP #$ + 0",
        `.macro ${macro} ${parameter}`,
        `JUMPI [9], ${parameter}`,
        `INTERNALCALL ${parameter} + 1`,
        ".endm",
        `${macro} ${label} + 4`,
        `${macro} ${jump}`,
      ],
      plain: [
        `JUMP ${label} + ${distance}`,
        `JUMP ${label} + 1`,
        `JUMP ${label} + 3`,
        "JUMP #$",
        ...[4, distance].flatMap((more) => [
          `JUMPI [9], ${label} + ${more}`,
          `INTERNALCALL ${label} + ${more + 1}`,
        ]),
      ],
    };
  }

  private localConstants(): Piece {
    const label = this.fresh();
    const name = this.fresh();
    return {
      text: [
        `${label}: INTERNALRETURN`,
        `.const ${name} = .y`,
        ".y: INTERNALRETURN",
        `JUMP ${name}`,
        "JUMP .y",
      ],
      plain: [`${label}: INTERNALRETURN`, `${label}_y: INTERNALRETURN`, `JUMP ${label}_y`, `JUMP ${label}_y`],
    };
  }

  private kindsOfArguments(): Piece {
    const macro = this.fresh();
    const parameter = this.hiding();
    const kind = (isCell: boolean, hasAddress: boolean): string[] => [
      `.byte ${isCell ? 1 : 0}`,
      `.byte ${hasAddress ? 1 : 0}`,
    ];
    const given = this.memory();
    const number = this.number();
    const branches = [
      `.if ${this.word("has_addr")}(${parameter}) && ${this.word("addr")}(${parameter}) > 0`,
      "MOV [1], [1]",
      `.elif is_cell(${parameter})`,
      "MOV [2], [2]",
      ".else",
      `SET [3], u32, #${parameter}`,
      ".endif",
    ];
    return {
      text: [
        `.macro ${macro} ${parameter}`,
        `.byte ${this.word("is_cell")}(${parameter})`,
        `.byte has_addr(${parameter})`,
        ...branches,
        ".endm",
        `${macro} ${given.text}`,
        `${macro} ${number.text}`,
      ],
      plain: [
        ...kind(true, given.hasAddress),
        given.hasAddress ? "MOV [1], [1]" : "MOV [2], [2]",
        ...kind(false, false),
        `SET [3], u32, #${number.value}`,
      ],
    };
  }

  private texts(): Piece {
    const signature = this.pick(["f()", "transfer((Field),u128)", "g([u8;4],str<5>,bool)"]);
    return {
      text: [
        `SET [1], ff, #${this.word("str")}("\\x41\\u{e9}\\n")`,
        `SET [2], ff, #${this.word("selector")}("${signature}")`,
        ".byte '\\x7f', '\\u{1F}'",
      ],
      plain: [`SET [1], ff, #${0x41c3a90a}`, `SET [2], ff, #${functionSelector(signature)}`, ".byte 127, 31"],
    };
  }

  private libraryCalls(): Piece {
    const number = this.number();
    const [from, to] = [this.memory(), this.memory()];
    const tag = this.pick(TAGS);
    return {
      text: [`PUT ${to.text}, ${this.word(tag)}, ${number.text}`, `PUT ${to.text}, ${tag}, ${from.text}`],
      plain: [`SET ${to.plain}, ${tag}, #${number.value}`, `MOV ${from.plain}, ${to.plain}`],
    };
  }

  /** An included file with labels of its own, which its local labels belong to. */
  private included(): Piece & { readonly file: readonly string[] } {
    const outer = this.fresh();
    const [label, later] = [this.fresh(), this.fresh()];
    return {
      file: [`${label}: JUMP .x`, ".x: INTERNALRETURN", `${later}: JUMP ${outer}.x`],
      text: [
        `${outer}: INTERNALRETURN`,
        `${this.word(".include")} "part.avm"`,
        ".x: JUMP .x",
        `JUMP ${label}.x`,
      ],
      plain: [
        `${outer}: INTERNALRETURN`,
        `${label}: JUMP ${label}_x`,
        `${label}_x: INTERNALRETURN`,
        `JUMP ${outer}_x`,
        `${outer}_x: JUMP ${outer}_x`,
        `JUMP ${label}_x`,
      ],
    };
  }
}
