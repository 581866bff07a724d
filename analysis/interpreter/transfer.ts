/**
 * What one instruction does to a state, read off the instruction table: it resolves the operands, checks what the table
 * demands of them, and writes results. It follows the AVM's order, and refines the state by every demand that a run had
 * to meet in order to go on.
 */

import { INDIRECT, RELATIVE } from "../../isa/instruction-set.ts";
import { MEMORY_SIZE } from "../../isa/limits.ts";
import { ALL_TAGS, type TagSet } from "../../isa/tags.ts";
import { bounded, compute, invert } from "../domain/arithmetic.ts";
import type { HazardPlan, MemoryPlan, Op } from "../code/decoded-code.ts";
import type { Facts, Rule } from "./facts.ts";
import { MAYBE_UNWRITTEN } from "../domain/memory.ts";
import { forkState, HEAP_POINTER, type Condition, type State, type Trail } from "../domain/state.ts";
import type { Origin, Tables } from "../domain/tables.ts";
import { limitOf, REGION, TOP, type Value } from "../domain/value.ts";

const U32: TagSet = 1 << 4;
const LAST_CELL = MEMORY_SIZE - 1;
/** The most places that a pointer is tried with one by one. */
const MOST_CHOICES = 4;
/** The most cells of a range whose tags are looked at one by one. */
const MAX_CHECKED = 4096;
/** What GETENVVAR calls the question whether the call is a static one. */
const STATIC_MEMBER = "ISSTATICCALL";

export class Transfer {
  private readonly tables: Tables;
  private readonly facts: Facts;
  /** Tells whether to go on behind an instruction that is sure to halt, as if it had been right. */
  private readonly repairs: (op: Op) => boolean;
  // Of the current instruction, by memory operand.
  private readonly address: Value[] = new Array<Value>(8).fill(TOP);
  private readonly tags: number[] = new Array<number>(8).fill(0);
  /** With the mark of cells that may never have been written. */
  private readonly found: number[] = new Array<number>(8).fill(0);
  private readonly value: Value[] = new Array<Value>(8).fill(TOP);
  private readonly origin: Origin[] = new Array<Origin>(8).fill(0);
  /** The repaired instruction wrote to a place that isn't known. */
  private lost = false;

  constructor(tables: Tables, facts: Facts, repairs: (op: Op) => boolean) {
    this.tables = tables;
    this.facts = facts;
    this.repairs = repairs;
  }

  /**
   * A cell whose value decides where an instruction reads or writes, and which holds one of a few places: to go on with
   * each of them by itself keeps apart what else depends on it. Undefined where there is none.
   */
  undecided(
    op: Op,
    state: State,
  ): { readonly cell: number; readonly choices: readonly number[] } | undefined {
    const { modes } = op;
    const { memory } = state;
    const { values } = this.tables;
    for (let k = 0; k < modes.length; k++) {
      if ((modes[k] & INDIRECT) === 0) continue;
      let cell = op.address(k);
      if (modes[k] & RELATIVE) {
        memory.read(0);
        if (memory.value < 0) continue;
        cell += memory.value;
      }
      memory.read(cell);
      if (memory.value >= TOP || memory.tags !== U32) continue;
      const choices = values.members(memory.value);
      if (choices && choices.length <= MOST_CHOICES && memory.tracks(cell)) return { cell, choices };
    }
    return undefined;
  }

  /** Executes an instruction but for its jump. Returns false where every run halts there on an error. */
  step(op: Op, state: State): boolean {
    const { plan } = op;
    const { facts } = this;
    facts.reached[op.number] = 1;
    this.lost = false;
    const sound = facts.passed[op.number];
    if (!this.resolve(op, state)) return false;
    if (op.invalidMember && !this.halts(op, "member", -1, {})) return false;
    if (plan.changesState && state.isStatic === true && !this.halts(op, "static", -1, {})) return false;
    if (!this.readOperands(op, state)) return false;
    for (const hazard of plan.hazards) if (!this.check(op, state, hazard)) return false;
    if (!this.checkRanges(op, state)) return false;
    this.writeResults(op, state);
    if (sound === 0 && !this.halted) facts.passed[op.number] = 1;
    this.halted = false;
    return true;
  }

