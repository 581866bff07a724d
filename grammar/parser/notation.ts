/**
 * The grammar as text (EBNF), for the documentation: `[ ]` is optional, `{ }` may be repeated or absent. Leaves out
 * what the parser accepts only to report it: empty alternatives, missing closing brackets and commas, unknown
 * directives.
 */

import { TEST_STEPS } from "../directives.ts";
import { grammarRules } from "./line-parser.ts";
import { ALL_TOKENS, BinaryOperatorToken, UnaryOperatorToken } from "./tokens.ts";

/** A part of a rule as Chevrotain serialises it; its fields depend on the type. */
interface Part {
  readonly type: string;
  readonly name: string;
  readonly pattern?: string;
  readonly separator?: Part;
  readonly definition?: readonly Part[];
}

const NAMES: Readonly<Record<string, string>> = {
  Word: "name",
  DotWord: '"." name',
  Qualified: 'name "." name',
  Number: "number",
  Character: "character",
  String: "string",
  BinaryOperator: "operator",
  UnaryOperator: "sign",
  TestStep: "step-name",
};

/** Rules whose parser accepts more, to report it: brackets that don't match, and a test's name that isn't a string. */
const NARROWER: Readonly<Record<string, string>> = {
  memory: '"[" expression "]" | "[" "[" expression "]" "]"',
  test: '".test" text',
};

/** The rules: first the rule of a line, then the rules of the words in it. */
export function grammarText(): string {
  const rules = grammarRules() as unknown as readonly Part[];
  // The parser defines rules bottom up; the documentation shows them top down.
  const first = ["line", "label", "statement", "instruction"];
  const ordered = [
    ...first.map((name) => rules.find((rule) => rule.name === name)!),
    ...rules.filter(({ name }) => !first.includes(name)),
  ];
  const lines = [
    ...ordered.map(({ name, definition }): [string, string] => [
      hyphenated(name),
      alternatives(name, definition!),
    ]),
    ["step-name", choice(TEST_STEPS.map((name) => `".${name}"`))],
    ["operator", choice(operatorsOf(BinaryOperatorToken.name))],
    ["sign", choice(operatorsOf(UnaryOperatorToken.name))],
  ] satisfies [string, string][];
  const width = Math.max(...lines.map(([name]) => name.length));
  return lines.map(([name, right]) => wrapped(`${name.padEnd(width)} = `, right)).join("\n");
}

/** A rule in lines of at most 110 characters, broken between alternatives. */
function wrapped(left: string, right: string): string {
  let line = left;
  let separator = "";
  const lines: string[] = [];
  for (const part of right.split(/ (?=\| )/)) {
    if (line.length + separator.length + part.length > 110) {
      lines.push(line);
      line = " ".repeat(left.length - 2);
      separator = "";
    }
    line += separator + part;
    separator = " ";
  }
  return [...lines, line].join("\n");
}

function operatorsOf(category: string): string[] {
  return ALL_TOKENS.filter(({ CATEGORIES }) => CATEGORIES?.some(({ name }) => name === category)).map(
    ({ PATTERN }) => `"${PATTERN as string}"`,
  );
}

/** The right side of a rule; a rule that is only a choice needs no parentheses. */
function alternatives(name: string, parts: readonly Part[]): string {
  if (Object.hasOwn(NARROWER, name)) return NARROWER[name];
  if (parts.length === 1 && parts[0].type === "Alternation") return choice(kept(name, parts[0].definition!));
  return sequence(parts);
}

/** The alternatives of a choice that aren't errors. */
function kept(rule: string, parts: readonly Part[]): string[] {
  return parts
    .filter(({ definition = [] }) => definition.length > 0)
    .filter(({ definition = [] }) => rule !== "directive" || definition[0].name !== "DotWord")
    .map(({ definition = [] }) => sequence(definition));
}

function sequence(parts: readonly Part[]): string {
  return parts.map((part) => (isClosing(part) ? sequence(part.definition!) : text(part))).join(" ");
}

/** A closing bracket, which is optional for the parser because it reports a missing one. */
function isClosing({ type, definition = [] }: Part): boolean {
  return type === "Option" && definition[0].name === "RParen";
}

function text(part: Part): string {
  const { definition = [], separator } = part;
  switch (part.type) {
    case "NonTerminal":
      return hyphenated(part.name);
    case "Terminal":
      return terminal(part);
    case "Option":
      return `[ ${sequence(definition)} ]`;
    case "Alternation":
      return `( ${choice(kept("", definition))} )`;
    case "Repetition":
      return `{ ${repeated(definition)} }`;
    case "RepetitionWithSeparator":
      return `[ ${separated(definition, separator!)} ]`;
    case "RepetitionMandatoryWithSeparator":
      return separated(definition, separator!);
    default:
      throw new Error(`no notation for ${part.type}`);
  }
}

function terminal({ name, pattern = "" }: Part): string {
  if (Object.hasOwn(NAMES, name)) return NAMES[name];
  return name.startsWith(".") ? `"${name}"` : `"${pattern}"`;
}

/** The repeated part; of several alternatives only those that begin with a comma, if one does. */
function repeated(parts: readonly Part[]): string {
  const [only] = parts;
  if (parts.length > 1 || only.type !== "Alternation") return sequence(parts);
  const all = kept("", only.definition!);
  const withComma = all.filter((one) => one.startsWith('"," '));
  return choice(withComma.length > 0 ? withComma : all);
}

function separated(parts: readonly Part[], separator: Part): string {
  const item = sequence(parts);
  return `${item} { ${terminal(separator)} ${item} }`;
}

function choice(parts: readonly string[]): string {
  return parts.join(" | ");
}

function hyphenated(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}
