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
import { runSlice, type Paused } from "../program/cooperative.ts";
import type { Stop } from "./breakpoints.ts";
import { BreakpointRequests } from "./breakpoint-requests.ts";
import { DebuggedRun, type Stops } from "./debugged-run.ts";
import { EXCEPTION_FILTERS } from "./exception-filters.ts";
import { Inspection } from "./inspection.ts";
import {
  checkedArguments,
  inSlices,
  LaunchError,
  orRefuse,
  type Files,
  type LaunchArguments,
  type Prepared,
} from "./launch.ts";
import type { Position } from "./position.ts";
import { Refusal } from "./refusal.ts";
import { checkRequest } from "./request-arguments.ts";
import { whyRefused, type SessionState } from "./request-order.ts";
import type { SessionHost } from "./session-host.ts";
import type { Granularity } from "./stepping.ts";
import { Sources } from "./sources.ts";

/** The only thread: the transaction. */
const THREAD = 1;

export class AvmDebugSession extends DebugSession {
  private readonly files: Files;
  private run: DebuggedRun | undefined;
  private sources: Sources | undefined;
  private launched: LaunchArguments | undefined;
  private readonly inspection: Inspection;
  private readonly breakpoints: BreakpointRequests;
  private failure: { readonly code: string; readonly message: string } | undefined;
  private isInitialized = false;
  /** True while a program is run to be recorded. */
  private isLaunching = false;
  /** True once the client has said that its breakpoints are set. */
  private hasBegun = false;
  /** True if the run is after its last step, and the client knows. */
  private hasEnded = false;
  /** True once the client has ended the session. */
  private isOver = false;
  private isSummaryShown = false;
  /** The search for the next stop, while the run is moving. */
  private moving: Paused<Stop | undefined> | undefined;
  /** Finds the messages of the launch; undefined once they are asked for. */
  private findMessages: Prepared["findMessages"] | undefined;
  private messagesShown = Promise.resolve();

