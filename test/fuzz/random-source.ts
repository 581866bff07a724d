/** Random source text that is mostly correct, generated from the instruction table and the list of directives. */

import { DIRECTIVES } from "../../grammar/directives.ts";
import { instructionSet, type InstructionDefinition } from "../../isa/instruction-set.ts";
import { DEFAULT_TARGET, TARGETS } from "../../isa/table.ts";
import { TAGS } from "../../isa/tags.ts";
import type { Operand } from "../../isa/types.ts";
import { BUILTINS } from "../../assembler/expressions/builtins.ts";
import type { RandomNumbers } from "../support/random.ts";
import { many, once, pick } from "./target.ts";

/** Few names, so that a text often defines the names that it uses, and often twice. */
const NAMES = ["a", "b", "c", "loop", "x", "Y", "_z", "longer_name"] as const;
const LOCALS = [".l", ".m", ".loop", ".target", ".if"] as const;
const NUMBERS = [
  ..."0 1 2 3 7 10 255 256 65535 65536 4294967295 4294967296 0xff 0XFF 0b101 0o17 1_000 0xdead_beef 'a' '\\n'".split(
    " ",
  ),
  "0x30644e72e131a029b85045b68181585d2833e84879b9709143e1f593f0000000",
  "0x30644e72e131a029b85045b68181585d2833e84879b9709143e1f593f0000001",
  "340282366920938463463374607431768211455",
];
const WRONG_NUMBERS = [
  "0x",
  "1_",
  "0b2",
  "12ab",
  "09",
  "''",
  "'ab'",
  "1__0",
  "0xg",
  "99999999999999999999e9",
];
const BINARY = "+ - * / % << >> & | ^ == != < <= > >= && ||".split(" ");
const UNARY = ["-", "~", "!", "+"];
const SPACES = ["", "", " ", " ", "  ", "\t", " /* c */ "];
const COMMENTS = [
  "; comment",
  "// comment",
  "/* block */",
  ";",
  "/* open",
  "*/",
  "; \u{1f600} é",
  "/*/",
  "/**/",
];
/** Tokens that are difficult for a lexer. */
export const FRAGMENTS = [
  ...Object.keys(DIRECTIVES).map((name) => `.${name}`),
  ..."ADD set sp SP u32 FF a.b a. . .. 1 0x_ 12ab 'a' ' \" # [ ] [[ ]] ( ) , : $ = == ! != < << <= > >= | || & && ^ ~ + - * / % // /* */ ; @ \\ `".split(
    " ",
  ),
  ...[
    '"s"',
    '"; a"',
    '"\u2026\u00e9\u0080"',
    "'\"'",
    '"\\',
    "é",
    "\u00a0",
    "\u2028",
    "\u{1f600}",
    "\ud800",
    "\0",
    "\x1b[31m",
    "\ufeff",
    "\r",
    "\n",
    "\r\n",
    "\t",
    " ",
    "\x7f",
    "\u202e",
  ],
];

/** A random program of at most this many statements. One of three assembles; the other two may have any error. */
export function randomSource(random: RandomNumbers, most = 30): string {
  if (once(random, 3)) return tidySource(random, most);
  const target = pick(random, TARGETS);
  const writer = new Writer(random, [...instructionSet(target).byMnemonic.values()]);
  const lines = once(random, 3) ? [] : [`.target ${target}`];
  lines.push(...many(random, once(random, 20) ? most * 10 : most, () => writer.statement(0)));
  const text = lines.join(pick(random, ["\n", "\n", "\n", "\r\n"]));
  return random.below(3) === 0 ? mutated(random, text) : text;
}

