/** `textDocument/completion`: the items that fit at the cursor, by the operand's kind and the target. */

import { FUNCTION_ATTRIBUTES } from "../../assembler/expressions/declarations.ts";
import {
  CompletionItemKind,
  CompletionItemTag,
  InsertTextFormat,
  type CompletionItem,
  type CompletionList,
  type Position,
  type TextEdit,
} from "vscode-languageserver-types";
import { typeNames } from "../../artifact/signature.ts";
import { flattenVariables, typeName } from "../../artifact/abi-types.ts";
import { CATALOGUE, type DiagnosticCode } from "../../diagnostics/catalogue.ts";
import { isOptional } from "../../diagnostics/policy.ts";
import { HALTS } from "../../isa/halts.ts";
import { functionAtLabel } from "../language/describe-function.ts";
import {
  DIRECTIVES,
  EMITTED,
  canStandIn,
  isDirectiveName,
  type DirectiveName,
  type DirectivePlace,
} from "../../grammar/directives.ts";
import { tokenText } from "../../grammar/line.ts";
import { namesIn } from "../../grammar/names.ts";
import { shownOperand } from "../../isa/describe.ts";
import { TARGETS, TARGET_INFO } from "../../isa/table.ts";
import { TAGS, type Tag } from "../../isa/tags.ts";
import { environmentOperand, type InstructionDefinition } from "../../isa/instruction-set.ts";
import type { EnumOperand, Operand } from "../../isa/types.ts";
import { isTestFile } from "../../assembler/expand/tests.ts";
import { BUILTINS } from "../../assembler/expressions/builtins.ts";
import { writingAt, type Writing } from "../language/cursor.ts";
import { isVisible, shortDescription } from "../language/describe-symbol.ts";
import { placeAt, rangeOf } from "../documents/document.ts";
import { instructionNamed } from "../language/name-resolution.ts";
import type { Defines } from "../language/classified-tokens.ts";
import type { Found, Snapshot } from "../language/snapshot.ts";
import { regionsFrom, structureOf } from "../language/scopes.ts";
import { declaredTag, acceptedTags } from "../language/accepted-tags.ts";

export interface CompletionOptions {
  /** Whether the client supports snippets with placeholders. */
  readonly snippets: boolean;
  /** The character that triggered the request; undefined if none did. */
  readonly typed?: string | undefined;
}

/** The data with which `completionItem/resolve` finds the documentation. */
export type CompletionData =
  | { readonly kind: "instruction" | "tag" | "builtin" | "directive" | "target"; readonly name: string }
  | { readonly kind: "member"; readonly name: string; readonly mnemonic: string }
  | { readonly kind: "symbol"; readonly name: string; readonly line: number };

export interface CompletionItemData {
  /** URI of the document of the request. */
  readonly uri: string;
  readonly item: CompletionData;
}

/** An item without its place in the document. */
interface Entry {
  readonly label: string;
  readonly kind: CompletionItemKind;
  /** Items are sorted by rank first. */
  readonly rank: number;
  readonly detail?: string | undefined;
  /** Text after the label, without a space. */
  readonly suffix?: string | undefined;
  readonly insert?: string | undefined;
  readonly snippet?: string | undefined;
  readonly deprecated?: boolean;
  readonly data?: CompletionData;
}

export function completion(
  snapshot: Snapshot,
  position: Position,
  options: CompletionOptions,
): CompletionList {
  const { document } = snapshot;
  const place = placeAt(document, position);
  const writing = writingAt(document.file.lines[place.line], place.column);
  // The client asks after each typed space, quote, `<` and slash. A space before a statement is indentation, and the others ask for the
  // paths of includes, so no items are offered there.
  const isUnwanted =
    (options.typed === " " && writing.place === "statement") ||
    /^[</]$/.test(options.typed ?? "") ||
    (options.typed === '"' && writing.place !== "halt" && writing.place !== "argument");
  const offered = isUnwanted ? [] : entriesAt(snapshot, place.line, writing);
  const isIncomplete = offered.length > MAX_ITEMS;
  const entries = isIncomplete ? mostFitting(offered, writing.word) : offered;
  const range = rangeOf(document, { line: place.line, start: writing.wordStart, end: place.column });
  return {
    isIncomplete,
    items: entries.map((entry) => itemOf(entry, range, document.uri, options)),
  };
}

