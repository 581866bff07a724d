/** Lays a gas profile out as a flame graph: each frame is a rectangle below its caller, as wide as its share of the gas. */

/** As much of a `.cpuprofile` as is drawn. The server writes callers before what they call. */
export interface ProfileNode {
  readonly id: number;
  readonly callFrame: {
    readonly functionName: string;
    readonly url: string;
    /** From 0 on. */
    readonly lineNumber: number;
  };
  /** The gas that each line used itself. */
  readonly positionTicks: readonly { readonly line: number; readonly ticks: number }[];
  readonly children: readonly number[];
}

/** A routine, macro or function in the context of its callers. Other frames are named by their index. */
export interface Frame {
  readonly name: string;
  readonly url: string;
  /** From 1 on. */
  readonly line: number;
  /** Gas that it used itself, and together with what it calls. */
  readonly own: number;
  readonly gas: number;
  /** How many frames are below it. */
  readonly below: number;
  readonly caller?: number;
  readonly calls: readonly number[];
}

/** `left` and `width` are shares of the drawing's width. */
export interface Rectangle {
  readonly frame: number;
  readonly depth: number;
  readonly left: number;
  readonly width: number;
}

export interface Layout {
  /** In the order of a walk through the tree, so that a screen reader reads callees after their caller. */
  readonly rectangles: readonly Rectangle[];
  /** How many frames below the zoomed one are too small or too many to be drawn. */
  readonly hidden: number;
}

/** Narrower rectangles can't be seen, and more than that many take long to draw. */
const MIN_WIDTH = 1 / 2_000;
const MAX_RECTANGLES = 3_000;
/** Of the callers of a zoomed frame, so many are drawn. */
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

/** The nearest callers of a frame, from the outermost on. */
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

/** @param zoomed the frame that is drawn over the whole width, with its callers above it */
export function layOut(frames: readonly Frame[], zoomed: number): Layout {
  const callers = callersOf(frames, zoomed);
  const top: Rectangle = { frame: zoomed, depth: callers.length, left: 0, width: 1 };
  const total = frames[zoomed].gas;
  const drawn = [top];
  // The list grows while it is walked: level by level, so that what is cut off is what is deepest.
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
