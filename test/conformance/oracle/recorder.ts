import type { Aztec, Instruction, InstructionSet, Memory } from "./aztec.ts";

/** Tags in the order of their wire values, which the simulator's enum has, too. */
const tags = ["ff", "u1", "u8", "u16", "u32", "u64", "u128"] as const;

export type Tag = (typeof tags)[number];

/** `""` if the operand was resolved, but the instruction didn't access its first cell. */
export type Access = "" | "r" | "w" | "rw";

/** A memory operand in one step. The tags are those of the resolved cell, or of the first cell of a range. */
export interface OracleOperand {
  address: number;
  access: Access;
  before: Tag;
  after: Tag;
}

/** One executed instruction; a call is recorded before the steps of its callee. */
export interface OracleStep {
  pc: number;
  /** The wire form: `ADD_8`. */
  form: string;
  contract: bigint;
  /** 0 for the program itself, 1 for contracts that it calls, and so on. */
  depth: number;
  /** The gas of the instruction, including that of a callee. */
  gas: { l2: number; da: number };
  /** Operands in wire order; empty if there are none, or if one couldn't be resolved. */
  operands: OracleOperand[];
  /** The class of the error that the instruction halted with. */
  error?: string;
}

/** The tags that were met at an operand: before the instruction if it was read, after it if it was written. */
export interface OperandTags {
  rw: Access;
  before?: Tag[];
  after?: Tag[];
}

export type PcTags = Record<number, [form: string, ...OperandTags[]]>;

interface CurrentStep {
  step: OracleStep;
  memory: Memory;
  touched: { access: "r" | "w"; offset: number; size: number }[];
  resolving: boolean;
}

/**
 * Records a run by wrapping the instructions that the simulator decodes. Use a new recorder for each run, one run at a
 * time.
 */
export class Recorder {
  readonly steps: OracleStep[] = [];
  readonly #aztec: Aztec;
  readonly #hooked = new WeakSet<Memory>();

  constructor(aztec: Aztec) {
    this.#aztec = aztec;
    watchAddressing(aztec);
  }

  /** The simulator's instruction set with instructions that report their work. */
  instructionSet(): InstructionSet {
    return new Map(
      [...this.#aztec.INSTRUCTION_SET].map(([opcode, decode]) => [
        opcode,
        (cursor) => this.#watch(this.#aztec.Opcode[opcode], decode(cursor)),
      ]),
    );
  }

  /** The tags of one contract's operands over all of its calls. Steps that failed don't count. */
  tagsAt(contract: bigint): PcTags {
    const found: PcTags = {};
    for (const { pc, form, operands, error, ...step } of this.steps) {
      if (step.contract !== contract || error !== undefined) continue;
      const [, ...seen] = (found[pc] ??= [form, ...operands.map((): OperandTags => ({ rw: "" }))]);
      operands.forEach(({ access, before, after }, i) => {
        if (access.includes("r")) add((seen[i].before ??= []), before);
        if (access.includes("w")) add((seen[i].after ??= []), after);
        seen[i].rw = `${seen[i].before ? "r" : ""}${seen[i].after ? "w" : ""}`;
      });
    }
    return found;
  }

  #watch(form: string, instruction: Instruction): Instruction {
    const execute = instruction.execute.bind(instruction);
    instruction.execute = async (context) => {
      const { machineState: machine, environment } = context;
      const { memory } = machine;
      this.#hook(memory);
      const before = { l2: machine.l2GasLeft, da: machine.daGasLeft };
      const step: OracleStep = {
        pc: machine.pc,
        form,
        contract: environment.address.toBigInt(),
        depth: Number(environment.contractCallDepth.toBigInt()),
        gas: { l2: 0, da: 0 },
        operands: [],
      };
      this.steps.push(step);
      const outer = current;
      const own: CurrentStep = { step, memory, touched: [], resolving: false };
      current = own;
      try {
        await execute(context);
      } catch (error) {
        step.error = (error as Error).constructor.name;
        throw error;
      } finally {
        current = outer;
        step.gas = { l2: before.l2 - machine.l2GasLeft, da: before.da - machine.daGasLeft };
        for (const operand of step.operands) {
          operand.after = tags[memory.getTag(operand.address)];
          operand.access = access(own, operand.address);
        }
      }
    };
    return instruction;
  }

  /** A callee reads its calldata from its caller's memory; that isn't an access of the callee's own step. */
  #hook(memory: Memory): void {
    if (this.#hooked.has(memory)) return;
    this.#hooked.add(memory);
    const touch = (access: "r" | "w", offset: number, size: number) => {
      if (current?.memory === memory && !current.resolving) current.touched.push({ access, offset, size });
    };
    const getAs = memory.getAs.bind(memory);
    const getSlice = memory.getSlice.bind(memory);
    const set = memory.set.bind(memory);
    const setSlice = memory.setSlice.bind(memory);
    memory.getAs = (offset) => {
      touch("r", offset, 1);
      return getAs(offset);
    };
    memory.getSlice = (offset, size) => {
      touch("r", offset, size);
      return getSlice(offset, size);
    };
    memory.set = (offset, value) => {
      set(offset, value);
      touch("w", offset, 1);
    };
    memory.setSlice = (offset, values) => {
      setSlice(offset, values);
      touch("w", offset, values.length);
    };
  }
}

let current: CurrentStep | undefined;
let watching = false;

/** One method of the simulator resolves all operands to addresses, and returns these in wire order. */
function watchAddressing({ Addressing }: Aztec): void {
  if (watching) return;
  watching = true;
  const { resolve } = Addressing.prototype;
  Addressing.prototype.resolve = function (offsets, memory) {
    if (current === undefined) return resolve.call(this, offsets, memory);
    // Reads during the resolution, of the base and of pointers, aren't accesses of the operands.
    current.resolving = true;
    try {
      const addresses = resolve.call(this, offsets, memory);
      current.step.operands = addresses.map((address) => {
        const tag = tags[memory.getTag(address)];
        return { address, access: "", before: tag, after: tag };
      });
      return addresses;
    } finally {
      current.resolving = false;
    }
  };
}

function access({ touched }: CurrentStep, address: number): Access {
  const at = touched.filter(({ offset, size }) => offset <= address && address < offset + size);
  const read = at.some((touch) => touch.access === "r");
  const written = at.some((touch) => touch.access === "w");
  return `${read ? "r" : ""}${written ? "w" : ""}`;
}

function add<T>(list: T[], item: T): void {
  if (!list.includes(item)) list.push(item);
}
