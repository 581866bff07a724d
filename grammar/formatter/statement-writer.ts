/** Writes the statement of a line in its canonical form: spelling, and the space between its tokens. */

import {
  instructionSet,
  parseTarget,
  type InstructionDefinition,
  type InstructionSet,
} from "../../isa/instruction-set.ts";
import { DEFAULT_TARGET, TARGETS, type TargetName } from "../../isa/table.ts";
import { parseTag } from "../../isa/tags.ts";
import { isEmittedKind } from "../directives.ts";
import { tokenText, type Comment, type Line } from "../line.ts";
import { LineReader } from "../tree-cache.ts";
import { paddedHead } from "./style.ts";
import {
  AS_WRITTEN,
  EMITTED_KIND,
  LONE_BASE,
  LONE_NAME,
  LOWER_CASE,
  MEMBER,
  NUMBER,
  TAG,
  TARGET,
  spellingOf,
} from "./token-spacing.ts";

export interface FormatOptions {
  /** The target of a file without a `.target`: some names exist only in some targets. */
  readonly target?: TargetName;
}

export interface WrittenStatement {
  readonly code: string;
  /** The column of the first `=` in `code`; -1 if there is none. */
  readonly equals: number;
  /** The column of the last `:` in `code`; -1 if there is none. */
  readonly colon: number;
}

/** The first word of an instruction. */
interface Head {
  readonly text: string;
  /** The head with the spaces that bring operands into their column. */
  readonly padded: string;
  /** Undefined if the word calls a macro. */
  readonly definition: InstructionDefinition | undefined;
}

export class StatementWriter {
  private readonly set: InstructionSet;
  private readonly macros: ReadonlySet<string>;
  /** Names of macro parameters. A parameter stands for any argument of the call, so its spelling is kept. */
  private readonly parameters: ReadonlySet<string>;
  private readonly heads = new Map<string, Head>();
  /** Members of enums by mnemonic and operand. */
  private readonly members = new Map<string, readonly string[]>();
  private readonly reader = new LineReader();

  constructor(lines: readonly Line[], options: FormatOptions) {
    const { target, macros, parameters } = readNames(lines, options);
    this.set = instructionSet(target);
    this.macros = macros;
    this.parameters = parameters;
  }

