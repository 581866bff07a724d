import assert from "node:assert/strict";
import { Memory } from "../../machine/memory.ts";
import { run } from "../../machine/machine.ts";
import type { FrameView } from "../../machine/observer.ts";
import { Profile } from "../../machine/profile.ts";
import { Recording } from "../../machine/recording.ts";
import { TagsMet } from "../../machine/tags-met.ts";
import { TAGS } from "../../isa/tags.ts";
import { prepare, recorded } from "./recorded.ts";

describe("a recording", () => {
  for (const program of recorded) {
    it(`leads through ${program.name} and back`, () => {
      const { world, call } = prepare(program);
      const memories: Memory[] = [];
      const recording = new Recording();
      const observer = {
        entered: (frame: FrameView) => {
          memories[frame.number] = frame.memory;
          recording.entered(frame);
        },
        before: (frame: FrameView) => recording.before(frame),
        after: (frame: FrameView) => recording.after(frame),
        left: (...args: Parameters<Recording["left"]>) => recording.left(...args),
      };
      const outcome = run(world, call, observer);
      assert.equal(recording.count, outcome.steps);
      const replayed = memories.map(() => new Memory());
      const touched = memories.map(() => new Set<number>());
      for (let step = 0; step < recording.count; step++) {
        const frame = recording.frameOf(step);
        for (const change of recording.changesOf(step)) {
          const { address, oldTag, oldValue, wasWritten, newTag, newValue } = change;
          const memory = replayed[frame];
          const found = [memory.tagAt(address), memory.valueAt(address), memory.isWritten(address)];
          // A step that writes a cell twice tells the same twice.
          assert.deepEqual(found, [oldTag, oldValue, wasWritten]);
          memory.set(address, newTag, newValue);
          touched[frame].add(address);
        }
      }
      for (const [frame, cells] of touched.entries())
        for (const address of cells) {
          assert.equal(replayed[frame].tagAt(address), memories[frame].tagAt(address));
          assert.equal(replayed[frame].valueAt(address), memories[frame].valueAt(address));
        }
      for (let step = recording.count - 1; step >= 0; step--) {
        for (const { address, oldTag, oldValue } of recording.changesOf(step).reverse())
          replayed[recording.frameOf(step)].set(address, oldTag, oldValue);
      }
      for (const [frame, cells] of touched.entries())
        for (const address of cells) assert.equal(replayed[frame].valueAt(address), 0n);
    });
  }

  it("knows the calls that are open", () => {
    const program = recorded.find(({ name }) => name === "08_internal_call")!;
    const { world, call } = prepare(program);
    const recording = new Recording();
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
    for (const [step, calls] of open.entries()) assert.deepEqual(recording.internalCallsAt(step), calls);
    assert.equal(recording.frames[0].end, recording.count);
  });
});

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
      // Control that leaves the code, or a nested call without any, halts where there is no instruction to blame.
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
    const met = new TagsMet();
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
