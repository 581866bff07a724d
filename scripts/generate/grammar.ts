/**
 * The TextMate grammar, generated from the instruction table and the directives.
 *
 * As for the parser, a line has labels and then a statement. So the top level only matches labels, comments and the
 * words that start a statement; each such word opens a rule for the rest of the line. A rule ends before a block
 * comment that the line leaves open, because the line where the comment ends may start a new statement.
 *
 * Every pattern matches in linear time: no repetition contains another one that could match the same text.
 */

import { DIRECTIVES, type DirectiveName } from "../../grammar/directives.ts";
import { instructionSet, type InstructionDefinition } from "../../isa/instruction-set.ts";
import { TARGETS } from "../../isa/table.ts";
import { TAGS } from "../../isa/tags.ts";
import { BUILTINS } from "../../assembler/expressions/builtins.ts";

type Captures = Readonly<Record<string, { name: string } | { patterns: Rule[] }>>;

interface Rule {
  name?: string;
  include?: string;
  match?: string;
  begin?: string;
  end?: string;
  captures?: Captures;
  beginCaptures?: Captures;
  endCaptures?: Captures;
  patterns?: Rule[];
}

/** Possessive: if the rest of the pattern doesn't match, the engine doesn't retry with shorter names. */
const NAME = "[A-Za-z_][A-Za-z0-9_]*+";
/** START and END match where no character of a word precedes or follows. */
const START = "(?<![A-Za-z0-9_.])";
const END = "(?![A-Za-z0-9_])";
/** Excludes the reserved words, which users can't define. */
const NOT_RESERVED = `(?!${anyOf(["sp", ...TAGS])}${END})`;
/** Matches before the end of the line or a comment. */
const BEFORE_LINE_END = "(?=\\s*(?:$|;|/[/*]))";

/** The end of a statement: the end of the line, or a block comment that the line leaves open. */
const STATEMENT_END = "$|(?=/\\*(?:(?!\\*/).)*$)";

/** A name in capitals is coloured as a constant, because the grammar doesn't know definitions. */
const CONSTANT = `[A-Z_][A-Z0-9_]*${END}`;

export function textMateGrammar(): string {
  const instructions = TARGETS.flatMap((target) => instructionSet(target).instructions);
  const grammar = {
    comment: "Written by scripts/generate.ts from the instruction table: change that instead.",
    name: "AVM Assembly",
    scopeName: "source.avm",
    fileTypes: ["avm"],
    patterns: [include("comments"), include("labels"), include("directives"), include("instructions")],
    repository: {
      comments: { patterns: comments() },
      labels: { patterns: labels() },
      directives: { patterns: directives() },
      instructions: { patterns: statements(instructions) },
      operands: {
        patterns: [
          include("comments"),
          include("strings"),
          include("numbers"),
          include("words"),
          include("symbols"),
        ],
      },
      strings: { patterns: strings() },
      numbers: { patterns: numbers() },
      words: { patterns: words() },
      symbols: { patterns: symbols() },
    },
  };
  return `${JSON.stringify(grammar, undefined, 2)}\n`;
}

/** Comments inside a statement. A block comment that the line leaves open ends the statement before it starts. */
function comments(): Rule[] {
  return [
    ...lineComments(),
    {
      name: "comment.block.avm",
      begin: "/\\*",
      end: "\\*/",
      captures: { 0: { name: "punctuation.definition.comment.avm" } },
    },
  ];
}

function lineComments(): Rule[] {
  return [
    {
      name: "comment.line.semicolon.avm",
      match: "(;).*$",
      captures: { 1: { name: "punctuation.definition.comment.avm" } },
    },
    {
      name: "comment.line.double-slash.avm",
      match: "(//).*$",
      captures: { 1: { name: "punctuation.definition.comment.avm" } },
    },
  ];
}

function labels(): Rule[] {
  const label = (name: string, scope: string): Rule => ({
    match: `${START}(${name})\\s*+(:)`,
    captures: { 1: { name: scope }, 2: { name: "punctuation.separator.label.avm" } },
  });
  return [
    label(`\\.${NAME}`, "entity.name.function.label.local.avm"),
    label(NAME, "entity.name.function.label.avm"),
  ];
}

function directives(): Rule[] {
  const rest = Object.keys(DIRECTIVES).filter((name) => !(name in DIRECTIVE_RULES));
  return [
    ...Object.values(DIRECTIVE_RULES),
    statement(`\\.${anyOf(rest)}`, { 1: { name: "keyword.control.directive.avm" } }, include("operands")),
    statement(`\\.${NAME}`, { 1: { name: "keyword.other.directive.unknown.avm" } }, include("operands")),
  ];
}

