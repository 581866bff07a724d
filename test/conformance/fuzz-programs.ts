import { instructionSet, type WireForm } from "../../isa/instruction-set.ts";
import { tagCode, type Tag } from "../../isa/tags.ts";
import { encode } from "../../program/codec.ts";
import { ProgramBuilder } from "../../program/program.ts";
import { randomNumbers, type RandomNumbers } from "../support/random.ts";

const set = instructionSet("v4");
const TAGS: readonly Tag[] = ["ff", "u1", "u8", "u16", "u32", "u64", "u128"];

type Operand = number | { readonly mode: number; readonly address: number } | { readonly label: string };

const direct = (address: number): Operand => ({ mode: 0, address });
const indirect = (address: number): Operand => ({ mode: 1, address });
const relative = (address: number): Operand => ({ mode: 2, address });
const indirectRelative = (address: number): Operand => ({ mode: 3, address });

/** Cells for random use, besides the base, the heap pointer and the constants 1 and 0. */
const CELLS = [4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15];
const ONE = 2;
const ZERO = 3;
/** The first cell that the calldata is copied to. */
const INPUT = 40;
export const INPUT_SIZE = 6;

/**
 * A random program with loops, calls, branches on its input, pointers and a moving base. It is mostly correct;
 * sometimes it makes a mistake. The same seed gives the same program.
 */
export function randomProgram(seed: number): Uint8Array {
  return new Generator(randomNumbers(seed * 2654435761 + 12345)).run();
}

class Generator {
  private readonly random: RandomNumbers;
  private readonly builder = new ProgramBuilder(set);
  private readonly labels = new Map<string, number>();
  private readonly fixups: { readonly value: number; readonly label: string }[] = [];
  private readonly routines: { readonly label: string; readonly depth: number; written: boolean }[] = [];
  private labelCount = 0;
  private nesting = 0;
  private depth = 0;
  /** The tags of the last writes to the cells on the path without jumps. */
  private tags = new Map<number, Tag>();

  constructor(random: RandomNumbers) {
    this.random = random;
    for (let k = 0; k < 8; k++) random.below(2);
  }

  run(): Uint8Array {
    this.emit("SET_8", direct(0), 4, this.random.below(4) === 0 ? 20 : 100);
    this.emit("SET_16", direct(1), 4, 2000);
    this.emit("SET_8", direct(ONE), 4, 1);
    this.emit("SET_8", direct(ZERO), 4, 0);
    this.emit("SET_8", direct(30), 4, INPUT_SIZE);
    this.emit("CALLDATACOPY", direct(30), direct(ZERO), direct(INPUT));
    this.statements(3 + this.random.below(12));
    this.emit("RETURN", direct(ZERO), direct(4));
    for (let k = 0; k < this.routines.length; k++) {
      const routine = this.routines[k];
      this.depth = routine.depth;
      this.tags = new Map();
      this.label(routine.label);
      this.statements(1 + this.random.below(6));
      if (this.random.below(8) === 0) this.emit("REVERT_8", direct(ZERO), direct(4));
      this.emit("INTERNALRETURN");
    }
    for (const { value, label } of this.fixups) this.builder.setValue(value, this.labels.get(label) ?? 0);
    return encode(this.builder.finish());
  }

  private statements(count: number): void {
    for (let k = 0; k < count; k++) this.statement();
  }

  private statement(): void {
    const kinds = [
      () => this.set(),
      () => this.set(),
      () => this.binary(),
      () => this.binary(),
      () => this.cast(),
      () => this.move(),
      () => this.move(),
      () => this.pointer(),
      () => this.pointer(),
      () => this.allocate(),
      () => this.allocate(),
      () => this.input(),
      () => this.branch(),
      () => this.branch(),
      () => this.loop(),
      () => this.fill(),
      () => this.call(),
      () => this.framedCall(),
      () => this.copyInput(),
      () => this.moveBase(),
      () => this.wildStore(),
      () => this.search(),
      () => this.misc(),
    ];
    this.pick(kinds)();
  }

