/** A world with what is known of the contracts in it, and calls from outside into it. */

import type { Code } from "../machine/code.ts";
import { run } from "../machine/machine.ts";
import type { Observer } from "../machine/observer.ts";
import type { Failure, Outcome, Place } from "../machine/outcome.ts";
import { refusalOf, World, type Contract } from "../machine/world.ts";
import type { TargetName } from "../isa/table.ts";
import { defaultSettings, type CallSettings } from "./environment.ts";
import { revertMessage } from "./messages.ts";
import { Places } from "./places.ts";
import type { Runnable } from "./runnable.ts";

/** One call of a failure's stack, as its author knows it. */
export interface StackFrame {
  readonly address: bigint;
  readonly routine: string;
  /** Absent where the code has no source. */
  readonly file: string | undefined;
  /** From 1. */
  readonly line: number | undefined;
  readonly pc: number;
}

export class Session {
  readonly world: World;
  readonly settings: CallSettings = defaultSettings();
  private readonly runnables = new Map<Code, Runnable>();
  private readonly decoded: Map<Runnable, Code>;
  private readonly places = new Map<Runnable, Places>();

  /**
   * Ask {@link refusal} first: there are targets that nothing runs on.
   *
   * @param decoded What is shared between sessions, so that code is decoded once.
   */
  constructor(target: TargetName, decoded = new Map<Runnable, Code>()) {
    this.world = new World({ target });
    this.decoded = decoded;
  }

  /** Puts a contract at an address. Returns why that can't be, as a clause. */
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

  /** Calls a contract from outside, in a transaction of its own. */
  call(calldata: readonly bigint[], isStatic: boolean, address: bigint, observer?: Observer): Outcome {
    const { sender, gas } = this.settings;
    this.world.startTransaction();
    return run(this.world, { address, sender, calldata, isStatic, gas }, observer);
  }

  runnableOf(code: Code): Runnable | undefined {
    return this.runnables.get(code);
  }

  /** The code and the program that it was made of, of every contract that was deployed. */
  codes(): Iterable<[Code, Runnable]> {
    return this.runnables;
  }

  placesOf(runnable: Runnable): Places {
    let places = this.places.get(runnable);
    if (!places) this.places.set(runnable, (places = new Places(runnable)));
    return places;
  }

  placesAt(address: bigint): Places | undefined {
    const contract = this.world.contractAt(address);
    const runnable = contract && this.runnables.get(contract.code);
    return runnable && this.placesOf(runnable);
  }

  /**
   * What the data of a revert says; undefined if nothing in it can be read. The contract that reverted is asked first, then the
   * others: a caller often reverts with what it was answered.
   */
  revertMessage({ address, returnData }: Pick<Failure, "address" | "returnData">): string | undefined {
    const own = this.placesAt(address)?.runnable;
    const all = [...(own ? [own] : []), ...this.runnables.values()];
    const errors = all.find((one) => returnData.length > 0 && one.errors?.has(returnData[0]))?.errors;
    return revertMessage(returnData, errors);
  }

  /** The calls that lead to a failure, innermost first. */
  stackOf(failure: Failure): StackFrame[] {
    return [failure as Place, ...failure.callers.toReversed()].flatMap((place) => this.internalStack(place));
  }

  private internalStack({ address, pc, internalCalls }: Place): StackFrame[] {
    const places = this.placesAt(address);
    return [pc, ...internalCalls.toReversed()].flatMap((at) => {
      const frames = places?.stackAt(at) ?? [{ name: "code", file: undefined, line: undefined }];
      return frames.map(({ name: routine, file, line }) => ({ address, routine, file, line, pc: at }));
    });
  }
}

/** Why nothing runs on a target, or undefined. */
export const refusal = refusalOf;
