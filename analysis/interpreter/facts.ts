/** The facts about each instruction: the join over all states in which the interpreter executed it. Facts only grow. */

import { ALL_TAGS, type TagSet } from "../../isa/tags.ts";
import type { Code, Op } from "../code/decoded-code.ts";
import type { Origin, Tables } from "../domain/tables.ts";
import type { CallContexts } from "./call-contexts.ts";
import { TOP, type Value } from "../domain/value.ts";

/** A demand of the AVM that an instruction can fail. */
export type Rule =
  /** M[0] is u32 if an operand is relative. */
  | "base-tag"
  /** M[0] plus the offset stays below 2^32. */
  | "base-range"
  /** The cell that holds an indirect operand's address is u32. */
  | "address-tag"
  /** A cell that is read has a tag that the instruction accepts. */
  | "tag"
  /** It has the tag of another operand's cell. */
  | "same-tag"
  /** A range of cells ends within memory. */
  | "range"
  | "nonzero"
  | "width"
  | "radix"
  | "bits-radix"
  | "limbs"
  /** A point is on the curve. */
  | "curve"
  /** A transaction can have enough gas for the length of a range. */
  | "gas"
  | "member"
  | "static"
  | "return";

/** A demand of an instruction that failed in some state. */
export interface Failure {
  readonly op: Op;
  readonly rule: Rule;
  /** The memory operand; -1 if the demand is about none. */
  readonly operand: number;
  /** Whether it fails in every run of some state. */
  sure: boolean;
  /** The tags that fail the demand, over all states. */
  tags: TagSet;
  /** All tags that the cell can have, with the flag for cells that may be unwritten. */
  found: TagSet;
  /** The tags that the demand accepts. */
  wanted: TagSet;
  /** The origin of the content that fails. */
  origin: Origin;
  value: Value;
  /** The cell that fails. */
  address: Value;
  /** The origin of the other operand's content, if the rule compares two operands. */
  otherOrigin: Origin | undefined;
}

/** No value or address was seen. */
const NOTHING = Number.NaN;

export class Facts {
  // The following are by slot: by memory operand of all instructions.
  /** The tags of the cell: before the instruction for a read operand, after it for a write operand. */
  readonly tags: Uint8Array;
  /** Not 0 if the cell may never have been written. */
  readonly unwritten: Uint8Array;
  readonly values: Float64Array;
  readonly addresses: Float64Array;
  /** The origin of the cell's content, likewise. */
  readonly origins: Int32Array;
  /** By instruction: 1 if it was executed in some state. */
  readonly reached: Uint8Array;
  /** By instruction: 1 if it may have succeeded in some state. */
  readonly passed: Uint8Array;
  /** By origin, which is one plus a slot: 1 if some instruction may read what the operand writes. */
  readonly used: Uint8Array;
  readonly failures = new Map<string, Failure>();
  /** By instruction: its successors' byte offsets at which nothing can be decoded; undefined stands for the program's start. */
  readonly deadEnds = new Map<Op | undefined, Set<number>>();
  /** By instruction: for a branch, bit 0 is set if it may fall through, and bit 1 if it may be taken. */
  readonly branches: Uint8Array;
  /** Whether every write counts as read, because some state was given up. */
  allUsed = false;
  /** Cache of the checks: the origins of contents whose tag some instruction demands and accepts. */
  acceptedOrigins: ReadonlySet<Origin> | undefined;
  /** The number of the current call string. */
  callString = 0;
  /** The tags by call string, if the option `byCall` is given. */
  readonly contexts: CallContexts | undefined;
  /** Cache of the checks: the cells that some instruction uses as an address, a base or a size. */
  sizeCells: ReadonlySet<number> | undefined;
  private readonly tables: Tables;

  constructor(code: Code, tables: Tables, contexts?: CallContexts) {
    this.tables = tables;
    this.contexts = contexts;
    this.tags = new Uint8Array(code.slotCount);
    this.unwritten = new Uint8Array(code.slotCount);
    this.values = new Float64Array(code.slotCount).fill(NOTHING);
    this.addresses = new Float64Array(code.slotCount).fill(NOTHING);
    this.origins = new Int32Array(code.slotCount);
    this.reached = new Uint8Array(code.ops.length);
    this.passed = new Uint8Array(code.ops.length);
    this.used = new Uint8Array(code.slotCount + 1);
    this.branches = new Uint8Array(code.ops.length);
  }

