/**
 * Steps by lines of Noir. An inlined function is stepped over, into and out of like a routine that is called. Instructions without
 * a location, which the compiler added, are never a target.
 */

import { isSameLine, type NoirFrame } from "../artifact/debug-symbols.ts";
import type { Position } from "./position.ts";

/** The steps of a run, with what stepping by lines needs of them. */
export interface NoirSteps {
  readonly count: number;
  /** The Noir functions at a step, outermost first; empty if it has no location. */
  framesAt(step: number): readonly NoirFrame[];
  /** Whether a step is in code that has debug symbols. */
  isNoir(step: number): boolean;
  /** Whether `other` is in the same activation of a routine as `step`, in one that it calls, or in one that called it. */
  relation(step: number, other: number): "same" | "inside" | "outside";
}

export class NoirStepper {
  private readonly steps: NoirSteps;

  constructor(steps: NoirSteps) {
    this.steps = steps;
  }

  /** The first step with a location from `step` on, outside of inlined functions that begin there; undefined if there is none. */
  firstFrom(step: number): Position | undefined {
    for (let to = step; to < this.steps.count; to++) if (this.isTarget(to)) return this.entered(to);
    return undefined;
  }

  next(from: Position): Position | undefined {
    const visible = this.visible(from);
    for (let to = from.step + 1; to < this.steps.count; to++) {
      const target = this.over(from.step, visible, to);
      if (target) return target;
    }
    return undefined;
  }

  stepIn(from: Position): Position | undefined {
    if (from.hidden > 0) return { step: from.step, hidden: from.hidden - 1 };
    const visible = this.visible(from);
    for (let to = from.step + 1; to < this.steps.count; to++) {
      if (!this.isTarget(to)) continue;
      if (this.steps.relation(from.step, to) === "inside") return this.entered(to);
      const target = this.over(from.step, visible, to);
      if (target) return target;
      // Still on this line: an inlined function may begin.
      const frames = this.steps.framesAt(to);
      if (frames.length > visible.length) return { step: to, hidden: frames.length - visible.length - 1 };
    }
    return undefined;
  }

  stepOut(from: Position): Position | undefined {
    const visible = this.visible(from);
    for (let to = from.step + 1; to < this.steps.count; to++) {
      const relation = this.steps.relation(from.step, to);
      if (relation === "inside" || !this.isTarget(to)) continue;
      if (relation === "outside") return { step: to, hidden: 0 };
      const frames = this.steps.framesAt(to);
      const outer = visible.length - 1;
      const common = commonLength(visible, frames);
      if (common < outer) return { step: to, hidden: Math.max(0, frames.length - common - 1) };
    }
    return undefined;
  }

  /** Goes back to the first instruction of the line before, over calls and inlined functions. */
  stepBack(from: Position): Position | undefined {
    const visible = this.visible(from);
    let target: Position | undefined;
    let step = from.step - 1;
    for (; step >= 0 && !target; step--) target = this.over(from.step, visible, step);
    if (!target) return undefined;
    const line = this.visible(target);
    const start = target.step;
    for (; step >= 0; step--) {
      if (this.steps.relation(start, step) === "inside" || !this.isTarget(step)) continue;
      if (this.over(start, line, step)) break;
      const frames = this.steps.framesAt(step);
      target = { step, hidden: Math.max(0, frames.length - line.length) };
    }
    return target;
  }

  /** The position at step `to`, if stepping over from a step and its visible functions ends there. */
  private over(step: number, visible: readonly NoirFrame[], to: number): Position | undefined {
    const relation = this.steps.relation(step, to);
    if (relation === "inside" || !this.isTarget(to)) return undefined;
    if (relation === "outside") return { step: to, hidden: 0 };
    const frames = this.steps.framesAt(to);
    const innermost = Math.max(0, visible.length - 1);
    const depth = Math.min(commonLength(visible, frames), innermost);
    if (depth === innermost && visible.length > 0 && frames.length > depth) {
      if (isSameLine(frames[depth], visible[depth])) return undefined;
    }
    return { step: to, hidden: Math.max(0, frames.length - depth - 1) };
  }

  /** Code that the compiler added to a Noir program has no location, and isn't a target. Code of other programs is one. */
  private isTarget(step: number): boolean {
    return !this.steps.isNoir(step) || this.steps.framesAt(step).length > 0;
  }

  private entered(step: number): Position {
    return { step, hidden: Math.max(0, this.steps.framesAt(step).length - 1) };
  }

  private visible({ step, hidden }: Position): readonly NoirFrame[] {
    const frames = this.steps.framesAt(step);
    return frames.slice(0, frames.length - hidden);
  }
}

function commonLength(a: readonly NoirFrame[], b: readonly NoirFrame[]): number {
  let length = 0;
  while (length < a.length && length < b.length && a[length] === b[length]) length++;
  return length;
}
