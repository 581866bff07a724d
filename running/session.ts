/** A world with the programs of its contracts; calls contracts, and decodes their failures. */

import type { Code } from "../machine/code.ts";
import { OutOfMemory } from "../machine/halted.ts";
import { running } from "../machine/machine.ts";
import type { Observer } from "../machine/observer.ts";
import type { Failure, Outcome, Place } from "../machine/outcome.ts";
import { toItsEnd, type Paused } from "../program/cooperative.ts";
import { refusalOf, World, type Contract } from "../machine/world.ts";
import type { TargetName } from "../isa/table.ts";
import { defaultSettings, type CallSettings } from "./environment.ts";
import { describeFailure, revertMessageAmong } from "./messages.ts";
import { CodePlaces, type CodePlace } from "./code-places.ts";
import type { Runnable } from "./runnable.ts";

/** One call in the stack of a failure. */
export interface StackFrame {
  readonly address: bigint;
  readonly routine: string;
  /** Undefined if the code has no source. */
  readonly file: string | undefined;
  /** Counted from 1. */
  readonly line: number | undefined;
  readonly pc: number;
}

export class Session {
  readonly world: World;
  readonly settings: CallSettings = defaultSettings();
  private readonly runnables = new Map<Code, Runnable>();
  private readonly decoded: Map<Runnable, Code>;
  private readonly places = new Map<Runnable, CodePlaces>();

  /**
   * Throws a RangeError for a target that the machine doesn't run; see {@link refusal}.
   *
   * @param decoded decoded code, which several sessions may share
   */
  constructor(target: TargetName, decoded = new Map<Runnable, Code>()) {
    this.world = new World({ target });
    this.decoded = decoded;
  }

  /** Deploys a contract at an address. Returns an error as a clause if that isn't possible. */
  deploy(
    address: bigint,
    runnable: Runnable,
    instance: Partial<Omit<Contract, "code">> = {},
  ): string | undefined {
    if (runnable.target !== this.world.target) {
      return `\`${runnable.name}\` is for ${runnable.target}, and what calls it for ${this.world.target}`;
    }
    const { code } = this.world.deploy(address, this.decoded.get(runnable) ?? runnable.bytes, instance);
    this.decoded.set(runnable, code);
    this.runnables.set(code, runnable);
    return undefined;
  }

  /** Calls a contract in a new transaction; an error if that takes more memory than the machine gives it. */
  call(
    calldata: readonly bigint[],
    isStatic: boolean,
    address: bigint,
    observer?: Observer,
  ): Outcome | { readonly error: string } {
    return toItsEnd(finished(this.calling(calldata, isStatic, address, observer, false)));
  }

  /** As {@link call}, with pauses if the run has an observer. For {@link finished}. */
  *calling(
    calldata: readonly bigint[],
    isStatic: boolean,
    address: bigint,
    observer: Observer | undefined,
    pauses = true,
  ): Paused<Outcome> {
    const { sender, gas } = this.settings;
    this.world.startTransaction();
    return yield* running(this.world, { address, sender, calldata, isStatic, gas }, observer, pauses);
  }

  runnableOf(code: Code): Runnable | undefined {
    return this.runnables.get(code);
  }

  /** The code of every deployed contract, with its program. */
  codes(): Iterable<[Code, Runnable]> {
    return this.runnables;
  }

  placesOf(runnable: Runnable): CodePlaces {
    let places = this.places.get(runnable);
    if (!places) this.places.set(runnable, (places = new CodePlaces(runnable)));
    return places;
  }

  placesAt(address: bigint): CodePlaces | undefined {
    const contract = this.world.contractAt(address);
    const runnable = contract && this.runnables.get(contract.code);
    return runnable && this.placesOf(runnable);
  }

  /** Decodes the data of a revert; undefined if it can't be decoded. */
  revertMessage({ address, returnData }: Pick<Failure, "address" | "returnData">): string | undefined {
    return revertMessageAmong(returnData, this.errorSources(address));
  }

  /** The contract that reverted, then the others: a caller often reverts with the data of its nested call. */
  private errorSources(address: bigint): readonly Runnable[] {
    const own = this.placesAt(address)?.runnable;
    return [...(own ? [own] : []), ...this.runnables.values()];
  }

  /** The place in a source where a nested call failed; that of the CALL if there is no source of the contract. */
  placeOfNested(failure: Failure): CodePlace | undefined {
    const caller = failure.callers.at(-1);
    const place = this.placesAt(failure.address)?.at(failure.pc);
    return place ?? (caller && this.placesAt(caller.address)?.at(caller.pc));
  }

  /** Describes how a call failed. `size` is the number of fields of its data. */
  describeFailure(failure: Failure, size?: number): string {
    return describeFailure(failure, this.errorSources(failure.address), size);
  }

  /**
   * The calls that lead to a failure, innermost first.
   *
   * @param most how many calls are described; a recursion without an end makes hundreds of thousands
   */
  stackOf(failure: Failure, most: number): { readonly frames: StackFrame[]; readonly more: number } {
    const frames: StackFrame[] = [];
    let more = 0;
    for (const { address, pc, internalCalls } of [failure as Place, ...failure.callers.toReversed()]) {
      const places = this.placesAt(address);
      const described = Math.min(internalCalls.length + 1, Math.max(0, most - frames.length));
      more += internalCalls.length + 1 - described;
      for (let depth = 0; depth < described; depth++) {
        const at = depth === 0 ? pc : internalCalls[internalCalls.length - depth];
        const found = places?.stackAt(at) ?? [{ name: "code", file: undefined, line: undefined }];
        for (const { name: routine, file, line } of found) {
          frames.push({ address, routine, file, line, pc: at });
        }
      }
    }
    return { frames, more };
  }
}

/** Runs a call to its end; an error if it needs more memory than the machine gives it. */
export function* finished<Result>(work: Paused<Result>): Paused<Result | { readonly error: string }> {
  try {
    return yield* work;
  } catch (error) {
    if (error instanceof OutOfMemory) return { error: error.message };
    throw error;
  }
}

/** The reason why the machine doesn't run a target; undefined if it does. */
export const refusal = refusalOf;
