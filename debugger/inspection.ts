/** Answers the requests that look at a stop: the stack, scopes and variables, expressions, sources, memory and code. */

import type { DebugProtocol } from "@vscode/debugprotocol";
import { BUILTINS } from "../assembler/expressions/builtins.ts";
import { MEMORY_SIZE } from "../isa/limits.ts";
import type { DebuggedRun } from "./debugged-run.ts";
import { disassembledAround } from "./disassembly.ts";
import { shownCell, shownNumber, type NumberFormat } from "./display.ts";
import { base64, memoryBytes, memoryReference, parseReference, type CellPlace } from "./memory-references.ts";
import { memoryOf, type ShownMemory } from "./memory-view.ts";
import { Refusal } from "./refusal.ts";
import { recordedBy, type SessionHost } from "./session-host.ts";
import { stackOf, type StackEntry } from "./stack.ts";
import { partsOf, scopesOf, type Shown } from "./variables.ts";
import { parseWatchExpression, WatchError, type Watched } from "./watch-expression.ts";

/** Names that an expression may use besides those of the program and of functions. */
const REGISTERS = ["sp", "calldata", "returndata", "pc", "l2gas", "dagas", "step", "address", "sender"];

/** Lists of variables by the references under which clients ask for them. No reference is used twice. */
class Contents {
  private readonly lists = new Map<number, () => readonly Shown[]>();
  private next = 1000;

  add(list: () => readonly Shown[]): number {
    this.lists.set(this.next, list);
    return this.next++;
  }

  get(reference: number): (() => readonly Shown[]) | undefined {
    return this.lists.get(reference);
  }

  clear(): void {
    this.lists.clear();
  }
}

/** A cell, or its tag. */
interface Watchable extends CellPlace {
  readonly isTag: boolean;
}

export class Inspection {
  private readonly host: SessionHost;
  private readonly contents = new Contents();
  private stack: readonly StackEntry[] = [];

  constructor(host: SessionHost) {
    this.host = host;
  }

  /** Called when the run has stopped or is at its end: computes its stack. */
  enter(run: DebuggedRun): void {
    this.leave();
    this.stack = stackOf(run);
  }

  /** Called when the run moves on from a stop: the references that the client has to its stack and variables are no longer valid. */
  leave(): void {
    this.stack = [];
    this.contents.clear();
  }

  stackTrace({
    startFrame = 0,
    levels = 0,
  }: DebugProtocol.StackTraceArguments): DebugProtocol.StackTraceResponse["body"] {
    const end = levels > 0 ? startFrame + levels : this.stack.length;
    return {
      totalFrames: this.stack.length,
      stackFrames: this.stack
        .slice(startFrame, end)
        .map((entry, index) => this.shownFrame(entry, startFrame + index)),
    };
  }

  private shownFrame({ name, view, place, pc, call }: StackEntry, index: number): DebugProtocol.StackFrame {
    const { sources } = recordedBy(this.host);
    const { line, column } = this.host.toClient;
    const pointer = sources.referenceOf(call.code, pc);
    if (!place) return { id: index + 1, name, line: 0, column: 0, instructionPointerReference: pointer };
    return {
      id: index + 1,
      name,
      source: sources.sourceOf(view, place.source),
      line: line(place.line),
      column: column(place.start),
      endLine: line(place.line),
      endColumn: column(place.end),
      instructionPointerReference: pointer,
    };
  }

  scopes({ frameId }: DebugProtocol.ScopesArguments): DebugProtocol.ScopesResponse["body"] {
    const scopes = scopesOf(recordedBy(this.host).run, this.entryOf(frameId));
    return {
      scopes: scopes.map(({ name, hint, expensive, variables }) => ({
        name,
        expensive,
        ...(hint && { presentationHint: hint }),
        variablesReference: this.contents.add(() => variables("decimal")),
      })),
    };
  }

