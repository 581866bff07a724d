/** Counts executions and gas of each instruction, for coverage and gas profiles. */

import type { Code } from "./code.ts";
import type { FrameView, Observer } from "./observer.ts";
import type { Failure, Gas } from "./outcome.ts";

/** Counts by byte offset. */
export interface Counts {
  /** How often the instruction was started. */
  readonly executions: Uint32Array;
  /** L2 gas that it used, without the gas of nested calls. */
  readonly l2: Float64Array;
  readonly da: Float64Array;
}

/** An observer that counts. It may observe several runs and adds them up. */
export class Profile implements Observer {
  readonly #byCode = new Map<Code, Counts>();
  /** For each call that isn't over: the gas left before the current instruction, and the gas that its nested call used. */
  readonly #open = new Map<FrameView, { l2: number; da: number; nested: { l2: number; da: number } }>();

  readonly #given = new Map<FrameView, Gas>();

  of(code: Code): Counts | undefined {
    return this.#byCode.get(code);
  }

  /** The codes that ran. */
  codes(): Iterable<Code> {
    return this.#byCode.keys();
  }

  entered(frame: FrameView): void {
    const { code, l2GasLeft: l2, daGasLeft: da } = frame;
    if (!this.#byCode.has(code)) {
      const length = code.bytes.length;
      this.#byCode.set(code, {
        executions: new Uint32Array(length),
        l2: new Float64Array(length),
        da: new Float64Array(length),
      });
    }
    this.#given.set(frame, { l2, da });
    this.#open.set(frame, { l2, da, nested: { l2: 0, da: 0 } });
  }

  before(frame: FrameView): void {
    this.#byCode.get(frame.code)!.executions[frame.pc]++;
    const open = this.#open.get(frame)!;
    open.l2 = frame.l2GasLeft;
    open.da = frame.daGasLeft;
    open.nested.l2 = 0;
    open.nested.da = 0;
  }

  after(frame: FrameView): void {
    const { l2, da, nested } = this.#open.get(frame)!;
    const counts = this.#byCode.get(frame.code)!;
    counts.l2[frame.pc] += l2 - frame.l2GasLeft - nested.l2;
    counts.da[frame.pc] += da - frame.daGasLeft - nested.da;
  }

  /** A halt uses all remaining gas. It is counted for the instruction that halted. */
  left(frame: FrameView, failure: Failure | undefined): void {
    const { executions, ...counts } = this.#byCode.get(frame.code)!;
    if (failure?.kind === "halt" && executions[frame.pc] > 0) {
      const { l2, da, nested } = this.#open.get(frame)!;
      counts.l2[frame.pc] += l2 - nested.l2;
      counts.da[frame.pc] += da - nested.da;
    }
    const given = this.#given.get(frame)!;
    const open = frame.caller && this.#open.get(frame.caller);
    if (open) open.nested = used(given, frame);
    this.#given.delete(frame);
    this.#open.delete(frame);
  }
}

function used(given: Gas, { l2GasLeft, daGasLeft }: FrameView): { l2: number; da: number } {
  return { l2: given.l2 - l2GasLeft, da: given.da - daGasLeft };
}