  constructor(files: Files) {
    super();
    this.files = files;
    this.setDebuggerLinesStartAt1(false);
    this.setDebuggerColumnsStartAt1(false);
    const host: SessionHost = {
      recorded: () => this.run && this.sources && { run: this.run, sources: this.sources },
      isMoving: () => this.moving !== undefined,
      toClient: {
        line: (line) => this.convertDebuggerLineToClient(line),
        column: (column) => this.convertDebuggerColumnToClient(column),
      },
      fromClient: {
        line: (line) => this.convertClientLineToDebugger(line),
        column: (column) => this.convertClientColumnToDebugger(column),
      },
    };
    this.inspection = new Inspection(host);
    this.breakpoints = new BreakpointRequests(host, this.inspection);
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

  /** Runs the program, responds when it is recorded, and then calls `onRecorded`. */
  private record(response: DebugProtocol.Response, given: object, onRecorded: () => void): void {
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
        this.inspection.leave();
        this.findMessages = findMessages;
        this.sendResponse(response);
        onRecorded();
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
    const ended = await inSlices(record(), this.files.pause, () => !this.isOver);
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
    this.breakpoints.place();
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
    // The search for the next stop has reached this step.
    if (this.moving) run.goTo(run.stepper.arrive(run.timeline.step));
    this.moving = undefined;
    this.stopped({ position: run.position, reason: "pause" });
  }

  private move(response: DebugProtocol.Response, target: (run: DebuggedRun) => Position | undefined): void {
    this.sendResponse(response);
    const run = this.needRun();
    this.go((stops) => run.stepTo(target(run), stops));
  }

  /** Continues to the next stop, which `search` finds. If that takes long, other requests are answered meanwhile. */
  private go(search: (stops: Stops) => Paused<Stop | undefined>): void {
    const work = search(this.breakpoints.stops((text, category) => this.print(text, category)));
    const ended = runSlice(work);
    if (ended) return this.arrive(ended.result);
    this.moving = work;
    this.inspection.leave();
    void this.continueInSlices(work);
  }

  private async continueInSlices(work: Paused<Stop | undefined>): Promise<void> {
    const ended = await inSlices(work, this.files.pause, () => this.moving === work);
    if (!ended || this.moving !== work) return;
    this.moving = undefined;
    this.arrive(ended.result);
  }

  private arrive(stop: Stop | undefined): void {
    if (stop) this.stopped(stop);
    else this.end();
  }

  private stopped({ reason, description, text, breakpoints }: Stop): void {
    const run = this.needRun();
    this.inspection.enter(run);
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
    this.inspection.enter(this.needRun());
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
      this.messagesShown = inSlices(findMessages(), this.files.pause, () => !this.isOver).then(
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
    this.inspection.leave();
  }

  // --- what a stop shows ---

  protected override threadsRequest(response: DebugProtocol.ThreadsResponse): void {
    this.answer(response, () => ({ threads: [new Thread(THREAD, "transaction")] }));
  }

  protected override stackTraceRequest(
    response: DebugProtocol.StackTraceResponse,
    args: DebugProtocol.StackTraceArguments,
  ): void {
    this.answer(response, () => this.inspection.stackTrace(args));
  }

  protected override scopesRequest(
    response: DebugProtocol.ScopesResponse,
    args: DebugProtocol.ScopesArguments,
  ): void {
    this.answer(response, () => this.inspection.scopes(args));
  }

  protected override variablesRequest(
    response: DebugProtocol.VariablesResponse,
    args: DebugProtocol.VariablesArguments,
  ): void {
    this.answer(response, () => this.inspection.variables(args));
  }

  protected override evaluateRequest(
    response: DebugProtocol.EvaluateResponse,
    args: DebugProtocol.EvaluateArguments,
  ): void {
    this.answer(response, () => this.inspection.evaluate(args));
  }

  protected override completionsRequest(
    response: DebugProtocol.CompletionsResponse,
    args: DebugProtocol.CompletionsArguments,
  ): void {
    this.answer(response, () => this.inspection.completions(args));
  }

  protected override sourceRequest(
    response: DebugProtocol.SourceResponse,
    args: DebugProtocol.SourceArguments,
  ): void {
    this.answer(response, () => this.inspection.source(args));
  }

  protected override readMemoryRequest(
    response: DebugProtocol.ReadMemoryResponse,
    args: DebugProtocol.ReadMemoryArguments,
  ): void {
    this.answer(response, () => this.inspection.readMemory(args));
  }

  protected override disassembleRequest(
    response: DebugProtocol.DisassembleResponse,
    args: DebugProtocol.DisassembleArguments,
  ): void {
    this.answer(response, () => this.inspection.disassemble(args));
  }

  protected override loadedSourcesRequest(response: DebugProtocol.LoadedSourcesResponse): void {
    this.answer(response, () => this.inspection.loadedSources());
  }

  protected override exceptionInfoRequest(response: DebugProtocol.ExceptionInfoResponse): void {
    this.answer(response, () => {
      const { failure } = this;
      if (!failure) throw new Refusal("the program isn't stopped at a failure");
      const { code, message } = failure;
      return {
        exceptionId: code,
        description: message,
        breakMode: "always" as const,
        details: { message, typeName: code },
      };
    });
  }

  /** Requests that the protocol doesn't have: the memory view, and going to a step of the recording. */
  protected override customRequest(
    command: string,
    response: DebugProtocol.Response,
    { frameId = 1, step = 0 }: { readonly frameId?: number; readonly step?: number },
  ): void {
    const { run } = this;
    if (!run) return this.refuse(response, "nothing was launched");
    if (command === "avm/memory") this.answer(response, () => this.inspection.memory(frameId));
    else if (command === "avm/goToStep") {
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
    args: DebugProtocol.SetBreakpointsArguments,
  ): void {
    this.answer(response, () => this.breakpoints.setOnLines(args));
  }

  protected override setFunctionBreakPointsRequest(
    response: DebugProtocol.SetFunctionBreakpointsResponse,
    args: DebugProtocol.SetFunctionBreakpointsArguments,
  ): void {
    this.answer(response, () => this.breakpoints.setOnLabels(args));
  }

  protected override setInstructionBreakpointsRequest(
    response: DebugProtocol.SetInstructionBreakpointsResponse,
    args: DebugProtocol.SetInstructionBreakpointsArguments,
  ): void {
    this.answer(response, () => this.breakpoints.setOnInstructions(args));
  }

  protected override setExceptionBreakPointsRequest(
    response: DebugProtocol.SetExceptionBreakpointsResponse,
    args: DebugProtocol.SetExceptionBreakpointsArguments,
  ): void {
    this.answer(response, () => this.breakpoints.setOnFailures(args));
  }

  protected override breakpointLocationsRequest(
    response: DebugProtocol.BreakpointLocationsResponse,
    args: DebugProtocol.BreakpointLocationsArguments,
  ): void {
    this.answer(response, () => this.breakpoints.locations(args));
  }

  protected override dataBreakpointInfoRequest(
    response: DebugProtocol.DataBreakpointInfoResponse,
    args: DebugProtocol.DataBreakpointInfoArguments,
  ): void {
    this.answer(response, () => this.breakpoints.dataInfo(args));
  }

  protected override setDataBreakpointsRequest(
    response: DebugProtocol.SetDataBreakpointsResponse,
    args: DebugProtocol.SetDataBreakpointsArguments,
  ): void {
    this.answer(response, () => this.breakpoints.setOnCells(args));
  }

  private needRun(): DebuggedRun {
    if (!this.run) throw new Error("nothing was launched");
    return this.run;
  }

  /** Sends the answer that a handler gives, or why it refuses. */
  private answer<Response extends DebugProtocol.Response>(
    response: Response,
    handle: () => Response["body"],
  ): void {
    try {
      response.body = handle();
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      return this.refuse(response, error.message);
    }
    this.sendResponse(response);
  }

  private refuse(response: DebugProtocol.Response, text: string): void {
    this.sendErrorResponse(response, { id: 2, format: "{_text}", variables: { _text: text } });
  }
}

function granularityOf({ granularity }: { granularity?: DebugProtocol.SteppingGranularity }): Granularity {
  return granularity === "instruction" ? "instruction" : "statement";
}
