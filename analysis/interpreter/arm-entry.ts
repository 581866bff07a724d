/** The state in which an arm begins. */

import type { CallStrings } from "./call-contexts.ts";
import { SITES_PER_CONTEXT } from "../domain/heap.ts";
import type { Segment } from "../domain/background.ts";
import { extendHistory, type Condition, type State } from "../domain/state.ts";
import type { TranscriptReader, TranscriptWriter } from "../domain/transcript.ts";
import type { Content } from "../domain/cell.ts";
import { PAGE_SIZE, type Page } from "../domain/pages.ts";
import { LOST } from "../domain/provenance.ts";
import type { Origin } from "../domain/tables.ts";
import { REGION, type Value, type Values } from "../domain/value.ts";

/** The cells of a page. Values and origins have the numbers of a transcript. */
interface RecordedPage {
  readonly key: number;
  readonly tags: readonly number[];
  readonly values: readonly Value[];
  readonly origins: readonly Origin[];
}

interface RecordedObject {
  readonly start: number;
  readonly size: number;
  /** The numbers of the allocating instruction and of the calls that led to it, the innermost first. */
  readonly path: readonly number[];
}

/** The recorded state. */
export interface ArmEntry {
  readonly pages: readonly RecordedPage[];
  readonly background: readonly Segment[];
  readonly objects: readonly RecordedObject[];
  readonly strays: boolean;
  readonly conditions: readonly Condition[];
  readonly isStatic: boolean | undefined;
  /** What the last fork before the arm remembers of M[1]; undefined if there was no fork. */
  readonly mark: Value | undefined;
}

/**
 * Prepares a state for the analysis of an arm, so that it shares nothing with other states. Returns false if that isn't possible,
 * because the state has regions or names.
 */
export function beginArm(state: State, values: Values): boolean {
  const { memory, history, conditions, assumption } = state;
  if (memory.regions.length > 0 || memory.frontier !== Infinity || assumption) return false;
  const isPlain = (value: Value): boolean => values.regionsIn(value).length === 0;
  if (history && !isPlain(history.fork.mark)) return false;
  if (conditions.some(({ cell, a, b }) => cell >= REGION || a >= REGION || b >= REGION)) return false;
  if (memory.objects.some(({ start }) => start >= REGION)) return false;
  if (!memory.background.every(({ value }) => isPlain(value))) return false;
  if (!memory.pages.pages.every((page) => page.values.every(isPlain))) return false;
  memory.pages.separate();
  state.history = history && extendHistory(undefined, history.fork, 1);
  return true;
}

export function recordEntry(
  state: State,
  strings: CallStrings,
  { value, origin }: TranscriptWriter,
): ArmEntry {
  const { memory, conditions, isStatic, history } = state;
  return {
    pages: memory.pages.pages.map((page, at) => ({
      key: memory.pages.keys[at],
      tags: page.tags.slice(),
      values: page.values.map(value),
      origins: page.origins.map(origin),
    })),
    background: memory.background.map((one) => ({
      ...one,
      value: value(one.value),
      origin: origin(one.origin),
    })),
    objects: memory.objects.map(({ start, size, site }) => ({
      start,
      size,
      path: [site % SITES_PER_CONTEXT, ...strings.pathOf(Math.floor(site / SITES_PER_CONTEXT))],
    })),
    strays: memory.strays,
    conditions,
    isStatic,
    mark: history && value(history.fork.mark),
  };
}

/** Returns true if the analysis of the arm finds the same with the recorded content of a cell as with the content that was found. */
type Ignores = (cell: number, recorded: Content, found: Content) => boolean;

