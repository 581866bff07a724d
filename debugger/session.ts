/**
 * The debug adapter: handles requests of the Debug Adapter Protocol. It records the whole run at launch, so stepping back
 * works like stepping forwards, and a breakpoint that is set later also finds earlier steps.
 */

import {
  DebugSession,
  InitializedEvent,
  OutputEvent,
  Response,
  StoppedEvent,
  TerminatedEvent,
  Thread,
} from "@vscode/debugadapter";
import type { DebugProtocol } from "@vscode/debugprotocol";
import { BUILTINS } from "../assembler/expressions/builtins.ts";
import { MEMORY_SIZE } from "../isa/limits.ts";
import { runSlice, type Paused } from "../program/cooperative.ts";
import { conditionsOf, type DataBreakpoint, type Stop } from "./breakpoints.ts";
import { CodeBreakpoints } from "./code-breakpoints.ts";
import { DebuggedRun, type Stops } from "./debugged-run.ts";
import { disassembledAround } from "./disassembly.ts";
import { shownCell, shownNumber, type NumberFormat } from "./display.ts";
import { checkedFilter, EXCEPTION_FILTERS, stopsAt } from "./exception-filters.ts";
import {
  checkedArguments,
  inTurns,
  LaunchError,
  orRefuse,
  type Files,
  type LaunchArguments,
  type Prepared,
} from "./launch.ts";
import { base64, memoryBytes, memoryReference, parseReference, type CellPlace } from "./memory-references.ts";
import { memoryOf } from "./memory-view.ts";
import { stackOf, type StackEntry } from "./stack.ts";
import type { Position } from "./position.ts";
import { checkRequest } from "./request-arguments.ts";
import { whyRefused, type SessionState } from "./request-order.ts";
import type { Granularity } from "./stepping.ts";
import { Sources } from "./sources.ts";
import { partsOf, scopesOf, type Shown } from "./variables.ts";
import { parseWatchExpression, WatchError, type Watched } from "./watch-expression.ts";

/** The only thread: the transaction. */
const THREAD = 1;
/** What follows the reference of a cell in the `dataId` of its tag. */
const TAG_SUFFIX = ":tag";

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

export class AvmDebugSession extends DebugSession {
  private readonly files: Files;
  private run: DebuggedRun | undefined;
  private sources: Sources | undefined;
  private launched: LaunchArguments | undefined;
  private stack: readonly StackEntry[] = [];
  private readonly contents = new Contents();
  private nextBreakpoint = 1;
  private dataBreakpoints: DataBreakpoint[] = [];
  private readonly codeBreakpoints = new CodeBreakpoints(() => this.nextBreakpoint++);
  private filters: readonly string[] = ["halt"];
  private readonly complained = new Set<number>();
  private failure: { readonly code: string; readonly message: string } | undefined;
  private isInitialized = false;
  /** True while a program is run to be recorded. */
  private isLaunching = false;
  /** True once the client has said that its breakpoints are set. */
  private hasBegun = false;
  /** True if the run stands behind its last step, and the client knows. */
  private hasEnded = false;
  /** True once the client has ended the session. */
  private isOver = false;
  private isSummaryShown = false;
  /** The way to the next stop, if the run is on it. */
  private moving: Paused<Stop | undefined> | undefined;
  /** Finds the messages of the launch; undefined once they are asked for. */
  private findMessages: Prepared["findMessages"] | undefined;
  private messagesShown = Promise.resolve();

  constructor(files: Files) {
    super();
    this.files = files;
    this.setDebuggerLinesStartAt1(false);
    this.setDebuggerColumnsStartAt1(false);
  }

