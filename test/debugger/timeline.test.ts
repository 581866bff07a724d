/** The timeline: wherever it goes, memory is what a fresh run has right before that step. */

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import path from "node:path";
import { assemble } from "../../assembler/assemble.ts";
import { DebuggedRun } from "../../debugger/debugged-run.ts";
import type { Granularity } from "../../debugger/stepping.ts";
import { Recording } from "../../machine/recording.ts";
import { parseSource } from "../../grammar/source-file.ts";
import { run, type Call } from "../../machine/machine.ts";
import type { FrameView } from "../../machine/observer.ts";
import type { Program } from "../../program/program.ts";
import { World } from "../../machine/world.ts";
import { randomNumbers } from "../support/random.ts";
import { debugged } from "./debugged.ts";

const examples = path.resolve(import.meta.dirname, "../../examples");

/** Every kind of write: ranges, cells written twice by one instruction, nested calls, a halt. */
const WRITES = `
        SET [0], u32, #100
        SET [1], u32, #3
        SET [2], u32, #0
        CALLDATACOPY [1], [2], [sp+0]
        SET [3], u64, #0x1_0000_0000
        ADD [3], [3], [3]
        SET [4], ff, #1234
        ADD [4], [4], [4]
        SET [5], u32, #10
        SET [6], u32, #8
        SET [7], u1, #0
        TORADIXBE [4], [5], [6], [7], [sp+1]
        GETCONTRACTINSTANCE [sp+0], [50], #0
        SET [8], u32, #60000
        SET [9], ff, #0xc0de
        CALL [8], [8], [9], [1], [sp+0]
        SUCCESSCOPY [20]
        RETURNDATASIZE [21]
        RETURNDATACOPY [21], [2], [sp+30]
        ADD [1], [3], [20]
        RETURN [1], [sp+0]
`;
const CALLEE = `
        SET [0], u32, #2
        SET [1], u32, #0
        CALLDATACOPY [0], [1], [2]
        ADD [2], [3], [2]
        SSTORE [2], [3]
        RETURN [0], [2]
`;

/** Moves of each random walk; three programs are walked through. */
const WALK_STEPS = 10_000;

describe("the timeline", () => {
  const programs: Readonly<Record<string, () => Scenario>> = {
    frames: () => ({
      text: readFileSync(path.join(examples, "frames.avm"), "utf8"),
      call: { calldata: [9n] },
    }),
    array: () => ({
      text: readFileSync(path.join(examples, "array.avm"), "utf8"),
      call: { calldata: [4n, 5n, 6n] },
    }),
    "every kind of write": () => ({ text: WRITES, call: { calldata: [7n, 8n, 9n] }, deployed: CALLEE }),
  };
  for (const [name, scenario] of Object.entries(programs)) {
    it(`goes to any step of ${name}`, () => {
      const { text, call, deployed } = scenario();
      const fresh = snapshots({ text, call, deployed });
      const { timeline } = recorded({ text, call, deployed });
      assert.equal(timeline.count, fresh.length);
      const numbers = randomNumbers(name.length);
      for (let round = 0; round < 2000; round++) {
        const step = numbers.below(timeline.count);
        timeline.goTo(step);
        assertSameMemory(timeline, fresh, step);
      }
    });
  }

  for (const [name, scenario] of Object.entries(programs)) {
    it(`has the state of a fresh run at every step of a random walk through ${name}`, () => {
      const fresh = snapshots(scenario());
      const { run: walked, timeline } = scenarioWithRun(scenario());
      const numbers = randomNumbers(name.length + 1);
      const granularity = (): Granularity => (numbers.below(3) === 0 ? "instruction" : "statement");
      for (let move = 0; move < WALK_STEPS; move++) {
        const { position: from, stepper } = walked;
        const kind = numbers.below(5);
        const to =
          kind === 0
            ? stepper.next(from, granularity())
            : kind === 1
              ? stepper.stepIn(from, granularity())
              : kind === 2
                ? stepper.stepOut(from)
                : kind === 3
                  ? stepper.stepBack(from, granularity())
                  : stepper.arrive(numbers.below(timeline.count));
        if (!to) continue;
        if (kind < 3) assert.ok(to.step > from.step || to.hidden < from.hidden, `move ${move} goes on`);
        if (kind === 3) assert.ok(to.step < from.step || to.hidden > from.hidden, `move ${move} goes back`);
        walked.goTo(to);
        assertSameMemory(timeline, fresh, to.step);
      }
    });
  }

  it("finds the instruction that wrote a cell last", () => {
    const { timeline } = debugged(
      "        SET [1], u8, #1\n        SET [2], u8, #2\n        SET [1], u8, #3\n        SET [3], u32, #0\n        RETURN [3], [1]\n",
    );
    timeline.goTo(4);
    assert.equal(timeline.lastWrite(1), 2);
    assert.equal(timeline.lastWrite(9), -1);
    timeline.goTo(2);
    assert.equal(timeline.lastWrite(1), 0);
    assert.deepEqual(timeline.writtenCells(), [1, 2]);
  });

  it("keeps the data and side effects of nested calls", () => {
    const { timeline, run: whole } = scenarioWithRun({
      text: WRITES,
      call: { calldata: [7n, 8n, 9n] },
      deployed: CALLEE,
    });
    const [outer, inner] = timeline.recording.calls;
    assert.deepEqual([inner.caller, inner.address, inner.sender], [outer, 0xc0den, outer.address]);
    timeline.goTo(timeline.count - 1);
    assert.equal(timeline.returnData(outer).length, 2);
    assert.equal(whole.effectsHere().length, 1);
    timeline.goTo(0);
    assert.equal(timeline.returnData(outer).length, 0);
    assert.equal(whole.effectsHere().length, 0);
  });
});