/** Maximum number of items of one answer: editors take seconds for very many. If there are more, the editor asks again at the next letter. */
export const MAX_ITEMS = 2_000;

/** The first items whose labels have the letters of the typed word in this order. */
function mostFitting(offered: readonly Entry[], word: string): Entry[] {
  const letters = word.toLowerCase();
  const fits = ({ label }: Entry): boolean => {
    let at = 0;
    for (const letter of label.toLowerCase()) if (letter === letters[at]) at++;
    return at >= letters.length;
  };
  return offered
    .filter(fits)
    .sort((a, b) => a.rank - b.rank)
    .slice(0, MAX_ITEMS);
}

function itemOf(
  { label, kind, rank, detail, suffix, insert, snippet, deprecated, data }: Entry,
  range: TextEdit["range"],
  uri: string,
  { snippets }: CompletionOptions,
): CompletionItem {
  const useSnippet = snippets && snippet !== undefined;
  return {
    label,
    kind,
    sortText: `${rank}${label.toLowerCase()}`,
    textEdit: { range, newText: useSnippet ? snippet : (insert ?? label) },
    insertTextFormat: useSnippet ? InsertTextFormat.Snippet : InsertTextFormat.PlainText,
    ...(detail !== undefined && { detail }),
    ...(suffix !== undefined && { labelDetails: { detail: suffix } }),
    ...(deprecated && { tags: [CompletionItemTag.Deprecated] }),
    ...(data && { data: { uri, item: data } satisfies CompletionItemData }),
  };
}

function entriesAt(snapshot: Snapshot, line: number, writing: Writing): Entry[] {
  if (writing.inNumber) return [];
  switch (writing.place) {
    case "nothing":
    case "path":
      return [];
    case "signature":
      return signatureTypes(snapshot, line, writing);
    case "halt":
      return halts();
    case "argument":
      return functionArguments(snapshot, writing);
    case "suppression":
      return suppressions();
    case "statement":
      return statements(snapshot, line, writing);
    case "operand":
      return operands(snapshot, line, writing);
  }
}

// --- statements ---

function statements(snapshot: Snapshot, line: number, { word }: Writing): Entry[] {
  const place = placeOfLine(snapshot, line);
  const names = DIRECTIVE_NAMES.filter((name) => canStandIn(name, place));
  if (word.startsWith(".")) return directives(names);
  const code = place.startsWith("test") ? [] : instructions(snapshot);
  return [...code, ...macros(snapshot, line), ...directives(names)];
}

const DIRECTIVE_NAMES = Object.keys(DIRECTIVES) as DirectiveName[];

/** The macro, test or file that a statement on a line is in. */
function placeOfLine({ document }: Snapshot, line: number): DirectivePlace {
  for (const { kind, start } of regionsFrom(document.file, line)) {
    if ((kind === "macro" || kind === "test") && start !== line) return kind;
  }
  return isTestFile(document.file) ? "test file" : "file";
}

function instructions({ set }: Snapshot): Entry[] {
  return set.instructions.flatMap((definition): Entry[] => {
    const { mnemonic, wireForms, summary } = definition;
    const entry = (name: string, rank: number): Entry => ({
      label: name,
      kind: rank === 0 ? CompletionItemKind.Function : CompletionItemKind.Method,
      rank,
      detail: summary,
      suffix: definition.operands.length > 0 ? ` ${operandNames(definition)}` : undefined,
      snippet: snippetOf(name, definition),
      data: { kind: "instruction", name },
    });
    const forms = wireForms.filter(({ name }) => name !== mnemonic);
    return [entry(mnemonic, 0), ...forms.map(({ name }) => entry(name, 2))];
  });
}

function operandNames({ operands }: InstructionDefinition): string {
  return operands.map(shownOperand).join(", ");
}

function snippetOf(name: string, { operands }: InstructionDefinition): string {
  const places = operands.map((operand, index) => placeholder(operand, index + 1));
  return `${name} ${places.join(", ")}`.trimEnd();
}

function placeholder(operand: Operand, number: number): string {
  const name = shownOperand(operand);
  switch (operand.kind) {
    case "memory":
      return `[\${${number}:${name}}]`;
    case "immediate":
      return `#\${${number}:${name}}`;
    case "target":
      return `\${${number}:${name}}`;
    case "tag":
      return `\${${number}|${TAGS.join(",")}|}`;
    case "enum":
      return `\${${number}|${operand.members.map((member) => member.name).join(",")}|}`;
  }
}

