/** Checks the AVM's demands on numbers: a range ends within memory, a divisor isn't zero, a radix is valid. */

import { isOnCurve } from "../../isa/grumpkin.ts";
import { MEMORY_SIZE } from "../../isa/limits.ts";
import type { HazardPlan, Op, PointPlan } from "../code/decoded-code.ts";
import { bounded } from "../domain/arithmetic.ts";
import type { State } from "../domain/state.ts";
import type { Origin } from "../domain/tables.ts";
import type { Value } from "../domain/value.ts";
import type { InstructionRun } from "./instruction-run.ts";

export function checkRanges(run: InstructionRun, op: Op, state: State): boolean {
  const { memory: operands } = op.plan;
  for (let k = 0; k < operands.length; k++) {
    if (operands[k].writes && operands[k].length !== 1) {
      if (!checkRange(run, op, state, k, run.lengthOf(op, k))) return false;
    }
  }
  return true;
}

/** Checks that the gas of a transaction can pay for a range of cells. The AVM does so before it looks at anything else. */
export function checkGas(run: InstructionRun, op: Op, state: State, k: number): boolean {
  const { lengthOperand, affordable } = op.plan.memory[k];
  if (lengthOperand < 0 || affordable === Infinity) return true;
  const length = run.lengthOf(op, k);
  if (run.tables.values.low(length) <= affordable) return true;
  const details = { value: length, origin: run.origin[lengthOperand], address: run.address[lengthOperand] };
  if (!run.halts(op, "gas", lengthOperand, details)) return false;
  run.correct(state, lengthOperand);
  run.lost = true;
  return true;
}

/** Checks that a range ends within memory, and restricts its length to what gas can pay for. */
export function checkRange(run: InstructionRun, op: Op, state: State, k: number, length: Value): boolean {
  const { values } = run.tables;
  const operand = op.plan.memory[k];
  const address = run.address[k];
  const lowest = values.low(address) + values.low(length);
  if (lowest > MEMORY_SIZE) {
    if (!run.halts(op, "range", k, { address, value: length })) return false;
    run.lost = true;
    return true;
  }
  if (values.high(address) + values.high(length) > MEMORY_SIZE) {
    const known = values.members(address) && values.members(length);
    if (known) run.mayHalt(op, "range", k, { address, value: length });
  }
  if (operand.lengthOperand < 0) return true;
  const most = Math.min(operand.affordable, MEMORY_SIZE - values.low(address));
  if (values.high(length) > most) {
    const narrowed = values.clamp(length, 0, most);
    if (narrowed === undefined) return run.repairs(op);
    const cell = run.address[operand.lengthOperand];
    run.value[operand.lengthOperand] = narrowed;
    if (cell >= 0) {
      state.memory.read(cell);
      state.memory.refine(cell, state.memory.tags, narrowed, state.memory.origin);
    }
  }
  return true;
}

export function checkHazard(run: InstructionRun, op: Op, state: State, hazard: HazardPlan): boolean {
  const { values } = run.tables;
  switch (hazard.kind) {
    case "nonzero": {
      const k = hazard.operand;
      const value = run.value[k];
      const details = { value, origin: run.origin[k], address: run.address[k] };
      if (value === 0) {
        if (!run.halts(op, "nonzero", k, details)) return false;
        run.correct(state, k);
        return true;
      }
      if (values.includes(value, 0)) {
        if (values.members(value)) run.mayHalt(op, "nonzero", k, details);
        const rest = values.without(bounded(values, run.tags[k], value), 0);
        if (rest !== undefined) narrow(run, state, k, rest);
      }
      return true;
    }
    case "width": {
      const k = hazard.operand;
      const exact = values.exact(run.value[k]);
      if (exact === undefined || exact < 1n << BigInt(hazard.bits)) return true;
      return run.halts(op, "width", k, { value: run.value[k], origin: run.origin[k] });
    }
    case "radix":
      return checkRadix(run, op, hazard);
    case "curve":
      return hazard.points.every((point) => checkPoint(run, op, point));
  }
}

function checkPoint(run: InstructionRun, op: Op, { x, y, isInfinite }: PointPlan): boolean {
  const { values } = run.tables;
  const [px, py] = [values.exact(run.value[x]), values.exact(run.value[y])];
  if (px === undefined || py === undefined || isOnCurve(px, py)) return true;
  const atInfinity = isInfinite < 0 ? px === 0n && py === 0n : run.value[isInfinite] !== 0;
  return atInfinity || run.halts(op, "curve", x, { value: run.value[x], origin: run.origin[x] });
}

function checkRadix(run: InstructionRun, op: Op, hazard: HazardPlan & { kind: "radix" }): boolean {
  const { values } = run.tables;
  const radix = run.value[hazard.radix];
  const limbs = run.value[hazard.limbs];
  const bits = run.value[hazard.bits];
  const of = (k: number): { value: Value; origin: Origin } => ({
    value: run.value[k],
    origin: run.origin[k],
  });
  if (values.high(radix) < 2 || values.low(radix) > 256)
    return run.halts(op, "radix", hazard.radix, of(hazard.radix));
  if (values.members(radix)?.some((one) => one < 2 || one > 256)) {
    run.mayHalt(op, "radix", hazard.radix, of(hazard.radix));
  }
  if (bits === 1 && !values.includes(radix, 2))
    return run.halts(op, "bits-radix", hazard.bits, of(hazard.bits));
  if (hazard.truncates || radix < 0 || limbs < 0) return true;
  const exact = values.exact(run.value[hazard.value]);
  if (exact === undefined) return true;
  let rest = exact;
  let digits = 0;
  for (; rest > 0n; rest /= BigInt(radix)) digits++;
  return digits <= limbs || run.halts(op, "limbs", hazard.limbs, of(hazard.limbs));
}

/** Refines the value of the cell that an operand has read. */
function narrow(run: InstructionRun, state: State, k: number, value: Value): void {
  run.value[k] = value;
  const address = run.address[k];
  if (address < 0) return;
  const { memory } = state;
  memory.read(address);
  memory.refine(address, memory.tags, value, memory.origin);
}
