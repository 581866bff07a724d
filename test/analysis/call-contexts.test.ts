/**
 * Tags by the call that leads to an operand: what runs meet is among what is said of that call, and all calls together give
 * what is said of the operand. `FRAME_PROGRAMS=20000` tries that many programs.
 */

import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { analyze, type Analysis } from "../../analysis/analyze.ts";
import { instructionSet } from "../../isa/instruction-set.ts";
import { tagsOf, type TagSet } from "../../isa/tags.ts";
import { run } from "../../machine/machine.ts";
import type { FrameView } from "../../machine/observer.ts";
import { resolveOperands } from "../../machine/operands.ts";
import { World } from "../../machine/world.ts";
import { decode } from "../../program/codec.ts";
import { randomHeapProgram } from "../conformance/fuzz-heap-programs.ts";
import { assembleText } from "../support/assemble.ts";
import { randomFrameProgram } from "../support/frame-programs.ts";
import { randomNumbers } from "../support/random.ts";

const PROGRAMS = Number(process.env.FRAME_PROGRAMS ?? 15);
/** Calls are told apart in some of the programs from this one on. */
const FIRST = 25;

/** `MOV 0: u32 from 2, ff from 4`: of each operand that is told apart, by the indexes of instructions. */
function shown(text: string): string[] {
  const analysis = analyze(assembleText(text).program, { byCall: true });
  return [...analysis.instructions()].flatMap(({ index, form }) =>
    form.fields.flatMap(({ index: position }) => {
      const contexts = analysis.contextsAt(index, position);
      const parts = contexts.map((one) => `${tagsOf(one.tags).join("|")} from ${one.index}`);
      return parts.length === 0 ? [] : [`${form.name} ${position}: ${parts.join(", ")}`];
    }),
  );
}

describe("tags by call", () => {
  it("are those of each call of a routine", () => {
    assert.deepEqual(
      shown(`
        SET [0], u32, #0
        SET [1], u32, #7
        INTERNALCALL f
        SET [1], ff, #7
        INTERNALCALL f
        RETURN [0], [2]
f:      MOV [1], [2]
        INTERNALRETURN`),
      ["MOV_8 0: u32 from 2, ff from 4", "MOV_8 1: u32 from 2, ff from 4"],
    );
  });

  it("are those of outer calls if the caller passes on its own arguments", () => {
    assert.deepEqual(
      shown(`
        SET [0], u32, #0
        SET [1], u32, #7
        INTERNALCALL f
        SET [1], ff, #7
        INTERNALCALL f
        RETURN [0], [2]
f:      INTERNALCALL g
        INTERNALRETURN
g:      MOV [1], [2]
        INTERNALRETURN`),
      ["MOV_8 0: u32 from 2, ff from 4", "MOV_8 1: u32 from 2, ff from 4"],
    );
  });

  it("are absent if they differ for no call, or if control gets there without a call", () => {
    assert.deepEqual(
      shown(`
        SET [0], u32, #0
        CALLDATACOPY [0], [0], [9]
        JUMPI [5], .other
        SET [1], u8, #7
        JUMP .both
.other: SET [1], u16, #7
.both:  INTERNALCALL f
        INTERNALCALL f
        SET [1], ff, #7
f:      MOV [1], [2]
        RETURN [0], [2]`),
      [],
    );
  });

  it("are absent for a recursive routine, whose calls are analysed together", () => {
    const found = shown(`
        SET [0], u32, #16
        SET [2], u32, #1
        CALLDATACOPY [2], [2], [9]
        CAST [9], [16], u32
        INTERNALCALL f
        RETURN [2], [16]
f:      EQ [sp+0], [2], [3]
        JUMPI [3], .end
        SUB [sp+0], [2], [sp+1]
        ADD [0], [2], [0]
        SET [5], u8, #1
        INTERNALCALL f
        SUB [0], [2], [0]
        MOV [5], [6]
.end:   INTERNALRETURN`);
    assert.deepEqual(
      found.filter((line) => line.startsWith("MOV")),
      [],
    );
  });

  it("hold in runs of programs with routines that call themselves, and with objects in the heap", function () {
    this.timeout(600_000);
    let told = 0;
    for (let seed = FIRST; seed < FIRST + PROGRAMS; seed++) {
      told += judge(randomFrameProgram(seed).bytes, seed);
      told += judge(randomHeapProgram(seed), seed);
    }
    assert.ok(told > 0, "no program told calls apart");
  });
});

/** Fails if a run meets a tag that isn't said of its call. Returns how many operands are told apart. */
function judge(bytes: Uint8Array, seed: number): number {
  const set = instructionSet("v5");
  const analysis = analyze(decode(set, bytes), { byCall: true });
  const byPc = new Map([...analysis.instructions()].map((one) => [one.pc, one]));
  let told = 0;
  for (const { index, form } of byPc.values()) {
    for (const { index: position } of form.fields) {
      const contexts = analysis.contextsAt(index, position);
      if (contexts.length === 0) continue;
      told++;
      const union = contexts.reduce((all, { tags }) => all | tags, 0);
      assert.equal(union, analysis.tagsAt(index, position), `seed ${seed}`);
    }
  }
  const random = randomNumbers(seed);
  const code = new World({ target: "v5" }).codeOf(bytes);
  for (let k = 0; k < 2; k++) {
    const calldata = [0, 0, 0, 0].map(() => BigInt(random.below(4)));
    run(
      new World({ target: "v5" }),
      { code, calldata, gas: { l2: 60_000 } },
      {
        before: (frame) => {
          const instruction = frame.code === code ? byPc.get(frame.pc) : undefined;
          if (!instruction) return;
          for (const { operand, index, address, length } of resolveOperands(frame)) {
            if (operand.access === "write" || length === 0 || operand.lazy || operand.unchecked) continue;
            const tag = 1 << frame.memory.tagAt(address);
            // What is said of the operand at all is held by other tests; here it halts on that tag.
            if ((analysis.tagsAt(instruction.index, index) & tag) === 0) continue;
            const where = `seed ${seed}, byte ${frame.pc}, operand ${index}, calls ${frame.internalCalls.join()}`;
            assert.ok(isSaid(analysis, instruction.index, index, frame, tag), where);
          }
        },
      },
    );
  }
  return told;
}

function isSaid(analysis: Analysis, index: number, position: number, frame: FrameView, tag: TagSet): boolean {
  const contexts = analysis.contextsAt(index, position);
  if (contexts.length === 0) return true;
  return frame.internalCalls.some((from) =>
    contexts.some((one) => one.from === from && (one.tags & tag) !== 0),
  );
}