  private halted = false;

  /** Splits a state in two by the condition that a branch has just read: not taken, taken. */
  branch(op: Op, state: State): [State | undefined, State | undefined] {
    const value = this.value[0];
    const { values } = this.tables;
    const canBeZero = values.includes(value, 0);
    const canBeOne = value === TOP || values.high(value) > 0;
    const cell = this.address[0];
    let taken: State | undefined;
    let fall: State | undefined;
    if (canBeOne && canBeZero) {
      state.trail = this.fork(state);
      taken = forkState(state);
      fall = state;
    } else if (canBeOne) taken = state;
    else fall = state;
    if (taken && !this.assume(taken, cell, 1)) taken = undefined;
    if (fall && !this.assume(fall, cell, 0)) fall = undefined;
    this.facts.branches[op.number] |= (fall ? 1 : 0) | (taken ? 2 : 0);
    return [fall, taken];
  }

  private fork(state: State): Trail {
    const { memory, trail } = state;
    memory.read(HEAP_POINTER);
    return { mark: memory.value, depth: (trail?.depth ?? 0) + 1, parent: trail };
  }

  /** Takes the tag of a cell as given. A value that is too much for it isn't the cell's, then. */
  require(state: State, address: number, tags: TagSet): void {
    const { memory } = state;
    const { values } = this.tables;
    memory.read(address);
    const fits = values.truncate(memory.value, tags) === memory.value;
    memory.refine(address, tags, bounded(values, tags, fits ? memory.value : TOP), memory.origin);
  }

  /** The address that an operand resolves to, without any checks; undefined where it can't be resolved. */
  locate(state: State, mode: number, offset: number): Value | undefined {
    const { values } = this.tables;
    const { memory } = state;
    let address: Value = offset;
    if (mode & RELATIVE) {
      memory.read(0);
      const sum = compute("add", values, U32, bounded(values, U32, memory.value), offset);
      address = sum;
    }
    if (mode & INDIRECT) {
      this.readAt(state, address);
      address = bounded(values, U32, memory.value);
    }
    return address;
  }

  /** Leaves in the memory's registers what the cell at an address can hold. */
  readAt(state: State, address: Value): void {
    const { memory } = state;
    if (address >= 0) {
      memory.read(address);
      return;
    }
    const { values, origins } = this.tables;
    const members = values.members(address);
    if (!members) {
      const { low, high } = this.span(address);
      memory.readRange(low, high);
      return;
    }
    let tags = 0;
    let value: Value = TOP;
    let origin: Origin = 0;
    for (let k = 0; k < members.length; k++) {
      memory.read(members[k]);
      value = k === 0 ? memory.value : values.join(value, memory.value);
      origin = k === 0 ? memory.origin : origins.join(origin, memory.origin);
      tags |= memory.tags;
    }
    memory.tags = tags;
    memory.value = value;
    memory.origin = origin;
  }

  /** The cells from the first to the last that an address can be, by address or in one region. */
  private span(address: Value): { readonly low: number; readonly high: number } {
    const { values } = this.tables;
    const ends = values.ends(address);
    if (ends && ends.low >= REGION) return ends;
    return { low: Math.min(values.low(address), LAST_CELL), high: Math.min(values.high(address), LAST_CELL) };
  }