/** Compares a state with a recorded one. A cell may differ if `ignores` returns true for it. */
export function equalsEntry(
  state: State,
  entry: ArmEntry,
  strings: CallStrings,
  { value, origin }: TranscriptReader,
  ignores: Ignores,
): boolean {
  const { memory, conditions, isStatic, history } = state;
  const { pages, background, objects } = entry;
  if (memory.size !== pages.length || memory.background.length !== background.length) return false;
  if (memory.objects.length !== objects.length || conditions.length !== entry.conditions.length) return false;
  if (memory.strays !== entry.strays || isStatic !== entry.isStatic) return false;
  if (history === undefined ? entry.mark !== undefined : entry.mark === undefined) return false;
  if (history && entry.mark !== undefined && history.fork.mark !== value(entry.mark)) return false;
  const sameConditions = conditions.every((one, k) => {
    const { cell, kind, a, b, negated } = entry.conditions[k];
    return one.cell === cell && one.kind === kind && one.a === a && one.b === b && one.negated === negated;
  });
  if (!sameConditions) return false;
  const sameBackground = memory.background.every((one, k) => {
    const other = background[k];
    return (
      one.start === other.start &&
      one.tags === other.tags &&
      one.value === value(other.value) &&
      one.origin === origin(other.origin)
    );
  });
  if (!sameBackground) return false;
  const sameObjects = memory.objects.every(({ start, size, site }, k) => {
    const other = objects[k];
    if (start !== other.start || size !== other.size) return false;
    const path = [site % SITES_PER_CONTEXT, ...strings.pathOf(Math.floor(site / SITES_PER_CONTEXT))];
    return samePath(path, other.path);
  });
  if (!sameObjects) return false;
  return pages.every(
    (page, at) =>
      memory.pages.keys[at] === page.key &&
      equalsPage(memory.pages.pages[at], page, { value, origin }, ignores),
  );
}

/** A loop over the cells, because this takes most of the time. */
function equalsPage(
  { tags, values, origins }: Page,
  other: RecordedPage,
  { value, origin }: Pick<TranscriptReader, "value" | "origin">,
  ignores: Ignores,
): boolean {
  for (let slot = 0; slot < tags.length; slot++) {
    const oldTags = other.tags[slot];
    const oldValue = value(other.values[slot]);
    const recorded = other.origins[slot];
    const oldOrigin = recorded === LOST ? LOST : origin(recorded);
    if (tags[slot] === oldTags && values[slot] === oldValue && origins[slot] === oldOrigin) continue;
    const old = { tags: oldTags, value: oldValue, origin: oldOrigin };
    const found = { tags: tags[slot], value: values[slot], origin: origins[slot] };
    if (!ignores(other.key * PAGE_SIZE + slot, old, found)) return false;
  }
  return true;
}

/**
 * An entry after an edit has moved instructions; undefined if one of them doesn't exist any more.
 *
 * @param ignores whether it doesn't matter which instruction has written a cell
 */
export function renumberEntry(
  entry: ArmEntry,
  instruction: (number: number) => number | undefined,
  origin: (origin: Origin) => Origin | undefined,
  ignores: (cell: number) => boolean,
): ArmEntry | undefined {
  const mapAll = (
    all: readonly number[],
    map: (one: number) => number | undefined,
  ): readonly number[] | undefined => {
    const mapped = all.map(map);
    return mapped.every((one) => one !== undefined) ? mapped : undefined;
  };
  const pages: RecordedPage[] = [];
  for (const page of entry.pages) {
    const first = page.key * PAGE_SIZE;
    const origins = page.origins.map(
      (one, slot) => origin(one) ?? (ignores(first + slot) ? LOST : undefined),
    );
    if (!origins.every((one) => one !== undefined)) return undefined;
    pages.push({ ...page, origins });
  }
  const objects: RecordedObject[] = [];
  for (const object of entry.objects) {
    const path = mapAll(object.path, instruction);
    if (!path) return undefined;
    objects.push({ ...object, path });
  }
  const background: Segment[] = [];
  for (const segment of entry.background) {
    const mapped = origin(segment.origin);
    if (mapped === undefined) return undefined;
    background.push({ ...segment, origin: mapped });
  }
  return { ...entry, pages, objects, background };
}

export function samePath(a: readonly number[], b: readonly number[]): boolean {
  return a.length === b.length && a.every((one, k) => one === b[k]);
}
