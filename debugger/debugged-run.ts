/** A run in the debugger: its current step, the views of its code, and the search for the next step that stops. */

import type { Artifact } from "../artifact/artifact.ts";
import type { DebugSymbols } from "../artifact/debug-symbols.ts";
import { describeCode, type Contract } from "../disassembler/contract.ts";
import { disassemble } from "../disassembler/disassemble.ts";
import { assemble, type Assembly } from "../assembler/assemble.ts";
import { parseSource } from "../grammar/source-file.ts";
import type { Code } from "../machine/code.ts";
import { shownOperand } from "../isa/describe.ts";
import type { Effect, Failure } from "../machine/outcome.ts";
import type { Paused } from "../program/cooperative.ts";
import type { BreakpointPlace, Conditions, DataBreakpoint, Stop } from "./breakpoints.ts";
import { CodeView } from "./code-view.ts";
import { shownCell, shownNumber } from "./display.ts";
import { NoirLines } from "./noir-lines.ts";
import type { RecordedCall, Recording } from "../machine/recording.ts";
import type { Position } from "./position.ts";
import { Stepper } from "./stepping.ts";
import { Timeline } from "./timeline.ts";
import {
  WatchError,
  type CellState,
  type Named,
  type WatchExpression,
  type WatchState,
} from "./watch-expression.ts";

/** Number of steps between two pauses on the way to a stop. */
const STEPS_PER_PAUSE = 64;

/** Decides whether an exception filter stops at a failure. */
export type FailureFilter = (failure: { readonly kind: "revert" | "halt"; readonly code: string }) => boolean;

/** A recorded run, with what the debugger needs to show it. */
export interface RunToDebug {
  readonly recording: Recording;
  /** The outcome, as lines for the debug console. */
  readonly summary: readonly { readonly text: string; readonly isError: boolean }[];
  /** What is known about the contracts, by their code. */
  readonly programs: Iterable<readonly [Code, ProgramInfo]>;
  readonly environment: readonly (readonly [string, bigint])[];
  /** Describes how a call failed, with the message of a revert. Absent if only the machine's words are known. */
  readonly describe?: (failure: Failure) => string;
}

/** What is known about a contract besides its code. */
export interface ProgramInfo {
  /** The source, if the contract was assembled from one. */
  readonly assembly?: Assembly;
  readonly artifact?: Artifact;
  /** The debug symbols of the artifact. */
  readonly debugSymbols?: DebugSymbols;
  /** Describes code that has no source. */
  readonly describe?: () => Contract | undefined;
}

export class DebuggedRun {
  readonly timeline: Timeline;
  readonly stepper: Stepper;
  readonly summary: RunToDebug["summary"];
  position: Position;
  /** The step of the previous stop. */
  lastStop = 0;
  /** Members of GETENVVAR that are the same for the whole run, by name. */
  readonly environment: readonly (readonly [string, bigint])[];
  private readonly programs: ReadonlyMap<Code, ProgramInfo>;
  private readonly views = new Map<Code, CodeView>();
  /** The names that {@link namesOfCells} found last: the base seldom changes between two steps. */
  private named: { code: Code; base: number; names: ReadonlyMap<number, string> } | undefined;
  /** Steps at which contract calls fail. */
  private readonly failures: ReadonlyMap<number, RecordedCall>;
  private readonly describe: RunToDebug["describe"];

  constructor({ recording, summary, programs, environment, describe }: RunToDebug) {
    this.describe = describe;
    this.timeline = new Timeline(recording);
    this.summary = summary;
    this.environment = environment;
    this.programs = new Map(programs);
    this.stepper = new Stepper(this.timeline, (call) => this.viewOf(call.code));
    this.position = this.stepper.arrive(0);
    this.failures = new Map(
      recording.calls
        .filter(({ failure, lastStep }) => failure && lastStep >= 0)
        .map((call) => [call.lastStep, call]),
    );
  }

  /** The source of a contract's code, or its disassembly. */
  viewOf(code: Code): CodeView {
    let view = this.views.get(code);
    if (!view) {
      const program = this.programs.get(code);
      const noir = program?.debugSymbols && new NoirLines(program.debugSymbols);
      view = new CodeView(program?.assembly ?? disassembled(code, program), noir, program?.artifact);
      this.views.set(code, view);
    }
    return view;
  }

