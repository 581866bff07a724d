import { assemble } from "../../assembler/assemble.ts";
import { parseSource } from "../../grammar/source-file.ts";
import type { TargetName } from "../../isa/table.ts";
import { encode } from "../../program/codec.ts";
import { randomNumbers, type RandomNumbers } from "../support/random.ts";

/** Cells that usually hold pointers into the heap, and cells that values are read into. */
const POINTERS = [10, 11, 12, 13, 14];
const VALUES = [20, 21, 22, 23, 24];
const TAGS = ["ff", "u1", "u8", "u16", "u32", "u64", "u128"];
/** The first cell that the calldata is copied to, and the number of fields. */
const INPUT = 40;
const INPUT_SIZE = 6;

/**
 * A random program that allocates objects through M[1] as compilers do, in loops, branches and routines, links them,
 * walks over them, compares their addresses, and sometimes moves M[1] back or elsewhere. The same seed gives the same
 * program.
 */
export function randomHeapProgram(seed: number, target: TargetName = "v5"): Uint8Array {
  const text = randomHeapSource(seed, target);
  const { program, diagnostics } = assemble(parseSource("heap.avm", text));
  const error = diagnostics.find(({ severity }) => severity === "error");
  if (error) throw new Error(`${error.message}\n${text}`);
  return encode(program);
}

/** The source of {@link randomHeapProgram}. */
export function randomHeapSource(seed: number, target: TargetName = "v5"): string {
  return new Generator(randomNumbers(seed * 2246822519 + 7)).run(target);
}

class Generator {
  private readonly random: RandomNumbers;
  private readonly lines: string[] = [];
  private labels = 0;
  private nesting = 0;
  private depth = 0;
  private readonly routines: { readonly label: string; readonly depth: number }[] = [];

  constructor(random: RandomNumbers) {
    this.random = random;
    for (let k = 0; k < 8; k++) random.below(2);
  }

  run(target: TargetName): string {
    this.say(`.target ${target}`);
    this.say(`SET [0], u32, #${this.pick([100, 100, 50, 1900])}`);
    this.say(`SET [1], u32, #${this.pick([2000, 2000, 300, 40000])}`);
    this.say("SET [2], u32, #1");
    this.say("SET [3], u32, #0");
    this.say(`SET [4], u32, #${INPUT_SIZE}`);
    this.say(`CALLDATACOPY [4], [3], [${INPUT}]`);
    for (const pointer of POINTERS) if (this.random.below(4) > 0) this.allocate(pointer);
    this.statements(3 + this.random.below(8));
    this.say("RETURN [3], [4]");
    for (let k = 0; k < this.routines.length; k++) {
      const { label, depth } = this.routines[k];
      this.depth = depth;
      this.say(`${label}:`);
      this.statements(2 + this.random.below(4));
      this.say("INTERNALRETURN");
    }
    return this.lines.join("\n");
  }

  private statements(count: number): void {
    for (let k = 0; k < count; k++) this.statement();
  }

  private statement(): void {
    const pointer = this.pick(POINTERS);
    const other = this.pick(POINTERS);
    const value = this.pick(VALUES);
    this.pick([
      () => this.allocate(pointer),
      () => this.allocate(pointer),
      () => this.allocate(pointer),
      () => this.allocateUnknown(pointer),
      () => this.say(`MOV [[${pointer}]], [${value}]`),
      () => this.say(`MOV [[${pointer}]], [${value}]`),
      () => this.readField(pointer, value),
      () => this.readField(pointer, value),
      () => this.writeField(pointer),
      () => this.writeField(pointer),
      () => this.say(`SET [[${pointer}]], ${this.pick(TAGS)}, #1`),
      () => this.say(`MOV [${other}], [[${pointer}]]`),
      () => this.follow(pointer, other),
      () => this.say(`MOV [${pointer}], [${other}]`),
      () => this.say(`ADD [${pointer}], [2], [${pointer}]`),
      () => this.index(pointer, other),
      () => this.compare(pointer, other),
      () => this.say(`MOV [${pointer}], [sp+${1 + this.random.below(4)}]`),
      () => this.say(`MOV [sp+${1 + this.random.below(4)}], [${value}]`),
      () => this.free(),
      () => this.branch(),
      () => this.loop(),
      () => this.loop(),
      () => this.fill(pointer),
      () => this.call(),
      () => this.copyInput(pointer),
      () => this.moveHeap(pointer),
    ])();
  }