  private resolve(op: Op, state: State): boolean {
    const { memory } = state;
    const { modes, firstSlot } = op;
    const { values } = this.tables;
    let base: Value | undefined;
    for (let k = 0; k < modes.length; k++) {
      const mode = modes[k];
      let address: Value = op.address(k);
      if (mode & RELATIVE) {
        if (base === undefined) {
          memory.read(0);
          if ((memory.tags & ALL_TAGS) !== U32) {
            if (!this.demandAddress(op, state, "base-tag", -1, 0)) return false;
            memory.read(0);
          }
          this.facts.use(memory.origin);
          base = bounded(values, U32, memory.value);
        }
        if (base >= 0 && base + address < MEMORY_SIZE) address = base + address;
        else {
          const low = values.low(base) + address;
          const high = values.high(base) + address;
          if (high >= MEMORY_SIZE) {
            if (low >= MEMORY_SIZE) {
              if (!this.halts(op, "base-range", k, { value: base, address })) return false;
              this.lost = true;
            } else {
              if (base !== TOP && values.members(base))
                this.mayHalt(op, "base-range", k, { value: base, address });
              const rest = values.clamp(base, 0, LAST_CELL - address)!;
              memory.read(0);
              memory.refine(0, memory.tags, rest, memory.origin);
              base = rest;
            }
          }
          address = compute("add", values, U32, base, address);
        }
      }
      if (mode & INDIRECT) {
        const pointer = address;
        this.readAt(state, pointer);
        if ((memory.tags & ALL_TAGS) !== U32) {
          if (!this.demandAddress(op, state, "address-tag", k, pointer)) return false;
          this.readAt(state, pointer);
        }
        this.facts.use(memory.origin);
        address = bounded(values, U32, memory.value);
      }
      this.address[k] = address;
      this.facts.resolve(firstSlot + k, address);
    }
    return true;
  }

  /** The cell that an address or base is read from must be u32. */
  private demandAddress(op: Op, state: State, rule: Rule, operand: number, pointer: Value): boolean {
    const { memory } = state;
    this.readAt(state, pointer);
    const tags = memory.tags & ALL_TAGS;
    const { value, origin } = memory;
    const details = {
      tags: tags & ~U32,
      found: memory.tags,
      wanted: U32,
      origin,
      value,
      address: pointer,
    };
    if (tags & U32) {
      if (tags !== ALL_TAGS) this.mayHalt(op, rule, operand, details);
    } else if (!this.halts(op, rule, operand, details)) return false;
    else if (this.tables.values.high(value) > LAST_CELL) this.lost = true;
    if (pointer >= 0) {
      const rest = this.tables.values.clamp(value, 0, LAST_CELL);
      memory.refine(pointer, U32, rest ?? TOP, origin);
    }
    return true;
  }

  private readOperands(op: Op, state: State): boolean {
    const { memory } = state;
    const { memory: operands } = op.plan;
    const { facts } = this;
    // All of them are read before any is checked, since what a check finds out may be about the cell of another.
    for (let k = 0; k < operands.length; k++) {
      if (operands[k].writes) continue;
      this.readAt(state, this.address[k]);
      facts.see(op.firstSlot + k, memory.tags, memory.value, memory.origin);
      this.found[k] = memory.tags;
      this.tags[k] = memory.tags & ALL_TAGS;
      this.value[k] = memory.value;
      this.origin[k] = memory.origin;
      if (operands[k].length === 1) facts.use(memory.origin);
    }
    for (let k = 0; k < operands.length; k++) {
      const operand = operands[k];
      if (operand.writes || operand.unchecked || operand.lazy) continue;
      if (operand.requires !== 0 && operand.length === 1) {
        if (this.tags[k] & ~operand.requires && !this.demand(op, state, k, operand)) return false;
      }
      if (operand.sameAs >= 0 && !this.demandSame(op, state, k, operand.sameAs)) return false;
    }
    for (let k = 0; k < operands.length; k++) {
      if (operands[k].length !== 1 && !operands[k].writes && !this.readRange(op, state, k)) return false;
    }
    return true;
  }