  /** The views of the contracts with a source, and those of other contracts that were created so far. */
  allViews(): Iterable<readonly [Code, CodeView]> {
    for (const [code, { assembly, debugSymbols }] of this.programs)
      if (assembly || debugSymbols) this.viewOf(code);
    return this.views;
  }

  goTo(position: Position): void {
    this.lastStop = this.position.step;
    this.position = position;
    this.timeline.goTo(position.step);
  }

  /** The side effects before the current step. */
  effectsHere(): readonly Effect[] {
    const { recording, step } = this.timeline;
    return recording.effects.findLast(({ from }) => from <= step)?.effects ?? [];
  }

  /** The failure at the current step, if the call fails there. */
  failureHere(): Failure | undefined {
    const call = this.failures.get(this.timeline.step);
    if (!call?.failure) return undefined;
    const { failure } = call;
    const message =
      (failure.kind === "revert" ? this.describe?.(failure) : undefined) ??
      this.withCells(failure.message, call);
    return { ...failure, message };
  }

  /** A message of the machine with cells in place of the operands' names, and with the cells' names: as the checker says it. */
  private withCells(message: string, call: RecordedCall): string {
    const names = this.namesOfCells(call);
    const shown = (address: number): string => {
      const name = names.get(address);
      return name === undefined ? `[${address}]` : `\`${name}\` ([${address}])`;
    };
    let text = message;
    for (const { operand, address } of this.timeline.operands())
      if (address !== undefined)
        for (const verb of ["is", "holds"])
          text = text.replace(`\`${shownOperand(operand)}\` ${verb} `, () => `${shown(address)} ${verb} `);
    return text.replace(/^\[(\d+)\] /, (_, address: string) => `${shown(Number(address))} `);
  }

  /** The state in which expressions are evaluated: a contract call, and the statement at which names are resolved. */
  stateOf(call: RecordedCall, statement: number): WatchState {
    const { timeline } = this;
    const view = this.viewOf(call.code);
    return {
      cell: (address) => timeline.cell(address, call),
      lookUp: (name) => view.lookUp(name, statement) ?? this.register(name, call),
      field: (region, index) => (region === "calldata" ? call.calldata : timeline.returnData(call)).at(index),
      compute: (text) => view.evaluate(text, statement),
    };
  }

  /** The state at the current step. */
  stateHere(): WatchState {
    const call = this.timeline.callAt();
    return this.stateOf(call, this.viewOf(call.code).statementAt(this.timeline.pcAt()));
  }

  private register(name: string, call: RecordedCall): Named | undefined {
    const { timeline } = this;
    const { recording, step } = timeline;
    const values: Readonly<Record<string, () => number | bigint>> = {
      pc: () => timeline.pcAt(),
      step: () => step,
      l2gas: () => recording.l2Gas[step],
      dagas: () => recording.daGas[step],
      address: () => call.address,
      sender: () => call.sender,
    };
    const key = name.toLowerCase();
    return Object.hasOwn(values, key) ? { kind: "register", value: BigInt(values[key]()) } : undefined;
  }

  /**
   * Continues until a stop: from the next step, or from the current one if `inclusive`. At the end of the run it returns
   * undefined and stays at the last step.
   */
  *run(stops: Stops, inclusive: boolean): Paused<Stop | undefined> {
    const { timeline } = this;
    const stop = yield* this.firstStop(this.position.step + (inclusive ? 0 : 1), timeline.count, 1, stops);
    if (!stop) this.goTo(this.stepper.arrive(timeline.last));
    return stop;
  }

  /** Continues backwards until a stop; at the latest at the first step. */
  *runBack(stops: Stops): Paused<Stop> {
    const stop = yield* this.firstStop(this.position.step - 1, -1, -1, stops);
    return stop ?? this.stopped({ position: this.stepper.arrive(0), reason: "entry" });
  }

