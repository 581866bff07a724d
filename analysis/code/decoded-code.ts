/**
 * A program as the AVM runs it: the instruction at every byte offset that control can reach. The AVM has no computed jumps, so all
 * of them are known before the analysis begins. Control may also reach raw bytes or the middle of a statement. The instructions
 * that are decoded there are hidden instructions, numbered after all statements.
 */

import { RELATIVE, INDIRECT, type WireForm } from "../../isa/instruction-set.ts";
import { ALL_TAGS, INTEGRAL_TAGS, tagCode, type Tag, type TagSet } from "../../isa/tags.ts";
import type {
  Computation,
  DynamicGas,
  EnumMember,
  Flow,
  MemoryOperand,
  RangeLength,
} from "../../isa/types.ts";
import type { ResultTag, TagRequirement } from "../../isa/types.ts";
import { MAX_DA_GAS, MAX_L2_GAS } from "../../isa/limits.ts";
import { decodeInto, encode, formAt, type DecodeFailure } from "../../program/codec.ts";
import { partitionPoint } from "../../program/search.ts";
import { DATA, formOf, ProgramBuilder, valueOf, type Program } from "../../program/program.ts";
import type { Paused } from "../../program/cooperative.ts";
import type { Origin } from "../domain/provenance.ts";
import type { Value, Values } from "../domain/value.ts";

/** The rule for the tag of a written cell, after the tag operand and the enum member of the instruction were applied to it. */
export type Result =
  | { readonly kind: "tags"; readonly tags: TagSet }
  /** The tag of the cell that memory operand `operand` reads. */
  | { readonly kind: "same"; readonly operand: number }
  | { readonly kind: "each"; readonly tags: readonly TagSet[] }
  | { readonly kind: "when"; readonly operand: number; readonly then: TagSet; readonly otherwise: TagSet };

/** A memory operand of one wire form. Other fields that name a memory operand count the memory operands only, from 0. */
export interface MemoryPlan {
  readonly name: string;
  /** Its position among all operands, in wire order. */
  readonly position: number;
  readonly writes: boolean;
  /** The tags that a read accepts; 0 for any. */
  readonly requires: TagSet;
  /** The memory operand whose tag a read must have, or -1. */
  readonly sameAs: number;
  /** Number of cells; -1 if it isn't fixed. */
  readonly length: number;
  /** The memory operand whose cell holds the number of cells, or -1. */
  readonly lengthOperand: number;
  /** Position of the immediate that is the number of cells, or -1. */
  readonly lengthPosition: number;
  /** The instruction doesn't read the cells itself. Another instruction, or the caller, may read them later. */
  readonly lazy: boolean;
  readonly unchecked: boolean;
  /** The most cells for which a transaction can have enough gas. */
  readonly affordable: number;
  /** The rule of the instruction table for the tag that it writes. */
  readonly result?: ResultTag;
}

export type HazardPlan =
  | { readonly kind: "nonzero"; readonly operand: number }
  | { readonly kind: "width"; readonly operand: number; readonly bits: number }
  | {
      readonly kind: "radix";
      readonly value: number;
      readonly radix: number;
      readonly limbs: number;
      readonly bits: number;
      readonly truncates: boolean;
    }
  | { readonly kind: "curve"; readonly points: readonly PointPlan[] };

/** The memory operands that hold a point; `isInfinite` is -1 if the instruction has no flag for the point at infinity. */
export interface PointPlan {
  readonly x: number;
  readonly y: number;
  readonly isInfinite: number;
}

/** The facts of the instruction table about a wire form, in the shape that the analysis needs. */
export interface FormPlan {
  readonly form: WireForm;
  readonly flow: Flow;
  readonly computes: Computation | undefined;
  readonly memory: readonly MemoryPlan[];
  readonly hazards: readonly HazardPlan[];
  /** The memory operands that are ranges which the instruction writes. */
  readonly writtenRanges: readonly number[];
  /** Those of them that the instruction pays for by their length. */
  readonly paid: readonly number[];
  readonly changesState: boolean;
  readonly tagPosition: number;
  readonly immediatePosition: number;
  readonly targetPosition: number;
  readonly enumPosition: number;
  /** By memory operand; undefined if they depend on the instruction's tag operand, enum member or immediate. See {@link Op}. */
  readonly results: readonly (Result | undefined)[] | undefined;
  readonly lengths: readonly number[] | undefined;
  /** Cache: by tag operand and the tags of the enum member, the results that depend on them. */
  readonly ownResults: Map<number, readonly (Result | undefined)[]>;
  /** Cache: by addressing field, its decoded form. */
  readonly addressings: Map<number, Addressing>;
}