  variables({
    variablesReference,
    start = 0,
    count,
  }: DebugProtocol.VariablesArguments): DebugProtocol.VariablesResponse["body"] {
    const list = this.contents.get(variablesReference);
    if (!list) throw new Refusal(`there are no variables with the reference ${variablesReference}`);
    const shown = list();
    const end = count === undefined || count === 0 ? shown.length : start + count;
    return { variables: shown.slice(start, end).map((one) => this.variable(one)) };
  }

  private variable({ name, value, type, evaluateName, cell, children }: Shown): DebugProtocol.Variable {
    return {
      name,
      value,
      ...(type !== undefined && { type }),
      ...(evaluateName !== undefined && { evaluateName }),
      ...(cell && { memoryReference: memoryReference({ call: cell.call.number, address: cell.address }) }),
      variablesReference: children ? this.contents.add(children) : 0,
      presentationHint: { attributes: ["readOnly"] },
    };
  }

  evaluate({
    expression,
    frameId,
    format,
    context,
  }: DebugProtocol.EvaluateArguments): DebugProtocol.EvaluateResponse["body"] {
    const found = this.watched(expression, frameId);
    const { call } = this.entryOf(frameId);
    return {
      result: shownWatched(found, format?.hex ? "hex" : "decimal"),
      variablesReference: context === "hover" ? 0 : this.referenceOfParts(call, found),
      ...(found.tag && { type: found.written === false ? "never written" : found.tag }),
      ...(found.address !== undefined && {
        memoryReference: memoryReference({ call: call.number, address: found.address }),
      }),
      presentationHint: { attributes: ["readOnly"] },
    };
  }

  /** The reference under which a client asks for the parts of a cell; 0 for what has none. */
  private referenceOfParts(call: StackEntry["call"], { address }: Watched): number {
    return address === undefined
      ? 0
      : this.contents.add(() => partsOf(recordedBy(this.host).run, call, address));
  }

  private watched(expression: string, frameId: number | undefined): Watched {
    const { call, statement } = this.entryOf(frameId);
    try {
      return parseWatchExpression(expression).evaluate(recordedBy(this.host).run.stateOf(call, statement));
    } catch (error) {
      throw error instanceof WatchError ? new Refusal(error.message) : error;
    }
  }

  private entryOf(frameId = 1): StackEntry {
    const entry = this.stack.find((_, index) => index === frameId - 1);
    if (!entry) throw new Refusal(this.noFrame(frameId));
    return entry;
  }

  private noFrame(id: number): string {
    if (this.host.isMoving()) return "the program is running; `pause` stops it";
    return this.stack.length === 0
      ? "the program isn't stopped at an instruction"
      : `there is no frame ${id}; they are 1 to ${this.stack.length}`;
  }

  completions({
    text,
    column,
    frameId = 1,
  }: DebugProtocol.CompletionsArguments): DebugProtocol.CompletionsResponse["body"] {
    const typed = lastWordOf(text.slice(0, Math.max(0, this.host.fromClient.column(column))));
    const entry = this.stack.find((_, index) => index === frameId - 1);
    const names = [...(entry?.view.names() ?? []), ...Object.keys(BUILTINS), "tag", ...REGISTERS];
    const matching = [...new Set(names)].filter((name) => name.startsWith(typed)).slice(0, 200);
    return { targets: matching.map((label) => ({ label, length: typed.length })) };
  }

  source({ sourceReference, source }: DebugProtocol.SourceArguments): DebugProtocol.SourceResponse["body"] {
    const content = this.host.recorded()?.sources.contentOf(source?.sourceReference ?? sourceReference);
    if (content === undefined) throw new Refusal("there is no such source");
    return { content, mimeType: "text/x-avm" };
  }

  loadedSources(): DebugProtocol.LoadedSourcesResponse["body"] {
    return { sources: this.host.recorded()?.sources.all() ?? [] };
  }

