/** Shared by all checks: the facts that they read, and the wording of operands, cells and tags in messages. */

import { INDIRECT, RELATIVE } from "../../isa/instruction-set.ts";
import { ALL_TAGS, TAGS, tagsOf, type TagSet } from "../../isa/tags.ts";
import { operandSourceText, pointerSourceText } from "../../program/operand-source-text.ts";
import type { Annotation, Program } from "../../program/program.ts";
import { writeAt, type Code, type Op } from "../code/decoded-code.ts";
import type { AnnotationFacts } from "../interpreter/annotations.ts";
import type { Facts, Failure } from "../interpreter/facts.ts";
import { isSure, type SureFailure } from "../interpreter/sure-failures.ts";
import type { Finding, FixIdea, PassedArgument, RelatedPlace, Verdict } from "../findings.ts";
import type { DeclaredTags } from "./declared-tags.ts";
import type { Graph } from "../code/control-flow.ts";
import { MAYBE_UNWRITTEN } from "../domain/memory.ts";
import type { Origin, Tables } from "../domain/tables.ts";
import { REGION, TOP, type Value } from "../domain/value.ts";

/** For each failure: the call that never returns, or the head of the loop that is never left, in which it happens. */
export type LaterHalts = ReadonlyMap<Failure, Op>;

export interface CheckContext {
  readonly program: Program;
  readonly code: Code;
  readonly graph: Graph;
  readonly tables: Tables;
  readonly declared: DeclaredTags;
  /** From the last pass, which continues after instructions that certainly halt. */
  readonly facts: Facts;
  /** From the first pass, which makes no repairs. Hovers show these. */
  readonly firstFacts: Facts;
  readonly sureFailures: readonly SureFailure[];
  /** Failures that end every run, although the instruction succeeds in some states. */
  readonly later?: LaterHalts;
  readonly annotations: ReadonlyMap<Annotation, AnnotationFacts>;
}

/** A check reads the facts and yields its findings in portions. The caller may pause after each portion. */
export type Check = (context: CheckContext) => Iterable<readonly Finding[]>;

/** How many instructions are examined between two pauses. */
const PER_PAUSE = 1000;

/** Calls `look` for each of `count` instructions or statements, and yields the findings in portions so that the caller can pause. */
export function* inEach(
  count: number,
  look: (number: number, found: Finding[]) => void,
): Iterable<readonly Finding[]> {
  for (let start = 0; start < count; start += PER_PAUSE)
    yield inSome(start, Math.min(start + PER_PAUSE, count), look);
}

/** Not inlined into the generator: V8 interprets a loop in a generator for a long time before it optimises it. */
function inSome(start: number, end: number, look: (number: number, found: Finding[]) => void): Finding[] {
  const found: Finding[] = [];
  for (let number = start; number < end; number++) look(number, found);
  return found;
}

/** Words the finding for one kind of failed demand. */
export type FailureCheck = (failure: Failure, context: CheckContext) => FailureReport;

export interface FailureReport {
  readonly code: Finding["code"];
  readonly message: string;
  readonly position?: number;
  readonly related?: readonly RelatedPlace[];
  readonly fixes?: readonly FixIdea[];
  readonly argument?: PassedArgument;
  /** The origin of the content to blame, if it isn't the content that the failure names. */
  readonly origin?: Origin;
}

/** A finding about an instruction. */
export function findingAt(
  op: Op,
  code: Finding["code"],
  verdict: Verdict,
  message: string,
  more: Partial<Pick<Finding, "position" | "related" | "fixes" | "unnecessary" | "argument">> = {},
): Finding {
  return { code, verdict, index: op.index, pc: op.pc, message, related: [], fixes: [], ...more };
}

/** `u8`, `u8 or u32`. */
export function tagList(set: TagSet): string {
  const tags = tagsOf(set & ALL_TAGS);
  if (tags.length === TAGS.length) return "any tag";
  return tags.length < 2
    ? (tags[0] ?? "nothing")
    : `${tags.slice(0, -1).join(", ")} or ${tags[tags.length - 1]}`;
}

/** A memory operand as it is written: `[5]`, or `` `balance` ([5]) `` if it has a name. */
export function operandText({ program }: WithProgram, op: Op, k: number): string {
  return named(wordsOf(program, op, k), modeText(op.modes[k], op.address(k)));
}

/**
 * A memory operand as it is written, with the cell that it resolves to if the text doesn't show it: `[sp+1] (M[101])`.
 */
export function placeText({ program }: WithProgram, op: Op, k: number, address: Value): string {
  const text = modeText(op.modes[k], op.address(k));
  const words = wordsOf(program, op, k);
  if (op.modes[k] === 0 || !isCell(address)) return named(words, text);
  return words === undefined ? `${text} (M[${address}])` : `\`${words}\` (${text}, M[${address}])`;
}