  /** Goes to the target of a step, or to a breakpoint on the way, inside of a call that is stepped over. */
  *stepTo(target: Position | undefined, stops: Stops): Paused<Stop | undefined> {
    const { timeline } = this;
    const from = this.position.step;
    const before = yield* this.firstStop(from + 1, target?.step ?? timeline.count, 1, stops);
    if (before) return before;
    if (!target) {
      this.goTo(this.stepper.arrive(timeline.last));
      return undefined;
    }
    timeline.goTo(target.step);
    const stop = target.step > from ? this.stopAt(target.step, stops) : undefined;
    return this.stopped(stop ? { ...stop, position: target } : { position: target, reason: "step" });
  }

  /** Goes forwards (1) or backwards (-1) from a step to before `end`, and stops at the first step that stops; undefined if none does. */
  private *firstStop(start: number, end: number, direction: 1 | -1, stops: Stops): Paused<Stop | undefined> {
    for (let step = start; (end - step) * direction > 0; step += direction) {
      if (step % STEPS_PER_PAUSE === 0) yield;
      this.timeline.goTo(step);
      const stop = this.stopAt(step, stops);
      if (stop) return this.stopped(stop);
    }
    return undefined;
  }

  private stopped(stop: Stop): Stop {
    this.goTo(stop.position);
    return stop;
  }

  private stopAt(step: number, stops: Stops): Stop | undefined {
    const failure = this.failures.has(step) ? this.failureHere() : undefined;
    if (failure && stops.failures(failure)) {
      return {
        position: { step, hidden: 0 },
        reason: "exception",
        description: failure.kind === "revert" ? "Reverts here" : `Halts here: ${failure.code}`,
        text: failure.message,
      };
    }
    const call = this.timeline.callAt(step);
    const pc = this.timeline.pcAt(step);
    const hit: number[] = [];
    let description: string | undefined;
    let hidden = 0;
    let reason = "";
    for (const { breakpoint, hidden: below } of stops.code.get(call.code)?.get(pc) ?? []) {
      if (!this.meets(breakpoint, stops)) continue;
      hit.push(breakpoint.id);
      hidden = Math.max(hidden, below);
      reason ||= breakpoint.kind;
    }
    for (const breakpoint of stops.data) {
      if (!this.touches(breakpoint, step, call) || !this.meets(breakpoint, stops)) continue;
      hit.push(breakpoint.id);
      reason ||= "data breakpoint";
      description ??= this.accessOf(breakpoint, step, call);
    }
    if (hit.length > 0) {
      const most = this.stepper.mostHidden(step);
      const position = { step, hidden: Math.min(hidden, most) };
      return { position, reason, breakpoints: hit, ...(description !== undefined && { description }) };
    }
    const change = stops.tagChanges ? this.tagChange(step) : undefined;
    return change === undefined
      ? undefined
      : { position: { step, hidden: 0 }, reason: "exception", description: change };
  }

  /** True if a breakpoint's instruction is about to read or write its cell. */
  private touches({ call, address, access }: DataBreakpoint, step: number, running: RecordedCall): boolean {
    if (running.number !== call) return false;
    if (access === "tag change") return this.tagChangeOf(address, step, running) !== undefined;
    if (access !== "read" && this.timeline.writes(step, running, address)) return true;
    if (access === "write") return false;
    return this.timeline
      .operands()
      .some(
        ({ operand, address: start, length }) =>
          operand.kind === "memory" &&
          operand.access === "read" &&
          start !== undefined &&
          address >= start &&
          address < start + length,
      );
  }

  /** Describes what this step does to the cell of a data breakpoint that it touches. */
  private accessOf(
    { address, access }: DataBreakpoint,
    step: number,
    call: RecordedCall,
  ): string | undefined {
    if (access === "tag change") return this.tagChangeOf(address, step, call);
    const cell = this.nameOf(address, call);
    const write = access === "read" ? undefined : this.writeOf(address, step, call);
    if (write) return `${cell} is written here: ${shownCell(write.before)} → ${shownCell(write.after)}`;
    return `${cell} is read here: ${shownCell(this.timeline.cell(address, call))}`;
  }

  /** A cell before and after this step, if the step writes it. */
  private writeOf(
    address: number,
    step: number,
    call: RecordedCall,
  ): { readonly before: CellState; readonly after: CellState } | undefined {
    const { timeline } = this;
    if (!timeline.writes(step, call, address)) return undefined;
    const before = timeline.cell(address, call);
    timeline.goTo(step + 1);
    const after = timeline.cell(address, call);
    timeline.goTo(step);
    return { before, after };
  }