  /** Refuses a request that comes at the wrong time, or whose arguments are wrong. */
  protected override dispatchRequest(request: DebugProtocol.Request): void {
    const { command } = request;
    const refused = whyRefused(command, this.state());
    if (refused !== undefined) return this.refuse(new Response(request), refused);
    const checked = checkRequest(command, request.arguments);
    if ("error" in checked) return this.refuse(new Response(request), checked.error);
    const threadId = checked.args.threadId as number | undefined;
    if (threadId !== undefined && threadId !== THREAD)
      return this.refuse(new Response(request), `there is no thread ${threadId}; the only one is ${THREAD}`);
    request.arguments = command === "initialize" ? { pathFormat: "path", ...checked.args } : checked.args;
    super.dispatchRequest(request);
  }

  private state(): SessionState {
    const { isInitialized, isLaunching, hasBegun, hasEnded, isOver } = this;
    return {
      ...{ isInitialized, isLaunching, hasBegun, hasEnded, isOver },
      wasLaunched: this.launched !== undefined,
      steps: this.run?.timeline.count,
      isMoving: this.moving !== undefined,
    };
  }

  protected override initializeRequest(response: DebugProtocol.InitializeResponse): void {
    this.isInitialized = true;
    response.body = {
      supportsConfigurationDoneRequest: true,
      supportsFunctionBreakpoints: true,
      supportsConditionalBreakpoints: true,
      supportsHitConditionalBreakpoints: true,
      supportsLogPoints: true,
      supportsEvaluateForHovers: true,
      supportsStepBack: true,
      supportsRestartRequest: true,
      supportsExceptionInfoRequest: true,
      supportsValueFormattingOptions: true,
      supportsDataBreakpoints: true,
      supportsReadMemoryRequest: true,
      supportsDisassembleRequest: true,
      supportsInstructionBreakpoints: true,
      supportsSteppingGranularity: true,
      supportsCompletionsRequest: true,
      completionTriggerCharacters: ["[", "."],
      supportsBreakpointLocationsRequest: true,
      supportsLoadedSourcesRequest: true,
      supportsTerminateRequest: true,
      exceptionBreakpointFilters: [...EXCEPTION_FILTERS],
    };
    this.sendResponse(response);
  }

  protected override launchRequest(
    response: DebugProtocol.LaunchResponse,
    args: DebugProtocol.LaunchRequestArguments,
  ): void {
    this.record(response, args, () => this.sendEvent(new InitializedEvent()));
  }

  protected override restartRequest(
    response: DebugProtocol.RestartResponse,
    args: DebugProtocol.RestartArguments,
  ): void {
    this.moving = undefined;
    this.record(response, args.arguments ?? this.launched!, () => this.begin());
  }

  /** Runs the program, and responds when it is recorded. */
  private record(response: DebugProtocol.Response, given: object, then: () => void): void {
    this.isLaunching = true;
    this.prepare(given)
      .then((prepared) => {
        this.isLaunching = false;
        // The client has ended the session.
        if (!prepared) return this.refuse(response, "the debugger was terminated");
        const { run, findMessages } = prepared;
        this.run = run;
        this.sources = new Sources(run, this.files);
        this.hasEnded = false;
        this.isSummaryShown = false;
        this.failure = undefined;
        this.leave();
        this.findMessages = findMessages;
        this.sendResponse(response);
        then();
      })
      .catch((error: unknown) => {
        this.isLaunching = false;
        const text = error instanceof LaunchError ? error.message : String(error);
        this.sendErrorResponse(response, {
          id: 1,
          format: "{_text}",
          variables: { _text: text },
          showUser: true,
        });
        if (this.isOver) return;
        const { run } = this;
        if (!run) return this.sendEvent(new TerminatedEvent());
        // The run that was recorded before can still be looked at.
        run.goTo(run.position);
        if (!this.hasEnded) this.stopped({ position: run.position, reason: "pause" });
      });
  }

