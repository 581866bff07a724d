/**
 * Patterns of lines that aren't assembly: prose, lines of programming languages, and common beginners' notations for
 * operands. The parser tries them before {@link NOTATIONS}.
 */

import { adviceFor } from "../foreign-words.ts";
import { cellTag, type Notation } from "./foreign-notations.ts";
import { isMnemonic } from "./mnemonics.ts";
import * as T from "./tokens.ts";

const TAG = "u1|u8|u16|u32|u64|u128|ff";
const COMMENTS = "comments begin with `;`";
const BRANCH = "a branch compares with EQ, LT or LTE and jumps with `JUMPI cond, target`";

/** Words that aren't instructions, as in `First we load the calldata.` */
export const PROSE: Notation = {
  pattern: /^([a-z]+)(?:,? [a-z'-]+){3,}[.!?]?$/i,
  kind: "comments",
  says: (first) => (isMnemonic(first) ? undefined : COMMENTS),
  writes: (...pieces) => `; ${pieces.at(-1)!}`,
};

/** `*[1]` and `@[1]`: an operand through a pointer. */
function pointer(mark: string): Notation {
  return {
    pattern: new RegExp(
      String.raw`(?<=(?:^[a-z_]\w* |,) *)[${mark}](\[[^\[\]]*\]|[a-z_]\w*)(?= *(?:,|$))`,
      "i",
    ),
    code: "operand-kind",
    kind: "pointers",
    says: (cell) =>
      mark === "@" && !cell.startsWith("[") ? undefined : `what a pointer points to is \`[${cell}]\``,
    writes: (cell) => `[${cell}]`,
  };
}

/* Quadratic in a line that is at most 300 characters long. */
/* eslint-disable regexp/no-super-linear-move */
export const LINES: readonly Notation[] = [
  {
    pattern: /^\d+ +(?=[a-z])/i,
    kind: "line numbers",
    says: () => "lines have no numbers: a label is a name and a colon",
    writes: () => "",
  },
  {
    pattern: /^0x[\da-f]+(?= |$)/i,
    kind: "stack",
    says: () => "there is no stack: `SET dst, tag, #value` puts a number into a cell",
  },
  {
    pattern: /^(?:[-+*/%<>!=&|^]|[<>!=]=|&&|\|\|)$/,
    kind: "stack",
    says: () => "there is no stack: `ADD a, b, dst` and the like work on cells",
  },
  {
    pattern: /^(?:async +)?(?:def|class) +([a-z_]\w*)(?:\W.*)?:$/i,
    kind: "blocks",
    says: (name) => `a routine begins with its label, \`${name}:\`, and ends with INTERNALRETURN`,
  },
  {
    pattern: /^(?:if|elif|else|while|for|with|try|except|finally|match|switch|case)\b.*:$/i,
    kind: "blocks",
    says: () => BRANCH,
  },
  {
    pattern: /^if\b.* (?:goto|then)\b.*$/i,
    kind: "blocks",
    says: () => BRANCH,
  },
  {
    pattern: /^[a-z_]\w*\([^()]*\) *:$/i,
    kind: "blocks",
    says: () => "a label is a name and a colon: a block has no parameters",
  },
  {
    pattern: /^(?:<!--|'|\*(?= )|"""|\(\*|\{-|rem\b)/i,
    kind: "comments",
    says: () => COMMENTS,
    writes: () => "; ",
  },
  {
    pattern: /^#(?:pragma|version|error|line|undef)\b.*/i,
    kind: "pragmas",
    says: () => "there are no pragmas: `.target v6` in the first line names the instruction set",
  },
  {
    pattern: /^(?:pragma|package|module|namespace|using) +\S.*$/i,
    kind: "pragmas",
    says: () =>
      "a file has no header: it is code, and `.target v6` in the first line names the instruction set",
  },
  {
    pattern: /^([a-z_]\w*) *=(?!=) *(?:(?!addr\b|selector\b)[a-z_]\w* +[a-z_\d[#%&]|[*&]|new\b).*$/i,
    kind: "assignments",
    says: () => "there are no assignments: `ADD a, b, dst` and the like write into a cell",
  },
  {
    pattern: new RegExp(
      String.raw`^(${TAG}|u?int\d*|field|bool|char|long|unsigned|auto|address|bytes\d*)(?: +(?:public|private|constant|mut|const))* +([a-z_]\w*) *(?:=(?!=) *(\S+))?$`,
      "i",
    ),
    kind: "constants",
    says: (tag, name) =>
      `a cell is named by \`.cell ${name} = [1]\`, and \`SET ${name}, ${cellTag(tag)}, #value\` writes a number into it`,
    depends: (_, name) => ({ defines: [name] }),
  },
  {
    pattern: /^([a-z_]\w*) +(?:d[bwdq]|res[bwdq]|equb|dc|ds|fcb)(?= +\S)/i,
    kind: "data",
    says: (name) => `a cell is named by \`.cell ${name} = [1]\`; bytes in the code are \`.byte\``,
    depends: (name) => ({ defines: [name] }),
  },
  {
    pattern: /^:(?= |$)/,
    says: () => "a label is a name and one colon",
  },
  {
    pattern: /(?<=^set +)#(?=\[)/i,
    says: () => "write a cell without `#`, which marks a number",
    writes: () => "",
  },
  {
    pattern: /(?<=(?:^[a-z_]\w* |,) *)sp\[(\w+)\]/i,
    code: "operand-kind",
    says: (offset) => `an offset goes inside the brackets: \`[sp+${offset}]\``,
    writes: (offset) => `[sp+${offset}]`,
  },
  {
    pattern: /^:([a-z_]\w*)(?= |$)/i,
    says: (name) => `the colon of a label comes after its name: \`${name}:\``,
    writes: (name) => `${name}:`,
    depends: (name) => ({ defines: [name] }),
  },
  {
    pattern: /(?<=^(?:jumpi?|internalcall|call|jmp|goto|b|bl|br)\b.*[ ,])(\.?[a-z_]\w*):$/i,
    says: () => "write the colon of a label only where the label is defined",
    writes: (name) => name,
  },
  {
    pattern: /(?<=^\w+ +(?:\S.*, *)?)(?:short|near|far) +(?=\.?[a-z_]\w*$)/i,
    says: () => "a jump has no distance",
    writes: () => "",
  },
  {
    pattern: /(?<=, *)offset +([a-z_]\w*)$/i,
    kind: "addresses",
    says: (name) =>
      `the byte offset of a label is a number: \`SET dst, u32, #${name}\`; the address of a cell is \`#addr(${name})\``,
  },
  {
    pattern: /(?<=^\.const +[a-z_]\w*) *: *\w+ *(?==)/i,
    code: "malformed-directive",
    says: () => "a constant is a number, and has no tag",
    writes: () => " ",
    means: (tokens) => tokens.filter((_, index) => index !== 2 && index !== 3),
  },
  {
    pattern: /^\.const +([a-z_]\w*) *=?$/i,
    code: "malformed-directive",
    says: (name) => `a constant has a value: \`.const ${name} = 1\``,
    depends: (name) => ({ defines: [name] }),
  },
  {
    pattern: /^\.macro +([a-z_]\w*),? +((?:\[[a-z_]\w*\](?:, *)?)+)$/i,
    code: "malformed-directive",
    says: (name, parameters) =>
      `write the parameters of a macro without brackets: \`.macro ${name} ${parameters.replace(/[[\]]/g, "")}\``,
    writes: (name, parameters) => `.macro ${name} ${parameters.replace(/[[\]]/g, "")}`,
    means: (tokens) => tokens.filter(({ tokenType }) => tokenType !== T.LBracket && tokenType !== T.RBracket),
  },
  {
    pattern: /(?<=^\.test +)'([^'"]*)'$/i,
    code: "malformed-directive",
    says: (name) => `a test's name is in double quotes: \`.test "${name}"\``,
    writes: (name) => `"${name}"`,
  },
  {
    pattern: /(?<=^\.include) *\(([^()]*)\)$/i,
    code: "malformed-directive",
    says: (path) => `write the path without parentheses: \`.include ${path}\``,
    writes: (path) => ` ${path}`,
    depends: (path) => ({ includes: path.replace(/["<>]/g, "") }),
  },
  {
    pattern: /(?<=^\.(?:call|returns|reverts|emitted|stored) +)(\w+(?: +\w+)+)$/i,
    code: "malformed-directive",
    says: (fields) => `fields are separated by commas: \`${fields.split(/ +/).join(", ")}\``,
    writes: (fields) => fields.split(/ +/).join(", "),
  },
  {
    pattern: /(?<=^[a-z_]\w* *),(?= *\S)/i,
    code: "missing-operand",
    says: () => "there is no operand before this comma",
    writes: () => "",
  },
  {
    pattern: /(?<=^[a-z_]\w* .*[\]\w])(?: +:)? +([a-z_]\w*)(?= +(?:\[|[a-z_]\w*,))/i,
    says: (word) => (isMnemonic(word) ? `a statement is a line: \`${word}\` begins the next one` : undefined),
    skips: 1,
  },
  {
    pattern: /(?<=\[[^[\]]*\])\](?!\])/,
    says: () => "this `]` closes nothing; `[[1]]` is what a pointer points to",
    writes: () => "",
  },
  {
    pattern: new RegExp(String.raw`(?<=, *)(#\w+) *(?::|as) *(${TAG})$`, "i"),
    code: "operand-kind",
    says: (value, tag) => `the tag is a separate operand: \`${tag}, ${value}\``,
    writes: (value, tag) => `${tag}, ${value}`,
  },
  {
    pattern: new RegExp(String.raw`(?<=^cast .*\]) +as +(${TAG})$`, "i"),
    says: (tag) => `the tag is a separate operand: \`, ${tag}\``,
    writes: (tag) => `, ${tag}`,
  },
  {
    pattern: new RegExp(String.raw`(?<=, *)#?(${TAG})\((\w+)\)$`, "i"),
    code: "operand-kind",
    says: (tag, value) => `the tag is a separate operand: \`${tag}, #${value}\``,
    writes: (tag, value) => `${tag}, #${value}`,
  },
  {
    pattern: /(?<=, *)=([a-z_]\w*)$/i,
    kind: "addresses",
    says: (name) => `the byte offset of a label is a number: \`SET dst, u32, #${name}\``,
  },
  pointer("*"),
  {
    pattern: /(?<=, *)#?&([a-z_]\w*)$/i,
    code: "operand-kind",
    kind: "addresses",
    says: (name) => (/^h[\da-f]+$/i.test(name) ? undefined : `the address of a cell is \`#addr(${name})\``),
    writes: (name) => `#addr(${name})`,
  },
  {
    pattern: /(?<=(?:^[a-z_]\w* |,) *)([a-z_]\w*)\[([^[\]]*)\]/i,
    code: "operand-kind",
    says: (name, offset) => {
      if (/^(?:m|mem|memory)$/i.test(name)) return undefined;
      return /^\d+$/.test(offset)
        ? `the cells after \`${name}\` are \`${name}+${offset}\` and so on`
        : `an operand has no index: \`ADD\` the index to \`#addr(${name})\` in a u32 cell, and go through that: \`[[cell]]\``;
    },
  },
];

/** Patterns for lines with characters that this language doesn't have. */
export const LINES_IN_OTHER_CHARACTERS: readonly Notation[] = [
  {
    pattern: /^(push|pop|ldm\w*|stm\w*)\b[^{]*\{.*\}$/i,
    code: "unknown-mnemonic",
    kind: adviceFor("push")!.text,
    says: (mnemonic) => `there is no instruction \`${mnemonic}\`; ${adviceFor("push")!.text}`,
  },
  {
    pattern: /^(?:pragma|package|module|namespace|using) +\S.*$/i,
    kind: "pragmas",
    says: () =>
      "a file has no header: it is code, and `.target v6` in the first line names the instruction set",
  },
  {
    pattern: /^(?:<!--|\*(?= )|rem\b|'|"""|\{-)/i,
    kind: "comments",
    says: () => COMMENTS,
    writes: () => "; ",
  },
  {
    pattern: /\[(\w+) *\.{2,3}=? *(\w+)\]/,
    code: "operand-kind",
    says: (first) =>
      `an operand is one cell: instructions that work on several take the first, \`[${first}]\``,
  },
  {
    pattern: /(?<=[\w\])])\.$/,
    says: () => "a statement ends with its line, without a full stop",
    writes: () => "",
  },
  pointer("@"),
];
/* eslint-enable regexp/no-super-linear-move */
