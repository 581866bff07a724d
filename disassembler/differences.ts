/**
 * Compares two programs for the review of an upgrade, routine by routine and block by block. Code that only moved,
 * so that its addresses differ, is no difference.
 */

import { formOf, statementAt, type Program } from "../program/program.ts";
import { targetOf } from "../program/control-flow.ts";
import type { Contract } from "./contract.ts";
import { CONSTANTS_ROUTINE, type Unit } from "./naming.ts";
import { statementPrinter } from "./disassemble.ts";
import { NO_LABEL, labelName, OFFSET_DIGITS } from "./text-model.ts";

/** A routine of one of the two programs. */
export interface DiffUnit {
  readonly name: string;
  /** Byte offset of its first statement. */
  readonly pc: number;
  readonly bytes: number;
}

/** Statements of one program that are missing from the other, with the statements in their place, if any. */
export interface DiffHunk {
  readonly before: DiffLines;
  readonly after: DiffLines;
}

export interface DiffLines {
  /** The label of the block. If it has none: the name of its routine if the routine starts there, else its byte offset. */
  readonly block: string;
  /** Byte offset of the first statement, or of the following statement if there are none. */
  readonly pc: number;
  readonly lines: readonly string[];
}

export type UnitDifference =
  | { readonly status: "removed"; readonly before: DiffUnit }
  | { readonly status: "added"; readonly after: DiffUnit }
  | {
      readonly status: "changed";
      readonly before: DiffUnit;
      readonly after: DiffUnit;
      readonly hunks: readonly DiffHunk[];
    };

export interface Difference {
  /** In the order of the code; removed routines last. */
  readonly units: readonly UnitDifference[];
  /** Number of routines that are the same in both programs, wherever they are. */
  readonly same: number;
}

/** Compares two contracts. */
export function compareContracts(before: Contract, after: Contract): Difference {
  const sides = { before: readSide(before), after: readSide(after) };
  const pairs = pairUnits(sides.before, sides.after);
  const differences: UnitDifference[] = [];
  let same = 0;
  const partner = new Map(pairs.map(({ before: left, after: right }) => [right, left]));
  for (const [index, unit] of sides.after.units.entries()) {
    const other = partner.get(index);
    if (other === undefined) {
      differences.push({ status: "added", after: shownUnit(sides.after, unit) });
      continue;
    }
    const hunks = compareUnits(sides, other, index, partner);
    if (hunks.length === 0) same++;
    else {
      const old = shownUnit(sides.before, sides.before.units[other]);
      differences.push({ status: "changed", before: old, after: shownUnit(sides.after, unit), hunks });
    }
  }
  const kept = new Set(partner.values());
  for (const [index, unit] of sides.before.units.entries()) {
    if (!kept.has(index)) differences.push({ status: "removed", before: shownUnit(sides.before, unit) });
  }
  return { units: differences, same };
}

// --- the two contracts ---

/** One of the two contracts. */
interface Side {
  readonly contract: Contract;
  readonly program: Program;
  readonly units: readonly Unit[];
  /** The statements of each unit. */
  readonly statements: readonly (readonly number[])[];
  /** By address: the constant that a cell always holds. */
  readonly constants: ReadonlyMap<number, string>;
  /** By statement: a key of what it does, without its jump target. */
  readonly keys: readonly string[];
  /** By unit: the keys of its statements, joined. */
  readonly fingerprints: readonly string[];
}

function readSide(contract: Contract): Side {
  const { program, units, graph } = contract;
  const constants = constantsOf(contract);
  const keys: string[] = [];
  for (let index = 0; index < program.count; index++) keys.push(keyOf(program, index, constants));
  const statements = units.map(({ blocks }) => {
    const list: number[] = [];
    for (const block of blocks) {
      for (let index = graph.starts[block]; index < graph.starts[block + 1]; index++) list.push(index);
    }
    return list;
  });
  const fingerprints = statements.map((list) => list.map((index) => keys[index]).join("\n"));
  return { contract, program, units, statements, constants, keys, fingerprints };
}

/**
 * Finds the cells at fixed addresses that are set only once, to a literal, by a routine that does nothing else, and their
 * values. Compilers renumber such cells with every change, which is no difference.
 */