interface Scenario {
  readonly text: string;
  readonly call: Omit<Call, "code">;
  readonly deployed?: string | undefined;
}

function assembled(text: string): Program {
  const { program, diagnostics } = assemble(parseSource("main.avm", text));
  assert.deepEqual(diagnostics, []);
  return program;
}

function worldOf({ text, deployed }: Scenario): { world: World; code: ReturnType<World["codeOf"]> } {
  const program = assembled(text);
  const world = new World({ target: program.set.target });
  if (deployed !== undefined) world.deploy(0xc0den, assembled(deployed));
  return { world, code: world.codeOf(program) };
}

function scenarioWithRun(scenario: Scenario): { timeline: DebuggedRun["timeline"]; run: DebuggedRun } {
  const { world, code } = worldOf(scenario);
  const recording = new Recording(world);
  run(world, { ...scenario.call, code }, recording);
  const whole = new DebuggedRun({ recording, summary: [], programs: [], environment: [] });
  return { timeline: whole.timeline, run: whole };
}

/** Compares the memory of every call with a fresh run's at a step. */
function assertSameMemory(
  { recording: { calls } }: DebuggedRun["timeline"],
  fresh: ReturnType<typeof snapshots>,
  step: number,
): void {
  for (const [call, address, shown] of fresh[step]) {
    const { memory } = calls[call];
    const found = memory.isWritten(address)
      ? `${memory.tagAt(address)} ${memory.valueAt(address)}`
      : "unwritten";
    assert.equal(found, shown, `step ${step}, cell ${address} of call ${call}`);
  }
}

const recorded = (scenario: Scenario) => scenarioWithRun(scenario);

/** By step: the cells of every call as a run without a recorder has them then. */
function snapshots(scenario: Scenario): (readonly [call: number, address: number, shown: string])[][] {
  const cells = new Map<number, Set<number>>();
  const { recording } = scenarioWithRun(scenario).timeline;
  for (let step = 0; step < recording.count; step++) {
    const call = recording.callOf[step];
    if (!cells.has(call)) cells.set(call, new Set([0, 1]));
    for (let change = recording.firstChange[step]; change < recording.firstChange[step + 1]; change++)
      cells.get(call)!.add(recording.addresses[change]);
  }
  const steps: (readonly [number, number, string])[][] = [];
  const frames = new Map<number, FrameView>();
  const { world, code } = worldOf(scenario);
  run(
    world,
    { ...scenario.call, code },
    {
      entered: (frame) => void frames.set(frame.number, frame),
      before: () => {
        const here: (readonly [number, number, string])[] = [];
        for (const [call, { memory }] of frames)
          for (const address of cells.get(call) ?? [])
            here.push([
              call,
              address,
              memory.isWritten(address) ? `${memory.tagAt(address)} ${memory.valueAt(address)}` : "unwritten",
            ]);
        steps.push(here);
      },
    },
  );
  return steps;
}