  private demand(op: Op, state: State, k: number, operand: MemoryPlan): boolean {
    const tags = this.tags[k];
    const rest = tags & operand.requires;
    const details = {
      tags: tags & ~operand.requires,
      found: this.found[k],
      wanted: operand.requires,
      origin: this.origin[k],
      value: this.value[k],
      address: this.address[k],
    };
    if (rest !== 0) {
      if (tags !== ALL_TAGS) this.mayHalt(op, "tag", k, details);
      this.refine(state, k, rest);
      return true;
    }
    if (!this.halts(op, "tag", k, details)) return false;
    this.refine(state, k, operand.requires);
    return true;
  }

  private demandSame(op: Op, state: State, k: number, other: number): boolean {
    const mine = this.tags[k];
    const theirs = this.tags[other];
    if (mine === theirs && (mine & (mine - 1)) === 0) return true;
    const common = mine & theirs;
    const details = {
      tags: mine,
      found: mine,
      wanted: theirs,
      origin: this.origin[k],
      value: this.value[k],
      address: this.address[k],
      otherOrigin: this.origin[other],
    };
    if (common === 0) {
      if (!this.halts(op, "same-tag", k, details)) return false;
      this.refine(state, k, theirs);
      return true;
    }
    if (mine !== ALL_TAGS && theirs !== ALL_TAGS) this.mayHalt(op, "same-tag", k, details);
    if (mine !== common) this.refine(state, k, common);
    if (theirs !== common) this.refine(state, other, common);
    return true;
  }

  /** From here on the cell that an operand read has one of these tags. */
  private refine(state: State, k: number, tags: TagSet): void {
    const value = this.tables.values.clamp(this.value[k], 0, limitOf(tags) - 1) ?? TOP;
    this.tags[k] = tags;
    this.value[k] = value;
    const address = this.address[k];
    if (address < 0) return;
    const { memory } = state;
    memory.read(address);
    const kept = tags & 1 ? memory.tags & MAYBE_UNWRITTEN : 0;
    memory.refine(address, tags | kept, value, memory.origin);
  }

  /** The number of cells of an operand's range; a value. */
  private lengthOf(op: Op, k: number): Value {
    const fixed = op.lengths[k];
    if (fixed >= 0) return fixed;
    const { lengthOperand } = op.plan.memory[k];
    return bounded(this.tables.values, U32, this.value[lengthOperand]);
  }

  /** The tags of a range that is read, and how far it may reach. */
  private readRange(op: Op, state: State, k: number): boolean {
    const operand = op.plan.memory[k];
    const { memory } = state;
    const { values } = this.tables;
    const length = this.lengthOf(op, k);
    const address = this.address[k];
    const most = Math.min(values.high(length), MEMORY_SIZE);
    if (most === 0) return true;
    const { low, high } = this.span(address);
    const end = low < REGION ? Math.min(high + most - 1, LAST_CELL) : high + most - 1;
    if (operand.lazy || operand.unchecked) {
      // The caller may read what there is. A range that reaches beyond memory reads nothing more.
      if (address >= 0 && length >= 0 && length <= MAX_CHECKED) {
        for (let cell = low; cell <= end; cell++) {
          memory.read(cell);
          this.facts.use(memory.origin);
        }
      } else if (!(low < REGION && end === LAST_CELL)) {
        memory.readRange(low, end);
        this.facts.use(memory.origin);
      } else this.facts.allUsed = true;
      return true;
    }
    if (!this.checkRange(op, state, k, length)) return false;
    const sure = values.low(length);
    if (address < 0 || most > MAX_CHECKED) {
      memory.readRange(low, end);
      this.facts.use(memory.origin);
      if (operand.requires === 0 || sure === 0) return true;
      const tags = memory.tags & ALL_TAGS;
      if (address < 0 && (tags & operand.requires) === 0)
        return this.badRange(op, k, tags, memory.origin, true, low);
      return true;
    }
    for (let cell = low; cell <= end; cell++) {
      memory.read(cell);
      this.facts.use(memory.origin);
      if (operand.requires === 0) continue;
      const tags = memory.tags & ALL_TAGS;
      if ((tags & ~operand.requires) === 0) continue;
      const rest = tags & operand.requires;
      if (rest === 0 && cell < low + sure) {
        if (!this.badRange(op, k, memory.tags, memory.origin, true, cell)) return false;
      } else if (tags !== ALL_TAGS && cell < low + sure) {
        this.badRange(op, k, memory.tags, memory.origin, false, cell);
      }
      if (cell < low + sure) {
        memory.read(cell);
        const kept = operand.requires & 1 ? memory.tags & MAYBE_UNWRITTEN : 0;
        memory.refine(cell, (rest === 0 ? operand.requires : rest) | kept, memory.value, memory.origin);
      }
    }
    return true;
  }