function macros(snapshot: Snapshot, line: number): Entry[] {
  return symbols(snapshot, line, ["macro"]).map((found) => ({
    ...symbolEntry(found, 1),
    suffix: ` ${shortDescription(found)}`,
  }));
}

function directives(names: readonly DirectiveName[]): Entry[] {
  return names.map((name) => ({
    label: `.${name}`,
    kind: CompletionItemKind.Keyword,
    rank: 3,
    detail: DIRECTIVES[name].summary,
    suffix: DIRECTIVES[name].usage.slice(name.length + 1),
    data: { kind: "directive", name },
  }));
}

// --- operands ---

function operands(snapshot: Snapshot, line: number, writing: Writing): Entry[] {
  const name = writing.head.slice(1).toLowerCase();
  if (writing.head.startsWith(".")) {
    return isDirectiveName(name) ? argumentsOf(snapshot, line, writing, name) : [];
  }
  const instruction = instructionNamed(snapshot.set, writing.head);
  if (!instruction) return anything(snapshot, line, writing);
  const operand = instruction.definition.operands.at(writing.operand);
  return operand ? operandEntries(snapshot, line, writing, operand, instruction.definition) : [];
}

function operandEntries(
  snapshot: Snapshot,
  line: number,
  writing: Writing,
  operand: Operand,
  definition: InstructionDefinition,
): Entry[] {
  const literal = writing.before.at(0) === "#";
  const fresh = writing.before.length === 0;
  const parameters = fresh
    ? symbols(snapshot, line, ["parameter"]).map((found) => symbolEntry(found, 0))
    : [];
  switch (operand.kind) {
    case "memory":
      return memory(snapshot, line, writing, acceptedTags(snapshot, line, operand, definition));
    case "tag":
      return fresh ? [...tags(), ...parameters] : [];
    case "enum":
      if (fresh) return [...members(operand, definition.mnemonic), ...parameters];
      return literal ? values(snapshot, line, writing, ["constant"]) : [];
    case "target":
      if (fresh) {
        const labels = symbols(snapshot, line, ["label"]);
        return [
          ...labels.map((found) => labelEntry(snapshot, line, found)),
          ...targetConstants(snapshot, line, labels).map((found) => symbolEntry(found, 1)),
          ...parameters,
        ];
      }
      return values(snapshot, line, writing, ["constant", "label"]);
    case "immediate": {
      if (literal) return labelsLast(values(snapshot, line, writing, ["constant", "label"]));
      if (!fresh || writing.word !== "") return parameters;
      const constants = symbols(snapshot, line, ["constant"]).map((found) => ({
        ...symbolEntry(found, 0),
        label: `#${found.definition.name}`,
      }));
      return [...constants, ...parameters];
    }
  }
}

/** The constants whose value is, by its text, a sum of a label and numbers. */
function targetConstants(snapshot: Snapshot, line: number, labels: readonly Found[]): Found[] {
  const targets = new Set(labels.map(({ definition }) => definition.name));
  const constants = symbols(snapshot, line, ["constant"]);
  const found: Found[] = [];
  // A constant may be a sum of another such constant.
  for (let left = constants; ;) {
    const next = left.filter(({ document, definition }) =>
      namesOn(document, definition.line).some((name) => name.startsWith(".") || targets.has(name)),
    );
    if (next.length === 0) return found;
    for (const { definition } of next) targets.add(definition.name);
    found.push(...next);
    left = left.filter((one) => !next.includes(one));
  }
}

/** The names in the value of a constant. */
function namesOn({ file }: Found["document"], number: number): string[] {
  const line = file.lines[number];
  const { statement } = line.tree;
  if (statement?.kind !== "directive" || statement.body.kind !== "constant") return [];
  const { value } = statement.body;
  const bare = { kind: "bare", value, first: value.first, last: value.last } as const;
  return [...namesIn(bare)].map(({ first }) => tokenText(line, first));
}

/**
 * Items for a memory operand: a cell's name outside of brackets; inside of brackets, anything that an address may
 * contain.
 */