  private nameOf(address: number, call: RecordedCall): string {
    const name = this.namesOfCells(call).get(address);
    return name === undefined ? `[${address}]` : `${name} [${address}]`;
  }

  /** Describes the change if this step gives a cell another tag. The first write of a cell is a change too. */
  private tagChangeOf(address: number, step: number, call: RecordedCall): string | undefined {
    const write = this.writeOf(address, step, call);
    if (!write) return undefined;
    const { before, after } = write;
    if (before.written && before.tag === after.tag) return undefined;
    const cell = this.nameOf(address, call);
    return before.written
      ? `The tag of ${cell} changes here, from ${before.tag} to ${after.tag}`
      : `${cell} is written for the first time here, with the tag ${after.tag}`;
  }

  /** The names of a call's cells by their addresses at the current step. */
  private namesOfCells(call: RecordedCall): ReadonlyMap<number, string> {
    const base = Number(this.timeline.cell(0, call).value);
    if (this.named?.code === call.code && this.named.base === base) return this.named.names;
    const names = new Map(
      this.viewOf(call.code).cells.map((cell) => [cell.address + (cell.relative ? base : 0), cell.name]),
    );
    this.named = { code: call.code, base, names };
    return names;
  }

  /** Describes the change if this step gives a named cell that was written another tag. */
  private tagChange(step: number): string | undefined {
    const { timeline } = this;
    const { recording } = timeline;
    const call = timeline.callAt(step);
    const first = recording.firstChange[step];
    const end = recording.firstChange[step + 1];
    if (first === end) return undefined;
    const named = this.namesOfCells(call);
    for (let change = first; change < end; change++) {
      const address = recording.addresses[change];
      if (!named.has(address) || !timeline.cell(address, call).written) continue;
      const found = this.tagChangeOf(address, step, call);
      if (found !== undefined) return found;
    }
    return undefined;
  }

  /** Counts a hit and checks the conditions. A log point prints and doesn't stop. */
  private meets(breakpoint: Conditions & { readonly id: number; hitCount: number }, stops: Stops): boolean {
    const { condition, hits, log } = breakpoint;
    if (condition && !this.holds(condition, breakpoint, stops)) return false;
    breakpoint.hitCount++;
    if (hits && !hits(breakpoint.hitCount)) return false;
    if (!log) return true;
    stops.print(log.map((part) => (typeof part === "string" ? part : this.shown(part))).join(""));
    return false;
  }

  private holds(condition: WatchExpression, { id }: { id: number }, stops: Stops): boolean {
    try {
      return condition.evaluate(this.stateHere()).value !== 0n;
    } catch (error) {
      if (!(error instanceof WatchError)) throw error;
      stops.complain(id, `the condition can't be evaluated: ${error.message}`);
      return false;
    }
  }

  private shown(expression: WatchExpression): string {
    try {
      const { value, tagOf } = expression.evaluate(this.stateHere());
      return tagOf?.tag ?? shownNumber(value);
    } catch (error) {
      if (!(error instanceof WatchError)) throw error;
      return `<${error.message}>`;
    }
  }
}

/** All that can stop a run. */
export interface Stops {
  /** Breakpoints on code, by code and byte offset. */
  readonly code: ReadonlyMap<Code, ReadonlyMap<number, readonly BreakpointPlace[]>>;
  readonly data: readonly DataBreakpoint[];
  readonly failures: FailureFilter;
  readonly tagChanges: boolean;
  /** Prints the text of a log point. */
  readonly print: (text: string) => void;
  /** Reports a condition that can't be evaluated. Such a condition counts as false. */
  readonly complain: (breakpoint: number, message: string) => void;
}

/** The source name of a disassembly. */
export const DISASSEMBLY = "disassembly.avm";

/** Assembles the disassembly of a code. */
function disassembled({ set, bytes }: Code, program: ProgramInfo | undefined): Assembly {
  const { model } = program?.describe?.() ?? describeCode(bytes, { target: set.target });
  return assemble(parseSource(DISASSEMBLY, disassemble(model).text));
}