  private badRange(op: Op, k: number, tags: number, origin: Origin, sure: boolean, cell: number): boolean {
    const { requires } = op.plan.memory[k];
    const details = {
      tags: tags & ALL_TAGS & ~requires,
      found: tags,
      wanted: requires,
      origin,
      address: cell,
    };
    if (sure) return this.halts(op, "tag", k, details);
    this.mayHalt(op, "tag", k, details);
    return true;
  }

  private checkRanges(op: Op, state: State): boolean {
    const { memory: operands } = op.plan;
    for (let k = 0; k < operands.length; k++) {
      if (operands[k].writes && operands[k].length !== 1) {
        if (!this.checkRange(op, state, k, this.lengthOf(op, k))) return false;
      }
    }
    return true;
  }

  /** A range ends within memory, and its gas can be paid. */
  private checkRange(op: Op, state: State, k: number, length: Value): boolean {
    const { values } = this.tables;
    const operand = op.plan.memory[k];
    const address = this.address[k];
    const lowest = values.low(address) + values.low(length);
    if (lowest > MEMORY_SIZE) {
      if (!this.halts(op, "range", k, { address, value: length })) return false;
      this.lost = true;
      return true;
    }
    if (values.high(address) + values.high(length) > MEMORY_SIZE) {
      const known = values.members(address) && values.members(length);
      if (known) this.mayHalt(op, "range", k, { address, value: length });
    }
    if (operand.lengthOperand < 0) return true;
    const most = Math.min(operand.affordable, MEMORY_SIZE - values.low(address));
    if (values.high(length) > most) {
      const rest = values.clamp(length, 0, most);
      // More than any gas pays for: it halts, but not for a reason that is reported here.
      if (rest === undefined) return this.repairs(op);
      const cell = this.address[operand.lengthOperand];
      this.value[operand.lengthOperand] = rest;
      if (cell >= 0) {
        state.memory.read(cell);
        state.memory.refine(cell, state.memory.tags, rest, state.memory.origin);
      }
    }
    return true;
  }

  private check(op: Op, state: State, hazard: HazardPlan): boolean {
    const { values } = this.tables;
    switch (hazard.kind) {
      case "nonzero": {
        const k = hazard.operand;
        const value = this.value[k];
        const details = { value, origin: this.origin[k], address: this.address[k] };
        if (value === 0) return this.halts(op, "nonzero", k, details);
        if (values.includes(value, 0)) {
          if (values.members(value)) this.mayHalt(op, "nonzero", k, details);
          const rest = values.without(bounded(values, this.tags[k], value), 0);
          if (rest !== undefined) this.narrow(state, k, rest);
        }
        return true;
      }
      case "width": {
        const k = hazard.operand;
        const exact = values.exact(this.value[k]);
        if (exact === undefined || exact < 1n << BigInt(hazard.bits)) return true;
        return this.halts(op, "width", k, { value: this.value[k], origin: this.origin[k] });
      }
      case "radix":
        return this.checkRadix(op, hazard);
    }
  }