function memory(snapshot: Snapshot, line: number, writing: Writing, wanted?: readonly Tag[]): Entry[] {
  if (writing.brackets <= 0) {
    if (writing.before.length === 0) {
      const found = symbols(snapshot, line, ["cell", "parameter"]).map((one) =>
        symbolEntry(one, rankByTag(one, wanted)),
      );
      return writing.word === "" ? [...found, ...brackets()] : found;
    }
    // An offset may follow a cell's name.
    return values(snapshot, line, writing, ["constant"]);
  }
  const last = writing.before.at(-1);
  const base: Entry[] =
    last === "["
      ? [{ label: "sp", kind: CompletionItemKind.Keyword, rank: 0, detail: "The base: what M[0] holds." }]
      : [];
  const found = values(snapshot, line, writing, ["cell", "constant", "label"]);
  // In brackets, a cell is a pointer.
  const pointers = new Map(
    last === "["
      ? symbols(snapshot, line, ["cell"]).map((one) => [one.definition.name, rankByTag(one, ["u32"])])
      : [],
  );
  const ranked = found.map((entry) => {
    const rank = pointers.get(entry.label);
    return rank === undefined ? entry : { ...entry, rank: rank === 2 ? 3 : 1 };
  });
  return [...base, ...labelsLast(ranked)];
}

/** Rank of a cell: matching tags come first, other tags last. */
function rankByTag(found: Found, wanted: readonly Tag[] | undefined): number {
  if (!wanted) return 0;
  const tag = declaredTag(found);
  if (tag === undefined) return 1;
  return wanted.includes(tag) ? 0 : 2;
}

/** Moves labels after the other items, where a number is expected. */
function labelsLast(entries: readonly Entry[]): Entry[] {
  return entries.map((entry) => (entry.kind === KINDS.label ? { ...entry, rank: entry.rank + 4 } : entry));
}

function brackets(): Entry[] {
  const shape = (label: string, snippet: string, detail: string): Entry => ({
    label,
    snippet,
    detail,
    kind: CompletionItemKind.Snippet,
    rank: 4,
    insert: label,
  });
  return [
    shape("[]", "[$1]", "A cell by its address."),
    shape("[sp+]", "[sp+$1]", "A cell by its distance from the base."),
    shape("[[]]", "[[$1]]", "The cell that another one points to."),
    shape("[[sp+]]", "[[sp+$1]]", "The cell that one at a distance from the base points to."),
  ];
}

