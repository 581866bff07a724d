/**
 * Computes the layout of a flame graph: each frame is a rectangle below its caller, as wide as its share of the gas.
 */

/** The part of a `.cpuprofile` node that the graph shows. The server writes callers before their callees. */
export interface ProfileNode {
  readonly id: number;
  readonly callFrame: {
    readonly functionName: string;
    readonly url: string;
    /** Counts from 0. */
    readonly lineNumber: number;
  };
  /** The gas that each line used itself, without its callees. */
  readonly positionTicks: readonly { readonly line: number; readonly ticks: number }[];
  readonly children: readonly number[];
}

/** A routine, macro or function in the context of its callers. Other frames refer to it by its index. */
export interface Frame {
  readonly name: string;
  readonly url: string;
  /** Counts from 1. */
  readonly line: number;
  /** `own` is the gas that the frame used itself; `gas` includes its callees. */
  readonly own: number;
  readonly gas: number;
  /** Number of frames below it. */
  readonly below: number;
  readonly caller?: number;
  readonly calls: readonly number[];
}

/** The rectangle of a frame; `left` and `width` are shares of the drawing's width. */
export interface Rectangle {
  readonly frame: number;
  readonly depth: number;
  readonly left: number;
  readonly width: number;
}

export interface Layout {
  /** In depth-first order, so that a screen reader reads callees after their caller. */
  readonly rectangles: readonly Rectangle[];
  /** Number of frames below the zoomed one that aren't drawn because they are too narrow or too many. */
  readonly hidden: number;
}

/** Rectangles narrower than this share can't be seen, and more than `MAX_RECTANGLES` are slow to draw. */
const MIN_WIDTH = 1 / 2_000;
const MAX_RECTANGLES = 3_000;
/** The graph draws this many callers of the zoomed frame. */
const MAX_CALLERS = 20;

export function framesOf(nodes: readonly ProfileNode[]): readonly Frame[] {
  const indexes = new Map(nodes.map(({ id }, index) => [id, index]));
  const frames = nodes.map(({ callFrame, positionTicks, children }, index) => {
    const own = positionTicks.reduce((sum, { ticks }) => sum + ticks, 0);
    return {
      name: index === 0 ? "whole run" : callFrame.functionName,
      url: callFrame.url,
      line: callFrame.lineNumber + 1,
      own,
      gas: own,
      below: 0,
      caller: undefined as number | undefined,
      calls: children.map((id) => indexes.get(id)!),
    };
  });
  for (const [index, { calls }] of frames.entries())
    for (const called of calls) frames[called].caller = index;
  for (const { caller, gas, below } of [...frames].reverse()) {
    if (caller === undefined) continue;
    frames[caller].gas += gas;
    frames[caller].below += below + 1;
  }
  return frames;
}

/** The nearest callers of a frame, from the outermost to the innermost. */
function callersOf(frames: readonly Frame[], frame: number): readonly number[] {
  const callers: number[] = [];
  for (
    let at = frames[frame].caller;
    at !== undefined && callers.length < MAX_CALLERS;
    at = frames[at].caller
  )
    callers.push(at);
  return callers.reverse();
}

/** @param zoomed the frame to draw over the whole width, with its callers above it */
export function layOut(frames: readonly Frame[], zoomed: number): Layout {
  const callers = callersOf(frames, zoomed);
  const top: Rectangle = { frame: zoomed, depth: callers.length, left: 0, width: 1 };
  const total = frames[zoomed].gas;
  const drawn = [top];
  // The list grows during the walk, level by level, so that the limit cuts off the deepest frames.
  for (const { frame, depth, left } of drawn) {
    let from = left;
    for (const called of frames[frame].calls) {
      const width = total === 0 ? 0 : frames[called].gas / total;
      if (width >= MIN_WIDTH && drawn.length < MAX_RECTANGLES)
        drawn.push({ frame: called, depth: depth + 1, left: from, width });
      from += width;
    }
  }
  const hidden = frames[zoomed].below - (drawn.length - 1);
  const above = callers.map((frame, depth): Rectangle => ({ frame, depth, left: 0, width: 1 }));
  drawn.sort((one, other) => one.left - other.left || one.depth - other.depth);
  return { rectangles: [...above, ...drawn], hidden };
}