  private set(): void {
    const tag = this.pick(TAGS);
    const cell = this.pick(CELLS);
    if (this.random.below(3) === 0)
      this.emit("SET_16", relative(this.random.below(12)), tagCode(tag), this.random.below(300));
    else {
      this.emit("SET_8", direct(cell), tagCode(tag), this.random.below(tag === "u1" ? 2 : 60));
      this.tags.set(cell, tag);
    }
  }

  private binary(): void {
    const form = this.pick(["ADD", "SUB", "MUL", "EQ", "LT", "LTE", "AND", "OR", "XOR", "DIV", "SHL", "SHR"]);
    const a = this.pick(CELLS);
    const tag = this.tags.get(a);
    const alike = CELLS.filter((cell) => tag !== undefined && this.tags.get(cell) === tag);
    const b = alike.length > 0 && this.random.below(20) > 0 ? this.pick(alike) : tag === "u32" ? ONE : a;
    const integral = form !== "DIV" && !["AND", "OR", "XOR", "SHL", "SHR"].includes(form);
    if (!integral && tag === "ff" && this.random.below(10) > 0) return;
    if (form === "DIV" && this.random.below(6) > 0) return;
    const dst = this.pick(CELLS);
    this.emit(`${form}_8`, direct(a), direct(b), direct(dst));
    this.note(dst, ["EQ", "LT", "LTE"].includes(form) ? "u1" : tag);
  }

  private cast(): void {
    const tag = this.pick(TAGS);
    const dst = this.pick(CELLS);
    this.emit(
      "CAST_8",
      direct(this.random.below(3) === 0 ? INPUT + this.random.below(INPUT_SIZE) : this.pick(CELLS)),
      direct(dst),
      tagCode(tag),
    );
    this.note(dst, tag);
  }

  private move(): void {
    const src = this.pick(CELLS);
    const dst = this.pick(CELLS);
    switch (this.random.below(4)) {
      case 0:
        return this.emit("MOV_8", direct(src), relative(this.random.below(12)));
      case 1:
        this.emit("MOV_8", relative(this.random.below(12)), direct(dst));
        return this.note(dst, undefined);
      case 2:
        if (this.random.below(6) === 0) return this.emit("NOT_8", direct(src), direct(dst));
        return;
      default:
        this.emit("MOV_8", direct(src), direct(dst));
        return this.note(dst, this.tags.get(src));
    }
  }

  /** Loads or stores through a pointer to one of the cells. */
  private pointer(): void {
    const cell = this.pick(CELLS);
    const known = CELLS.filter((one) => this.tags.get(one) === "u32");
    const pointer = known.length > 0 && this.random.below(2) === 0 ? this.pick(known) : cell;
    if (pointer === cell) {
      this.emit(
        "SET_8",
        direct(pointer),
        4,
        this.random.below(8) === 0 ? this.random.below(120) : this.pick(CELLS),
      );
      this.note(pointer, "u32");
    }
    const other = this.pick(CELLS);
    if (this.random.below(2) === 0) {
      this.emit("MOV_8", indirect(pointer), direct(other));
      this.note(other, undefined);
    } else {
      this.emit("MOV_8", direct(other), indirect(pointer));
      this.tags.clear();
      this.note(pointer, "u32");
    }
  }

  /** Allocates an object of a few cells, writes its fields, and reads one of them back. */
  private allocate(): void {
    const pointer = this.random.below(12);
    const size = 1 + this.random.below(4);
    this.emit("MOV_8", direct(1), relative(pointer));
    this.emit("SET_8", direct(31), 4, size);
    this.emit("ADD_8", direct(1), direct(31), direct(1));
    this.emit("SET_8", indirectRelative(pointer), 4, 1);
    this.emit("ADD_8", relative(pointer), direct(ONE), direct(32));
    if (size > 1) this.emit("MOV_8", direct(this.pick(CELLS)), indirect(32));
    if (this.random.below(2) === 0) {
      const dst = this.pick(CELLS);
      this.emit("MOV_8", indirectRelative(pointer), direct(dst));
      this.note(dst, undefined);
    }
  }