  /**
   * Writes the statement of a line without its indentation. If `isPadded`, its operands start in their column; else
   * after one space.
   */
  write(line: Line, comments: readonly Comment[], isPadded: boolean): WrittenStatement {
    const { before, roles, operandOf } = spellingOf(line);
    this.reader.read(line);
    const { starts, ends } = this.reader;
    const { text, tokenCount, tree } = line;
    const { first, kind } = tree.statement!;
    const name = text.slice(starts[first], ends[first]);
    const head = kind === "instruction" ? this.headOf(name) : undefined;
    let code = head ? head.text : name.toLowerCase();
    let comment = 0;
    let equals = -1;
    let colon = -1;
    if (comments.length > 0) {
      const leading = textsBetween(line, comments, first > 0 ? ends[first - 1] : 0, starts[first]);
      code = [...leading, code].join(" ");
      while (comment < comments.length && comments[comment].start < starts[first]) comment++;
    }
    if (tokenCount === first + 1) return { code, equals, colon };
    if (!isPadded) code += " ";
    else code = head && code === head.text ? head.padded : paddedHead(code);
    // From here on, text that is already canonical is copied as a whole.
    let from = starts[first + 1];
    for (let token = first + 1; token < tokenCount; token++) {
      const start = starts[token];
      const end = ends[token];
      const previous = ends[token - 1];
      if (token > first + 1) {
        const gap = before[token];
        if (comment < comments.length && comments[comment].start < start) {
          code += text.slice(from, previous);
          from = start;
        } else if (gap !== undefined && !isGap(text, previous, start, gap)) {
          code += text.slice(from, previous) + gap;
          from = start;
        }
      }
      if (comment < comments.length && comments[comment].start < start) {
        if (!/[[(# ]$/.test(code)) code += " ";
        for (; comment < comments.length && comments[comment].start < start; comment++) {
          code += `${text.slice(comments[comment].start, comments[comment].end)} `;
        }
        // The space after the comment is already there; before these characters there must be none.
        if (/[,\])]/.test(text[start])) code = code.trimEnd();
      }
      const character = text.charCodeAt(start);
      if (character === EQUALS && end === start + 1 && equals < 0) equals = code.length + start - from;
      else if (character === COLON) colon = code.length + start - from;
      if (roles[token] === AS_WRITTEN) continue;
      const written = text.slice(start, end);
      const piece = this.respell(written, roles[token], head, operandOf[token]);
      if (piece === written) continue;
      code += text.slice(from, start) + piece;
      from = end;
    }
    return { code: code + text.slice(from, ends[tokenCount - 1]), equals, colon };
  }

  private headOf(text: string): Head {
    let head = this.heads.get(text);
    if (!head) {
      const upper = text.toUpperCase();
      const definition = this.set.byMnemonic.get(upper) ?? this.set.byForm.get(upper)?.definition;
      // A word that names a macro isn't an instruction, in any target.
      const isInstruction = definition !== undefined && !this.macros.has(text);
      const name = isInstruction ? upper : text;
      head = { text: name, padded: paddedHead(name), definition: isInstruction ? definition : undefined };
      this.heads.set(text, head);
    }
    return head;
  }

  /** The canonical spelling of a token after the statement's first. */
  private respell(piece: string, role: number, head: Head | undefined, operand: number): string {
    switch (role) {
      case LOWER_CASE:
        return piece.toLowerCase();
      case LONE_BASE:
        return "sp+0";
      case NUMBER:
        return lowerPrefix(piece);
      case LONE_NAME:
        return this.respellName(piece, head, operand);
      case TAG:
        return parseTag(piece) ?? piece;
      case TARGET:
        return parseTarget(piece) ?? piece;
      case MEMBER: {
        const upper = piece.toUpperCase();
        return !this.parameters.has(piece) && enumMembers("GETENVVAR", 1).includes(upper) ? upper : piece;
      }
      case EMITTED_KIND: {
        const lower = piece.toLowerCase();
        return !this.parameters.has(piece) && isEmittedKind(lower) ? lower : piece;
      }
      default:
        return piece;
    }
  }

  private respellName(text: string, head: Head | undefined, operand: number): string {
    const tag = parseTag(text);
    if (tag) return tag;
    const { definition } = head ?? {};
    if (!definition || operand < 0 || this.parameters.has(text)) return text;
    const key = `${definition.mnemonic} ${operand}`;
    let known = this.members.get(key);
    if (!known) this.members.set(key, (known = enumMembers(definition.mnemonic, operand)));
    const upper = text.toUpperCase();
    return known.includes(upper) ? upper : text;
  }
}

/** The texts of the comments between two columns. */
export function textsBetween(line: Line, comments: readonly Comment[], from: number, to: number): string[] {
  return comments
    .filter(({ start, end }) => start >= from && end <= to)
    .map(({ start, end }) => line.text.slice(start, end));
}

/** The members of the enum at an operand of an instruction, in all targets. */
function enumMembers(mnemonic: string, operand: number): readonly string[] {
  return TARGETS.flatMap((target) => {
    const taken = instructionSet(target).byMnemonic.get(mnemonic)?.operands.at(operand);
    return taken?.kind === "enum" ? taken.members.map(({ name }) => name) : [];
  });
}

const EQUALS = "=".charCodeAt(0);
const COLON = ":".charCodeAt(0);

/** True if the text between two columns is exactly `gap`, a space or nothing. */
function isGap(text: string, from: number, to: number, gap: string): boolean {
  return to - from === gap.length && (to === from || text[from] === gap);
}

function lowerPrefix(number: string): string {
  return /^0[XBO]/.test(number) ? `0${number[1].toLowerCase()}${number.slice(2)}` : number;
}

/** The names that a file defines. */
function readNames(
  lines: readonly Line[],
  options: FormatOptions,
): { target: TargetName; macros: ReadonlySet<string>; parameters: ReadonlySet<string> } {
  let target = options.target ?? DEFAULT_TARGET;
  const macros = new Set<string>();
  const parameters = new Set<string>();
  for (const line of lines) {
    const { statement } = line.tree;
    if (statement?.kind !== "directive") continue;
    const { body } = statement;
    if (body.kind === "target") target = parseTarget(tokenText(line, body.name)) ?? target;
    if (body.kind !== "macro") continue;
    macros.add(tokenText(line, body.name));
    for (const { name } of body.parameters) parameters.add(tokenText(line, name));
  }
  return { target, macros, parameters };
}
