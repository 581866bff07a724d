/** Runs tests, each in its own world, and checks their expectations. */

import type { TestCase, TestStep } from "../assembler/assemble.ts";
import type { Location, Related } from "../diagnostics/diagnostic.ts";
import type { Code } from "../machine/code.ts";
import type { FrameView, Observer } from "../machine/observer.ts";
import { OUTSIDE } from "../machine/operations.ts";
import type { Effect, Outcome } from "../machine/outcome.ts";
import { setEnvironment } from "./environment.ts";
import type { CodePlace } from "./code-places.ts";
import type { NotRunnable, Runnable } from "./runnable.ts";
import { finished, Session } from "./session.ts";
import type { StepBudget } from "./step-budget.ts";
import type { Paused } from "../program/cooperative.ts";
import { expansionsAround } from "../program/source-locations.ts";
import { together } from "./trace.ts";
import { shownField, shownFields } from "./values.ts";
import { grouped } from "../program/grouped.ts";

/** An expectation that didn't hold. */
export interface TestFailure {
  /** A clause without a full stop that names the expected and the found value. */
  readonly message: string;
  readonly expected: string;
  readonly found: string;
  /** The directive with the expectation. */
  readonly location: Location;
  /** The place in the program that broke the expectation, and the macro calls that led to the directive. */
  readonly related: readonly Related[];
}

export interface TestResult {
  readonly name: string;
  readonly location: Location;
  readonly failures: readonly TestFailure[];
  /** The gas of all its calls. */
  readonly gas: { readonly l2: number; readonly da: number };
  readonly steps: number;
  readonly durationMs: number;
}

/** The settings that the tests of a program share. */
export interface TestSetting {
  /** The program under test. */
  readonly program: Runnable;
  /** Reads the program that a `.deploy` names. */
  readonly readDeployed: (path: string, from: string) => Runnable | NotRunnable;
  readonly decoded: Map<Runnable, Code>;
  readonly observers: readonly Observer[];
  /** A clock in milliseconds, with any origin. */
  readonly now: () => number;
}

/**
 * Runs a test. It pauses during long runs, if there are observers.
 *
 * @param budget no call begins once it is spent
 */
export function* runningTest(test: TestCase, setting: TestSetting, budget?: StepBudget): Paused<TestResult> {
  const start = setting.now();
  const run = new TestRun(setting);
  for (const step of test.steps) {
    if (step.kind === "call" && budget?.isSpent) {
      run.stop(test.location, budget);
      break;
    }
    const before = run.steps;
    yield* run.step(step);
    budget?.use(run.steps - before);
    if (run.isOver) break;
  }
  run.finishCall();
  const { failures, gas, steps } = run;
  const { name, location } = test;
  return { name, location, failures, gas, steps, durationMs: setting.now() - start };
}

type Step<Kind extends TestStep["kind"]> = Extract<TestStep, { readonly kind: Kind }>;

class TestRun {
  readonly failures: TestFailure[] = [];
  readonly gas = { l2: 0, da: 0 };
  steps = 0;
  /** True after an error that makes the rest of the test meaningless. */
  isOver = false;
  private readonly setting: TestSetting;
  private readonly session: Session;
  /** The address that `.at` sets for calls; undefined for the program. */
  private at: bigint | undefined;
  private call:
    { readonly step: Step<"call">; readonly outcome: Outcome; readonly ends: CallEnds } | undefined;
  /** True if an expectation says how the call ends. */
  private isEndExpected = false;

  /** Fails the test, because the tests before this call have used up the budget. */
  stop(location: Location, budget: StepBudget): void {
    const expected = `at most ${grouped(budget.most)} instructions`;
    const message = `the tests of one run may run ${expected} together, which the tests before this call did; allow more by \`--max-steps\`, or by \`maxSteps\` in avmasm.config.json, or run fewer tests`;
    this.failures.push({ message, expected, found: "more", location, related: [] });
  }

  constructor(setting: TestSetting) {
    this.setting = setting;
    this.session = new Session(setting.program.target, setting.decoded);
    this.session.deploy(this.session.settings.address, setting.program);
  }

  *step(step: TestStep): Paused<void> {
    const { session } = this;
    switch (step.kind) {
      case "env": {
        const { settings, world } = session;
        const before = settings.address;
        const problem = setEnvironment(world, settings, step.member, step.value);
        if (problem !== undefined) this.fail(step, problem, { expected: problem, found: "" });
        if (settings.address !== before) session.deploy(settings.address, this.setting.program);
        return;
      }
      case "storage":
        return session.world.setStorage(step.address ?? session.settings.address, step.slot, step.value);
      case "deploy":
        return this.deploy(step);
      case "at":
        this.at = step.address;
        return;
      case "call":
        this.finishCall();
        if (!this.isOver) yield* this.run(step);
        return;
      default:
        if (this.call) this.expect(step, this.call.outcome);
    }
  }