  private allocate(pointer: number): void {
    const size = 1 + this.random.below(4);
    this.say(`MOV [1], [${pointer}]`);
    this.say(`SET [30], u32, #${size}`);
    this.say(this.random.below(2) === 0 ? "ADD [1], [30], [1]" : "ADD [30], [1], [1]");
    // Some objects are used before all of their cells were written.
    if (this.random.below(5) === 0) return;
    this.say(`MOV [${pointer}], [31]`);
    for (let k = 0; k < size; k++) {
      if (k > 0) this.say("ADD [31], [2], [31]");
      this.store("[[31]]");
    }
  }

  private allocateUnknown(pointer: number): void {
    this.say(`MOV [1], [${pointer}]`);
    this.input(30, this.random.below(9) === 0 ? undefined : this.pick([1, 3, 7]));
    this.say("ADD [1], [30], [1]");
    if (this.random.below(2) === 0) this.store(`[[${pointer}]]`);
  }

  private store(place: string): void {
    if (this.random.below(3) === 0) this.say(`MOV [${this.pick(POINTERS)}], ${place}`);
    else if (this.random.below(4) === 0) this.say(`MOV [${this.pick(VALUES)}], ${place}`);
    else this.say(`SET ${place}, ${this.pick(TAGS)}, #${this.random.below(2)}`);
  }

  private fieldOf(pointer: number): void {
    this.say(`SET [30], u32, #${this.random.below(4)}`);
    this.say(`ADD [${pointer}], [30], [31]`);
  }

  private readField(pointer: number, value: number): void {
    this.fieldOf(pointer);
    this.say(`MOV [[31]], [${value}]`);
  }

  private writeField(pointer: number): void {
    this.fieldOf(pointer);
    this.store("[[31]]");
  }

  /** Loads a pointer from an object; often the cell holds no pointer, and the program halts later. */
  private follow(pointer: number, into: number): void {
    this.say(`SET [[${pointer}]], u32, #${this.pick([2000, 2001, 2005])}`);
    if (this.random.below(2) === 0) this.say(`MOV [${into}], [[${pointer}]]`);
    this.say(`MOV [[${pointer}]], [${into}]`);
  }

  private index(pointer: number, into: number): void {
    this.input(30, this.pick([1, 3, 7]));
    this.say(`${this.random.below(5) === 0 ? "SUB" : "ADD"} [${pointer}], [30], [31]`);
    if (this.random.below(2) === 0) this.store("[[31]]");
    else this.say(`MOV [[31]], [${this.pick(VALUES)}]`);
    if (this.random.below(4) === 0) this.say(`MOV [31], [${into}]`);
  }

  /** Writes a value that depends on the comparison of two addresses. */
  private compare(pointer: number, other: number): void {
    const otherwise = this.newLabel();
    const value = this.pick(VALUES);
    if (this.random.below(4) === 0) {
      this.say(`SUB [${pointer}], [${other}], [32]`);
      this.say(`SET [33], u32, #${this.random.below(3)}`);
      this.say("EQ [32], [33], [34]");
    } else this.say(`${this.pick(["EQ", "LT", "LTE"])} [${pointer}], [${other}], [34]`);
    this.say(`SET [${value}], u8, #1`);
    this.say(`JUMPI [34], ${otherwise}`);
    this.say(`SET [${value}], ${this.pick(TAGS)}, #1`);
    if (this.random.below(2) === 0) this.store(`[[${pointer}]]`);
    this.say(`${otherwise}:`);
    this.say(`MOV [${value}], [35]`);
  }

  /** Reads or writes memory that isn't allocated yet. */
  private free(): void {
    if (this.random.below(2) === 0) this.say(`MOV [[1]], [${this.pick(VALUES)}]`);
    else this.store("[[1]]");
  }

