/**
 * Notations of other assemblers and languages, as patterns of whole lines and of parts of them, and what this language has in their
 * place.
 */

import type { IToken, TokenType } from "chevrotain";
import type { Dependence } from "../../diagnostics/diagnostic.ts";
import { adviceFor } from "../foreign-words.ts";
import { DIRECTIVES, suggestDirective, withoutCounterpart, type DirectiveName } from "../directives.ts";
import { BLOCK_END, NO_BRACES, REGISTERS } from "../foreign-messages.ts";
import type { LineProblem } from "../line.ts";
import { parseTag } from "../../isa/tags.ts";
import { isMnemonic } from "./mnemonics.ts";
import * as T from "./tokens.ts";

export interface Notation {
  /** Matches the columns of the error; its groups are the pieces that the functions below get. */
  readonly pattern: RegExp;
  readonly code?: LineProblem["code"];
  /** Number of characters at the start of the match that aren't part of the error. */
  readonly skips?: number;
  /** The message; undefined if the match is something else. */
  readonly says: (...pieces: string[]) => string | undefined;
  /** The text of the fix; undefined if there is none. */
  readonly writes?: (...pieces: string[]) => string | undefined;
  /** All errors of one kind in a file are reported as one. */
  readonly kind?: string | ((...pieces: string[]) => string | undefined);
  /** What follows from the error, or what it follows from. */
  readonly depends?: (...pieces: string[]) => Dependence;
  readonly means?: (tokens: readonly IToken[]) => IToken[];
}

const NO_ASSIGNMENTS = "there are no assignments: `ADD a, b, dst` and the like write into a cell";
const COMPARISONS: ReadonlySet<string> = new Set(["==", "!=", "<", "<=", ">", ">="]);
/** The mnemonic for an operator between two cells. */
const CALCULATIONS: Readonly<Record<string, string>> = {
  "+": "ADD",
  "-": "SUB",
  "*": "MUL",
  "/": "DIV",
  "%": "DIV",
  "&": "AND",
  "|": "OR",
  "^": "XOR",
  "<<": "SHL",
  ">>": "SHR",
};
const TAG = "u1|u8|u16|u32|u64|u128|ff";