/** A text of only instructions and labels, as a compiler writes it; sometimes with an error or an unusual line. */
export function straightSource(random: RandomNumbers, most = 40): string {
  const isNamed = once(random, 2);
  const target = isNamed ? pick(random, TARGETS) : DEFAULT_TARGET;
  const instructions = [...instructionSet(target).byMnemonic.values()];
  const number = () =>
    once(random, 20)
      ? pick(random, ["256", "65535", "65536", "0X1F", "70000"])
      : pick(random, ["0", "1", "7", "0xff"]);
  const operand = (operand: Operand): string => {
    switch (operand.kind) {
      case "memory":
        return pick(random, ["[N]", "[N]", "[sp+N]", "[sp]", "[[N]]", "[ [SP + N] ]"]).replace("N", number());
      case "immediate":
        return `#${number()}`;
      case "tag":
        return pick(random, once(random, 30) ? ["FF", "U8"] : TAGS);
      case "target":
        return once(random, 60) ? "nowhere" : `l${random.below(5)}${once(random, 4) ? ".x" : ""}`;
      case "enum":
        return pick(random, operand.members).name.toLowerCase();
    }
  };
  const line = (): string => {
    const choice = random.below(20);
    if (choice === 0)
      return pick(random, ["", "  ", "; é \u{1f600}", "// comment", "\t; avm-ignore: dead-store"]);
    const { mnemonic, operands, wireForms } = pick(random, instructions);
    const name = once(random, 10)
      ? pick(random, wireForms).name
      : once(random, 5)
        ? mnemonic.toLowerCase()
        : mnemonic;
    const comment = once(random, 5) ? pick(random, [" ; comment", "// c", "\t;"]) : "";
    return `${pick(random, ["  ", "\t", ""])}${name} ${operands.map(operand).join(", ")}${comment}`;
  };
  const lines = many(random, most, line);
  if (isNamed) lines.unshift(`.target ${target}`);
  for (let label = 0; label < 5; label++) {
    const at = random.below(lines.length + 1);
    // `.target` must be the first line.
    const first = lines.at(0)?.startsWith(".target") ? 1 : 0;
    const definition = `l${label}:${once(random, 2) ? "\n.x:" : " .x:"}`;
    lines.splice(Math.max(first, at), 0, definition);
  }
  const text = lines.join(pick(random, ["\n", "\n", "\r\n"])) + pick(random, ["", "\n", "\r\n"]);
  return once(random, 4) ? mutated(random, text) : text;
}

/** A program without errors that the assembler could report. */
function tidySource(random: RandomNumbers, most: number): string {
  const target = pick(random, TARGETS);
  const instructions = [...instructionSet(target).byMnemonic.values()];
  let names = 0;
  const number = () => pick(random, [0, 1, 2, 5, 10, 255]);
  const expression = () =>
    pick(random, [
      () => `${number()}`,
      () => `(${number()} + ${number()})`,
      () => `${number()} * 3`,
      () => "K",
      () => "hi(300, 8)",
    ])();
  const address = () =>
    once(random, 4) ? `${random.below(65536)}` : once(random, 9) ? expression() : `${random.below(12)}`;
  const memory = () => {
    const inner = `${once(random, 3) ? "sp+" : ""}${address()}`;
    return once(random, 5) ? `[[${inner}]]` : once(random, 12) ? "c" : `[${inner}]`;
  };
  const operand = (operand: Operand): string => {
    switch (operand.kind) {
      case "memory":
        return memory();
      case "immediate":
        return once(random, 9) ? "#end" : `#${expression()}`;
      case "tag":
        return pick(random, TAGS);
      case "target":
        return pick(random, ["end", "start", "start.l", "#0"]);
      case "enum":
        return pick(random, operand.members).name;
    }
  };
  const statement = (depth: number): string => {
    const body = () => many(random, 3, () => statement(depth + 1)).join("\n");
    const name = `n${names++}`;
    const choice = random.below(depth < 3 ? 40 : 34);
    if (choice < 28) {
      const { mnemonic, operands } = pick(random, instructions);
      return `  ${mnemonic} ${operands.map(operand).join(", ")}${once(random, 6) ? " ; comment" : ""}`;
    }
    // Each expansion has its own labels, so each may define the name.
    if (choice < 30) return `${name}:`;
    if (choice === 30) return `.const ${name} = ${expression()}`;
    if (choice === 31) return `  .byte ${many(random, 20, number).join(", ") || "7"}`;
    if (choice === 32) return `.assert ${number()} < 256, "small"`;
    if (choice === 33) return `  .assume [${random.below(9)}]: ${pick(random, TAGS)}`;
    if (choice < 36) return `.rept ${random.below(4)}, i\n${body()}\n.endr`;
    if (choice < 38) return `.if ${random.below(2)}\n${body()}\n.else\n${body()}\n.endif`;
    const tagged = `${" ".repeat(1 + random.below(20))}SET [${number()}], t, #${number()}\n  CAST [${number()}], p, t`;
    const more = pick(random, ["", `, ${memory()}`, `, [3], ${pick(random, TAGS)}`]);
    return `.macro ${name} p, q=[2], t=u8\n  MOV p, q\n${tagged}\n${body()}\n.endm\n  ${name} ${memory()}${more}`;
  };
  const lines = [`.target ${target}`, ".const K = 9", ".cell c = [sp+4]", "start:", ".l:", "  MOV [1], [2]"];
  lines.push(...many(random, most, () => statement(0)), "end:");
  return lines.join("\n");
}

