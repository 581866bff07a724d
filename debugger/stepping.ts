/**
 * Computes the target of a step, forwards and backwards. Macros and repetitions are stepped over and into like routines: at the
 * first instruction of an expansion, the debugger may still be at the call, before entering the expansion.
 */

import type { Frame } from "../program/source-locations.ts";
import type { CodeView } from "./code-view.ts";
import type { RecordedCall } from "../machine/recording.ts";
import { NoirStepper } from "./noir-stepping.ts";
import type { Position } from "./position.ts";
import type { Timeline } from "./timeline.ts";

export type Granularity = "statement" | "instruction";

export class Stepper {
  private readonly timeline: Timeline;
  private readonly viewOf: (call: RecordedCall) => CodeView;
  private readonly noir: NoirStepper;

  constructor(timeline: Timeline, viewOf: (call: RecordedCall) => CodeView) {
    this.timeline = timeline;
    this.viewOf = viewOf;
    this.noir = new NoirStepper({
      count: timeline.count,
      framesAt: (step) => this.viewAt(step).noir?.framesAt(timeline.pcAt(step)) ?? [],
      isNoir: (step) => this.isNoir(step),
      relation: (step, other) => this.relation(step, other),
    });
  }

  /** The position at which a run begins: the first line of Noir, or the first instruction of other code. */
  entry(): Position {
    return (this.isNoir(0) ? this.noir.firstFrom(0) : undefined) ?? this.arrive(0);
  }

  /** The position at a step that control reached from elsewhere: no expansion that begins there is entered yet. */
  arrive(step: number): Position {
    if (this.timeline.count === 0) return { step: 0, hidden: 0 };
    return { step, hidden: this.isNoir(step) ? 0 : this.mostHidden(step) };
  }

  /** Maximum of {@link Position.hidden} at a step. */
  mostHidden(step: number): number {
    if (!this.isNoir(step)) return this.beginning(step).length;
    const view = this.viewAt(step);
    return Math.max(0, view.placesOf(view.statementAt(this.timeline.pcAt(step))).length - 1);
  }

  /** Steps over calls and expansions, to the next statement of this routine or of its caller. */
  next(from: Position, granularity: Granularity): Position | undefined {
    if (granularity === "statement" && this.isNoir(from.step)) return this.noir.next(from);
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
    if (granularity === "statement" && this.isNoir(from.step)) return this.noir.stepIn(from);
    if (granularity === "statement" && from.hidden > 0) return { step: from.step, hidden: from.hidden - 1 };
    const to = from.step + 1;
    if (to >= this.timeline.count) return undefined;
    if (granularity === "statement" && this.isNoir(to)) return this.noir.firstFrom(to);
    return this.at(to, from, granularity);
  }

  /** Steps out of the expansion, routine or contract call. */
  stepOut(from: Position): Position | undefined {
    if (this.isNoir(from.step)) return this.noir.stepOut(from);
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
    if (this.isNoir(step)) return this.noir.stepBack(from);
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

  /** Whether a step is in code with lines of Noir. */
  private isNoir(step: number): boolean {
    return this.timeline.count > 0 && this.viewAt(step).noir !== undefined;
  }

  private viewAt(step: number): CodeView {
    return this.viewOf(this.timeline.callAt(step));
  }

  /** The expansions around a step's statement, innermost first. */
  expansions(step: number): readonly Frame[] {
    const view = this.viewAt(step);
    return view.expansionsAround(view.statementAt(this.timeline.pcAt(step)));
  }

  /** The expansions that begin at a step, innermost first. */
  private beginning(step: number): readonly Frame[] {
    const view = this.viewAt(step);
    const statement = view.statementAt(this.timeline.pcAt(step));
    const around = view.expansionsAround(statement);
    const firstOuter = around.findIndex((frame) => view.firstStatementOf(frame) !== statement);
    return firstOuter < 0 ? around : around.slice(0, firstOuter);
  }
}