  /** Undefined if the session has ended meanwhile. */
  private async prepare(
    given: object,
  ): Promise<{ readonly run: DebuggedRun; readonly findMessages: Prepared["findMessages"] } | undefined> {
    const args = checkedArguments(given);
    const { record, findMessages } = await this.files.prepare(args);
    const ended = await inTurns(record(), this.files.pause, () => !this.isOver);
    if (!ended || this.isOver) return undefined;
    this.launched = args;
    return { run: new DebuggedRun(orRefuse(ended.result)), findMessages };
  }

  protected override configurationDoneRequest(response: DebugProtocol.ConfigurationDoneResponse): void {
    this.hasBegun = true;
    this.sendResponse(response);
    this.begin();
  }

  private begin(): void {
    this.goToFirstStop();
    void this.showMessages();
  }

  private goToFirstStop(): void {
    const run = this.needRun();
    this.codeBreakpoints.place(run, this.sources!);
    if (run.timeline.count === 0 || this.launched?.noDebug) {
      run.goTo(run.stepper.arrive(run.timeline.last));
      return this.end();
    }
    if (this.launched?.stopOnEntry ?? true) {
      run.goTo(run.stepper.entry());
      run.lastStop = run.position.step;
      return this.stopped({ position: run.position, reason: "entry" });
    }
    this.go((stops) => run.run(stops, true));
  }

  // --- stepping ---

  protected override continueRequest(response: DebugProtocol.ContinueResponse): void {
    response.body = { allThreadsContinued: true };
    this.sendResponse(response);
    this.go((stops) => this.needRun().run(stops, false));
  }

  protected override reverseContinueRequest(response: DebugProtocol.ReverseContinueResponse): void {
    this.sendResponse(response);
    this.hasEnded = false;
    this.go((stops) => this.needRun().runBack(stops));
  }

  protected override nextRequest(
    response: DebugProtocol.NextResponse,
    args: DebugProtocol.NextArguments,
  ): void {
    this.move(response, (run) => run.stepper.next(run.position, granularityOf(args)));
  }

  protected override stepInRequest(
    response: DebugProtocol.StepInResponse,
    args: DebugProtocol.StepInArguments,
  ): void {
    this.move(response, (run) => run.stepper.stepIn(run.position, granularityOf(args)));
  }

  protected override stepOutRequest(response: DebugProtocol.StepOutResponse): void {
    this.move(response, (run) => run.stepper.stepOut(run.position));
  }

  protected override stepBackRequest(
    response: DebugProtocol.StepBackResponse,
    args: DebugProtocol.StepBackArguments,
  ): void {
    this.sendResponse(response);
    const run = this.needRun();
    this.hasEnded = false;
    const position = run.stepper.stepBack(run.position, granularityOf(args)) ?? run.stepper.entry();
    run.goTo(position);
    this.stopped({ position, reason: "step" });
  }

  protected override pauseRequest(response: DebugProtocol.PauseResponse): void {
    this.sendResponse(response);
    const run = this.needRun();
    // Somewhere on the way to the next stop.
    if (this.moving) run.goTo(run.stepper.arrive(run.timeline.step));
    this.moving = undefined;
    this.stopped({ position: run.position, reason: "pause" });
  }

  private move(response: DebugProtocol.Response, target: (run: DebuggedRun) => Position | undefined): void {
    this.sendResponse(response);
    const run = this.needRun();
    this.go((stops) => run.stepTo(target(run), stops));
  }

  /** Moves on to the next stop. If that takes long, other requests are answered meanwhile. */
  private go(how: (stops: Stops) => Paused<Stop | undefined>): void {
    const work = how(this.stops());
    const ended = runSlice(work);
    if (ended) return this.arrive(ended.result);
    this.moving = work;
    this.leave();
    void this.goOn(work);
  }

  private async goOn(work: Paused<Stop | undefined>): Promise<void> {
    const ended = await inTurns(work, this.files.pause, () => this.moving === work);
    if (!ended || this.moving !== work) return;
    this.moving = undefined;
    this.arrive(ended.result);
  }