/** The addressing modes of an instruction. Instructions with the same modes share one object. */
interface Addressing {
  /** By memory operand: its mode bits, `INDIRECT` and `RELATIVE`. */
  readonly modes: readonly number[];
  /** Some operand is indirect. */
  readonly indirect: boolean;
  /** Some operand is relative. */
  readonly relative: boolean;
}

/** The addresses and immediates of all instructions, in two arrays. An array for each instruction would take more memory. */
interface Operands {
  /** By slot, which numbers the memory operands of all instructions: the address or offset on the wire. */
  readonly addresses: Uint32Array;
  /** By instruction: its jump target or its immediate, a {@link Value}. */
  readonly constants: Float64Array;
}

/** An instruction that control can reach. Large programs have many of these, so it has few fields. */
export class Op {
  /** Its number among the instructions that control can reach. */
  readonly number: number;
  /** The number of its statement. Hidden instructions have the numbers after those of all statements. */
  readonly index: number;
  readonly pc: number;
  readonly plan: FormPlan;
  /** The slot of its first memory operand. Slots number the memory operands of all instructions. */
  readonly firstSlot: number;
  readonly results: readonly (Result | undefined)[];
  /** By memory operand: the number of cells; -1 if a cell holds that number. */
  readonly lengths: readonly number[];
  /** The name of the enum operand's member; undefined if there is no such operand or member. */
  readonly member: string | undefined;
  private readonly addressing: Addressing;
  private readonly operands: Operands;

  // An object for all of these would take longer than the rest.
  constructor(
    operands: Operands,
    number: number,
    index: number,
    pc: number,
    firstSlot: number,
    plan: FormPlan,
    addressing: Addressing,
    results: readonly (Result | undefined)[],
    lengths: readonly number[],
    member: string | undefined,
  ) {
    this.operands = operands;
    this.number = number;
    this.index = index;
    this.pc = pc;
    this.firstSlot = firstSlot;
    this.plan = plan;
    this.addressing = addressing;
    this.results = results;
    this.lengths = lengths;
    this.member = member;
  }

  /** The byte offset of the next instruction. */
  get next(): number {
    return this.pc + this.plan.form.size;
  }

  /** By memory operand: its mode bits. */
  get modes(): readonly number[] {
    return this.addressing.modes;
  }

  /** Some operand is indirect. */
  get indirect(): boolean {
    return this.addressing.indirect;
  }

  /** Some operand is relative. */
  get relative(): boolean {
    return this.addressing.relative;
  }

  /** The address or offset of memory operand `k` on the wire. */
  address(k: number): number {
    return this.operands.addresses[this.firstSlot + k];
  }

  /** The immediate on the wire; 0 if there is none. */
  get immediate(): Value {
    return this.plan.immediatePosition < 0 ? 0 : this.operands.constants[this.number];
  }

  /** The byte offset that it jumps to; -1 if it has no target. */
  get target(): number {
    return this.plan.targetPosition < 0 ? -1 : this.operands.constants[this.number];
  }

  /** Whether the number in the instruction's enum operand belongs to no member. */
  get invalidMember(): boolean {
    return this.plan.enumPosition >= 0 && this.member === undefined;
  }
}

/** A byte offset that control reaches but where no instruction can be decoded, and why. */
export interface Dead {
  readonly pc: number;
  readonly reason: DecodeFailure | "end";
}

export interface Code {
  readonly program: Program;
  readonly bytes: Uint8Array;
  readonly ops: readonly Op[];
  /**
   * By instruction: 1 if it begins a basic block, because control reaches it otherwise than by falling through from the
   * instruction before it.
   */
  readonly leaders: Uint8Array;
  /** By byte offset: the number of the instruction that begins there, or -1. */
  readonly numberAt: Int32Array;
  /** The reachable byte offsets where no instruction can be decoded. */
  readonly deadAt: ReadonlyMap<number, Dead>;
  /** Number of slots: of memory operands of all instructions. */
  readonly slotCount: number;
  /** By number of statement or hidden instruction; undefined if control doesn't reach it. */
  readonly opOf: readonly (Op | undefined)[];
}

/** How many instructions are decoded between two pauses. */
const PER_PAUSE = 1000;

/** A hidden instruction, decoded to a program of one statement. */
interface Hidden {
  readonly source: Program;
  /** See {@link Op.index}. */
  readonly index: number;
}