  private checkRadix(op: Op, hazard: HazardPlan & { kind: "radix" }): boolean {
    const { values } = this.tables;
    const radix = this.value[hazard.radix];
    const limbs = this.value[hazard.limbs];
    const bits = this.value[hazard.bits];
    const of = (k: number): { value: Value; origin: Origin } => ({
      value: this.value[k],
      origin: this.origin[k],
    });
    if (values.high(radix) < 2 || values.low(radix) > 256)
      return this.halts(op, "radix", hazard.radix, of(hazard.radix));
    if (values.members(radix)?.some((one) => one < 2 || one > 256)) {
      this.mayHalt(op, "radix", hazard.radix, of(hazard.radix));
    }
    if (bits === 1 && !values.includes(radix, 2))
      return this.halts(op, "bits-radix", hazard.bits, of(hazard.bits));
    if (hazard.truncates || radix < 0 || limbs < 0) return true;
    const exact = values.exact(this.value[hazard.value]);
    if (exact === undefined) return true;
    let rest = exact;
    let digits = 0;
    for (; rest > 0n; rest /= BigInt(radix)) digits++;
    return digits <= limbs || this.halts(op, "limbs", hazard.limbs, of(hazard.limbs));
  }

  /** From here on the cell that an operand read holds this value. */
  private narrow(state: State, k: number, value: Value): void {
    this.value[k] = value;
    const address = this.address[k];
    if (address < 0) return;
    const { memory } = state;
    memory.read(address);
    memory.refine(address, memory.tags, value, memory.origin);
  }

  private writeResults(op: Op, state: State): void {
    const { memory: operands } = op.plan;
    for (let k = 0; k < operands.length; k++) {
      const operand = operands[k];
      if (!operand.writes) continue;
      const slot = op.firstSlot + k;
      if (this.lost) continue;
      if (operand.length !== 1) {
        this.writeRange(op, state, k);
        continue;
      }
      const result = op.results[k]!;
      const tags =
        result.kind === "tags"
          ? result.tags
          : result.kind === "same"
            ? this.tags[result.operand]
            : result.kind === "each"
              ? result.tags[0]
              : this.whichTags(result);
      const address = this.address[k];
      let value = this.result(op, state, tags);
      if (address === HEAP_POINTER && op.plan.computes === "add") value = this.allocate(state, value);
      this.put(state, address, tags, value, slot + 1);
      this.seeWritten(state, slot, address);
      this.condition(op, state, address);
    }
  }

  /** The pointer to the next free cell goes on: by a known amount, or to where a region begins. */
  private allocate(state: State, next: Value): Value {
    const { values } = this.tables;
    if (next === TOP || values.members(next)) return next;
    const [a, b] = this.value;
    const place = a >= 0 ? a : b;
    const amount = a >= 0 ? b : a;
    if (place < 0 || values.high(amount) > LAST_CELL) return next;
    const first = place + values.low(amount);
    return values.low(first) === values.low(next) ? state.memory.allocate(first, next) : next;
  }

  private seeWritten(state: State, slot: number, address: Value): void {
    this.readAt(state, address);
    this.facts.see(slot, state.memory.tags, state.memory.value, state.memory.origin);
  }

  private whichTags(result: { operand: number; then: TagSet; otherwise: TagSet }): TagSet {
    const value = this.value[result.operand];
    if (value === 1) return result.then;
    return value === 0 ? result.otherwise : result.then | result.otherwise;
  }