  /** Checks that a call without an expectation about its end returned. */
  finishCall(): void {
    const { call } = this;
    if (call && !this.isEndExpected && call.outcome.kind !== "return") {
      const found = this.describeEnd(call.outcome);
      this.fail(call.step, `the call ${found}; a call without \`.reverts\` must return`, {
        expected: "returned",
        found,
      });
    }
    this.call = undefined;
    this.isEndExpected = false;
    // The world isn't the one that the test wants, so its expectations can't be judged.
    if (this.failures.length > 0) this.isOver = true;
  }

  private *run(step: Step<"call">): Paused<void> {
    const { session, setting } = this;
    const ends = new CallEnds();
    const observer = together([ends, ...setting.observers]);
    const address = this.at ?? session.settings.address;
    const outcome = yield* finished(session.calling(step.calldata, step.isStatic, address, observer));
    if ("error" in outcome) {
      this.isOver = true;
      return this.fail(step, outcome.error, { expected: "a run within the limits", found: "more" });
    }
    this.gas.l2 += outcome.gas.l2;
    this.gas.da += outcome.gas.da;
    this.steps += outcome.steps;
    this.call = { step, outcome, ends };
  }

  private deploy(step: Step<"deploy">): void {
    const runnable = this.setting.readDeployed(step.path, step.location.source);
    const problem = "error" in runnable ? runnable.error : this.session.deploy(step.address, runnable);
    if (problem === undefined) return;
    this.fail(step, `\`${step.path}\` can't be deployed: ${problem}`, {
      expected: step.path,
      found: problem,
    });
    this.isOver = true;
  }

  private expect(step: TestStep, outcome: Outcome): void {
    switch (step.kind) {
      case "returns":
        return this.expectEnd(
          step,
          outcome,
          outcome.kind === "return" && returnsFields(outcome, step.fields),
          {
            expected: `returned ${shownFields(step.fields)}`,
            wanted: `\`.returns\` expects ${shownFields(step.fields)}`,
          },
        );
      case "reverts":
        return this.expectRevert(step, outcome);
      case "halts":
        return this.expectEnd(step, outcome, outcome.kind === "halt" && outcome.failure?.code === step.code, {
          expected: `halted with ${step.code}`,
          wanted: `\`.halts\` expects ${step.code}`,
        });
      case "stored":
        return this.expectStored(step);
      case "emitted":
        return this.expectEmitted(step, outcome);
      case "gas":
        this.expectGas(step, "L2", step.l2, outcome.gas.l2);
        if (step.da !== undefined) this.expectGas(step, "DA", step.da, outcome.gas.da);
        return;
      default:
    }
  }

  private expectEnd(
    step: TestStep,
    outcome: Outcome,
    holds: boolean,
    { expected, wanted }: { readonly expected: string; readonly wanted: string },
  ): void {
    this.isEndExpected = true;
    if (holds) return;
    const found = this.describeEnd(outcome);
    this.fail(step, `the call ${found}, and ${wanted}`, { expected, found }, this.endOf(outcome));
  }

  private expectRevert(step: Step<"reverts">, outcome: Outcome): void {
    const { fields, message } = step;
    const isRevert = outcome.kind === "revert";
    if (message !== undefined) {
      const found = isRevert ? (this.session.revertMessage(outcome.failure!) ?? "") : undefined;
      const holds = message === "" ? isRevert && outcome.returnDataSize === 0 : found === message;
      return this.expectEnd(step, outcome, holds, {
        expected: `reverted with "${message}"`,
        wanted: `\`.reverts\` expects "${message}"`,
      });
    }
    const holds = isRevert && (fields === undefined || returnsFields(outcome, fields));
    const data = fields === undefined ? "" : ` with ${shownFields(fields)}`;
    const wanted = fields === undefined ? "a revert" : shownFields(fields);
    this.expectEnd(step, outcome, holds, {
      expected: `reverted${data}`,
      wanted: `\`.reverts\` expects ${wanted}`,
    });
  }