  private branch(): void {
    if (this.nesting >= 3) return;
    this.nesting++;
    const otherwise = this.newLabel();
    const end = this.newLabel();
    this.say(`CAST [${INPUT + this.random.below(INPUT_SIZE)}], [33], u1`);
    this.say(`JUMPI [33], ${otherwise}`);
    this.statements(1 + this.random.below(3));
    this.say(`JUMP ${end}`);
    this.say(`${otherwise}:`);
    this.statements(this.random.below(3));
    this.say(`${end}:`);
    this.nesting--;
  }

  private loop(): void {
    if (this.nesting >= 3) return;
    this.nesting++;
    const counter = 60 + 2 * this.nesting + 10 * this.depth;
    const limit = counter + 1;
    const head = this.newLabel();
    const end = this.newLabel();
    this.say(`SET [${counter}], u32, #0`);
    if (this.random.below(4) === 0) this.say(`SET [${limit}], u32, #${this.random.below(7)}`);
    else this.input(limit, this.pick([1, 3, 7]));
    this.say(`${head}:`);
    this.say(`LTE [${limit}], [${counter}], [36]`);
    this.say(`JUMPI [36], ${end}`);
    this.statements(1 + this.random.below(4));
    this.say(`ADD [${counter}], [2], [${counter}]`);
    this.say(`JUMP ${head}`);
    this.say(`${end}:`);
    this.nesting--;
  }

  /** Fills a new array of known or unknown size through a pointer that runs to its end. */
  private fill(pointer: number): void {
    const head = this.newLabel();
    const end = this.newLabel();
    this.say(`MOV [1], [${pointer}]`);
    if (this.random.below(2) === 0) this.say(`SET [30], u32, #${1 + this.random.below(5)}`);
    else this.input(30, 7);
    this.say("ADD [1], [30], [1]");
    this.say(`ADD [${pointer}], [30], [37]`);
    this.say(`MOV [${pointer}], [38]`);
    this.say(`${head}:`);
    this.say(this.random.below(2) === 0 ? "EQ [38], [37], [36]" : "LTE [37], [38], [36]");
    this.say(`JUMPI [36], ${end}`);
    this.store("[[38]]");
    this.say("ADD [38], [2], [38]");
    this.say(`JUMP ${head}`);
    this.say(`${end}:`);
  }

  private call(): void {
    if (this.depth >= 3) return;
    if (this.random.below(3) === 0) {
      this.say(`INTERNALCALL ${this.routine()}`);
      return;
    }
    this.say("SET [37], u32, #8");
    this.say("MOV [0], [sp+8]");
    this.say("ADD [0], [37], [0]");
    this.say(`INTERNALCALL ${this.routine()}`);
    this.say("MOV [sp+0], [0]");
  }

  private routine(): string {
    const known = this.routines.filter(({ depth }) => depth > this.depth);
    if (known.length > 0 && this.random.below(2) === 0) return this.pick(known).label;
    if (this.random.below(25) === 0 && this.routines.length > 0) return this.pick(this.routines).label;
    const label = this.newLabel();
    this.routines.push({ label, depth: this.depth + 1 });
    return label;
  }

  private copyInput(pointer: number): void {
    this.input(30, this.pick([1, 3]));
    this.say(`CALLDATACOPY [30], [3], [[${pointer}]]`);
  }

  /** Changes M[1] in a way that no compiler does. */
  private moveHeap(pointer: number): void {
    if (this.random.below(3) > 0) return;
    this.pick([
      () => this.say("SUB [1], [2], [1]"),
      () => this.say("SET [1], u32, #2000"),
      () => this.say(`MOV [${pointer}], [1]`),
      () => this.say("MOV [1], [39]"),
      () => this.say("MOV [39], [1]"),
      () => this.say("SET [1], u32, #20"),
      () => this.say(`SET [${pointer}], u32, #1`),
    ])();
  }

  /** Reads a u32 from the calldata; `mask` limits it. */
  private input(cell: number, mask: number | undefined): void {
    this.say(`CAST [${INPUT + this.random.below(INPUT_SIZE)}], [${cell}], u32`);
    if (mask === undefined) return;
    this.say(`SET [35], u32, #${mask}`);
    this.say(`AND [${cell}], [35], [${cell}]`);
  }

  private newLabel(): string {
    return `l${this.labels++}`;
  }

  private say(line: string): void {
    this.lines.push(line);
  }

  private pick<Item>(items: readonly Item[]): Item {
    return items[this.random.below(items.length)];
  }
}
