/**
 * Computes the target of a step, forwards and backwards. Macros and repetitions are stepped over and into like routines: at the
 * first instruction of an expansion, the debugger may still be at the call, before entering the expansion.
 */

import type { Frame } from "../program/source-locations.ts";
import type { CodeView } from "./code-view.ts";
import type { RecordedCall } from "../machine/recording.ts";
import type { Timeline } from "./timeline.ts";

/** The position of the debugger. */
export interface Position {
  readonly step: number;
  /** Number of innermost expansions that begin at this step and aren't entered yet. */
  readonly hidden: number;
}

export type Granularity = "statement" | "instruction";

export class Stepper {
  private readonly timeline: Timeline;
  private readonly viewOf: (call: RecordedCall) => CodeView;

  constructor(timeline: Timeline, viewOf: (call: RecordedCall) => CodeView) {
    this.timeline = timeline;
    this.viewOf = viewOf;
  }

  /** The position at a step that control reached from elsewhere: no expansion that begins there is entered yet. */
  arrive(step: number): Position {
    return { step, hidden: this.beginning(step).length };
  }

  /** Steps over calls and expansions, to the next statement of this routine or of its caller. */
  next(from: Position, granularity: Granularity): Position | undefined {
    const { step, hidden } = from;
    const stepped = granularity === "statement" && hidden > 0 ? this.expansions(step)[hidden - 1] : undefined;
    for (let to = step + 1; to < this.timeline.count; to++) {
      const relation = this.relation(step, to);
      if (relation === "inside") continue;
      if (relation === "same" && stepped && this.expansions(to).includes(stepped)) continue;
      return this.at(to, from, granularity);
    }
    return undefined;
  }

  /** Steps into a call or expansion if there is one, else to the next statement. */
  stepIn(from: Position, granularity: Granularity): Position | undefined {
    if (granularity === "statement" && from.hidden > 0) return { step: from.step, hidden: from.hidden - 1 };
    return from.step + 1 < this.timeline.count ? this.at(from.step + 1, from, granularity) : undefined;
  }

  /** Steps out of the expansion, routine or contract call. */
  stepOut(from: Position): Position | undefined {
    const { step, hidden } = from;
    const around = this.expansions(step).at(hidden);
    for (let to = step + 1; to < this.timeline.count; to++) {
      const relation = this.relation(step, to);
      if (relation === "inside") continue;
      if (relation === "same" && (!around || this.expansions(to).includes(around))) continue;
      return this.at(to, from, "statement");
    }
    return undefined;
  }

  /** The reverse of {@link next}: steps back to the previous statement, over calls and expansions. */
  stepBack(from: Position, granularity: Granularity): Position | undefined {
    const { step, hidden } = from;
    if (granularity === "instruction") return step > 0 ? { step: step - 1, hidden: 0 } : undefined;
    if (hidden < this.beginning(step).length) return { step, hidden: hidden + 1 };
    const visible = this.expansions(step).slice(hidden);
    for (let to = step - 1; to >= 0; to--) {
      const relation = this.relation(step, to);
      if (relation === "inside") continue;
      if (relation === "outside") return { step: to, hidden: 0 };
      const ended = this.expansions(to).findLast((frame) => !visible.includes(frame));
      return ended ? this.beginningOf(ended, to, step) : { step: to, hidden: 0 };
    }
    return undefined;
  }

  /** The position at which an expansion was entered whose last step is `last`. */
  private beginningOf(expansion: Frame, last: number, from: number): Position {
    let first = last;
    for (let step = last - 1; step >= 0; step--) {
      const relation = this.relation(from, step);
      if (relation === "inside") continue;
      if (relation === "outside" || !this.expansions(step).includes(expansion)) break;
      first = step;
    }
    const hidden = this.beginning(first).indexOf(expansion) + 1;
    return { step: first, hidden };
  }

  private at(to: number, from: Position, granularity: Granularity): Position {
    if (granularity === "instruction") return { step: to, hidden: 0 };
    const visible =
      this.relation(from.step, to) === "same" ? this.expansions(from.step).slice(from.hidden) : [];
    return { step: to, hidden: this.beginning(to).filter((frame) => !visible.includes(frame)).length };
  }

  /** Whether a step is in the same activation of a routine as another step, in one that it calls, or in one that called it. */
  private relation(step: number, other: number): "same" | "inside" | "outside" {
    const call = this.timeline.callAt(step);
    const otherCall = this.timeline.callAt(other);
    if (call !== otherCall) {
      for (let outer = otherCall.caller; outer; outer = outer.caller) if (outer === call) return "inside";
      return "outside";
    }
    const depth = this.timeline.depthAt(step);
    const otherDepth = this.timeline.depthAt(other);
    return otherDepth > depth ? "inside" : otherDepth < depth ? "outside" : "same";
  }

  /** The expansions around a step's statement, innermost first. */
  expansions(step: number): readonly Frame[] {
    const view = this.viewOf(this.timeline.callAt(step));
    return view.expansionsAround(view.statementAt(this.timeline.pcAt(step)));
  }

  /** The expansions that begin at a step, innermost first. */
  private beginning(step: number): readonly Frame[] {
    const view = this.viewOf(this.timeline.callAt(step));
    const statement = view.statementAt(this.timeline.pcAt(step));
    const around = view.expansionsAround(statement);
    const firstOuter = around.findIndex((frame) => view.firstStatementOf(frame) !== statement);
    return firstOuter < 0 ? around : around.slice(0, firstOuter);
  }
}