function constantsOf({ program, units, graph, model }: Contract): ReadonlyMap<number, string> {
  const constants = new Map<number, string>();
  const setBy = new Set<number>();
  for (const { knownAs, blocks } of units) {
    if (knownAs !== CONSTANTS_ROUTINE) continue;
    for (let index = graph.starts[blocks[0]]; index < graph.starts[blocks[0] + 1]; index++) setBy.add(index);
  }
  if (setBy.size === 0) return constants;
  const print = statementPrinter(model);
  const writes = new Map<number, number>();
  for (let index = 0; index < program.count; index++) {
    const form = formOf(program, index);
    for (const [position, { operand, pair }] of form?.fields.entries() ?? []) {
      if (operand.kind !== "memory" || operand.access === "read") continue;
      if (!isDirectCell(program.modes[index], pair)) continue;
      const address = program.values[program.firsts[index] + position];
      writes.set(address, (writes.get(address) ?? 0) + 1);
      if (!setBy.has(index)) continue;
      // The operands after the cell: the tag and the literal.
      constants.set(address, print(index).replace(/^[^\]]*\], /, ""));
    }
  }
  for (const [address, count] of writes) if (count > 1) constants.delete(address);
  return constants;
}

/**
 * The key of a statement. Statements that do the same have the same key in every instruction set. The jump target isn't part
 * of the key, nor is the address of a cell that holds a constant.
 */
function keyOf(program: Program, index: number, constants: ReadonlyMap<number, string>): string {
  const form = formOf(program, index);
  const { firsts, values, wide, modes } = program;
  if (!form) return `.byte ${values.subarray(firsts[index], firsts[index + 1]).join(" ")}`;
  const mode = modes[index];
  let key = "";
  let hasConstant = false;
  for (const [position, { operand, size, pair }] of form.fields.entries()) {
    if (operand.kind === "target") continue;
    const value = values[firsts[index] + position];
    const constant = isDirectCell(mode, pair) ? constants.get(value) : undefined;
    key += ` ${constant === undefined ? (size > 4 ? wide[value] : value) : `(${constant})`}`;
    hasConstant ||= constant !== undefined;
  }
  // A constant's address may need a different wire form in the other program.
  const name = hasConstant ? form.definition.mnemonic : form.name;
  return `${name} ${mode}${key}`;
}

function isDirectCell(mode: number, pair: number): boolean {
  return pair >= 0 && ((mode >>> (2 * pair)) & 3) === 0;
}

/** The text of a statement, with the values of the constants that it reads. */
function lineOf({ program, constants }: Side, index: number, print: (index: number) => string): string {
  const line = print(index).replace(/ {2,}/, " ");
  const form = formOf(program, index);
  const read = (form?.fields ?? []).flatMap(({ operand, pair }, position) => {
    const address = program.values[program.firsts[index] + position];
    const isRead = operand.kind === "memory" && operand.access === "read";
    const constant = isRead && isDirectCell(program.modes[index], pair) ? constants.get(address) : undefined;
    return constant === undefined ? [] : [`[${address}] is ${constant}`];
  });
  return read.length === 0 ? line : `${line}  ; ${[...new Set(read)].join("; ")}`;
}

function shownUnit({ program }: Side, { name, statement, size }: Unit): DiffUnit {
  return { name, pc: program.pcs[statement], bytes: size };
}

// --- matching routines ---

/** A routine in both programs, by its index in the units of each. */
interface Pair {
  readonly before: number;
  readonly after: number;
}

/** Minimum similarity, from 0 to 1, of two routines that count as versions of the same routine. */
const MIN_SIMILARITY = 0.5;
/** The minimum similarity if both have a name and the names differ. */
const MIN_SIMILARITY_RENAMED = 0.75;
/** Maximum number of pairs of routines whose similarity is computed. */
const MAX_COMPARISONS = 20_000;

function pairUnits(before: Side, after: Side): Pair[] {
  const pairs: Pair[] = [];
  const left = new Set(before.units.keys());
  const right = new Set(after.units.keys());
  const take = (old: number, now: number) => {
    pairs.push({ before: old, after: now });
    left.delete(old);
    right.delete(now);
  };
  // First match routines with the same name and content, then the same name, then the same content.
  const named = (side: Side, index: number) => side.units[index].knownAs;
  const both = (side: Side, index: number) => `${named(side, index) ?? ""}\n${side.fingerprints[index]}`;
  for (const keyFor of [both, named, (side: Side, index: number) => side.fingerprints[index]]) {
    /** By key, the first one last. */
    const waiting = new Map<string, number[]>();
    for (const index of [...left].reverse()) {
      const key = keyFor(before, index);
      if (key === undefined) continue;
      const list = waiting.get(key);
      if (list) list.push(index);
      else waiting.set(key, [index]);
    }
    for (const index of right) {
      const key = keyFor(after, index);
      const old = key === undefined ? undefined : waiting.get(key)?.pop();
      if (old !== undefined) take(old, index);
    }
  }
  if (left.size * right.size > MAX_COMPARISONS) return pairs;
  const counts = (side: Side, index: number) => countsOf(side.statements[index].map((at) => side.keys[at]));
  const candidates: (Pair & { similarity: number })[] = [];
  const now = [...right].map((index) => ({ index, keys: counts(after, index) }));
  for (const index of left) {
    const keys = counts(before, index);
    for (const other of now) {
      const names = [named(before, index), named(after, other.index)];
      const renamed = names[0] !== undefined && names[1] !== undefined;
      const similarity = similarityOf(keys, other.keys);
      if (similarity >= (renamed ? MIN_SIMILARITY_RENAMED : MIN_SIMILARITY))
        candidates.push({ before: index, after: other.index, similarity });
    }
  }
  candidates.sort((a, b) => b.similarity - a.similarity);
  for (const { before: old, after: index } of candidates) {
    if (left.has(old) && right.has(index)) take(old, index);
  }
  return pairs;
}