/** The text with a few pieces removed, doubled, moved or inserted. */
export function mutated(random: RandomNumbers, text: string): string {
  let result = text;
  for (let times = 1 + random.below(4); times > 0; times--) {
    const at = random.below(result.length + 1);
    const length = once(random, 4) ? random.below(60) : random.below(4);
    const piece = result.slice(at, at + length);
    const rest = result.slice(at + length);
    switch (random.below(5)) {
      case 0:
        result = result.slice(0, at) + rest;
        break;
      case 1:
        result = result.slice(0, at) + piece + piece + rest;
        break;
      case 2: {
        const other = random.below(result.length + 1);
        result = result.slice(0, other) + piece + result.slice(other);
        break;
      }
      case 3:
        result =
          result.slice(0, at) + String.fromCharCode(random.below(once(random, 5) ? 65536 : 128)) + rest;
        break;
      default:
        result = result.slice(0, at) + pick(random, FRAGMENTS) + rest;
    }
  }
  return result;
}

class Writer {
  private readonly random: RandomNumbers;
  private readonly instructions: readonly InstructionDefinition[];

  constructor(random: RandomNumbers, instructions: readonly InstructionDefinition[]) {
    this.random = random;
    this.instructions = instructions;
  }

  /** A random statement, or a block of statements. */
  statement(depth: number): string {
    const { random } = this;
    const line = random.below(10) < 6 ? this.instruction() : this.other(depth);
    const labels = once(random, 5) ? `${once(random, 3) ? pick(random, LOCALS) : this.name()}: ` : "";
    const comment = once(random, 6) ? ` ${pick(random, COMMENTS)}` : "";
    return `${labels || pick(random, ["", "    ", "        ", "\t"])}${line}${comment}`;
  }