/** Decodes all instructions that control can reach from byte offset 0. */
export function* readingCode(program: Program, table: Values): Paused<Code> {
  const bytes = encode(program);
  const size = bytes.length;
  const statementOf = new Int32Array(size).fill(-1);
  for (let index = 0; index < program.count; index++) {
    if (program.opcodes[index] !== DATA) statementOf[program.pcs[index]] = index;
  }
  const numberAt = new Int32Array(size).fill(-1);
  const deadAt = new Map<number, Dead>();
  const found = new Uint8Array(size);
  const hidden = new Map<number, Hidden>();
  const leads = new Uint8Array(size);
  if (size > 0) leads[0] = 1;
  let count = 0;
  let slotCount = 0;
  const pending = [0];
  while (pending.length > 0) {
    let pc = pending.pop()!;
    for (;;) {
      if (pc >= size) {
        if (!deadAt.has(pc)) deadAt.set(pc, { pc, reason: "end" });
        break;
      }
      if (found[pc] === 1 || deadAt.has(pc)) break;
      const decoded = formAt(program.set, bytes, pc);
      if (typeof decoded === "string") {
        deadAt.set(pc, { pc, reason: decoded });
        break;
      }
      found[pc] = 1;
      let statement = statementOf[pc];
      let form = decoded;
      let source = program;
      if (statement >= 0) form = formOf(program, statement)!;
      else {
        const builder = new ProgramBuilder(program.set, 1);
        decodeInto(builder, bytes, pc);
        source = builder.finish();
        hidden.set(pc, { source, index: program.count + hidden.size });
        statement = 0;
      }
      const plan = planOf(form);
      slotCount += plan.memory.length;
      if (++count % PER_PAUSE === 0) yield;
      const next = pc + form.size;
      const { flow } = plan;
      if (flow === "jump" || flow === "branch" || flow === "call") {
        const target = source.values[source.firsts[statement] + plan.targetPosition];
        if (target < size) leads[target] = 1;
        pending.push(target);
        if (flow !== "jump" && next < size) leads[next] = 1;
      }
      if (flow === "jump" || flow === "halt" || flow === "return") break;
      pc = next;
    }
  }
  const ops: Op[] = [];
  const opOf = new Array<Op | undefined>(program.count + hidden.size).fill(undefined);
  const leaders = new Uint8Array(count);
  const operands = { addresses: new Uint32Array(slotCount), constants: new Float64Array(count) };
  let firstSlot = 0;
  for (let pc = found.indexOf(1); pc >= 0; pc = found.indexOf(1, pc + 1)) {
    const number = ops.length;
    const statement = statementOf[pc];
    let op: Op;
    if (statement >= 0) op = makeOp(operands, number, statement, pc, firstSlot, program, statement, table);
    else {
      const { source, index } = hidden.get(pc)!;
      op = makeOp(operands, number, index, pc, firstSlot, source, 0, table);
    }
    leaders[number] = leads[pc];
    firstSlot += op.plan.memory.length;
    ops.push(op);
    numberAt[pc] = number;
    opOf[op.index] = op;
    if (ops.length % PER_PAUSE === 0) yield;
  }
  markMerges(ops, leaders, numberAt);
  return { program, bytes, ops, leaders, numberAt, deadAt, slotCount, opOf };
}

/** Marks as block starts the instructions where overlapping instruction streams merge or fall through into each other. */
function markMerges(ops: readonly Op[], leaders: Uint8Array, numberAt: Int32Array): void {
  const reached = new Uint8Array(ops.length);
  for (const op of ops) {
    const { flow } = op.plan;
    if (flow === "jump" || flow === "halt" || flow === "return") continue;
    const next = op.next < numberAt.length ? numberAt[op.next] : -1;
    if (next < 0) continue;
    if (reached[next] === 1 || next !== op.number + 1) leaders[next] = 1;
    reached[next] = 1;
  }
}

/** The instruction that begins at a byte offset; undefined if control reaches no instruction there. */
export function opAt(code: Code, pc: number): Op | undefined {
  const number = pc < code.numberAt.length ? code.numberAt[pc] : -1;
  return number < 0 ? undefined : code.ops[number];
}