  private input(): void {
    const dst = this.pick(CELLS);
    const tag = this.pick(TAGS);
    this.emit("CAST_8", direct(INPUT + this.random.below(INPUT_SIZE)), direct(dst), tagCode(tag));
    this.note(dst, tag);
  }

  private branch(): void {
    if (this.nesting >= 3) return;
    this.nesting++;
    const otherwise = this.newLabel();
    const end = this.newLabel();
    this.condition(33);
    this.emit("JUMPI_32", direct(33), { label: otherwise });
    const before = new Map(this.tags);
    this.statements(1 + this.random.below(4));
    this.emit("JUMP_32", { label: end });
    const after = this.tags;
    this.tags = before;
    this.label(otherwise);
    this.statements(this.random.below(4));
    this.label(end);
    for (const [cell, tag] of after) if (this.tags.get(cell) !== tag) this.tags.delete(cell);
    this.nesting--;
  }

  /** A u1 that depends on the input or on cells. */
  private condition(cell: number): void {
    const source = INPUT + this.random.below(INPUT_SIZE);
    switch (this.random.below(4)) {
      case 0:
        return this.emit("CAST_8", direct(source), direct(cell), 1);
      case 1:
        this.emit("CAST_8", direct(source), direct(cell), 4);
        return this.emit(`${this.pick(["LT", "LTE", "EQ"])}_8`, direct(cell), direct(ONE), direct(cell));
      case 2:
        this.emit("SET_8", direct(34), 2, this.random.below(4));
        this.emit("CAST_8", direct(source), direct(cell), 2);
        this.emit(`${this.pick(["LT", "LTE", "EQ"])}_8`, direct(cell), direct(34), direct(cell));
        if (this.random.below(2) === 0) this.emit("NOT_8", direct(cell), direct(cell));
        return;
      default:
        return this.emit("SET_8", direct(cell), 1, this.random.below(2));
    }
  }

  /** A counted loop; the count is a constant or comes from the input. */
  private loop(): void {
    if (this.nesting >= 2) return;
    this.nesting++;
    const counter = 16 + this.nesting;
    const limit = 18 + this.nesting;
    const head = this.newLabel();
    const end = this.newLabel();
    this.emit("SET_8", direct(counter), 4, 0);
    if (this.random.below(2) === 0) this.emit("SET_8", direct(limit), 4, this.random.below(9));
    else {
      this.emit("CAST_8", direct(INPUT + this.random.below(INPUT_SIZE)), direct(limit), 4);
      this.emit("SET_8", direct(35), 4, 7);
      this.emit("AND_8", direct(limit), direct(35), direct(limit));
    }
    this.tags.clear();
    this.label(head);
    this.emit("LTE_8", direct(limit), direct(counter), direct(36));
    this.emit("JUMPI_32", direct(36), { label: end });
    this.statements(1 + this.random.below(4));
    this.tags.clear();
    this.emit("ADD_8", direct(counter), direct(ONE), direct(counter));
    this.emit("JUMP_32", { label: head });
    this.label(end);
    this.nesting--;
  }

  /** Fills a new array through a pointer that runs to its end, and reads a cell of it by an index. */
  private fill(): void {
    if (this.nesting >= 2) return;
    const size = 1 + this.random.below(6);
    const head = this.newLabel();
    const end = this.newLabel();
    this.emit("MOV_8", direct(1), direct(24));
    this.emit("SET_8", direct(25), 4, size);
    this.emit("ADD_8", direct(1), direct(25), direct(1));
    this.emit("ADD_8", direct(24), direct(25), direct(26));
    this.emit("MOV_8", direct(24), direct(27));
    this.label(head);
    this.emit(this.random.below(2) === 0 ? "EQ_8" : "LTE_8", direct(26), direct(27), direct(28));
    this.emit("JUMPI_32", direct(28), { label: end });
    this.emit("MOV_8", direct(this.pick(CELLS)), indirect(27));
    this.emit("ADD_8", direct(27), direct(ONE), direct(27));
    this.emit("JUMP_32", { label: head });
    this.label(end);
    this.emit("CAST_8", direct(INPUT), direct(28), 4);
    this.emit("SET_8", direct(29), 4, this.pick([1, 3, 7]));
    this.emit("AND_8", direct(28), direct(29), direct(28));
    this.emit("ADD_8", direct(24), direct(28), direct(28));
    const dst = this.pick(CELLS);
    if (this.random.below(2) === 0) {
      this.emit("MOV_8", indirect(28), direct(dst));
      this.note(dst, undefined);
    } else this.emit("MOV_8", direct(dst), indirect(28));
  }

