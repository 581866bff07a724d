/**
 * Routines that call themselves: what is inferred of all depths at once holds in every run, and every failure that is sure
 * is named. `FRAME_PROGRAMS=20000` tries
 * that many programs.
 */

import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { analyze, type ResolvedCell } from "../../analysis/analyze.ts";
import { instructionSet } from "../../isa/instruction-set.ts";
import { run } from "../../machine/machine.ts";
import { resolveOperands } from "../../machine/operands.ts";
import { ObservedTags } from "../../machine/observed-tags.ts";
import { World } from "../../machine/world.ts";
import { decode } from "../../program/codec.ts";
import { tagViolations } from "../../running/tag-check.ts";
import { completenessOf } from "../support/completeness.ts";
import { randomFrameProgram } from "../support/frame-programs.ts";
import { CODES_WITHOUT_HALT } from "../support/mutants.ts";
import { randomNumbers } from "../support/random.ts";

const PROGRAMS = Number(process.env.FRAME_PROGRAMS ?? 20);
const GROUP = 20;

describe("programs of routines that call themselves", () => {
  for (let first = 1; first <= PROGRAMS; first += GROUP) {
    it(`have only inferred tags and values, ${first} to ${first + GROUP - 1}`, function () {
      this.timeout(120_000);
      for (let seed = first; seed < first + GROUP; seed++) judge(seed);
    });
  }
});

function judge(seed: number): void {
  const { text, bytes } = randomFrameProgram(seed);
  const analysis = analyze(decode(instructionSet("v5"), bytes));
  const byPc = new Map([...analysis.instructions()].map((one) => [one.pc, one]));
  const random = randomNumbers(seed);
  const world = new World({ target: "v5" });
  const code = world.codeOf(bytes);
  const met = new ObservedTags();
  const passed = new Set<number>();
  const misplaced = new Set<string>();
  for (let k = 0; k < 3; k++) {
    const calldata = [0, 0, 0, 0].map(() => BigInt(random.below(4)));
    run(
      new World({ target: "v5" }),
      { code, calldata, gas: { l2: 60_000 } },
      {
        before(frame) {
          met.before(frame);
          const { index } = byPc.get(frame.pc) ?? assert.fail(`${frame.pc} is called unreachable\n${text}`);
          for (const operand of resolveOperands(frame)) {
            const cell = analysis.resolve(index, operand.index);
            if (!cell || !isAt(cell, operand.address))
              misplaced.add(`${frame.pc} ${operand.address} ${JSON.stringify(cell)}`);
          }
        },
        after(frame) {
          met.after(frame);
          passed.add(frame.pc);
        },
        left: (frame) => {
          met.left(frame);
        },
      },
    );
  }
  const told = `seed ${seed}\n${text}`;
  assert.deepEqual(completenessOf(analysis).unnamed, [], told);
  assert.deepEqual([...misplaced], [], told);
  assert.deepEqual(tagViolations(analysis, code, met), [], told);
  const refuted = analysis.findings.filter(
    ({ verdict, code, pc }) => verdict === "definite" && !CODES_WITHOUT_HALT.includes(code) && passed.has(pc),
  );
  assert.deepEqual(refuted, [], told);
}

function isAt(cell: ResolvedCell, address: number): boolean {
  switch (cell.kind) {
    case "cell":
      return cell.address === address;
    case "cells":
      return cell.addresses.includes(address);
    case "range":
      return cell.low <= address && address <= cell.high;
    case "unknown":
      return true;
  }
}