  private arrive(stop: Stop | undefined): void {
    if (stop) this.stopped(stop);
    else this.end();
  }

  /** The stop that the client knows is left: what it has of it means nothing any more. */
  private leave(): void {
    this.stack = [];
    this.contents.clear();
  }

  private stops(): Stops {
    const breakpoints = {
      code: () => this.codeBreakpoints.byCode,
      data: () => this.dataBreakpoints,
      isTagChangeOn: () => this.filters.includes("tag-change"),
    };
    return {
      // These may be set while the run goes on.
      get code() {
        return breakpoints.code();
      },
      get data() {
        return breakpoints.data();
      },
      get tagChanges() {
        return breakpoints.isTagChangeOn();
      },
      failures: (failure) => stopsAt(this.filters, failure),
      print: (text) => this.print(`${text}\n`, "console"),
      complain: (id, message) => {
        if (this.complained.has(id)) return;
        this.complained.add(id);
        this.print(`breakpoint: ${message}\n`, "stderr");
      },
    };
  }

  private stopped({ reason, description, text, breakpoints }: Stop): void {
    const run = this.needRun();
    this.leave();
    this.stack = stackOf(run);
    const failure = reason === "exception" ? run.failureHere() : undefined;
    this.failure =
      failure ?? (reason === "exception" ? { code: "tag-change", message: description ?? "" } : undefined);
    const event: DebugProtocol.StoppedEvent = new StoppedEvent(reason, THREAD, text);
    if (description !== undefined) event.body.description = description;
    if (breakpoints) event.body.hitBreakpointIds = [...breakpoints];
    event.body.allThreadsStopped = true;
    this.sendEvent(event);
  }

  private end(): void {
    if (this.hasEnded) return;
    this.hasEnded = true;
    this.leave();
    this.stack = stackOf(this.needRun());
    const { summary } = this.needRun();
    void this.showMessages().then(() => {
      if (this.isOver) return;
      if (!this.isSummaryShown)
        for (const line of summary) this.print(`${line.text}\n`, line.isError ? "stderr" : "stdout");
      this.isSummaryShown = true;
      this.sendEvent(new TerminatedEvent());
    });
  }

  /** Prints the messages of the launch, once. The promise of each call is fulfilled when they are printed. */
  private showMessages(): Promise<void> {
    const { findMessages } = this;
    if (findMessages) {
      this.findMessages = undefined;
      this.messagesShown = inTurns(findMessages(), this.files.pause, () => !this.isOver).then(
        (ended) => {
          if (this.isOver) return;
          for (const { text, isError } of ended?.result ?? [])
            this.print(text, isError ? "stderr" : "console");
        },
        (error: unknown) => {
          this.print(`the checker failed: ${String(error)}\n`, "stderr");
        },
      );
    }
    return this.messagesShown;
  }

  private print(text: string, category: string): void {
    this.sendEvent(new OutputEvent(text, category));
  }

  protected override terminateRequest(response: DebugProtocol.TerminateResponse): void {
    this.sendResponse(response);
    if (this.isOver) return;
    this.finish();
    this.sendEvent(new TerminatedEvent());
    this.files.terminated?.();
  }

  protected override disconnectRequest(response: DebugProtocol.DisconnectResponse): void {
    this.sendResponse(response);
    this.shutdown();
  }

  /** Called at the end of the session, and if its streams are closed or broken. */
  override shutdown(): void {
    this.finish();
    this.files.disconnected?.();
  }

  /** Drops all work. */
  private finish(): void {
    this.isOver = true;
    this.moving = undefined;
    this.leave();
  }

  // --- stack, scopes, variables ---

  protected override threadsRequest(response: DebugProtocol.ThreadsResponse): void {
    response.body = { threads: [new Thread(THREAD, "transaction")] };
    this.sendResponse(response);
  }

