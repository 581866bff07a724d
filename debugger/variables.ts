/** The scopes of a stack entry: cells, operands, calldata and returndata, environment, gas, side effects. */

import type { Effect } from "../machine/outcome.ts";
import type { CodeView } from "./code-view.ts";
import { shownCell, shownNumber, shownAddress, textIn, type NumberFormat } from "./display.ts";
import type { DebuggedRun } from "./debugged-run.ts";
import type { RecordedCall } from "../machine/recording.ts";
import type { StackEntry } from "./stack.ts";
import { grouped } from "../program/grouped.ts";

interface Cell {
  readonly call: RecordedCall;
  readonly address: number;
}

/** A name and its value: the protocol's `Variable` without the reference. */
export interface Shown {
  readonly name: string;
  readonly value: string;
  readonly type?: string;
  /** The expression that evaluates to it. */
  readonly evaluateName?: string;
  /** Set for a cell, which can have a data breakpoint and be shown in memory. */
  readonly cell?: Cell;
  /** Set for the tag of a cell, which can have a data breakpoint of its own. */
  readonly tagOf?: Cell;
  readonly children?: () => readonly Shown[];
}

export interface ShownScope {
  readonly name: string;
  readonly hint?: "locals" | "registers" | "arguments";
  readonly expensive: boolean;
  readonly variables: (format: NumberFormat) => readonly Shown[];
}

/** Maximum number of cells to show of a range. */
const MAX_CELLS = 1000;
/** Number of cells above the base that are shown as the frame. */
const FRAME_CELLS = 64;

export function scopesOf(run: DebuggedRun, entry: StackEntry): ShownScope[] {
  const { call } = entry;
  const runs = call === run.timeline.callAt();
  const always = (scope: Omit<ShownScope, "expensive">): ShownScope[] => [{ ...scope, expensive: false }];
  return [
    ...always({ name: "Cells", hint: "locals", variables: (format) => namedCells(run, entry, format) }),
    ...(runs ? always({ name: "Instruction", variables: (format) => operands(run, format) }) : []),
    ...always({ name: "Frame", variables: (format) => frameCells(run, call, format) }),
    ...always({
      name: "Calldata",
      hint: "arguments",
      variables: (format) => fields("calldata", call.calldata, format, entry.view),
    }),
    ...always({
      name: "Returndata",
      variables: (format) => fields("returndata", run.timeline.returnData(call), format, entry.view),
    }),
    ...always({ name: "Gas", hint: "registers", variables: () => gas(run) }),
    ...always({ name: "Call", variables: () => callFacts(run, call) }),
    { name: "Side effects", expensive: true, variables: (format) => effects(run, format) },
    { name: "Memory", expensive: true, variables: (format) => memory(run, call, format) },
  ];
}

function namedCells(run: DebuggedRun, { call, view }: StackEntry, format: NumberFormat): Shown[] {
  const base = run.timeline.cell(0, call);
  return view.cells.map(({ name, address, relative, tag }) => {
    if (relative && base.tag !== "u32") return { name, value: "no base: M[0] isn't u32" };
    const at = address + (relative ? Number(base.value) : 0);
    const shown = cellShown(run, call, at, format, tag);
    return { ...shown, name: `${name} [${at}]`, evaluateName: name };
  });
}

function operands(run: DebuggedRun, format: NumberFormat): Shown[] {
  const { timeline } = run;
  const form = timeline.form();
  if (!form) return [{ name: "instruction", value: "none can be decoded here" }];
  const call = timeline.callAt();
  const shown: Shown[] = [{ name: form.name, value: form.definition.summary }];
  for (const { operand, offset, mode, address, length } of timeline.operands()) {
    const written = shownAddress(offset, mode);
    if (operand.kind !== "memory") continue;
    if (address === undefined) {
      shown.push({ name: operand.name, value: `${written}: no address` });
      continue;
    }
    const way = written === `[${address}]` ? written : `${written} → [${address}]`;
    const before = cellShown(run, call, address, format);
    const after = operand.access === "write" ? ` → ${contentAfter(run, address, call, format)}` : "";
    shown.push({
      ...before,
      name: operand.name,
      value: `${way} = ${before.value}${after}`,
      ...(length > 1 && {
        children: () =>
          Array.from({ length: Math.min(length, MAX_CELLS) }, (_, index) =>
            cellShown(run, call, address + index, format),
          ),
      }),
    });
  }
  return shown;
}

/** The content of a cell after the instruction. */
function contentAfter(run: DebuggedRun, address: number, call: RecordedCall, format: NumberFormat): string {
  const { timeline } = run;
  const { step } = timeline;
  timeline.goTo(stepAfter(run, call));
  const shown = shownCell(timeline.cell(address, call), undefined, format);
  timeline.goTo(step);
  return shown;
}

/** The step at which the current instruction of a call is done: the steps of a nested call come before that. */
function stepAfter({ timeline }: DebuggedRun, call: RecordedCall): number {
  let next = timeline.step + 1;
  while (next < timeline.count && timeline.callAt(next) !== call && isInside(timeline.callAt(next), call))
    next++;
  return next;
}

function isInside(call: RecordedCall, outer: RecordedCall): boolean {
  for (let at: RecordedCall | undefined = call; at; at = at.caller) if (at === outer) return true;
  return false;
}