/** @param statement the number of its statement in `source` */
function makeOp(
  operands: Operands,
  number: number,
  index: number,
  pc: number,
  firstSlot: number,
  source: Program,
  statement: number,
  table: Values,
): Op {
  const form = formOf(source, statement)!;
  const plan = planOf(form);
  const first = source.firsts[statement];
  const { values } = source;
  const { memory } = plan;
  for (let k = 0; k < memory.length; k++) {
    operands.addresses[firstSlot + k] = values[first + memory[k].position];
  }
  operands.constants[number] =
    plan.targetPosition < 0
      ? immediateOf(plan, source, statement, table)
      : values[first + plan.targetPosition];
  let chosen: EnumMember | undefined;
  if (plan.enumPosition >= 0) {
    const { operand } = form.fields[plan.enumPosition];
    const member = values[first + plan.enumPosition];
    if (operand.kind === "enum") chosen = operand.members.find((one) => one.value === member);
  }
  const tag = plan.tagPosition < 0 ? -1 : values[first + plan.tagPosition];
  return new Op(
    operands,
    number,
    index,
    pc,
    firstSlot,
    plan,
    addressingOf(plan, source.modes[statement]),
    plan.results ?? ownResults(plan, tag, chosen ? maskOf(chosen.tag) : ALL_TAGS),
    plan.lengths ??
      memory.map((operand) =>
        operand.lengthPosition >= 0 ? values[first + operand.lengthPosition] : operand.length,
      ),
    chosen?.name,
  );
}

function ownResults(plan: FormPlan, tag: number, memberTags: TagSet): readonly (Result | undefined)[] {
  const key = (tag + 1) * 256 + memberTags;
  let results = plan.ownResults.get(key);
  if (!results) {
    const { memory } = plan;
    results = memory.map(({ result }) =>
      result === undefined ? undefined : resultOf(result, memory, tag, memberTags),
    );
    plan.ownResults.set(key, results);
  }
  return results;
}

function immediateOf(
  { form, immediatePosition }: FormPlan,
  source: Program,
  statement: number,
  table: Values,
): Value {
  if (immediatePosition < 0) return 0;
  return form.fields[immediatePosition].size > 4
    ? table.constant(valueOf(source, statement, immediatePosition))
    : source.values[source.firsts[statement] + immediatePosition];
}

function addressingOf({ memory, addressings }: FormPlan, mode: number): Addressing {
  const own = mode & ((1 << (2 * memory.length)) - 1);
  let found = addressings.get(own);
  if (!found) {
    const modes = memory.map((_, k) => (own >>> (2 * k)) & (INDIRECT | RELATIVE));
    const uses = (bit: number): boolean => modes.some((mode) => (mode & bit) !== 0);
    found = { modes, indirect: uses(INDIRECT), relative: uses(RELATIVE) };
    addressings.set(own, found);
  }
  return found;
}

const plans = new WeakMap<WireForm, FormPlan>();

/** The plan of a wire form, made at its first use. */
export function planOf(form: WireForm): FormPlan {
  let plan = plans.get(form);
  if (!plan) plans.set(form, (plan = makePlan(form)));
  return plan;
}

function makePlan(form: WireForm): FormPlan {
  const { definition, fields } = form;
  const operands = fields.flatMap(({ operand, index }) =>
    operand.kind === "memory" ? [{ operand, index }] : [],
  );
  const memoryIndex = (name: string): number => operands.findIndex(({ operand }) => operand.name === name);
  const positionOf = (kind: string): number => fields.findIndex(({ operand }) => operand.kind === kind);
  const dynamic = definition.gas.dynamic;
  const memory = operands.map(({ operand, index }): MemoryPlan => {
    const length = lengthOf(operand.length);
    return {
      name: operand.name,
      position: index,
      writes: operand.access === "write",
      requires: operand.requires === undefined ? 0 : requiredTags(operand.requires),
      sameAs:
        typeof operand.requires === "object" && "sameAs" in operand.requires
          ? memoryIndex(operand.requires.sameAs)
          : -1,
      length: length.fixed,
      lengthOperand: length.cell === undefined ? -1 : memoryIndex(length.cell),
      lengthPosition:
        length.immediate === undefined
          ? -1
          : fields.findIndex(({ operand: other }) => other.name === length.immediate),
      lazy: operand.lazy === true,
      unchecked: operand.unchecked === true,
      affordable: affordable(operand, dynamic),
      ...(operand.result !== undefined && { result: operand.result }),
    };
  });
  const isOwn = ({ result }: MemoryPlan): boolean =>
    typeof result === "object" && ("given" in result || "member" in result);
  return {
    form,
    flow: definition.flow,
    computes: definition.computes,
    memory,
    results: memory.some(isOwn)
      ? undefined
      : memory.map(({ result }) =>
          result === undefined ? undefined : resultOf(result, memory, -1, ALL_TAGS),
        ),
    lengths: memory.some(({ lengthPosition }) => lengthPosition >= 0)
      ? undefined
      : memory.map(({ length }) => length),
    ownResults: new Map(),
    addressings: new Map(),
    hazards: (definition.hazards ?? []).flatMap((hazard): HazardPlan[] => {
      switch (hazard.kind) {
        case "nonzero":
          return [{ kind: "nonzero", operand: memoryIndex(hazard.operand) }];
        case "width":
          return [{ kind: "width", operand: memoryIndex(hazard.operand), bits: hazard.bits }];
        case "radix":
          return [
            {
              kind: "radix",
              value: memoryIndex(hazard.value),
              radix: memoryIndex(hazard.radix),
              limbs: memoryIndex(hazard.limbs),
              bits: memoryIndex(hazard.bits),
              truncates: hazard.truncates === true,
            },
          ];
        case "curve":
          return [
            {
              kind: "curve",
              points: hazard.points.map(({ x, y, isInfinite }) => ({
                x: memoryIndex(x),
                y: memoryIndex(y),
                isInfinite: isInfinite === undefined ? -1 : memoryIndex(isInfinite),
              })),
            },
          ];
        case "member":
          return [];
      }
    }),
    writtenRanges: memory.flatMap(({ writes, length }, k) => (writes && length !== 1 ? [k] : [])),
    paid: memory.flatMap(({ writes, affordable: most }, k) => (writes && most < Infinity ? [k] : [])),
    changesState: definition.changesState === true,
    tagPosition: positionOf("tag"),
    immediatePosition: positionOf("immediate"),
    targetPosition: positionOf("target"),
    enumPosition: positionOf("enum"),
  };
}