  private call(): void {
    if (this.depth >= 3 && this.random.below(10) > 0) return;
    this.emit("INTERNALCALL", { label: this.routine() });
    this.tags.clear();
  }

  /** A call with a frame of its own, as compilers write it. */
  private framedCall(): void {
    if (this.depth >= 3) return;
    const size = 12;
    this.emit("SET_8", direct(37), 4, size);
    this.emit("MOV_8", direct(0), relative(size));
    this.emit("MOV_8", direct(this.pick(CELLS)), relative(size + 1));
    this.emit("ADD_8", direct(0), direct(37), direct(0));
    this.emit("INTERNALCALL", { label: this.routine() });
    this.emit("MOV_8", relative(0), direct(0));
    this.tags.clear();
  }

  private routine(): string {
    const known = this.routines.filter(({ depth }) => depth > this.depth);
    if (known.length > 0 && this.random.below(2) === 0) return this.pick(known).label;
    if (this.random.below(25) === 0 && this.routines.length > 0) return this.pick(this.routines).label;
    const label = this.newLabel();
    this.routines.push({ label, depth: this.depth + 1, written: false });
    return label;
  }

  /** A copy whose size is a constant or depends on the input. */
  private copyInput(): void {
    if (this.random.below(2) === 0) this.emit("SET_8", direct(38), 4, this.random.below(5));
    else {
      this.emit("CAST_8", direct(INPUT + this.random.below(INPUT_SIZE)), direct(38), 4);
      if (this.random.below(3) > 0) {
        this.emit("SET_8", direct(39), 4, 3);
        this.emit("AND_8", direct(38), direct(39), direct(38));
      }
    }
    this.emit("MOV_8", direct(1), direct(39));
    this.emit(
      "CALLDATACOPY",
      direct(38),
      direct(ZERO),
      this.random.below(4) === 0 ? direct(this.pick(CELLS)) : indirect(39),
    );
    if (this.random.below(2) === 0) this.emit("ADD_8", direct(1), direct(38), direct(1));
    this.tags.clear();
  }

  private moveBase(): void {
    if (this.random.below(2) === 0) return;
    switch (this.random.below(4)) {
      case 0:
        return this.emit("SET_8", direct(0), this.random.below(12) === 0 ? 2 : 4, 90 + this.random.below(40));
      case 1:
        return this.emit("ADD_8", direct(0), direct(ONE), direct(0));
      case 2:
        return this.emit("SUB_8", direct(0), direct(ONE), direct(0));
      default:
        this.emit("CAST_8", direct(INPUT + this.random.below(INPUT_SIZE)), direct(38), 4);
        this.emit("SET_8", direct(39), 4, 15);
        this.emit("AND_8", direct(38), direct(39), direct(38));
        return this.emit("ADD_8", direct(0), direct(38), direct(0));
    }
  }

  /** A store to an address that depends on the input: one of the cells, or any low address. */
  private wildStore(): void {
    if (this.random.below(2) === 0) return;
    this.emit("CAST_8", direct(INPUT + this.random.below(INPUT_SIZE)), direct(38), 4);
    this.emit("SET_8", direct(39), 4, this.pick([3, 7, 15, 127]));
    this.emit("AND_8", direct(38), direct(39), direct(38));
    if (this.random.below(3) > 0) {
      this.emit("SET_8", direct(39), 4, this.pick([4, 100, 200]));
      this.emit("ADD_8", direct(38), direct(39), direct(38));
    }
    this.emit("MOV_8", direct(this.pick(CELLS)), indirect(38));
    this.tags.clear();
  }