  /** Joins the content of the cell that a memory operand resolves to into the facts. */
  see(slot: number, tags: number, given: Value, origin: Origin): void {
    const { values } = this.tables;
    const old = this.values[slot];
    const value = given === TOP || given === old ? given : values.under(values.unnamed(given), tags);
    if (old !== old) {
      this.values[slot] = value;
      this.origins[slot] = origin;
    } else {
      if (old !== value && old !== TOP) this.values[slot] = this.tables.values.cover(old, value);
      const oldOrigin = this.origins[slot];
      if (oldOrigin !== origin) this.origins[slot] = this.tables.origins.join(oldOrigin, origin);
    }
    this.tags[slot] |= tags & 0x7f;
    this.unwritten[slot] |= tags & 0x80;
    this.contexts?.note(slot, this.callString, tags & ALL_TAGS);
  }

  /** Joins facts about a memory operand that were collected separately. */
  joinSlot(slot: number, tags: number, value: Value, address: Value, origin: Origin): void {
    const { values, origins } = this.tables;
    if (value === value) {
      const old = this.values[slot];
      if (old !== old) {
        this.values[slot] = value;
        this.origins[slot] = origin;
      } else {
        if (old !== value && old !== TOP) this.values[slot] = values.cover(old, value);
        this.origins[slot] = origins.join(this.origins[slot], origin);
      }
    }
    if (address === address) this.resolve(slot, address);
    this.tags[slot] |= tags & 0x7f;
    this.unwritten[slot] |= tags & 0x80;
  }

  /** Removes what is known about a memory operand. */
  clearSlot(slot: number): void {
    this.tags[slot] = 0;
    this.unwritten[slot] = 0;
    this.values[slot] = NOTHING;
    this.addresses[slot] = NOTHING;
    this.origins[slot] = 0;
  }

  /** Removes what is known about an instruction, except for its memory operands. */
  clearOp(number: number): void {
    this.reached[number] = 0;
    this.passed[number] = 0;
    this.branches[number] = 0;
  }

  /** Records a successor's byte offset at which nothing can be decoded. */
  addDeadEnd(op: Op | undefined, pc: number): void {
    const pcs = this.deadEnds.get(op);
    if (pcs) pcs.add(pc);
    else this.deadEnds.set(op, new Set([pc]));
  }

  /** Joins the address that a memory operand resolves to into the facts. */
  resolve(slot: number, address: Value): void {
    const old = this.addresses[slot];
    if (old !== old) this.addresses[slot] = address;
    else if (old !== address && old !== TOP) this.addresses[slot] = this.tables.values.cover(old, address);
  }

  /** Marks content with this origin as read. */
  use(origin: Origin): void {
    this.tables.origins.mark(origin, this.used);
  }

  fail(
    op: Op,
    rule: Rule,
    operand: number,
    sure: boolean,
    details: Partial<
      Pick<Failure, "tags" | "found" | "wanted" | "origin" | "value" | "address" | "otherOrigin">
    >,
  ): void {
    const key = `${op.number}/${rule}/${operand}`;
    const old = this.failures.get(key);
    if (!old) {
      this.failures.set(key, {
        op,
        rule,
        operand,
        sure,
        tags: 0,
        found: 0,
        wanted: 0,
        origin: 0,
        value: TOP,
        address: TOP,
        otherOrigin: undefined,
        ...details,
      });
      return;
    }
    const { values, origins } = this.tables;
    old.sure ||= sure;
    old.tags |= details.tags ?? 0;
    old.found |= details.found ?? 0;
    old.wanted |= details.wanted ?? 0;
    if (details.origin !== undefined) old.origin = origins.join(old.origin, details.origin);
    if (details.value !== undefined) old.value = values.join(old.value, details.value);
    if (details.address !== undefined) old.address = values.join(old.address, details.address);
    if (details.otherOrigin !== undefined) {
      old.otherOrigin =
        old.otherOrigin === undefined
          ? details.otherOrigin
          : origins.join(old.otherOrigin, details.otherOrigin);
    }
  }
}