/** Names and functions with a value; none directly after a number. */
function values(snapshot: Snapshot, line: number, writing: Writing, kinds: readonly Defines[]): Entry[] {
  const wanted = ARGUMENT_KINDS[functionAround(writing)];
  if (wanted) {
    return symbols(snapshot, line, wanted).map((found) =>
      found.definition.kind === "label" ? labelEntry(snapshot, line, found) : symbolEntry(found, 1),
    );
  }
  const last = writing.before.at(-1) ?? "";
  if (/^[A-Za-z0-9_."')\]$]/.test(last) && writing.before.length > 0) return [];
  return [
    ...symbols(snapshot, line, [...kinds, "parameter", "counter"]).map((found) =>
      found.definition.kind === "label" ? labelEntry(snapshot, line, found) : symbolEntry(found, 1),
    ),
    ...builtins(),
  ];
}

/** The kinds of names that these functions take as their argument. */
const ARGUMENT_KINDS: Readonly<Record<string, readonly Defines[]>> = {
  addr: ["cell", "parameter"],
  has_addr: ["cell", "parameter"],
  is_cell: ["cell", "parameter"],
  size: ["label"],
  argument_at: ["label"],
  argument_size: ["label"],
  selector: ["label"],
  defined: ["label", "constant", "cell", "macro", "parameter", "counter"],
};

/** The name of the function whose argument begins at the cursor, in lower case; empty if there is none. */
function functionAround({ before }: Writing): string {
  return before.at(-1) === "(" ? (before.at(-2) ?? "").toLowerCase() : "";
}

/** Items for an argument of a macro, which may be any operand. */
function anything(snapshot: Snapshot, line: number, writing: Writing): Entry[] {
  if (writing.brackets > 0) return memory(snapshot, line, writing);
  if (writing.before.length > 0) {
    const kinds: readonly Defines[] = writing.before[0] === "#" ? [] : ["cell"];
    return values(snapshot, line, writing, ["constant", "label", ...kinds]);
  }
  const found = symbols(snapshot, line, ["cell", "label", "parameter", "constant", "counter"]);
  return [
    ...found.map((one) =>
      one.definition.kind === "label" ? labelEntry(snapshot, line, one) : symbolEntry(one, 1),
    ),
    ...tags(),
    ...(writing.word === "" ? brackets() : []),
  ];
}

function argumentsOf(
  snapshot: Snapshot,
  line: number,
  writing: Writing,
  directive: keyof typeof DIRECTIVES,
): Entry[] {
  const { before } = writing;
  const isTag = before.at(-1) === ":";
  const parameters = (): Entry[] =>
    symbols(snapshot, line, ["parameter"]).map((found) => symbolEntry(found, 0));
  switch (directive) {
    case "target":
      return before.length > 0
        ? []
        : TARGETS.map((label, rank) => ({
            label,
            rank,
            kind: CompletionItemKind.EnumMember,
            detail: TARGET_INFO[label].summary,
            data: { kind: "target", name: label },
          }));
    case "const":
      return before.includes("=") ? values(snapshot, line, writing, ["constant", "label"]) : [];
    case "cell":
      if (isTag) return [...tags(), ...parameters()];
      if (writing.brackets > 0) return memory(snapshot, line, writing);
      if (before.at(-1) !== "=") return [];
      return [
        ...symbols(snapshot, line, ["cell", "parameter"]).map((found) => symbolEntry(found, 1)),
        ...(writing.word === "" ? brackets().slice(0, 2) : []),
      ];
    case "assume":
    case "expect":
      return isTag ? [...tags(), ...parameters()] : memory(snapshot, line, writing);
    case "macro":
      return before.at(-1) === "=" ? anything(snapshot, line, { ...writing, before: [] }) : [];
    case "byte":
    case "assert":
      return values(snapshot, line, writing, ["constant", "label"]);
    case "if":
    case "elif":
      return conditionValues(snapshot, line, writing);
    case "rept":
      return writing.operand === 0 ? values(snapshot, line, writing, ["constant"]) : [];
    case "env":
      if (writing.operand === 0) return before.length > 0 ? [] : environment(snapshot);
      return values(snapshot, line, writing, ["constant"]);
    case "emitted":
      if (writing.operand === 0) return before.length > 0 ? [] : emitted();
      return values(snapshot, line, writing, ["constant"]);
    case "call":
    case "staticcall":
    case "storage":
    case "deploy":
    case "at":
    case "returns":
    case "reverts":
    case "stored":
    case "gas":
      return values(snapshot, line, writing, ["constant"]);
    case "halts":
    case "test":
    case "endtest":
    case "contract":
    case "struct":
      return [];
    case "function":
      if (writing.operand === 1) return values(snapshot, line, writing, ["label"]);
      return writing.operand > 1 ? attributes() : [];
    case "error":
    case "include":
    case "endm":
    case "endr":
    case "else":
    case "endif":
      return [];
  }
}

/** What is known before the code is laid out: neither labels nor the constants that are made of them. */
function conditionValues(snapshot: Snapshot, line: number, writing: Writing): Entry[] {
  const offered = values(snapshot, line, writing, ["constant"]);
  if (offered.length === 0 || ARGUMENT_KINDS[functionAround(writing)]) return offered;
  const labels = symbols(snapshot, line, ["label"]);
  const late = new Set(targetConstants(snapshot, line, labels).map(({ definition }) => definition.name));
  return offered.filter(({ label, kind }) => kind !== KINDS.constant || !late.has(label));
}

// --- strings and comments ---

/** Parameters that are listed. */
const MAX_PARAMETERS = 100;

function halts(): Entry[] {
  return Object.entries(HALTS).map(([label, detail]) => wordEntry(label, detail));
}

/** The parameters of the function that is declared at a label, and their parts. */
function functionArguments(snapshot: Snapshot, { head }: Writing): Entry[] {
  const assembly = snapshot.assembly();
  const declared = assembly && functionAtLabel(assembly, head);
  if (!declared) return [];
  const { parameters } = declared;
  const fields = [...parameters, ...flattenVariables(parameters, MAX_PARAMETERS)];
  const types = new Map([...fields].reverse().map(({ name, type }) => [name, type]));
  return [...types].map(([name, type]) => wordEntry(name, typeName(type)));
}

/** The codes that a comment can ignore. */
function suppressions(): Entry[] {
  return (Object.keys(CATALOGUE) as DiagnosticCode[])
    .filter(isOptional)
    .map((code) => wordEntry(code, CATALOGUE[code].summary));
}

function wordEntry(label: string, detail: string): Entry {
  return { label, kind: CompletionItemKind.EnumMember, rank: 0, detail };
}

// --- lists ---

/** The types in a signature, if the cursor is after a colon, an arrow or an opening bracket. */
function signatureTypes(snapshot: Snapshot, line: number, writing: Writing): Entry[] {
  const before = snapshot.document.file.lines[line].text.slice(writing.start, writing.wordStart);
  if (!/(?::|->|[<[])\s*$/.test(before)) return [];
  return typeNames(snapshot.assembly()?.contract.structs.keys()).map((label) => ({
    label,
    kind: CompletionItemKind.TypeParameter,
    rank: 0,
  }));
}

function attributes(): Entry[] {
  return FUNCTION_ATTRIBUTES.map((label) => ({ label, kind: CompletionItemKind.Keyword, rank: 0 }));
}

function tags(): Entry[] {
  return TAGS.map((label) => ({
    label,
    kind: CompletionItemKind.TypeParameter,
    rank: 1,
    data: { kind: "tag", name: label },
  }));
}

function members({ members }: EnumOperand, mnemonic: string): Entry[] {
  return members.map(({ name, summary, tag }) => ({
    label: name,
    kind: CompletionItemKind.EnumMember,
    rank: 1,
    detail: summary,
    suffix: `: ${typeof tag === "string" ? tag : tag.oneOf.join(" or ")}`,
    data: { kind: "member", name, mnemonic },
  }));
}

/** The members that `.env` can set. */
function environment({ set }: Snapshot): Entry[] {
  const operand = environmentOperand(set);
  return operand ? members(operand, "GETENVVAR") : [];
}

function emitted(): Entry[] {
  return EMITTED.map((label) => ({ label, kind: CompletionItemKind.EnumMember, rank: 1 }));
}

function builtins(): Entry[] {
  return Object.entries(BUILTINS).map(([name, { usage, summary }]) => ({
    label: name,
    kind: CompletionItemKind.Function,
    rank: 3,
    detail: summary,
    suffix: usage.slice(name.length),
    snippet: `${name}($1)`,
    insert: name,
    data: { kind: "builtin", name },
  }));
}

/** The symbols of these kinds that are visible on a line, each name once. */
function symbols(snapshot: Snapshot, line: number, kinds: readonly Defines[]): Found[] {
  const { document } = snapshot;
  const byName = new Map<string, Found>();
  for (const file of snapshot.files) {
    for (const definition of structureOf(file.file).definitions) {
      if (!kinds.includes(definition.kind)) continue;
      const found = { document: file, definition };
      if (!isVisible(found, document, line)) continue;
      const known = byName.get(definition.name);
      // Definitions in inner scopes hide those of the file.
      if (!known || known.definition.region.kind === "file") byName.set(definition.name, found);
    }
  }
  return [...byName.values()];
}

const KINDS: Readonly<Record<Defines, CompletionItemKind>> = {
  label: CompletionItemKind.Event,
  constant: CompletionItemKind.Constant,
  cell: CompletionItemKind.Variable,
  macro: CompletionItemKind.Module,
  parameter: CompletionItemKind.Property,
  counter: CompletionItemKind.Property,
};

function symbolEntry(found: Found, rank: number): Entry {
  const { name, kind, line } = found.definition;
  const description = shortDescription(found);
  return {
    label: name,
    kind: KINDS[kind],
    rank,
    detail: kind,
    suffix: description === "" ? undefined : ` = ${description}`,
    data: { kind: "symbol", name, line },
  };
}

/** Inside of its own routine, a local label has its short name. */
function labelEntry(snapshot: Snapshot, line: number, found: Found): Entry {
  const own = structureOf(snapshot.document.file).labelOf[line];
  const { name } = found.definition;
  const entry = symbolEntry(found, 1);
  if (!name.includes(".")) return entry;
  return own !== "" && name.startsWith(`${own}.`)
    ? { ...entry, label: name.slice(own.length), rank: 0 }
    : { ...entry, rank: 2 };
}
