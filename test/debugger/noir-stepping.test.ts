/** Steps by lines of Noir through random runs: where a step leads, and that no line is left out. */

import assert from "node:assert/strict";
import type { NoirFrame } from "../../artifact/debug-symbols.ts";
import { NoirStepper, type NoirSteps } from "../../debugger/noir-stepping.ts";
import { randomNumbers, type RandomNumbers } from "../support/random.ts";

interface RandomSteps extends NoirSteps {
  readonly depths: readonly number[];
}

/** A run of up to 40 steps: inlined calls of up to three levels on five lines, routines of up to three levels. */
function randomSteps(numbers: RandomNumbers): RandomSteps {
  const file = { path: "main.nr", bytes: new Uint8Array(), lineStarts: [0], functions: [] };
  const frame = (line: number): NoirFrame => ({
    path: file.path,
    file,
    line,
    column: 0,
    function: undefined,
    text: "",
  });
  let frames: readonly NoirFrame[] = [frame(0)];
  let depth = 0;
  const all: (readonly NoirFrame[])[] = [];
  const depths: number[] = [];
  const callers: (readonly NoirFrame[])[] = [];
  for (let count = 1 + numbers.below(40); count > 0; count--) {
    all.push(numbers.below(6) === 0 ? [] : frames);
    depths.push(depth);
    const what = numbers.below(8);
    if (what < 3) frames = [...frames.slice(0, -1), frame(numbers.below(5))];
    else if (what === 3 && frames.length < 3) frames = [...frames, frame(numbers.below(5))];
    else if (what === 4 && frames.length > 1) frames = frames.slice(0, -1);
    else if (what === 5 && depth < 3) {
      depth++;
      callers.push(frames);
      frames = [frame(numbers.below(5))];
    } else if (what === 6 && depth > 0) {
      depth--;
      frames = callers.pop()!;
    }
  }
  return {
    count: all.length,
    depths,
    framesAt: (step) => all[step],
    isNoir: () => true,
    relation: (step, other) => {
      const [from, to] = [Math.min(step, other), Math.max(step, other)];
      const least = Math.min(...depths.slice(from, to + 1));
      if (depths[other] > depths[step]) return "inside";
      return depths[other] < depths[step] || least < depths[step] ? "outside" : "same";
    },
  };
}

describe("stepping by lines of Noir", () => {
  it("moves on and back, to instructions with a line, and shows at least one function", () => {
    const numbers = randomNumbers(7);
    for (let round = 0; round < 3000; round++) {
      const steps = randomSteps(numbers);
      const stepper = new NoirStepper(steps);
      const step = numbers.below(steps.count);
      const most = Math.max(0, steps.framesAt(step).length - 1);
      const from = { step, hidden: numbers.below(most + 1) };
      const over = stepper.next(from);
      const into = stepper.stepIn(from);
      const out = stepper.stepOut(from);
      const back = stepper.stepBack(from);
      for (const to of [over, into, out, back, stepper.firstFrom(step)]) {
        if (!to) continue;
        const frames = steps.framesAt(to.step);
        assert.ok(frames.length > 0, `round ${round}: a line`);
        assert.ok(to.hidden >= 0 && to.hidden < frames.length, `round ${round}: a function`);
      }
      if (over) {
        assert.ok(over.step > step);
        assert.ok(steps.depths[over.step] <= steps.depths[step], `round ${round}: not inside of a routine`);
        assert.ok(into && into.step <= over.step, `round ${round}: stepping in goes no further than over`);
      }
      if (out)
        assert.ok(over && over.step <= out.step, `round ${round}: stepping over goes no further than out`);
      if (back) assert.ok(back.step < step);
    }
  });

  it("visits every line while it steps over a routine", () => {
    const numbers = randomNumbers(8);
    for (let round = 0; round < 1000; round++) {
      const steps = randomSteps(numbers);
      const stepper = new NoirStepper(steps);
      const met = new Set<number>();
      for (let at = stepper.firstFrom(0); at; at = stepper.stepIn(at)) {
        met.add(steps.framesAt(at.step)[steps.framesAt(at.step).length - at.hidden - 1].line);
      }
      const wanted = new Set<number>();
      for (let step = 0; step < steps.count; step++)
        for (const { line } of steps.framesAt(step).slice(-1)) wanted.add(line);
      assert.deepEqual(
        [...wanted].filter((line) => !met.has(line)),
        [],
        `round ${round}`,
      );
    }
  });
});