  readMemory({
    memoryReference: reference,
    offset = 0,
    count,
  }: DebugProtocol.ReadMemoryArguments): DebugProtocol.ReadMemoryResponse["body"] {
    if (this.host.isMoving()) throw new Refusal(this.noFrame(1));
    const place = this.cellAt(reference);
    const run = this.host.recorded()?.run;
    const call = place && run?.timeline.recording.calls.at(place.call);
    if (!place || !run || !call) throw new Refusal("there is no such memory");
    const cellOf = (address: number): bigint => run.timeline.cell(address, call).value;
    const { first, data } = memoryBytes(place.address, offset, count, cellOf);
    return {
      address: `0x${first.toString(16)}`,
      data: base64(data),
      ...(data.length < count && { unreadableBytes: count - data.length }),
    };
  }

  /** The call and address that a memory reference names; undefined if the run has no such cell. */
  cellAt(reference: string): CellPlace | undefined {
    const found = parseReference(reference);
    const calls = this.host.recorded()?.run.timeline.recording.calls.length ?? 0;
    return found && found.address < MEMORY_SIZE && found.call < calls ? found : undefined;
  }

  /** The cell that a variable or an expression names, or whose tag it names. */
  watchable(reference: number | undefined, name: string, frameId: number | undefined): Watchable | undefined {
    if (reference !== undefined && reference > 0) {
      const shown = this.contents
        .get(reference)?.()
        .find((one) => one.name === name);
      const found = shown?.tagOf ?? shown?.cell;
      return found && { call: found.call.number, address: found.address, isTag: shown?.tagOf !== undefined };
    }
    try {
      const { address, tagOf } = this.watched(name, frameId);
      const at = tagOf?.address ?? address;
      return at === undefined
        ? undefined
        : { call: this.entryOf(frameId).call.number, address: at, isTag: tagOf !== undefined };
    } catch (error) {
      if (error instanceof Refusal) return undefined;
      throw error;
    }
  }

  disassemble({
    memoryReference: reference,
    offset = 0,
    instructionOffset = 0,
    instructionCount,
  }: DebugProtocol.DisassembleArguments): DebugProtocol.DisassembleResponse["body"] {
    const recorded = this.host.recorded();
    const place = recorded?.sources.placeOf(reference);
    if (!recorded || !place) throw new Refusal("there is no such code");
    const { run, sources } = recorded;
    const { line, column } = this.host.toClient;
    const view = run.viewOf(place.code);
    const instructions = disassembledAround(
      place.code,
      place.pc + offset,
      instructionOffset,
      instructionCount,
    );
    return {
      instructions: instructions.map(({ pc, text, bytes, statement }) => {
        const address = sources.addressOf(place.code, pc);
        if (bytes === undefined) return { address, instruction: text, presentationHint: "invalid" as const };
        const at = statement < 0 ? undefined : view.placesOf(view.statementAt(pc)).at(0);
        return {
          address,
          instruction: text,
          instructionBytes: bytes,
          ...(at && {
            location: sources.sourceOf(view, at.source),
            line: line(at.line),
            column: column(at.start),
          }),
        };
      }),
    };
  }

  /** `avm/memory`, which the protocol doesn't have: the memory view. */
  memory(frameId: number): ShownMemory {
    return memoryOf(recordedBy(this.host).run, this.entryOf(frameId));
  }
}

function shownWatched({ value, tag, address, written = true, tagOf }: Watched, format: NumberFormat): string {
  if (tagOf) return tagOf.tag;
  if (tag === undefined) return shownNumber(value, format);
  const shown = shownCell({ value, tag, written }, undefined, format);
  return address === undefined ? shown : `${shown} [${address}]`;
}

/** The letters, digits and dots that a text ends with. */
function lastWordOf(text: string): string {
  let start = text.length;
  while (start > 0 && /[.\w]/.test(text[start - 1])) start--;
  return text.slice(start);
}