function countsOf(keys: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const key of keys) counts.set(key, (counts.get(key) ?? 0) + 1);
  return counts;
}

/** The share of statements that two routines have in common. */
function similarityOf(a: ReadonlyMap<string, number>, b: ReadonlyMap<string, number>): number {
  let common = 0;
  let total = 0;
  for (const [key, count] of a) {
    common += Math.min(count, b.get(key) ?? 0);
    total += count;
  }
  for (const count of b.values()) total += count;
  return (2 * common) / Math.max(1, total);
}

// --- what differs in a routine ---

/** Statements without a match in the other program: from `before` to `beforeEnd`, and from `after` to `afterEnd`. */
interface Gap {
  readonly before: number;
  readonly beforeEnd: number;
  readonly after: number;
  readonly afterEnd: number;
}

function compareUnits(
  { before, after }: { before: Side; after: Side },
  old: number,
  now: number,
  partner: ReadonlyMap<number, number>,
): DiffHunk[] {
  const a = before.statements[old];
  const b = after.statements[now];
  const matches = align(
    a.map((index) => before.keys[index]),
    b.map((index) => after.keys[index]),
  );
  let nextMatch: Record<"before" | "after", ReadonlyMap<number, number>> | undefined;
  const findNextMatches = () => ({
    before: nextMatches(
      a,
      matches.map(([left]) => left),
    ),
    after: nextMatches(
      b,
      matches.map(([, right]) => right),
    ),
  });
  /** True if the jump targets of two matched statements match too. */
  const haveSameTarget = ([left, right]: readonly [number, number]) => {
    const targets = [targetOf(before.program, a[left]), targetOf(after.program, b[right])];
    if (targets[1] < 0) return true;
    const from = statementAt(before.program, targets[0]);
    const to = statementAt(after.program, targets[1]);
    if (from < 0 || to < 0) return from === to;
    // A target within the routine must be the same match, or new code before it; a target elsewhere, the same routine.
    nextMatch ??= findNextMatches();
    const [oldMatch, newMatch] = [nextMatch.before.get(from), nextMatch.after.get(to)];
    if (oldMatch !== undefined || newMatch !== undefined) return oldMatch === newMatch;
    return partner.get(unitAt(after, to)) === unitAt(before, from);
  };
  const gaps: Gap[] = [];
  let at: readonly [number, number] = [0, 0];
  for (const match of [...matches.filter(haveSameTarget), [a.length, b.length] as const]) {
    if (match[0] > at[0] || match[1] > at[1]) {
      gaps.push({ before: at[0], beforeEnd: match[0], after: at[1], afterEnd: match[1] });
    }
    at = [match[0] + 1, match[1] + 1];
  }
  return gaps.map((gap) => ({
    before: linesOf(before, a, gap.before, gap.beforeEnd),
    after: linesOf(after, b, gap.after, gap.afterEnd),
  }));
}

/** By statement: the number of the first match at or after it. `matched` holds sorted positions. */
function nextMatches(statements: readonly number[], matched: readonly number[]): Map<number, number> {
  const next = new Map<number, number>();
  let match = 0;
  for (const [position, statement] of statements.entries()) {
    while (match < matched.length && matched[match] < position) match++;
    next.set(statement, match);
  }
  return next;
}

function unitAt({ contract: { unitOf, graph } }: Side, statement: number): number {
  return unitOf[graph.blockOf[statement]];
}

function linesOf(side: Side, statements: readonly number[], start: number, end: number): DiffLines {
  const { program, contract } = side;
  const print = statementPrinter(contract.model);
  // A jump may also go to the end of the code, after the last statement.
  const first = statements[Math.min(start, statements.length - 1)];
  const { starts, blockOf } = contract.graph;
  const head = starts[blockOf[first]];
  const isLabelled = contract.model.labels[head] !== NO_LABEL;
  const unit = side.units[unitAt(side, first)];
  return {
    block: isLabelled
      ? labelName(contract.model, head)
      : unit.statement === head
        ? unit.name
        : hex(program.pcs[head]),
    pc: start < statements.length ? program.pcs[first] : program.pcs[first + 1],
    lines: statements.slice(start, end).map((index) => lineOf(side, index, print)),
  };
}