/* Quadratic in a line that is at most 300 characters long. */
/* eslint-disable regexp/no-super-linear-move */
/** The first that fits is taken. The rest of the line after it comes after the pieces of its pattern. */
export const NOTATIONS: readonly Notation[] = [
  {
    pattern: /^[%#](?:define|assign|xdefine) +([a-z_]\w*) +(?=\S)/i,
    says: (name) => `a constant is written \`.const ${name} = value\``,
    writes: (name) => `.const ${name} = `,
    means: ([, directive, name, ...rest]) => [
      as(directive, T.DIRECTIVE_TOKENS.const),
      name,
      as(name, T.Equals),
      ...rest,
    ],
  },
  {
    pattern: /^%i?macro +([a-z_]\w*)(?: +(\d)\S*)?$/i,
    code: "unknown-directive",
    says: (name, count) =>
      `a macro is written \`${macroHeader(name, count)}\` … \`.endm\`: its parameters have names`,
    writes: (name, count) => macroHeader(name, count),
    means: ([, directive, name]) => [as(directive, T.DIRECTIVE_TOKENS.macro), name],
  },
  {
    pattern: /^[%$]\w+ *=(?!=).*$/i,
    kind: "assignments",
    says: () => NO_ASSIGNMENTS,
  },
  {
    pattern: /(?<=^|[ ,([])%(\d)(?!\w)/,
    kind: "numbered parameters",
    says: (number) =>
      `a macro's parameters have names: \`%${number}\` is \`p${number}\` if it is written \`.macro NAME p1, p2\``,
    writes: (number) => `p${number}`,
  },
  {
    pattern: /%%([a-z_]\w*)/i,
    kind: "labels in macros",
    says: (name) => `a label inside of a macro is private to each call: it is \`${name}\` without more`,
    writes: (name) => name,
  },
  {
    pattern: /^[%#]if(n?)def +([a-z_]\w*)$/i,
    code: "unknown-directive",
    says: (not, name) => `a condition is written \`.if ${not && "!"}defined(${name})\``,
    writes: (not, name) => `.if ${not && "!"}defined(${name})`,
    means: ([, directive, name]) => [as(directive, T.DIRECTIVE_TOKENS.if), as(name, T.NumberToken)],
  },
  {
    pattern: /^#!?\[.*\]$/,
    kind: "attributes",
    says: () => 'there are no attributes: `.function "signature", label` declares a public function',
  },
  {
    pattern: /^([a-z_]\w*) +macro(?: +(\w.*))?$/i,
    says: (name, parameters) => `a macro is written \`${masmHeader(name, parameters)}\` … \`.endm\``,
    writes: (name, parameters) => masmHeader(name, parameters),
    means: ([name, directive, ...parameters]) => [
      as(directive, T.DIRECTIVE_TOKENS.macro),
      name,
      ...parameters,
    ],
  },
  {
    pattern: /^i?macro +([a-z_]\w*)(?: +(\w.*))?$/i,
    says: (name, parameters) => `a macro is written \`${masmHeader(name, parameters)}\` … \`.endm\``,
    writes: (name, parameters) => masmHeader(name, parameters),
    means: ([directive, name, ...parameters]) => [
      as(directive, T.DIRECTIVE_TOKENS.macro),
      name,
      ...separated(parameters.filter(({ tokenType }) => tokenType !== T.Comma)),
    ],
  },
  {
    pattern: /(?<=^\.macro +([a-z_]\w*),? +([a-z_]\w*(?:, *[a-z_]\w*)*)) +([a-z_]\w*(?:,? +[a-z_]\w*)*)$/i,
    skips: 1,
    code: "malformed-directive",
    says: (name, first, others) =>
      `parameters are separated by commas: \`.macro ${name} ${first}, ${listed(others)}\``,
    writes: (...[, , others]) => `, ${listed(others)}`,
    means: ([macro, name, ...parameters]) => [
      macro,
      name,
      ...separated(parameters.filter(({ tokenType }) => tokenType !== T.Comma)),
    ],
  },
  {
    pattern: /^[%#]([a-z_]+)(?![\w.])/i,
    code: "unknown-directive",
    says: (name) => {
      const known = withoutCounterpart(`.${name}`) === undefined ? suggestDirective(`.${name}`) : undefined;
      return known && `a directive begins with a dot: \`${known}\``;
    },
    writes: (name) => suggestDirective(`.${name}`)!,
    depends: (name) => (suggestDirective(`.${name}`) === ".include" ? { lacks: true } : {}),
    means: ([, directive, ...rest]) => {
      const name = suggestDirective(`.${directive.image}`)!.slice(1) as DirectiveName;
      return Object.hasOwn(DIRECTIVES, name) ? [as(directive, T.DIRECTIVE_TOKENS[name]), ...rest] : rest;
    },
  },
  {
    pattern: /^(?:#|--)/,
    kind: "comments",
    says: () => "comments begin with `;`",
    writes: () => ";",
  },
  {
    pattern: /(?<=[\w\]] +)(?:#|--) *(?=[a-z_]+(?: [^,]*)?$)/i,
    kind: "comments",
    says: (...[, mark]) => `comments begin with \`;\`${mark.startsWith("#") ? ": `#` marks a literal" : ""}`,
    writes: () => "; ",
  },
  {
    pattern:
      /^(?:let|const|var|int|final|static|global)(?: +mut)? +([a-z_]\w*) *(?:: *(\w+) *)?=(?!=) *#?(?=[^\s#])/i,
    kind: "constants",
    says: (name, type, value) => {
      const cell = `\`.cell ${name} = [1]${type ? ` : ${cellTag(type)}` : ""}\``;
      if (isComputed(value)) return `what a program computes is in a cell: ${cell}`;
      const constant = `a constant is written \`.const ${name} = ${value}\``;
      return type ? `${constant}; what changes is in a cell: ${cell}` : constant;
    },
    writes: (name, _, value) => (isComputed(value) ? undefined : `.const ${name} = `),
    depends: (name) => ({ defines: [name] }),
    means: (tokens) => {
      const equals = tokens.findIndex(({ tokenType }) => tokenType === T.Equals);
      const name = tokens[tokens[1].image === "mut" ? 2 : 1];
      return definition(name, tokens.slice(equals));
    },
  },
  {
    pattern: new RegExp(String.raw`^\.const +([a-z_]\w*) *= *(\[[^\]]*\](?: *: *(?:${TAG}))?)$`, "i"),
    code: "malformed-directive",
    says: (name, place) => `a cell is named by \`.cell ${name} = ${place}\``,
    writes: (name, place) => `.cell ${name} = ${place}`,
    means: ([directive, ...rest]) => [as(directive, T.DIRECTIVE_TOKENS.cell), ...rest],
  },
  {
    pattern: /^([a-z_]\w*) *:?=(?!=) *#?(?=[^\s#])/i,
    says: (name, rest) => {
      if (isComputed(rest)) return NO_ASSIGNMENTS;
      return isCell(rest)
        ? `a cell is named by \`.cell ${name} = ${rest}\``
        : `a constant is written \`.const ${name} = ${rest}\``;
    },
    writes: (name, rest) =>
      isComputed(rest) ? undefined : `${isCell(rest) ? ".cell" : ".const"} ${name} = `,
    depends: (name) => ({ defines: [name] }),
    means: ([name, ...rest]) => definition(name, rest[0].tokenType === T.Colon ? rest.slice(1) : rest),
  },
  {
    pattern: /^(?:import|use|include|require|from) +(?=[<"a-z])/i,
    kind: "imports",
    says: () => 'a file is brought in by `.include "path"`, one of the library by `.include <std/…>`',
    depends: (path) => ({ includes: path.replace(/["<>]/g, "") }),
  },
  {
    pattern: /^times +(\w+) +(?=\S)/i,
    says: (count) => `put the repeated lines between \`.rept ${count}\` and \`.endr\``,
  },
  {
    pattern: /^([a-z_]\w*(?:[-.]\w+)+|\d\w*)(?= *:(?!=))/i,
    says: (name) =>
      `\`${name}\` isn't a name: a name consists of letters, digits and \`_\`, and doesn't begin with a digit`,
    depends: (name) => ({ defines: [name, `${name}b`, `${name}f`, ...name.split(/[-.]/)] }),
  },
  {
    pattern: /^\.macro +([a-z_]\w*) *\(([^()]*)\)/i,
    code: "malformed-directive",
    says: (name, parameters) =>
      `write the parameters of a macro without parentheses: \`.macro ${name} ${parameters}\``,
    writes: (name, parameters) => `.macro ${name} ${parameters}`,
    means: (tokens) => tokens.filter(({ tokenType }) => tokenType !== T.LParen && tokenType !== T.RParen),
  },
  {
    pattern: /^\.macro +([a-z_]\w*),? +([$&@\w][$&@\w, ]*)$/i,
    code: "malformed-directive",
    says: (name, parameters) =>
      /[$&@]/.test(parameters) && parameters.split(/[ ,]+/).every((one) => /^[$&@]?[a-z_]\w*$/i.test(one))
        ? `a parameter's name has no mark in front: \`.macro ${name} ${parameters.replace(/[$&@]/g, "")}\``
        : undefined,
    writes: (name, parameters) => `.macro ${name} ${parameters.replace(/[$&@]/g, "")}`,
    depends: (_, parameters) => ({ defines: parameters.split(/[ ,]+/) }),
  },
  {
    pattern: /^\.rept +([a-z_]\w*) *[=,] *(\d\w*)$/i,
    code: "malformed-directive",
    says: (name, count) => `the number comes first, then the counter: \`.rept ${count}, ${name}\``,
    writes: (name, count) => `.rept ${count}, ${name}`,
    means: ([rept, name, equals, count]) => [rept, count, as(equals, T.Comma), name],
  },
  {
    pattern: new RegExp(String.raw`^\.cell +(${TAG}) +([a-z_]\w*) *= *(\S.*)$`, "i"),
    code: "malformed-directive",
    says: (tag, name, place) =>
      `the tag of a cell comes after its address: \`.cell ${name} = ${place} : ${tag}\``,
    writes: (tag, name, place) => `.cell ${name} = ${place} : ${tag}`,
    means: ([cell, , ...rest]) => [cell, ...rest],
  },
  {
    pattern: new RegExp(String.raw`^\.cell +([a-z_]\w*) *: *(${TAG}) *= *(\S.*)$`, "i"),
    code: "malformed-directive",
    says: (name, tag, place) =>
      `the tag of a cell comes after its address: \`.cell ${name} = ${place} : ${tag}\``,
    writes: (name, tag, place) => `.cell ${name} = ${place} : ${tag}`,
    means: ([cell, name, , , ...rest]) => [cell, name, ...rest],
  },
  {
    pattern: /^\.cell +(\[[^\]]*\])(?: *[=,])? *([a-z_]\w*)(?: *: *(\w+))?$/i,
    code: "malformed-directive",
    says: (place, name, tag) => `the name comes first: \`.cell ${name} = ${place}${tag ? ` : ${tag}` : ""}\``,
    writes: (place, name, tag) => `.cell ${name} = ${place}${tag ? ` : ${tag}` : ""}`,
    depends: (_, name) => ({ defines: [name] }),
  },
  {
    pattern: new RegExp(String.raw`(?<=^\.(?:cell|assume|expect) .*\] *)(${TAG})$`, "i"),
    code: "malformed-directive",
    says: (tag) => `the tag of a cell comes after a colon: \`: ${tag}\``,
    writes: (tag) => `: ${tag}`,
  },
  {
    pattern: /(?<=^\.(?:cell|assume|expect) .*\] *)(?:==?|is|as) *(?=(?:u1|u8|u16|u32|u64|u128|ff)$)/i,
    code: "malformed-directive",
    says: (tag) => `the tag of a cell comes after a colon: \`: ${tag}\``,
    writes: () => ": ",
  },
  {
    pattern: /^\.cell +([a-z_]\w*) *\[\w*\] *= *(\[[^\]]*\]).*$/i,
    code: "malformed-directive",
    says: (name, place) =>
      `a name names one cell: \`.cell ${name} = ${place}\`; the next ones are \`${name}+1\` and so on`,
    depends: (name) => ({ defines: [name] }),
  },
  {
    pattern: /^\.cell +([a-z_]\w*) *= *(\[[^\]]*\]) *:$/i,
    code: "malformed-directive",
    says: (name, place) => `a tag follows the colon: \`.cell ${name} = ${place} : u32\``,
    depends: (name) => ({ defines: [name] }),
  },
  {
    pattern: new RegExp(String.raw`^\.cell +([a-z_]\w*)(?: *: *(${TAG})| +(${TAG}))? *=?$`, "i"),
    code: "malformed-directive",
    says: (name, behindColon, behindName) => {
      const tag = behindColon || behindName;
      return `a cell has an address: \`.cell ${name} = [1]${tag ? ` : ${tag}` : ""}\``;
    },
    depends: (name) => ({ defines: [name] }),
  },
  {
    pattern: /(?<=^\.(?:cell|const) +[a-z_]\w* *)(?:[,:](?! *=)|:=|==) *(?=[^ ])/i,
    code: "malformed-directive",
    says: () => "a definition has an `=` after its name",
    writes: () => "= ",
    means: ([directive, name, separator, ...value]) => [directive, name, as(separator, T.Equals), ...value],
  },
  {
    pattern: /(?<=^\.(?:cell|const|include|target) [^,]+), *(?=\S)/i,
    code: "malformed-directive",
    says: () => "only one is allowed on a line: put the next one on a new line",
  },
  {
    pattern: /(?<=^\.cell +([a-z_]\w*) *= *\[[^\]]*\] *(?:: *(u1|u8|u16|u32|u64|u128|ff) *)?)= *#?(\S+)$/i,
    code: "malformed-directive",
    says: (name, tag, value) =>
      `a cell has no value before the program writes one: \`SET ${name}, ${tag ?? "u32"}, #${value}\``,
  },
  {
    pattern: /(?<=^\.target +)"?(v?)(\d)"?$/i,
    code: "malformed-directive",
    says: (_, number) => `a target is written \`.target v${number}\``,
    writes: (_, number) => `v${number}`,
  },
  {
    pattern: /(?<=^\.include +)'?([\w./-]+)'?$/i,
    code: "malformed-directive",
    says: (path) =>
      `the path of an included file is in quotes, that of the library in angle brackets: \`.include ${quotedPath(path)}\``,
    writes: (path) => quotedPath(path),
    depends: (path) => ({ includes: path }),
  },
  {
    pattern: /(?<=^\.include +)<([^<>"]*)$/i,
    code: "malformed-directive",
    says: (path) => `the closing > is missing: \`.include <${/\w$/.test(path) ? path : "std/core.avm"}>\``,
    writes: (path) => (/\w$/.test(path) ? `<${path}>` : undefined),
    depends: (path) => ({ includes: path }),
  },
  {
    pattern: /(?<=^\.function +)([a-z_]\w*\([^"]*\)(?: *-> *[\w[(][\w[\]; ()]*)?)(?=,|$)/i,
    code: "malformed-directive",
    says: (signature) => `a signature is in quotes: \`"${signature}"\``,
    writes: (signature) => `"${signature}"`,
  },
  {
    pattern: /(?<=^\.test +)(\w[\w ]*)$/i,
    code: "malformed-directive",
    says: (name) => `a test's name is in double quotes: \`.test "${name}"\``,
    writes: (name) => `"${name}"`,
  },
  {
    pattern: /^\.test$/i,
    code: "malformed-directive",
    says: () => 'a test has a name: `.test "name"`',
  },
  {
    pattern: /^\.(call|returns|reverts|emitted|stored) *\((.*)\)$/i,
    code: "malformed-directive",
    says: (step, fields) => `write the fields without parentheses: \`.${step} ${fields}\``,
    writes: (step, fields) => `.${step} ${fields}`,
  },
  {
    pattern:
      /(?<=^\.(?:call|returns|reverts|emitted|stored) +)(?:(?:calldata|args|input|data) *= *)?\[(.*)\]$/i,
    code: "malformed-directive",
    says: (fields) => `write the fields without brackets: \`${fields}\``,
    writes: (fields) => fields,
  },
  {
    pattern: /(?<=^\.(call|returns|reverts|emitted|stored) +)([a-z_]\w*) *= */i,
    code: "malformed-directive",
    says: (step, name) => `only fields come after \`.${step}\`: leave \`${name} =\` out`,
    writes: () => "",
  },
  {
    pattern: /(?<=^\.(?:call|returns|reverts|emitted|stored)\b.*)#/i,
    code: "malformed-directive",
    says: () => "a field is written without `#`",
    writes: () => "",
  },
  {
    pattern: /^\.else +if\b/i,
    code: "malformed-directive",
    says: () => "a further condition is written `.elif`",
    writes: () => ".elif",
  },
  {
    pattern: /(?<=^\.(?:el)?if .*[^=!<>])=(?!=)/i,
    code: "malformed-directive",
    says: () => "`==` compares",
    writes: () => "==",
  },
  {
    pattern: /^\(+ *(\w+)(?:\.(\w+))?/,
    kind: "WebAssembly",
    says: (word, operation) =>
      `this is WebAssembly's text format: here ${webAssemblyAdvice(word, operation)}`,
    depends: () => ({ block: "begins" }),
  },
  {
    pattern: /^\)+$/,
    says: () => BLOCK_END,
    depends: () => ({ block: "ends" }),
  },
  {
    pattern: /^([a-z_]\w*)(?:\.[a-z_]\w*)*\.([a-z_]\w*) *\(.*$/i,
    kind: "methods",
    says: (object, method) => `there are no methods: ${insteadOfMethod(object, method)}`,
  },
  {
    pattern: /^([a-z_]\w*)\.([a-z_]\w*)(?=[ )]|$)/i,
    code: "unknown-mnemonic",
    kind: dottedAdvice,
    says: (type, operation) => {
      const advice = dottedAdvice(type, operation);
      return `there is no instruction \`${type}.${operation}\`${advice === undefined ? "" : `; ${advice}`}`;
    },
  },
  {
    pattern: /^for +\w+ *=.*$/i,
    kind: "blocks",
    says: () => "a loop is a label, a comparison, and `JUMPI cond, label`",
    depends: () => ({ block: "begins" }),
  },
  {
    pattern: /^([a-z_]\w*|\[[^\]]*\]) *(?:\+\+|--|(?:[-+*/%&|^]|<<|>>)=(?!=).*)$/i,
    kind: "assignments",
    says: () => NO_ASSIGNMENTS,
  },
  {
    pattern: /^(\[{1,2}[^=\]]*\]{1,2}|m(?:em)?\[[^=\]]*\]) *(?::=|<-|=(?!=)).*$/i,
    kind: "assignments",
    says: () =>
      "there are no assignments: `MOV src, dst` copies a cell, `SET dst, tag, #value` writes a number into it",
  },
  {
    pattern: /^(?:\[|#(?=\w))/,
    says: () => "a statement begins with a mnemonic",
  },
  {
    pattern: /\b(byte|word|dword|qword|tbyte)(?: +ptr)? *(?=\[)/i,
    kind: "sizes",
    says: (size) => `a cell has no size, but its value has a tag: leave \`${size}\` out`,
    writes: () => "",
  },
  {
    pattern: /(?<=^|[ ,(])(?:%(?=[a-z])|\$(?=[g-z]|at\b|fp\b))([a-z]\w*)(?!\w)/i,
    kind: REGISTERS,
    says: (register) =>
      `there are no registers, such as \`${register}\`: every operand is a cell such as \`[1]\``,
    depends: (register) => ({ uses: `$${register}` }),
  },
  {
    pattern: /(?<=^[a-z_.].*[ ,])(\w+)\(\$?(sp|[a-z]\w{1,2})\)/i,
    code: "operand-kind",
    kind: "offsets",
    says: (offset, base) =>
      base.toLowerCase() === "sp"
        ? `an offset goes inside the brackets: \`[sp+${offset}]\``
        : `an offset is added to \`sp\` alone, \`[sp+${offset}]\`: what another cell points to is \`[[x]]\``,
    writes: (offset, base) => (base.toLowerCase() === "sp" ? `[sp+${offset}]` : undefined),
  },
  {
    pattern: /\[ *#?\d\w*(?: *, *#?\w+)+ *\]/i,
    code: "operand-kind",
    says: () => "a cell holds one value: SET each value into a separate cell",
  },
  {
    pattern: /\[ *([a-z_]\w*) *, *#?(-?\w+) *\]!?/i,
    code: "operand-kind",
    kind: "offsets",
    says: (base, offset) =>
      base.toLowerCase() === "sp"
        ? `an address is one sum: \`[sp+${offset}]\``
        : `no offset can be added to the content of a cell: \`ADD\` to a copy of \`${base}\` first, and go through that: \`[[copy]]\``,
  },
  {
    pattern: /(?<=#) *(\d{1,3}(?:[' ]\d{3})+)(?!\w)/,
    code: "malformed-number",
    says: (digits) => `digits are grouped by \`_\`: \`${digits.replace(/[' ]/g, "_")}\``,
    writes: (digits) => digits.replace(/[' ]/g, "_"),
  },
  {
    pattern: /(?<=^(?:call|br|br_if|jump|internalcall) +)\$([a-f]|(?=\w*[g-z_])[a-z_]\w*)$/i,
    says: (label) => `write a label without \`$\`: \`${label}\``,
    writes: (label) => label,
  },
  {
    pattern: /(?<![\w$)\]])\$([\da-f]+)(?!\w)/i,
    code: "malformed-number",
    kind: "hexadecimal numbers",
    says: (digits) => `a hexadecimal number is written \`0x${digits}\``,
    writes: (digits) => `0x${digits}`,
    depends: (digits) => ({ uses: `$${digits}` }),
  },
  {
    pattern: /(?<![\w)\]] *)&h([\da-f]+)(?!\w)/i,
    code: "malformed-number",
    kind: "hexadecimal numbers",
    says: (digits) => `a hexadecimal number is written \`0x${digits}\``,
    writes: (digits) => `0x${digits}`,
  },
  {
    pattern: /(?<=[#(] *)%([01]+)(?!\w)/,
    code: "malformed-number",
    kind: "binary numbers",
    says: (digits) => `a binary number is written \`0b${digits}\``,
    writes: (digits) => `0b${digits}`,
  },
  {
    pattern: /\[ *\[ *\[([^[\]]*)\] *\] *\]/,
    code: "operand-kind",
    kind: "three brackets",
    says: (inner) =>
      `an operand goes through one pointer at most: MOV \`[[${inner}]]\` into a cell first, and go through that`,
  },
  {
    pattern: /(?<=\] *)(\+|-|\*|\/|%|==|!=|<=?|>=?|&|\||\^|<<|>>) *(?=\[)/,
    kind: "computed operands",
    says: (operator) =>
      `an operand isn't computed: ${COMPARISONS.has(operator) ? "EQ, LT or LTE compares two cells, and writes a u1 into a cell" : `\`${CALCULATIONS[operator]} a, b, dst\` computes with cells, and writes into one`}`,
  },
  {
    pattern: /\[\[([^[\]]*)\] *[+-] *\w+\]/,
    code: "operand-kind",
    says: (inner) =>
      `no offset can be added to the content of a cell: \`ADD\` to a copy of \`[${inner}]\` first, and go through that`,
  },
  {
    pattern: /\[([^[\]]*)\] *([+-]) *(\w+)/,
    code: "operand-kind",
    says: (inner, sign, offset) => `an offset goes inside the brackets: \`[${inner}${sign}${offset}]\``,
    writes: (inner, sign, offset) => `[${inner}${sign}${offset}]`,
  },
  {
    pattern: /\[([^[\]()]*)\)/,
    code: "unclosed-bracket",
    says: () => "`[` is closed by `]`, not by `)`",
    writes: (inner) => `[${inner}]`,
  },
  {
    pattern: /(?<=^[a-z_]\w* |, *)<([^<>]*)>/i,
    code: "operand-kind",
    kind: "angle brackets",
    says: (inner) => `a cell is written in square brackets: \`[${inner}]\``,
    writes: (inner) => `[${inner}]`,
  },
  {
    pattern: /(?<=^[a-z_].*\]) *:(?= *[\w[#])/i,
    says: () => "operands are separated by commas",
    writes: () => ",",
  },
  {
    pattern: /(?<=^([a-z]\w*) .*[\]\w] *)(?:<-|->|=>|:=|=(?!=)) *(?=[\w[#])/i,
    says: (word) => (isMnemonic(word) ? "operands are separated by commas" : undefined),
    writes: () => ", ",
  },
  {
    pattern: /^([a-z_]\w*) *\((.*)\)$/i,
    kind: "parentheses",
    says: (name) => `write the operands of \`${name}\` without parentheses`,
    writes: (name, operands) => `${name} ${operands}`,
  },
];

/** The same for lines with characters that the language doesn't have. */
export const NOTATIONS_IN_OTHER_CHARACTERS: readonly Notation[] = [
  {
    pattern: /^([a-z_]\w*)\.(\d\w*)$/i,
    code: "unknown-mnemonic",
    kind: (mnemonic) => adviceFor(mnemonic)?.text,
    says: (mnemonic, number) => {
      const advice = adviceFor(mnemonic)?.text;
      return `there is no instruction \`${mnemonic}.${number}\`${advice === undefined ? "" : `; ${advice}`}`;
    },
  },
  {
    pattern: /^[)\];]*\}[)\]};]*$/,
    says: () => BLOCK_END,
    depends: () => ({ block: "ends" }),
  },
  {
    pattern:
      /^(?:(?:pub(?:\(\w+\))?|public|private|static|unconstrained|export|async|inline) +)*(?:fn|func|function|def|void|int|u32|uint|bool|field) +(\w+)\b.*\{/i,
    kind: "blocks",
    says: (name) =>
      `a routine begins with its label, \`${name}:\`, and ends with INTERNALRETURN; ${NO_BRACES}`,
    depends: () => ({ block: "begins" }),
  },
  {
    pattern: /^(?:(?:abstract|pub|public) +)*contract +(\w+)\b.*\{/i,
    kind: "blocks",
    says: (name) =>
      `a contract is named by \`.contract ${name}\`, and all of the file is its code; ${NO_BRACES}`,
    depends: () => ({ block: "begins" }),
  },
  {
    pattern: /^(?:\} *)?(?:else +)?(?:if|while|for|loop|match|switch|do|else)\b.*\{/i,
    kind: "blocks",
    says: () => `a branch compares with EQ, LT or LTE and jumps with \`JUMPI cond, target\`; ${NO_BRACES}`,
    depends: () => ({ block: "begins" }),
  },
  {
    pattern: /^\.?for +(?:let +)?([a-z_]\w*) +in\b.*$/i,
    kind: "blocks",
    says: (counter) =>
      `put the repeated lines between \`.rept count, ${counter}\` and \`.endr\`; at run time, \`JUMPI\` repeats`,
    depends: (counter) => ({ defines: [counter], block: "begins" }),
  },
  {
    pattern: /^(?:pub +)?struct +(\w+)\b.*$/i,
    kind: "blocks",
    says: (name) => `a type for signatures is written \`.struct ${name} = "(field: type, …)"\`; ${NO_BRACES}`,
    depends: () => ({ block: "begins" }),
  },
  {
    pattern: /^(?:[a-z_].*)?\{$/i,
    kind: "blocks",
    says: () => `code is a list of statements; ${NO_BRACES}`,
    depends: () => ({ block: "begins" }),
  },
  {
    pattern: /^\.include +(["<][^\\]*\\.*)$/i,
    says: (path) => `the folders of a path are separated by \`/\`: \`${path.replaceAll("\\", "/")}\``,
    writes: (path) => `.include ${path.replaceAll("\\", "/")}`,
  },
  {
    pattern: /\\@/,
    says: () => "a label inside of a macro is private to each call: leave `\\@` out",
    writes: () => "",
  },
  {
    pattern: /\\([a-z_]\w*)(?:\W.*)?$/i,
    kind: "marked parameters",
    says: (name) => `write a parameter by its name alone: \`${name}\`, without \`\\\``,
    writes: (...pieces) => pieces.at(-1)!.replaceAll("\\", ""),
  },
  {
    pattern: /(?<=^|[\w\])] +)@(?= )/,
    kind: "comments",
    says: () => "comments begin with `;`",
    writes: () => ";",
  },
];
/* eslint-enable regexp/no-super-linear-move */

/** What to write instead of a method call of Noir, Solidity or Rust. */
function insteadOfMethod(object: string, method: string): string {
  if (/sender/i.test(method)) return "`GETENVVAR dst, SENDER` gives the caller";
  if (/^(?:self\W*)?storage/i.test(object) || /^(?:at|read|write|get|set|insert)$/i.test(method))
    return "`SLOAD` reads from the storage, `SSTORE` writes to it, and `<std/storage.avm>` has macros for maps";
  if (/emit|log/i.test(method)) return "`EMITPUBLICLOG size, offset` emits a log";
  if (/^(?:call|delegatecall|staticcall|send|transfer)$/i.test(method)) return "`CALL` calls a contract";
  return "each of the AVM's services is an instruction, and `INTERNALCALL label` calls a routine";
}

/** The tokens of a `.const`, or of a `.cell` if the value is one. */
function definition(name: IToken, [equals, ...value]: readonly IToken[]): IToken[] {
  // A constant's value has no `#`.
  const plain = value[0]?.tokenType === T.Hash ? value.slice(1) : value;
  const directive = plain[0]?.tokenType === T.LBracket ? T.DIRECTIVE_TOKENS.cell : T.DIRECTIVE_TOKENS.const;
  return [as(name, directive), name, equals, ...plain];
}

function as(token: IToken, tokenType: TokenType): IToken {
  return { ...token, tokenType, tokenTypeIdx: tokenType.tokenTypeIdx! };
}

/** True for a value in another language that no assembler knows: one that names a method, a field, or several words. */
function isComputed(value: string): boolean {
  return /[a-z_]\.[a-z_]|\w +[a-z_]/i.test(value);
}

function isCell(value: string): boolean {
  return value.startsWith("[");
}

function macroHeader(name: string, count: string | undefined): string {
  const parameters = Array.from({ length: Number(count ?? 0) }, (_, index) => `p${index + 1}`);
  return `.macro ${[name, parameters.join(", ")].join(" ").trim()}`;
}

function quotedPath(path: string): string {
  return path.startsWith("std/") ? `<${path.replace(/\.avm$/, "")}.avm>` : `"${path}"`;
}

function masmHeader(name: string, parameters: string | undefined): string {
  return `.macro ${name} ${parameters ?? ""}`.trim();
}

function listed(parameters: string): string {
  return parameters.split(/[ ,]+/).join(", ");
}

/** Parameters with the commas that they lack. */
function separated(parameters: readonly IToken[]): IToken[] {
  return parameters.flatMap((one, index) => (index === 0 ? [one] : [as(one, T.Comma), one]));
}

/** What to write instead of an expression of WebAssembly. */
function webAssemblyAdvice(word: string, operation: string | undefined): string {
  if (operation !== undefined) {
    const advice = dottedAdvice(word, operation);
    return advice ?? "write an instruction on its own line, followed by its operands";
  }
  switch (word) {
    case "module":
      return "code is all there is, so leave the line out";
    case "func":
      return "a routine is a label, and INTERNALRETURN ends it";
    case "param":
    case "result":
    case "local":
    case "global":
      return "values are in cells: `.cell NAME = [1] : u32` names one";
    case "import":
      return '`.include "path"` brings in a file';
    case "export":
      return '`.function "signature", label` declares a public function';
    case "block":
    case "loop":
    case "if":
    case "then":
    case "else":
      return "a branch compares and jumps with `JUMPI cond, target`";
    default:
      return "a statement is a line without parentheses";
  }
}

/** What to write for `i32.add`, `local.get`, `B.EQ`. */
function dottedAdvice(type: string, operation: string): string | undefined {
  if (operation === "const") return "`SET dst, tag, #value` puts a number into a cell";
  if (/^(?:local|global)$/.test(type)) return "there are only cells: `MOV src, dst` copies one";
  if (/^[if]\d\d$/.test(type)) return webAssemblyOperation(operation);
  if (isMnemonic(type) && parseTag(operation) !== undefined)
    return /^(?:SET|CAST)$/i.test(type)
      ? `\`${type.toUpperCase()}\` takes the tag as an operand`
      : `\`${type.toUpperCase()}\` works on cells, which have tags`;
  const advice = adviceFor(type) ?? adviceFor(type + operation);
  if (advice) return advice.text;
  if (!Object.hasOwn(OPERATIONS, type.toLowerCase())) return undefined;
  return `\`${OPERATIONS[type.toLowerCase()]} a, b, dst\` works on cells, and their tags determine the size`;
}

const OPERATIONS: Readonly<Record<string, string>> = {
  add: "ADD",
  sub: "SUB",
  mul: "MUL",
  div: "DIV",
  and: "AND",
  or: "OR",
  xor: "XOR",
  shl: "SHL",
  shr: "SHR",
  eq: "EQ",
  lt: "LT",
  le: "LTE",
};

function webAssemblyOperation(operation: string): string | undefined {
  const name = operation.replace(/_[su]$/, "");
  if (Object.hasOwn(OPERATIONS, name)) return `\`${OPERATIONS[name]} a, b, dst\` works on cells of one tag`;
  if (name === "eqz") return "`EQ` compares with a cell that holds 0";
  if (/^(?:wrap|extend|reinterpret|trunc|convert)/.test(name))
    return "`CAST src, dst, tag` makes a value of another tag";
  return adviceFor(name)?.text;
}

/** The tag that another language's type comes to. */
export function cellTag(type: string): string {
  const lower = type.toLowerCase();
  if (new RegExp(`^(?:${TAG})$`).test(lower)) return lower;
  if (lower === "bool") return "u1";
  return /^(?:field|address|bytes\d*|uint256|int256)$/.test(lower) ? "ff" : "u32";
}