/** Rules of the directives that define names, or whose arguments aren't operands. */
const DIRECTIVE_RULES: Partial<Record<DirectiveName, Rule>> = {
  const: defining("const", "variable.other.constant.avm"),
  cell: defining("cell", "variable.other.cell.avm"),
  target: statement(
    `(\\.(?i:target))(?:\\s+(${anyOf(TARGETS)}))?`,
    { 1: { name: "keyword.control.directive.avm" }, 2: { name: "constant.language.target.avm" } },
    include("comments"),
  ),
  include: statement(
    "\\.(?i:include)",
    { 1: { name: "keyword.control.directive.avm" } },
    include("comments"),
    { name: "string.quoted.other.include.avm", match: "<[^>;]*>" },
    include("strings"),
  ),
  macro: statement(
    `(\\.(?i:macro))(?:\\s+(${NAME}))?`,
    { 1: { name: "keyword.control.directive.avm" }, 2: { name: "entity.name.function.macro.avm" } },
    include("comments"),
    {
      begin: "=",
      end: `(?=,)|${STATEMENT_END}`,
      beginCaptures: { 0: { name: "keyword.operator.assignment.avm" } },
      patterns: [include("operands")],
    },
    { name: "variable.parameter.avm", match: NAME },
    include("symbols"),
  ),
  rept: statement(
    "\\.(?i:rept)",
    { 1: { name: "keyword.control.directive.avm" } },
    {
      match: `(,)\\s*(${NAME})${BEFORE_LINE_END}`,
      captures: {
        1: { name: "punctuation.separator.comma.avm" },
        2: { name: "variable.parameter.avm" },
      },
    },
    include("operands"),
  ),
};

function defining(directive: DirectiveName, scope: string): Rule {
  return statement(
    `(\\.(?i:${directive}))(?:\\s+(${NAME}))?`,
    { 1: { name: "keyword.control.directive.avm" }, 2: { name: scope } },
    include("operands"),
  );
}

/** Instructions, and macro calls: any other word at the start of a statement. */
function statements(instructions: readonly InstructionDefinition[]): Rule[] {
  return [
    // The most specific rules come first: a name among the operands may be a member of an enum, or a label.
    ...enumStatements(instructions),
    ...jumpStatements(instructions),
    instructionStatement(
      instructions.filter(({ flow }) => flow !== "next"),
      "keyword.control.flow.avm",
      include("operands"),
    ),
    instructionStatement(instructions, "keyword.other.mnemonic.avm", include("operands")),
    statement(
      `${NOT_RESERVED}${NAME}`,
      { 1: { name: "entity.name.function.macro.avm" } },
      include("operands"),
    ),
    // A statement that starts with another token is an error, but its operands can be highlighted.
    include("operands"),
  ];
}

/** Jumps: their last operand is a label; the operands before it, each with a comma after it, are not. */
function jumpStatements(instructions: readonly InstructionDefinition[]): Rule[] {
  const jumps = instructions.filter(({ operands }) => operands.at(-1)?.kind === "target");
  const label: Rule = {
    name: "entity.name.function.label.avm",
    match: `${START}${NOT_RESERVED}${NAME}(?!\\s*+[(.])`,
  };
  return [...groupBy(jumps, ({ operands }) => operands.length)].map(([count, definitions]) => {
    let patterns = [include("comments"), label, include("operands")];
    for (let before = 1; before < count; before++) {
      const rest: Rule = {
        begin: ",",
        end: STATEMENT_END,
        beginCaptures: { 0: { name: "punctuation.separator.comma.avm" } },
        patterns,
      };
      patterns = [rest, include("operands")];
    }
    return instructionStatement(definitions, "keyword.control.flow.avm", ...patterns);
  });
}

function groupBy<Item, Key>(items: readonly Item[], keyOf: (item: Item) => Key): Map<Key, Item[]> {
  const groups = new Map<Key, Item[]>();
  for (const item of items) groups.set(keyOf(item), [...(groups.get(keyOf(item)) ?? []), item]);
  return groups;
}

/**
 * Instructions with an operand from an enum have their own rules, because elsewhere a member's name is an ordinary
 * name.
 */