  private other(depth: number): string {
    const { random } = this;
    const name = this.name();
    const body = (): string => many(random, 4, () => this.statement(depth + 1)).join("\n");
    const block = depth < 4;
    const choices: (() => string)[] = [
      () => "",
      () => `.const ${name} = ${this.expression(0)}`,
      () => `.cell ${name} = ${this.memory()}${once(random, 2) ? ` : ${pick(random, TAGS)}` : ""}`,
      () => `.byte ${[this.expression(2), ...many(random, 5, () => this.expression(2))].join(", ")}`,
      () => `.assert ${this.expression(1)}, "must \\"hold\\""`,
      () => `${pick(random, [".assume", ".expect"])} ${this.memory()}: ${pick(random, TAGS)}`,
      () =>
        `.include ${pick(random, ['"other.avm"', '"self.avm"', "<std/x.avm>", '"missing.avm"', '"\\x"'])}`,
      () => `${name}${pick(random, ["", " [1]", " #1, [2]", " u32", " [[sp+1]], loop, #x"])}`,
      () =>
        pick(random, ['.error "e"', ".target v6", ".endm", ".endr", ".else", ".endif", ".elif 1", ".frob 1"]),
      ...(block
        ? [
            () =>
              `.macro ${name} p, q=${this.expression(2)}\n${body()}\n${pick(random, ["", "MOV p, q\n"])}.endm`,
            () => `.rept ${this.repetitions()}${once(random, 2) ? ", i" : ""}\n${body()}\n.endr`,
            () =>
              `.if ${this.expression(1)}\n${body()}\n.elif ${this.expression(2)}\n${body()}\n.else\n${body()}\n.endif`,
          ]
        : []),
    ];
    return pick(random, choices)();
  }

  private repetitions(): string {
    const { random } = this;
    // No large counts: a text that takes long because it is long is no finding, and other tests cover the limits.
    return once(random, 60) ? pick(random, ["2000", "1 << 400", "-1", "a"]) : String(random.below(5));
  }

  private instruction(): string {
    const { random } = this;
    const { operands, wireForms, mnemonic } = pick(random, this.instructions);
    const names = [mnemonic, mnemonic, mnemonic, mnemonic.toLowerCase(), pick(random, wireForms).name];
    const written = operands.map((operand) => (once(random, 40) ? this.anyOperand() : this.operand(operand)));
    if (once(random, 40)) written.pop();
    return `${pick(random, names)} ${written.join(`${pick(random, SPACES)},${pick(random, SPACES)}`)}`;
  }

  private operand(operand: Operand): string {
    const { random } = this;
    switch (operand.kind) {
      case "memory":
        return once(random, 12) ? this.name() : this.memory();
      case "immediate":
        return `#${this.expression(1)}`;
      case "tag":
        return pick(random, TAGS);
      case "target":
        return once(random, 4) ? `#${this.expression(2)}` : this.label();
      case "enum":
        return once(random, 6) ? `#${random.below(20)}` : pick(random, operand.members).name;
    }
  }

  private anyOperand(): string {
    return pick(this.random, [
      () => this.memory(),
      () => `#${this.expression(0)}`,
      () => this.expression(1),
      () => "",
    ])();
  }

  private memory(): string {
    const { random } = this;
    const address = once(random, 8)
      ? this.expression(1)
      : String(random.below(once(random, 5) ? 70_000 : 12));
    const relative = once(random, 3) ? pick(random, ["sp+", "sp + ", "SP+", "sp-"]) : "";
    return once(random, 5)
      ? `[[${relative}${address}]]`
      : once(random, 30)
        ? "[sp]"
        : `[${relative}${address}]`;
  }

  private label(): string {
    return pick(this.random, [this.name(), this.name(), pick(this.random, LOCALS), `${this.name()}.l`]);
  }

  private name(): string {
    return pick(this.random, NAMES);
  }

  private expression(depth: number): string {
    const { random } = this;
    const choice = depth > 4 ? 0 : random.below(12);
    if (choice < 7) return once(random, 60) ? pick(random, WRONG_NUMBERS) : pick(random, NUMBERS);
    if (choice === 7) return once(random, 3) ? "$" : this.label();
    if (choice === 8) return `${pick(random, UNARY)}${this.expression(depth + 1)}`;
    if (choice === 9) return `(${this.expression(depth + 1)})`;
    if (choice === 10) {
      const name = pick(random, Object.keys(BUILTINS));
      const text = once(random, 3) ? '"f(Field)"' : this.expression(depth + 1);
      return `${name}(${[text, ...many(random, 1, () => this.expression(depth + 2))].join(", ")})`;
    }
    return `${this.expression(depth + 1)} ${pick(random, BINARY)} ${this.expression(depth + 1)}`;
  }
}