/** Maximum number of unmatched statements in both programs together. If there are more, only common starts and ends are matched. */
const MAX_EDITS = 2_000;

/**
 * Finds the longest common subsequence of two lists with the algorithm of Myers. Returns pairs of indexes.
 */
function align(a: readonly string[], b: readonly string[]): [number, number][] {
  let start = 0;
  while (start < a.length && start < b.length && a[start] === b[start]) start++;
  let end = 0;
  while (
    end < a.length - start &&
    end < b.length - start &&
    a[a.length - 1 - end] === b[b.length - 1 - end]
  ) {
    end++;
  }
  const matches: [number, number][] = [];
  for (let index = 0; index < start; index++) matches.push([index, index]);
  const middle = shortestEdit(a.slice(start, a.length - end), b.slice(start, b.length - end));
  for (const [left, right] of middle) matches.push([left + start, right + start]);
  for (let index = end; index > 0; index--) matches.push([a.length - index, b.length - index]);
  return matches;
}

function shortestEdit(a: readonly string[], b: readonly string[]): [number, number][] {
  const most = Math.min(MAX_EDITS, a.length + b.length);
  /** By diagonal: the furthest index in `a` that a path with the present number of edits reaches. */
  const reach = new Int32Array(2 * most + 3);
  const middle = most + 1;
  const history: Int32Array[] = [];
  for (let edits = 0; edits <= most; edits++) {
    history.push(reach.slice(middle - edits - 1, middle + edits + 2));
    for (let diagonal = -edits; diagonal <= edits; diagonal += 2) {
      const down =
        diagonal === -edits ||
        (diagonal !== edits && reach[middle + diagonal - 1] < reach[middle + diagonal + 1]);
      let x = down ? reach[middle + diagonal + 1] : reach[middle + diagonal - 1] + 1;
      while (x < a.length && x - diagonal < b.length && a[x] === b[x - diagonal]) x++;
      reach[middle + diagonal] = x;
      if (x >= a.length && x - diagonal >= b.length) return walkBack(a, b, history);
    }
  }
  return [];
}

/** Follows the recorded furthest reaches back from the end, and collects the matches. */
function walkBack(
  a: readonly string[],
  b: readonly string[],
  history: readonly Int32Array[],
): [number, number][] {
  const matches: [number, number][] = [];
  let x = a.length;
  let y = b.length;
  for (let edits = history.length - 1; edits >= 0; edits--) {
    const at = (diagonal: number) => history[edits][diagonal + edits + 1];
    const diagonal = x - y;
    const down = diagonal === -edits || (diagonal !== edits && at(diagonal - 1) < at(diagonal + 1));
    const from = down ? diagonal + 1 : diagonal - 1;
    const fromX = edits === 0 ? 0 : at(from);
    const startX = edits === 0 ? 0 : down ? fromX : fromX + 1;
    while (x > startX) {
      x--;
      y--;
      matches.push([x, y]);
    }
    if (edits > 0) {
      x = fromX;
      y = fromX - from;
    }
  }
  return matches.reverse();
}

// --- as text ---

/** Renders the difference as text; empty if there is none. */
export function renderDifference({ units, same }: Difference): string {
  if (units.length === 0) return "";
  const lines: string[] = [];
  for (const unit of units) {
    if (unit.status === "added") lines.push(`+ ${describeUnit(unit.after)}: added`, "");
    else if (unit.status === "removed") lines.push(`- ${describeUnit(unit.before)}: removed`, "");
    else {
      const { before, after, hunks } = unit;
      const renamed = before.name === after.name ? "" : `, was ${before.name}`;
      const sizes = before.bytes === after.bytes ? `${after.bytes}` : `${before.bytes} to ${after.bytes}`;
      lines.push(`! ${after.name}${renamed}: ${sizes} bytes`);
      for (const hunk of hunks) {
        lines.push(`@@ ${place(hunk.before)}, now ${place(hunk.after)}`);
        for (const line of hunk.before.lines) lines.push(`-       ${line}`);
        for (const line of hunk.after.lines) lines.push(`+       ${line}`);
      }
      lines.push("");
    }
  }
  const count = (status: UnitDifference["status"]) => units.filter((unit) => unit.status === status).length;
  lines.push(
    `${count("changed")} changed, ${count("added")} added, ${count("removed")} removed, ${same} the same`,
    "",
  );
  return lines.join("\n");
}

function describeUnit({ name, bytes, pc }: DiffUnit): string {
  return `${name} (${bytes} bytes at ${hex(pc)})`;
}

function place({ block, pc }: DiffLines): string {
  return `${hex(pc)} in ${block}`;
}

function hex(value: number): string {
  return `0x${value.toString(16).padStart(OFFSET_DIGITS, "0")}`;
}