  private expectStored(step: Step<"stored">): void {
    const { slot, value } = step;
    const address = step.address ?? this.session.settings.address;
    const found = this.session.world.storageAt(address, slot);
    if (found === value) return;
    const write = this.call?.ends.writes.get(address);
    const place = write === undefined ? undefined : this.session.placesAt(address)?.at(write);
    const related = [
      ...(place ? [{ ...place.location, message: "storage was written here last" }] : []),
      ...(this.call ? this.nestedEndOf(this.call.outcome) : []),
    ];
    const message = `slot ${shownField(slot)} holds ${shownField(found)}, and \`.stored\` expects ${shownField(value)}`;
    this.fail(step, message, { expected: shownField(value), found: shownField(found) }, related);
  }

  private expectEmitted(step: Step<"emitted">, outcome: Outcome): void {
    const emitted = outcome.effects.flatMap((effect) => fieldsOf(effect, step.what) ?? []);
    const wanted = shownFields(step.fields);
    if (emitted.some((fields) => sameFields(fields, step.fields))) return;
    const list = emitted.map(shownFields).join("; ");
    const found = emitted.length === 0 ? `no ${step.what}` : list;
    const message = `the call left ${emitted.length === 0 ? found : `${step.what} ${list}`}, and \`.emitted\` expects ${step.what} ${wanted}`;
    this.fail(step, message, { expected: wanted, found }, this.endOf(outcome));
  }

  private expectGas(step: TestStep, kind: string, most: bigint, used: number): void {
    if (BigInt(used) <= most) return;
    this.fail(step, `the call took ${grouped(used)} ${kind} gas, and \`.gas\` allows ${grouped(most)}`, {
      expected: `at most ${most}`,
      found: String(used),
    });
  }

  private describeEnd({ returnData, returnDataSize, failure }: Outcome): string {
    if (failure) return this.session.describeFailure(failure, returnDataSize);
    return `returned ${shownFields(returnData, returnDataSize)}`;
  }

  /** The places where the call and the last nested call that failed ended, as related places. */
  private endOf(outcome: Outcome): Related[] {
    const { kind, failure } = outcome;
    const end = failure ?? this.call?.ends.last;
    const what = { return: "it returned here", revert: "it reverted here", halt: "it halted here" }[kind];
    const place = end && this.session.placesAt(end.address)?.at(end.pc);
    return [...relatedTo(place, what), ...this.nestedEndOf(outcome)];
  }

  private nestedEndOf({ failure, failedCall }: Outcome): Related[] {
    const nested = failure ? failure.cause : failedCall;
    if (!nested) return [];
    const message = `a nested call ${this.session.describeFailure(nested)}`;
    return relatedTo(this.session.placeOfNested(nested), message);
  }

  private fail(
    step: TestStep,
    message: string,
    { expected, found }: { readonly expected: string; readonly found: string },
    related: readonly Related[] = this.call ? this.endOf(this.call.outcome) : [],
  ): void {
    const { location, frame } = step;
    this.failures.push({
      message,
      expected,
      found,
      location,
      related: [...related, ...expansionsAround(frame)],
    });
  }
}

function relatedTo(place: CodePlace | undefined, message: string): Related[] {
  return place ? [{ ...place.location, message }, ...place.around] : [];
}

function fieldsOf(effect: Effect, what: Step<"emitted">["what"]): (readonly bigint[])[] | undefined {
  switch (effect.kind) {
    case "log":
      return what === "log" ? [effect.fields] : undefined;
    case "nullifier":
      return what === "nullifier" ? [[effect.value]] : undefined;
    case "noteHash":
      return what === "notehash" ? [[effect.value]] : undefined;
    case "message":
      return what === "message" ? [[effect.recipient, effect.content]] : undefined;
    case "storage":
      return undefined;
  }
}

/** True if these fields are all of the returned data, of which an outcome may hold no more than the beginning. */
function returnsFields({ returnData, returnDataSize }: Outcome, wanted: readonly bigint[]): boolean {
  return returnDataSize === wanted.length && sameFields(returnData, wanted);
}

function sameFields(found: readonly bigint[], wanted: readonly bigint[]): boolean {
  return found.length === wanted.length && found.every((field, index) => field === wanted[index]);
}

/** An observer that records where a call ended, and where each contract last wrote to its storage. */
class CallEnds implements Observer {
  last: { readonly address: bigint; readonly pc: number } | undefined;
  readonly writes = new Map<bigint, number>();

  after({ code, pc, address }: FrameView): void {
    const form = code.operations[pc] === OUTSIDE ? code.set.byOpcode[code.bytes[pc]] : undefined;
    if (form?.definition.mnemonic === "SSTORE") this.writes.set(address, pc);
  }

  left({ caller, address, pc }: FrameView): void {
    if (!caller) this.last = { address, pc };
  }
}