  /** What the instruction computes for its single written cell. */
  private result(op: Op, state: State, tags: TagSet): Value {
    const { values } = this.tables;
    const { computes } = op.plan;
    if (computes === undefined) {
      if (op.member === STATIC_MEMBER && state.isStatic !== undefined) return state.isStatic ? 1 : 0;
      return TOP;
    }
    if (computes === "set") return values.truncate(op.immediate, tags);
    if (computes === "cast") return values.truncate(bounded(values, this.tags[0], this.value[0]), tags);
    if (computes === "copy") return this.value[0];
    if (computes === "not") return invert(values, tags, this.value[0]);
    if (computes === "eq" && this.address[0] >= 0 && this.address[0] === this.address[1]) return 1;
    // Comparisons are of what was read, not of the tag that they write.
    return compute(computes, values, this.tags[0], this.value[0], this.value[1]);
  }

  private put(state: State, address: Value, tags: number, value: Value, origin: Origin): void {
    const { memory } = state;
    if (address >= 0) {
      memory.write(address, tags, value, origin);
      this.clobber(state, address, address);
      return;
    }
    const members = this.tables.values.members(address);
    if (members) {
      for (const member of members) {
        memory.weakWrite(member, tags, value, origin);
        this.clobber(state, member, member);
      }
      return;
    }
    const { low, high } = this.span(address);
    memory.weakWriteRange(low, high, tags, value, origin);
    this.clobber(state, low, high);
  }

  private writeRange(op: Op, state: State, k: number): void {
    const { memory } = state;
    const { values } = this.tables;
    const slot = op.firstSlot + k;
    const origin = slot + 1;
    const address = this.address[k];
    const result = op.results[k]!;
    const { low, high } = this.span(address);
    if (result.kind === "each") {
      result.tags.forEach((tags, offset) => {
        const cell = compute("add", values, U32, address, offset);
        this.put(state, cell, tags, TOP, origin);
      });
      this.seeWritten(state, slot, address);
      return;
    }
    const tags =
      result.kind === "tags"
        ? result.tags
        : result.kind === "same"
          ? this.tags[result.operand]
          : this.whichTags(result);
    const length = this.lengthOf(op, k);
    const most = values.high(length);
    const sure = values.low(length);
    if (most > 0) {
      const within = (cell: number): number => (low < REGION ? Math.min(cell, LAST_CELL) : cell);
      const end = within(high + most - 1);
      if (address >= 0) {
        if (sure > 0) memory.writeRange(address, within(address + sure - 1), tags, TOP, origin);
        if (end >= address + sure) memory.weakWriteRange(address + sure, end, tags, TOP, origin);
      } else memory.weakWriteRange(low, end, tags, TOP, origin);
      this.clobber(state, low, end);
    }
    this.seeWritten(state, slot, address);
  }

  /** Remembers what a comparison compared, and forgets it where it isn't known any more. */
  private condition(op: Op, state: State, cell: Value): void {
    const { computes } = op.plan;
    if (op.member === STATIC_MEMBER) {
      if (cell >= 0 && state.memory.tracks(cell))
        state.condition = { cell, kind: "static", a: -1, b: -1, negated: false };
      return;
    }
    if (computes === undefined || cell < 0) return;
    const [a, b] = this.address;
    const old = this.previous;
    if (computes === "eq" || computes === "lt" || computes === "lte") {
      if (computes === "eq" && old && (old.cell === a || old.cell === b)) {
        const constant = this.value[old.cell === a ? 1 : 0];
        if (constant === 0 || constant === 1) {
          this.carry(state, old, cell, constant === 0 ? !old.negated : old.negated);
          return;
        }
      }
      const { memory } = state;
      if (a < 0 || b < 0 || !memory.tracks(a) || !memory.tracks(b) || !memory.tracks(cell)) return;
      if (a !== cell && b !== cell) {
        state.condition = { cell, kind: computes, a, b, negated: false };
      }
    } else if (computes === "not" && old?.cell === a && this.tags[0] === 2) {
      this.carry(state, old, cell, !old.negated);
    }
  }

  private carry(state: State, old: Condition, cell: number, negated: boolean): void {
    if (old.a !== cell && old.b !== cell && state.memory.tracks(cell))
      state.condition = { ...old, cell, negated };
  }

