import assert from "node:assert/strict";
import { run } from "../../machine/machine.ts";
import type { FrameView } from "../../machine/observer.ts";
import { Profile } from "../../machine/profile.ts";
import { Recording } from "../../machine/recording.ts";
import { ObservedTags } from "../../machine/observed-tags.ts";
import { TAGS } from "../../isa/tags.ts";
import { prepare, recorded } from "./recorded.ts";

describe("a recording", () => {
  for (const program of recorded) {
    it(`leads through ${program.name} and back`, () => {
      const { world, call } = prepare(program);
      const recording = new Recording(world);
      const outcome = run(world, call, recording);
      assert.equal(recording.count, outcome.steps);
      const shown = (): string[][] =>
        recording.calls.map(({ number, memory }) =>
          [...cellsOf(recording, number)].map((address) =>
            memory.isWritten(address) ? `${memory.tagAt(address)} ${memory.valueAt(address)}` : "unwritten",
          ),
        );
      const atTheEnd = shown();
      for (let step = recording.count - 1; step >= 0; step--) recording.swap(step);
      for (const cells of shown()) for (const cell of cells) assert.equal(cell, "unwritten");
      for (let step = 0; step < recording.count; step++) recording.swap(step);
      assert.deepEqual(shown(), atTheEnd);
    });
  }

  it("has before each step what the run had then", () => {
    for (const program of recorded) {
      const first = prepare(program);
      const recording = new Recording(first.world);
      run(first.world, first.call, recording);
      for (let step = recording.count - 1; step >= 0; step--) recording.swap(step);
      const cells = recording.calls.map(({ number }) => [...cellsOf(recording, number)]);
      const second = prepare(program);
      let step = 0;
      run(second.world, second.call, {
        before: ({ number, memory }: FrameView) => {
          const replayed = recording.calls[number].memory;
          for (const address of cells[number]) {
            const same =
              replayed.isWritten(address) === memory.isWritten(address) &&
              replayed.tagAt(address) === memory.tagAt(address) &&
              replayed.valueAt(address) === memory.valueAt(address);
            if (!same) assert.fail(`${program.name}: step ${step}, cell ${address}`);
          }
          recording.swap(step++);
        },
      });
      assert.equal(step, recording.count);
    }
  });

  it("knows the calls that are open", () => {
    const program = recorded.find(({ name }) => name === "08_internal_call")!;
    const { world, call } = prepare(program);
    const recording = new Recording(world);
    const open: number[][] = [];
    const observer = {
      entered: (frame: FrameView) => recording.entered(frame),
      before: (frame: FrameView) => {
        open.push([...frame.internalCalls]);
        recording.before(frame);
      },
      after: (frame: FrameView) => recording.after(frame),
      left: (...args: Parameters<Recording["left"]>) => recording.left(...args),
    };
    run(world, call, observer);
    assert.ok(open.some((calls) => calls.length > 0));
    for (const [step, calls] of open.entries()) {
      const found: number[] = [];
      for (let at = recording.internalCalls[step]; at; at = at.outer) found.unshift(at.pc);
      assert.deepEqual(found, calls);
    }
    assert.equal(recording.calls[0].lastStep, recording.count - 1);
  });
});

/** Every cell that a call of a run wrote. */
function cellsOf(recording: Recording, call: number): Set<number> {
  const cells = new Set<number>();
  for (let step = 0; step < recording.count; step++) {
    if (recording.callOf[step] !== call) continue;
    for (let change = recording.firstChange[step]; change < recording.firstChange[step + 1]; change++)
      cells.add(recording.addresses[change]);
  }
  return cells;
}

describe("a profile", () => {
  for (const program of recorded) {
    it(`shares out the gas of ${program.name}`, () => {
      const { world, call } = prepare(program);
      const profile = new Profile();
      const outcome = run(world, call, profile);
      let l2 = 0;
      let da = 0;
      let steps = 0;
      for (const code of profile.codes()) {
        const counts = profile.of(code)!;
        l2 += counts.l2.reduce((sum, value) => sum + value, 0);
        da += counts.da.reduce((sum, value) => sum + value, 0);
        steps += counts.executions.reduce((sum, value) => sum + value, 0);
      }
      assert.equal(steps, outcome.steps);
      // Control that leaves the code, or a nested call without any, halts at an offset without an instruction.
      const code = outcome.failure?.code;
      if (code === "undecodable-code") return;
      assert.deepEqual({ l2, da }, outcome.gas);
    });
  }
});

describe("the tags that were met", () => {
  it("are those before a read and after a write", () => {
    const program = recorded.find(({ name }) => name === "30_dst_retag")!;
    const { world, call } = prepare(program);
    const met = new ObservedTags();
    run(world, call, met);
    const { code } = world.contractAt(0x1234n)!;
    const tagsAt = (pc: number, operand: number): string[] =>
      TAGS.filter((_, tag) => met.of(code).get(pc)![operand] & (1 << tag));
    assert.deepEqual(tagsAt(0, 0), ["u8"]);
    assert.deepEqual(tagsAt(5, 0), ["u64"]);
    assert.deepEqual(tagsAt(20, 0), ["u64"]);
    assert.deepEqual(tagsAt(20, 1), ["ff"]);
  });
});