  protected override stackTraceRequest(
    response: DebugProtocol.StackTraceResponse,
    { startFrame = 0, levels = 0 }: DebugProtocol.StackTraceArguments,
  ): void {
    const end = levels > 0 ? startFrame + levels : this.stack.length;
    response.body = {
      totalFrames: this.stack.length,
      stackFrames: this.stack
        .slice(startFrame, end)
        .map((entry, index) => this.shownFrame(entry, startFrame + index)),
    };
    this.sendResponse(response);
  }

  private shownFrame({ name, view, place, pc, call }: StackEntry, index: number): DebugProtocol.StackFrame {
    const pointer = this.sources!.referenceOf(call.code, pc);
    if (!place) return { id: index + 1, name, line: 0, column: 0, instructionPointerReference: pointer };
    return {
      id: index + 1,
      name,
      source: this.sources!.sourceOf(view, place.source),
      line: this.convertDebuggerLineToClient(place.line),
      column: this.convertDebuggerColumnToClient(place.start),
      endLine: this.convertDebuggerLineToClient(place.line),
      endColumn: this.convertDebuggerColumnToClient(place.end),
      instructionPointerReference: pointer,
    };
  }

  protected override scopesRequest(
    response: DebugProtocol.ScopesResponse,
    { frameId }: DebugProtocol.ScopesArguments,
  ): void {
    const entry = this.stack.find((_, index) => index === frameId - 1);
    if (!entry) return this.refuse(response, this.noFrame(frameId));
    const scopes = scopesOf(this.needRun(), entry);
    response.body = {
      scopes: scopes.map(({ name, hint, expensive, variables }) => ({
        name,
        expensive,
        ...(hint && { presentationHint: hint }),
        variablesReference: this.contents.add(() => variables("decimal")),
      })),
    };
    this.sendResponse(response);
  }