  private clobber(state: State, low: number, high: number): void {
    const { condition } = state;
    this.previous = condition;
    if (!condition) return;
    const hit = (address: number): boolean => address >= low && address <= high;
    if (!state.memory.tracks(low) || !state.memory.tracks(high)) state.condition = undefined;
    else if (hit(condition.cell) || hit(condition.a) || hit(condition.b)) state.condition = undefined;
  }

  /** The condition before the last write. */
  private previous: Condition | undefined;

  /** Narrows a state down to the runs in which a cell holds 0 or 1. Returns false where there are none. */
  private assume(state: State, cell: Value, outcome: 0 | 1): boolean {
    const { memory, condition } = state;
    if (cell < 0) return true;
    memory.read(cell);
    memory.refine(cell, memory.tags, outcome, memory.origin);
    if (condition?.cell !== cell) return true;
    const holds = (outcome === 1) !== condition.negated;
    if (condition.kind === "static") {
      if (state.isStatic !== undefined && state.isStatic !== holds) return false;
      state.isStatic = holds;
      return true;
    }
    return this.compare(state, condition, holds);
  }

  private compare(state: State, { kind, a, b }: Condition, holds: boolean): boolean {
    const { values } = this.tables;
    const { memory } = state;
    memory.read(a);
    const tagsA = memory.tags;
    const originA = memory.origin;
    const valueA = bounded(values, tagsA & ALL_TAGS, memory.value);
    memory.read(b);
    const tagsB = memory.tags;
    const originB = memory.origin;
    const valueB = bounded(values, tagsB & ALL_TAGS, memory.value);
    let newA: Value | undefined;
    let newB: Value | undefined;
    if (kind === "eq") {
      if (holds) {
        newA = newB = this.meet(valueA, valueB);
      } else {
        newA = valueB >= 0 ? values.without(valueA, valueB) : valueA;
        newB = valueA >= 0 ? values.without(valueB, valueA) : valueB;
      }
    } else {
      // Both `<` and `<=`, and their opposites with the sides exchanged, are x + gap <= y.
      const gap = (kind === "lt") === holds ? 1 : 0;
      const [x, y] = holds ? [valueA, valueB] : [valueB, valueA];
      const newX = values.clamp(x, 0, values.high(y) - gap);
      const newY = values.clamp(y, values.low(x) + gap, Infinity);
      [newA, newB] = holds ? [newX, newY] : [newY, newX];
    }
    if (newA === undefined || newB === undefined) return false;
    if (newA !== valueA) memory.refine(a, tagsA, newA, originA);
    if (newB !== valueB) memory.refine(b, tagsB, newB, originB);
    return true;
  }

  /** What two values can be that are the same number; undefined where they can't be. */
  private meet(a: Value, b: Value): Value | undefined {
    const { values } = this.tables;
    if (a === TOP || a === b) return b;
    if (b === TOP) return a;
    for (const [one, other] of [
      [a, b],
      [b, a],
    ]) {
      const members = values.members(one);
      if (!members) continue;
      const rest = members.filter((member) => values.admits(other, member));
      return rest.length === 0 ? undefined : values.set(rest);
    }
    // A constant beyond all ranges meets nothing but itself and what isn't known.
    if (values.exact(a) !== undefined || values.exact(b) !== undefined)
      return values.exact(a) === undefined ? b : a;
    return values.clamp(a, values.low(b), values.high(b));
  }

  /** It halts in every run. Returns whether to go on as if it had been right. */
  private halts(op: Op, rule: Rule, operand: number, details: Parameters<Facts["fail"]>[4]): boolean {
    this.facts.fail(op, rule, operand, true, details);
    this.halted = this.repairs(op);
    return this.halted;
  }

  private mayHalt(op: Op, rule: Rule, operand: number, details: Parameters<Facts["fail"]>[4]): void {
    this.facts.fail(op, rule, operand, false, details);
  }
}