function frameCells(run: DebuggedRun, call: RecordedCall, format: NumberFormat): Shown[] {
  const base = run.timeline.cell(0, call);
  if (base.tag !== "u32")
    return [{ name: "base", value: `${shownCell(base)}: [sp+n] halts, M[0] must be u32` }];
  const start = Number(base.value);
  const shown: Shown[] = [{ ...cellShown(run, call, 0, format), name: "sp [0]", evaluateName: "sp" }];
  for (let offset = 0; offset < FRAME_CELLS; offset++) {
    const address = start + offset;
    if (address >= 2 ** 32 || !run.timeline.cell(address, call).written) continue;
    const name = `[sp+${offset}]`;
    shown.push({
      ...cellShown(run, call, address, format),
      name: `${name} [${address}]`,
      evaluateName: name,
    });
  }
  return shown;
}

function fields(region: string, values: readonly bigint[], format: NumberFormat, view: CodeView): Shown[] {
  return values.map((value, index) => ({
    name: `${region}[${index}]`,
    value: withText(
      shownNumber(value, format),
      value,
      index === 0 ? view.functionBySelector(value) : undefined,
    ),
    evaluateName: `${region}[${index}]`,
  }));
}

function gas(run: DebuggedRun): Shown[] {
  const { timeline, lastStop } = run;
  const { recording, step } = timeline;
  const l2 = recording.l2Gas[step] ?? 0;
  const da = recording.daGas[step] ?? 0;
  const shown: Shown[] = [
    { name: "L2 left", value: grouped(l2), evaluateName: "l2gas" },
    { name: "DA left", value: grouped(da), evaluateName: "dagas" },
  ];
  const call = timeline.callAt();
  const after = stepAfter(run, call);
  if (after >= timeline.count) shown.push({ name: "L2 of this instruction", value: "the rest" });
  else if (timeline.callAt(after) === call)
    shown.push({ name: "L2 of this instruction", value: String(l2 - recording.l2Gas[after]) });
  const [before, now] = [timeline.spentAt(lastStop), timeline.spentAt(step)];
  if (lastStop < step && before.outermost === now.outermost)
    shown.push({ name: "L2 since the last stop", value: String(now.l2 - before.l2) });
  return shown;
}

function callFacts(run: DebuggedRun, call: RecordedCall): Shown[] {
  const { timeline } = run;
  const hex = (value: bigint): string => `0x${value.toString(16)}`;
  return [
    { name: "pc", value: String(timeline.pcAt()), evaluateName: "pc" },
    { name: "step", value: `${timeline.step} of ${timeline.count}`, evaluateName: "step" },
    { name: "address", value: hex(call.address), evaluateName: "address" },
    { name: "sender", value: hex(call.sender), evaluateName: "sender" },
    { name: "static", value: call.isStatic ? "yes: no change of state" : "no" },
    { name: "target", value: call.code.set.target },
    ...run.environment.map(([name, value]) => ({ name, value: shownNumber(value) })),
  ];
}

function effects(run: DebuggedRun, format: NumberFormat): Shown[] {
  const shown = run.effectsHere().map((effect, index) => ({
    name: `${index + 1} ${effect.kind}`,
    value: shownEffect(effect, format),
  }));
  return shown.length > 0 ? shown : [{ name: "none", value: "so far" }];
}

function shownEffect(effect: Effect, format: NumberFormat): string {
  const number = (value: bigint): string => shownNumber(value, format);
  switch (effect.kind) {
    case "storage":
      return `slot ${number(effect.slot)} = ${number(effect.value)}`;
    case "noteHash":
    case "nullifier":
      return number(effect.value);
    case "log":
      return effect.fields.map(number).join(", ");
    case "message":
      return `to ${number(effect.recipient)}: ${number(effect.content)}`;
  }
}

function memory(run: DebuggedRun, call: RecordedCall, format: NumberFormat): Shown[] {
  const written = run.timeline.writtenCells(call);
  const shown = written.slice(0, MAX_CELLS).map((address) => cellShown(run, call, address, format));
  if (written.length > MAX_CELLS) shown.push({ name: "…", value: `${written.length - MAX_CELLS} more` });
  return shown;
}

function cellShown(
  run: DebuggedRun,
  call: RecordedCall,
  address: number,
  format: NumberFormat,
  declared?: Parameters<typeof shownCell>[1],
): Shown {
  const cell = run.timeline.cell(address, call);
  return {
    name: `[${address}]`,
    value: withText(shownCell(cell, declared, format), cell.tag === "ff" ? cell.value : 0n),
    type: cell.written ? cell.tag : "never written",
    evaluateName: `[${address}]`,
    cell: { call, address },
    children: () => partsOf(run, call, address),
  };
}

/** What an opened cell shows. */
export function partsOf(run: DebuggedRun, call: RecordedCall, address: number): Shown[] {
  const { timeline } = run;
  const { tag, value, written } = timeline.cell(address, call);
  const cellTag: Shown = {
    name: "tag",
    value: written ? tag : "never written",
    evaluateName: `tag([${address}])`,
    tagOf: { call, address },
  };
  if (!written) return [cellTag];
  const text = textIn(value);
  const step = timeline.lastWrite(address, call);
  const view = run.viewOf(call.code);
  const selector = view.functionBySelector(value);
  const line = view.placesOf(view.statementAt(timeline.pcAt(step))).at(0)?.line;
  return [
    cellTag,
    { name: "decimal", value: value.toString() },
    { name: "hexadecimal", value: shownNumber(value, "hex") },
    ...(text === undefined ? [] : [{ name: "text", value: JSON.stringify(text) }]),
    ...(selector === undefined ? [] : [{ name: "selector", value: selector }]),
    { name: "written at", value: `step ${step}${line === undefined ? "" : `, line ${line + 1}`}` },
  ];
}

/** A value with the function whose selector it is, or with the text in it. */
function withText(shown: string, value: bigint, selector?: string): string {
  if (selector !== undefined) return `${shown} ${selector}`;
  const text = textIn(value);
  return text === undefined || text.length < 3 ? shown : `${shown} "${text}"`;
}