/** The pointer of an indirect operand: the cell `[x]` of `[[x]]`. */
export function pointerText({ program }: WithProgram, op: Op, k: number, address: Value): string {
  const mode = op.modes[k] & RELATIVE;
  const text = modeText(mode, op.address(k));
  const inner = pointerSourceText(wordsOf(program, op, k));
  const words = inner !== undefined && /^\w/.test(inner) ? inner : undefined;
  if (mode === 0 || !isCell(address)) return named(words, text);
  return words === undefined ? `${text} (M[${address}])` : `\`${words}\` (${text}, M[${address}])`;
}

type WithProgram = Pick<CheckContext, "program">;

function wordsOf(program: Program, op: Op, k: number): string | undefined {
  return operandSourceText(program, op.index, op.plan.memory[k].position);
}

function named(words: string | undefined, text: string): string {
  return words === undefined ? text : `\`${words}\` (${text})`;
}

function isCell(address: Value): boolean {
  return address >= 0 && address < REGION;
}

/** `[5]`, `[[5]]`, `[sp+5]`, `[[sp+5]]`. */
export function modeText(mode: number, address: number): string {
  const inner = mode & RELATIVE ? `[sp+${address}]` : `[${address}]`;
  return mode & INDIRECT ? `[${inner}]` : inner;
}

/** Words the content of a cell: `holds a u8`, `may hold a u8`, `was never written, so it is ff 0`. */
export function contentText(failure: Failure, verdict: Verdict): string {
  const unwritten = (failure.found & MAYBE_UNWRITTEN) !== 0;
  if (verdict === "definite") {
    if (unwritten && failure.origin === 0) return "was never written, so it is ff 0";
    return `holds ${article(tagList(failure.tags))}`;
  }
  if (unwritten && failure.tags === 1) return "may not have been written, and would be ff 0";
  return `may hold ${article(tagList(failure.tags))}`;
}

/** True if the only thing wrong with the cell is that no instruction wrote it. */
export function isUnwritten(failure: Failure): boolean {
  return (failure.found & MAYBE_UNWRITTEN) !== 0 && failure.tags === 1;
}

export function article(tag: string): string {
  return /^(ff|u8|any|nothing)/.test(tag)
    ? tag.startsWith("any") || tag === "nothing"
      ? tag
      : `${tag.startsWith("ff") ? "an" : "a"} ${tag}`
    : `a ${tag}`;
}

/** The writes that may have produced some content, at most four of them. */
export function writesOf(
  context: CheckContext,
  origin: Origin,
  wanted: TagSet = 0,
  found: TagSet = 0,
): RelatedPlace[] {
  const places: RelatedPlace[] = [];
  for (const member of context.tables.origins.members(origin)) {
    if (member === 0) continue;
    const place = writeAt(context.code, member);
    if (!place) continue;
    const tags = context.facts.tags[member - 1];
    if (wanted !== 0 && (tags & ~wanted) === 0) continue;
    // For a range, the facts hold only the tags of its first cell.
    const written = found !== 0 && (tags & found) === 0 ? found : tags;
    const what = (written & ALL_TAGS) === ALL_TAGS ? "it" : tagList(written);
    places.push({
      index: place.op.index,
      position: place.position,
      message: `${what} is written here`,
    });
    if (places.length === 4) break;
  }
  return places;
}

/** Fixes that give a cell the wanted tag: another tag at the write, a write before the read, or a cast before the read. */
export function retag(context: CheckContext, failure: Failure): FixIdea[] {
  const wanted = failure.wanted & ALL_TAGS;
  if (wanted === 0 || (wanted & (wanted - 1)) !== 0) return [];
  const tag = TAGS[31 - Math.clz32(wanted)];
  const fixes: FixIdea[] = [];
  const members = context.tables.origins.members(failure.origin);
  if (members.length === 1 && members[0] > 0) {
    const place = writeAt(context.code, members[0]);
    const written = context.facts.tags[members[0] - 1] & ALL_TAGS;
    if (place && place.op.plan.tagPosition >= 0 && written !== wanted)
      fixes.push({ kind: "retag", index: place.op.index, tag });
  }
  if (members.length === 1 && members[0] === 0 && failure.address >= 0 && failure.address < REGION) {
    fixes.push({ kind: "write-first", address: failure.address, tag });
    return fixes;
  }
  if (failure.operand >= 0 && failure.rule !== "address-tag") {
    const operand = failure.op.plan.memory[failure.operand];
    if (operand.length === 1) fixes.push({ kind: "cast", position: operand.position, tag });
  }
  return fixes;
}

/** A value as a decimal number for a message; undefined if it isn't one known number. */
export function valueText(context: CheckContext, value: Value): string | undefined {
  return value === TOP ? undefined : context.tables.values.exact(value)?.toString();
}

export function positionOf(failure: Failure): number | undefined {
  return failure.operand < 0 ? undefined : failure.op.plan.memory[failure.operand].position;
}

/** `definite` if no run gets past the instruction, or if `later` says that every run ends there. */
export function verdictOf(
  failure: Failure,
  { facts, later }: Pick<CheckContext, "facts" | "later">,
): Verdict {
  return isSure(failure, facts) || later?.has(failure) ? "definite" : "possible";
}