  protected override variablesRequest(
    response: DebugProtocol.VariablesResponse,
    { variablesReference, start = 0, count }: DebugProtocol.VariablesArguments,
  ): void {
    const list = this.contents.get(variablesReference);
    if (!list)
      return this.refuse(response, `there are no variables with the reference ${variablesReference}`);
    const shown = list();
    const end = count === undefined || count === 0 ? shown.length : start + count;
    response.body = { variables: shown.slice(start, end).map((one) => this.variable(one)) };
    this.sendResponse(response);
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

  protected override evaluateRequest(
    response: DebugProtocol.EvaluateResponse,
    { expression, frameId, format, context }: DebugProtocol.EvaluateArguments,
  ): void {
    try {
      const found = this.evaluate(expression, frameId);
      const shown = shownWatched(found, format?.hex ? "hex" : "decimal");
      const { call } = this.entryOf(frameId);
      response.body = {
        result: shown,
        variablesReference: context === "hover" ? 0 : this.referenceOfParts(call, found),
        ...(found.tag && { type: found.written === false ? "never written" : found.tag }),
        ...(found.address !== undefined && {
          memoryReference: memoryReference({ call: call.number, address: found.address }),
        }),
        presentationHint: { attributes: ["readOnly"] },
      };
      this.sendResponse(response);
    } catch (error) {
      if (!(error instanceof WatchError)) throw error;
      this.refuse(response, error.message);
    }
  }

  /** The reference under which a client asks for the parts of a cell; 0 for what has none. */
  private referenceOfParts(call: StackEntry["call"], { address }: Watched): number {
    return address === undefined ? 0 : this.contents.add(() => partsOf(this.needRun(), call, address));
  }

  private evaluate(expression: string, frameId: number | undefined): Watched {
    const { call, statement } = this.entryOf(frameId);
    return parseWatchExpression(expression).evaluate(this.needRun().stateOf(call, statement));
  }

  private entryOf(frameId: number | undefined): StackEntry {
    const entry = this.stack.find((_, index) => index === (frameId ?? 1) - 1);
    if (!entry) throw new WatchError(this.noFrame(frameId ?? 1));
    return entry;
  }

  private noFrame(id: number): string {
    if (this.moving) return "the run goes on; `pause` stops it";
    return this.stack.length === 0
      ? "the run doesn't stand anywhere"
      : `there is no frame ${id}; they are 1 to ${this.stack.length}`;
  }

  protected override completionsRequest(
    response: DebugProtocol.CompletionsResponse,
    { text, column, frameId }: DebugProtocol.CompletionsArguments,
  ): void {
    const typed = lastWordOf(text.slice(0, Math.max(0, this.convertClientColumnToDebugger(column))));
    const entry = this.stack.find((_, index) => index === (frameId ?? 1) - 1);
    const names = [
      ...(entry?.view.names() ?? []),
      ...Object.keys(BUILTINS),
      "sp",
      "tag",
      "calldata",
      "returndata",
      "pc",
      "l2gas",
      "dagas",
      "step",
    ];
    const matching = [...new Set(names)].filter((name) => name.startsWith(typed)).slice(0, 200);
    response.body = { targets: matching.map((label) => ({ label, length: typed.length })) };
    this.sendResponse(response);
  }

  protected override exceptionInfoRequest(response: DebugProtocol.ExceptionInfoResponse): void {
    const failure = this.failure;
    if (!failure) return this.refuse(response, "the run doesn't stand at a failure");
    response.body = {
      exceptionId: failure.code,
      description: failure.message,
      breakMode: "always",
      details: { message: failure.message, typeName: failure.code },
    };
    this.sendResponse(response);
  }

  protected override sourceRequest(
    response: DebugProtocol.SourceResponse,
    { sourceReference, source }: DebugProtocol.SourceArguments,
  ): void {
    const content = this.sources?.contentOf(source?.sourceReference ?? sourceReference);
    if (content === undefined) return this.refuse(response, "there is no such source");
    response.body = { content, mimeType: "text/x-avm" };
    this.sendResponse(response);
  }

  protected override loadedSourcesRequest(response: DebugProtocol.LoadedSourcesResponse): void {
    response.body = { sources: this.sources?.all() ?? [] };
    this.sendResponse(response);
  }

  protected override readMemoryRequest(
    response: DebugProtocol.ReadMemoryResponse,
    { memoryReference: reference, offset = 0, count }: DebugProtocol.ReadMemoryArguments,
  ): void {
    if (this.moving) return this.refuse(response, this.noFrame(1));
    const place = this.cellAt(reference);
    const run = this.run;
    const call = place && run?.timeline.recording.calls.at(place.call);
    if (!place || !run || !call) return this.refuse(response, "there is no such memory");
    const cellOf = (address: number): bigint => run.timeline.cell(address, call).value;
    const { first, data } = memoryBytes(place.address, offset, count, cellOf);
    response.body = { address: `0x${first.toString(16)}`, data: base64(data) };
    if (data.length < count) response.body.unreadableBytes = count - data.length;
    this.sendResponse(response);
  }

  protected override disassembleRequest(
    response: DebugProtocol.DisassembleResponse,
    {
      memoryReference: reference,
      offset = 0,
      instructionOffset = 0,
      instructionCount,
    }: DebugProtocol.DisassembleArguments,
  ): void {
    const place = this.sources?.placeOf(reference);
    if (!place) return this.refuse(response, "there is no such code");
    const view = this.needRun().viewOf(place.code);
    const instructions = disassembledAround(
      place.code,
      place.pc + offset,
      instructionOffset,
      instructionCount,
    );
    response.body = {
      instructions: instructions.map(({ pc, text, bytes, statement }) => {
        const address = this.sources!.addressOf(place.code, pc);
        if (bytes === undefined) return { address, instruction: text, presentationHint: "invalid" as const };
        const at = statement < 0 ? undefined : view.placesOf(view.statementAt(pc)).at(0);
        return {
          address,
          instruction: text,
          instructionBytes: bytes,
          ...(at && {
            location: this.sources!.sourceOf(view, at.source),
            line: this.convertDebuggerLineToClient(at.line),
            column: this.convertDebuggerColumnToClient(at.start),
          }),
        };
      }),
    };
    this.sendResponse(response);
  }

  /** Requests that the protocol doesn't have: the memory view, and going to a step of the recording. */
  protected override customRequest(
    command: string,
    response: DebugProtocol.Response,
    { frameId = 1, step = 0 }: { readonly frameId?: number; readonly step?: number },
  ): void {
    const run = this.needRunOr(response);
    if (!run) return;
    if (command === "avm/memory") {
      const entry = this.stack.find((_, index) => index === frameId - 1);
      if (!entry) return this.refuse(response, this.noFrame(frameId));
      response.body = memoryOf(run, entry);
      this.sendResponse(response);
    } else if (command === "avm/goToStep") {
      const { count } = run.timeline;
      if (step < 0 || step >= count)
        return this.refuse(response, `there is no such step ${step}; they are 0 to ${count - 1}`);
      this.hasEnded = false;
      this.sendResponse(response);
      run.goTo(run.stepper.arrive(step));
      this.stopped({ position: run.position, reason: "goto" });
    }
  }

  // --- breakpoints ---

  protected override setBreakPointsRequest(
    response: DebugProtocol.SetBreakpointsResponse,
    { source, breakpoints = [] }: DebugProtocol.SetBreakpointsArguments,
  ): void {
    const asked = breakpoints.map((one) => ({ ...one, line: this.convertClientLineToDebugger(one.line) }));
    response.body = { breakpoints: this.placed(this.codeBreakpoints.setOnLines(source, asked)) };
    this.sendResponse(response);
  }

  protected override setFunctionBreakPointsRequest(
    response: DebugProtocol.SetFunctionBreakpointsResponse,
    { breakpoints }: DebugProtocol.SetFunctionBreakpointsArguments,
  ): void {
    response.body = { breakpoints: this.placed(this.codeBreakpoints.setOnLabels(breakpoints)) };
    this.sendResponse(response);
  }

  protected override setInstructionBreakpointsRequest(
    response: DebugProtocol.SetInstructionBreakpointsResponse,
    { breakpoints }: DebugProtocol.SetInstructionBreakpointsArguments,
  ): void {
    response.body = { breakpoints: this.placed(this.codeBreakpoints.setOnInstructions(breakpoints)) };
    this.sendResponse(response);
  }

  /** The answer to a client that has set breakpoints: whether each was placed, and on which line. */
  private placed(ids: readonly number[]): DebugProtocol.Breakpoint[] {
    const { run, sources } = this;
    const placed = run && sources ? this.codeBreakpoints.place(run, sources) : undefined;
    return ids.map((id) => {
      const breakpoint: DebugProtocol.Breakpoint = placed?.get(id) ?? { id, verified: false };
      const { line } = breakpoint;
      return line === undefined
        ? breakpoint
        : { ...breakpoint, line: this.convertDebuggerLineToClient(line) };
    });
  }

  protected override setExceptionBreakPointsRequest(
    response: DebugProtocol.SetExceptionBreakpointsResponse,
    { filters }: DebugProtocol.SetExceptionBreakpointsArguments,
  ): void {
    this.filters = filters;
    response.body = {
      breakpoints: filters.map(checkedFilter),
    };
    this.sendResponse(response);
  }

  protected override breakpointLocationsRequest(
    response: DebugProtocol.BreakpointLocationsResponse,
    { source, line, endLine = line }: DebugProtocol.BreakpointLocationsArguments,
  ): void {
    const locations = new Set<number>();
    const first = this.convertClientLineToDebugger(line);
    const last = this.convertClientLineToDebugger(endLine);
    for (const { view, name } of this.sources?.viewsOf(source) ?? [])
      for (const at of view.linesWithCode(name, first, last)) locations.add(at);
    response.body = {
      breakpoints: [...locations]
        .sort((a, b) => a - b)
        .map((at) => ({ line: this.convertDebuggerLineToClient(at) })),
    };
    this.sendResponse(response);
  }

  protected override dataBreakpointInfoRequest(
    response: DebugProtocol.DataBreakpointInfoResponse,
    { variablesReference, name, frameId }: DebugProtocol.DataBreakpointInfoArguments,
  ): void {
    const found = this.watchable(variablesReference, name, frameId);
    if (!found) {
      response.body = { dataId: null, description: "only cells of memory and their tags can be watched" };
    } else {
      const { address, isTag } = found;
      response.body = {
        dataId: memoryReference(found) + (isTag ? TAG_SUFFIX : ""),
        description: `${isTag ? "tag of " : ""}cell [${address}]`,
        accessTypes: isTag ? ["write"] : ["write", "read", "readWrite"],
        canPersist: false,
      };
    }
    this.sendResponse(response);
  }

  /** The cell, or the cell whose tag it is, that a variable or an expression stands for. */
  private watchable(
    reference: number | undefined,
    name: string,
    frameId: number | undefined,
  ): (CellPlace & { readonly isTag: boolean }) | undefined {
    if (reference !== undefined && reference > 0) {
      const shown = this.contents
        .get(reference)?.()
        .find((one) => one.name === name);
      const found = shown?.tagOf ?? shown?.cell;
      return found && { call: found.call.number, address: found.address, isTag: shown?.tagOf !== undefined };
    }
    try {
      const { address, tagOf } = this.evaluate(name, frameId);
      const at = tagOf?.address ?? address;
      return at === undefined
        ? undefined
        : { call: this.entryOf(frameId).call.number, address: at, isTag: tagOf !== undefined };
    } catch (error) {
      if (error instanceof WatchError) return undefined;
      throw error;
    }
  }

  protected override setDataBreakpointsRequest(
    response: DebugProtocol.SetDataBreakpointsResponse,
    { breakpoints }: DebugProtocol.SetDataBreakpointsArguments,
  ): void {
    this.dataBreakpoints = [];
    response.body = {
      breakpoints: breakpoints.map((asked) => {
        const id = this.nextBreakpoint++;
        const isTag = asked.dataId.endsWith(TAG_SUFFIX);
        const place = this.cellAt(isTag ? asked.dataId.slice(0, -TAG_SUFFIX.length) : asked.dataId);
        const conditions = conditionsOf(asked);
        if (!place) return { id, verified: false, message: "there is no such cell" };
        if (typeof conditions === "string") return { id, verified: false, message: conditions };
        this.dataBreakpoints.push({
          id,
          ...place,
          access: isTag ? "tag change" : (asked.accessType ?? "write"),
          hitCount: 0,
          ...conditions,
        });
        return { id, verified: true };
      }),
    };
    this.sendResponse(response);
  }

  /** The call and address that a memory reference names; undefined if the run has no such cell. */
  private cellAt(reference: string): CellPlace | undefined {
    const found = parseReference(reference);
    const isThere =
      found && found.address < MEMORY_SIZE && found.call < (this.run?.timeline.recording.calls.length ?? 0);
    return isThere ? found : undefined;
  }

  private needRunOr(response: DebugProtocol.Response): DebuggedRun | undefined {
    if (!this.run) this.refuse(response, "nothing was launched");
    return this.run;
  }

  private needRun(): DebuggedRun {
    if (!this.run) throw new Error("nothing was launched");
    return this.run;
  }

  private refuse(response: DebugProtocol.Response, text: string): void {
    this.sendErrorResponse(response, { id: 2, format: "{_text}", variables: { _text: text } });
  }
}

function granularityOf({ granularity }: { granularity?: DebugProtocol.SteppingGranularity }): Granularity {
  return granularity === "instruction" ? "instruction" : "statement";
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