function enumStatements(instructions: readonly InstructionDefinition[]): Rule[] {
  const users = groupBy(
    instructions.filter(({ operands }) => operands.some(({ kind }) => kind === "enum")),
    ({ mnemonic }) => mnemonic,
  );
  return [...users.values()].map((definitions) => {
    const members = definitions
      .flatMap(({ operands }) => operands)
      .flatMap((operand) => (operand.kind === "enum" ? operand.members.map(({ name }) => name) : []));
    return instructionStatement(
      definitions,
      "keyword.other.mnemonic.avm",
      { name: "variable.other.enummember.avm", match: `${START}${anyOf(members)}${END}` },
      include("operands"),
    );
  });
}

function instructionStatement(
  instructions: readonly InstructionDefinition[],
  scope: string,
  ...patterns: Rule[]
): Rule {
  const names = instructions.flatMap(({ mnemonic, forms }) => [mnemonic, ...Object.keys(forms)]);
  return statement(anyOf(names), { 1: { name: scope } }, ...patterns);
}

/**
 * A rule from a word to the end of its line. `beginCaptures` names the groups of `begin`; without groups, 1 is the
 * whole match.
 */
function statement(begin: string, beginCaptures: Captures, ...patterns: Rule[]): Rule {
  const grouped = /(?<!\\)\((?!\?)/.test(begin) ? begin : `(${begin})`;
  return { begin: START + grouped + END, end: STATEMENT_END, beginCaptures, patterns };
}

function strings(): Rule[] {
  const escapes: Rule[] = [
    {
      name: "constant.character.escape.avm",
      match: "\\\\(?:x[0-9A-Fa-f]{2}|u\\{[0-9A-Fa-f]{1,6}\\}|[nrt0\\\\'\"])",
    },
    { name: "invalid.illegal.escape.avm", match: "\\\\." },
  ];
  const quoted = (scope: string, quote: string): Rule => ({
    name: scope,
    begin: quote,
    // A string without a closing quote ends with its line.
    end: `${quote}|$`,
    beginCaptures: { 0: { name: "punctuation.definition.string.begin.avm" } },
    endCaptures: { 0: { name: "punctuation.definition.string.end.avm" } },
    patterns: escapes,
  });
  return [quoted("string.quoted.double.avm", '"'), quoted("string.quoted.single.avm", "'")];
}

function numbers(): Rule[] {
  const number = (scope: string, prefix: string, digits: string): Rule => ({
    name: `constant.numeric.${scope}.avm`,
    match: `(?<![A-Za-z0-9_])${prefix}${digits}(?:_?${digits})*${END}`,
  });
  return [
    number("hex", "0[xX]", "[0-9A-Fa-f]"),
    number("binary", "0[bB]", "[01]"),
    number("octal", "0[oO]", "[0-7]"),
    number("decimal", "", "[0-9]"),
    { name: "invalid.illegal.number.avm", match: "(?<![A-Za-z0-9_])[0-9][0-9A-Za-z_]*" },
  ];
}

function words(): Rule[] {
  return [
    { name: "entity.name.function.label.local.avm", match: `${START}(?:${NAME})?\\.${NAME}` },
    { name: "support.type.tag.avm", match: `${START}${anyOf(TAGS)}${END}` },
    { name: "variable.language.sp.avm", match: `${START}(?i:sp)${END}` },
    {
      name: "support.function.builtin.avm",
      match: `${START}(?i:${Object.keys(BUILTINS).join("|")})(?=\\s*\\()`,
    },
    { name: "variable.other.constant.avm", match: `${START}${CONSTANT}` },
    { name: "variable.other.avm", match: `${START}${NAME}` },
  ];
}

function symbols(): Rule[] {
  return [
    { name: "keyword.operator.literal.avm", match: "#" },
    { name: "variable.language.here.avm", match: "\\$" },
    { name: "keyword.operator.shift.avm", match: "<<|>>" },
    { name: "keyword.operator.comparison.avm", match: "==|!=|<=|>=|<|>" },
    { name: "keyword.operator.logical.avm", match: "&&|\\|\\||!" },
    { name: "keyword.operator.bitwise.avm", match: "[&|^~]" },
    { name: "keyword.operator.assignment.avm", match: "=" },
    { name: "keyword.operator.arithmetic.avm", match: "[-+*/%]" },
    { name: "punctuation.separator.comma.avm", match: "," },
    { name: "punctuation.separator.tag.avm", match: ":" },
    { name: "punctuation.section.brackets.avm", match: "[\\[\\]]" },
    { name: "punctuation.section.parens.avm", match: "[()]" },
  ];
}

function include(name: string): Rule {
  return { include: `#${name}` };
}

/** A pattern that matches any of the words in any case, as a whole word. */
function anyOf(names: readonly string[]): string {
  return `(?i:${[...new Set(names)].join("|")})`;
}