  /** A loop without a counter: it searches for a cell that differs from the others. */
  private search(): void {
    if (this.nesting >= 2 || this.random.below(3) > 0) return;
    const head = this.newLabel();
    const end = this.newLabel();
    this.emit("SET_8", direct(24), 4, INPUT);
    this.emit("SET_8", direct(25), 4, INPUT + INPUT_SIZE);
    this.label(head);
    this.emit("EQ_8", direct(24), direct(25), direct(26));
    this.emit("JUMPI_32", direct(26), { label: end });
    this.emit("CAST_8", indirect(24), direct(27), 1);
    this.emit("ADD_8", direct(24), direct(ONE), direct(24));
    this.emit("JUMPI_32", direct(27), { label: end });
    this.emit("JUMP_32", { label: head });
    this.label(end);
    const dst = this.pick(CELLS);
    this.emit("MOV_8", indirect(24), direct(dst));
    this.note(dst, undefined);
  }

  private misc(): void {
    const cell = this.pick(CELLS);
    switch (this.random.below(8)) {
      case 0:
        this.emit("GETENVVAR_16", direct(cell), this.random.below(12));
        return this.note(cell, undefined);
      case 1:
        this.emit("RETURNDATASIZE", direct(cell));
        return this.note(cell, "u32");
      case 2:
        this.emit("SUCCESSCOPY", direct(cell));
        return this.note(cell, "u1");
      case 3:
        this.emit("SET_8", direct(20), 4, this.pick([2, 10, 256]));
        this.emit("SET_8", direct(21), 4, this.random.below(9) === 0 ? 1 : 8);
        this.emit("SET_8", direct(22), 1, this.random.below(6) === 0 ? 1 : 0);
        this.emit("SET_8", direct(23), 0, this.random.below(200));
        this.emit("TORADIXBE", direct(23), direct(20), direct(21), direct(22), direct(this.pick(CELLS)));
        return this.tags.clear();
      case 4:
        if (this.random.below(30) === 0)
          return this.emit("JUMP_32", this.builder.size + 7 + this.random.below(6));
        return;
      case 5:
        this.emit("SLOAD", direct(INPUT), direct(INPUT + 1), direct(cell));
        return this.note(cell, "ff");
      case 6:
        if (this.random.below(10) === 0) return this.emit("INTERNALRETURN");
        return;
      default:
        this.emit("SET_FF", direct(cell), 0, this.random.below(1000));
        return this.note(cell, "ff");
    }
  }

  private note(cell: number, tag: Tag | undefined): void {
    if (tag === undefined) this.tags.delete(cell);
    else this.tags.set(cell, tag);
  }

  private emit(name: string, ...operands: Operand[]): void {
    const form: WireForm = set.byForm.get(name)!;
    let mode = 0;
    operands.forEach((operand, k) => {
      if (typeof operand === "object" && "mode" in operand) mode |= operand.mode << (2 * form.fields[k].pair);
    });
    this.builder.startInstruction(form, mode);
    operands.forEach((operand, k) => {
      if (typeof operand === "number") {
        if (form.fields[k].size > 4) this.builder.addWide(BigInt(operand));
        else this.builder.addValue(operand);
      } else if ("label" in operand)
        this.fixups.push({ value: this.builder.addValue(0), label: operand.label });
      else this.builder.addValue(operand.address);
    });
  }

  private newLabel(): string {
    return `L${this.labelCount++}`;
  }

  private label(name: string): void {
    this.labels.set(name, this.builder.size);
  }

  private pick<Item>(items: readonly Item[]): Item {
    return items[this.random.below(items.length)];
  }
}

/** Calldata of mostly small numbers, so that branches and counted loops vary, and sometimes a large number. */
export function randomInput(random: RandomNumbers): bigint[] {
  return Array.from({ length: INPUT_SIZE }, () => {
    if (random.below(8) === 0)
      return (BigInt(random.below(2 ** 31)) << BigInt(random.below(220))) + BigInt(random.below(9));
    return BigInt(random.below(random.below(2) === 0 ? 3 : 20));
  });
}