function lengthOf(length: RangeLength | undefined): { fixed: number; cell?: string; immediate?: string } {
  if (length === undefined) return { fixed: 1 };
  if (typeof length === "number") return { fixed: length };
  return "cell" in length ? { fixed: -1, cell: length.cell } : { fixed: -1, immediate: length.immediate };
}

function affordable(operand: MemoryOperand, dynamic: DynamicGas | undefined): number {
  const { length } = operand;
  if (typeof length !== "object" || !("cell" in length) || !dynamic) return Infinity;
  const { per } = dynamic;
  const counts = "cell" in per ? per.cell : "limbs" in per ? per.limbs : undefined;
  if (counts !== length.cell) return Infinity;
  const { l2 = 0, da = 0 } = dynamic;
  return Math.floor(Math.min(MAX_L2_GAS / l2, MAX_DA_GAS / da));
}

function requiredTags(requirement: TagRequirement): TagSet {
  if (requirement === "integral") return INTEGRAL_TAGS;
  if (typeof requirement === "string") return maskOf(requirement);
  return "oneOf" in requirement ? maskOf(requirement) : 0;
}

function maskOf(tag: Tag | { readonly oneOf: readonly Tag[] }): TagSet {
  return typeof tag === "string"
    ? 1 << tagCode(tag)
    : tag.oneOf.reduce((set, one) => set | (1 << tagCode(one)), 0);
}

function resultOf(result: ResultTag, memory: readonly MemoryPlan[], tag: number, member: TagSet): Result {
  if (typeof result === "string") return { kind: "tags", tags: maskOf(result) };
  const operand = (name: string): number => memory.findIndex((one) => one.name === name);
  if ("oneOf" in result) return { kind: "tags", tags: maskOf(result) };
  if ("sameAs" in result) return { kind: "same", operand: operand(result.sameAs) };
  if ("given" in result) return { kind: "tags", tags: 1 << tag };
  if ("member" in result) return { kind: "tags", tags: member };
  if ("each" in result) return { kind: "each", tags: result.each.map(maskOf) };
  return {
    kind: "when",
    operand: operand(result.when),
    then: maskOf(result.then),
    otherwise: maskOf(result.otherwise),
  };
}

/** The instruction and operand of the write that an origin stands for; undefined if it isn't a single write. */
export function writeAt(
  code: Code,
  origin: Origin,
): { op: Op; position: number; operand: number } | undefined {
  const slot = origin - 1;
  const { ops } = code;
  let low = Math.max(0, partitionPoint(ops.length, (index) => ops[index].firstSlot <= slot) - 1);
  // An instruction without memory operands has the same first slot as the next instruction.
  while (low > 0 && code.ops[low].plan.memory.length === 0) low--;
  const op = code.ops.at(low);
  const operand = op ? slot - op.firstSlot : -1;
  const plan = op?.plan.memory[operand];
  return op && plan ? { op, position: plan.position, operand } : undefined;
}
