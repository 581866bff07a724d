import { loadAztec } from "./aztec.ts";
import type { Aztec, Context, InstructionSet, SideEffects } from "./aztec.ts";
import { Recorder } from "./recorder.ts";
import type { OracleStep, PcTags } from "./recorder.ts";
import { World, timestamp } from "./world.ts";

export type { OracleStep } from "./recorder.ts";
export type { World } from "./world.ts";

export interface OracleOptions {
  calldata?: readonly bigint[];
  isStaticCall?: boolean;
  /** What CALL and STATICCALL reach, besides the program itself, which is deployed at `address`. */
  contracts?: readonly { address: bigint; bytecode: Uint8Array }[];
  address?: bigint;
  sender?: bigint;
  l2Gas?: number;
  daGas?: number;
  /** The state to run on, and to leave changed if the program returns; a fresh one by default. */
  world?: World;
  /** Record every step, in order. */
  trace?: boolean;
  /** Record which tags each operand of the program had, by pc. */
  tags?: boolean;
}

export interface OracleResult {
  /** `revert` is REVERT's doing; `exceptional` is an error's, which takes all gas and returns nothing. */
  outcome: "return" | "revert" | "exceptional";
  /** The first 10,000 fields of it. */
  returnData: bigint[];
  /** Only of an exceptional halt; the class is the simulator's, as in `TagCheckError`. */
  error?: { class: string; message: string; pc: number };
  gasUsed: { l2: number; da: number };
  /** What it left changed: nothing unless it returned. */
  effects: SideEffects;
  /** How long the simulator took. */
  milliseconds: number;
  steps?: OracleStep[];
  tags?: PcTags;
}

const defaults = { address: 0x1234n, sender: 42n, daGas: 196_512 };

/** A state to run several programs on, one after the other. */
export async function newWorld(): Promise<World> {
  return new World(await loadAztec());
}

/**
 * Runs bytecode on Aztec's AVM, in this process. What a program may do wrong is in the result; this throws only if the
 * simulator itself fails, which is its bug or bytecode that no network would take (an empty one).
 *
 * Runs queue up: the simulator is watched through hooks that are global to it.
 */
export function runOnOracle(bytecode: Uint8Array, options: OracleOptions = {}): Promise<OracleResult> {
  const result = queue.then(() => run(bytecode, options));
  queue = result.catch(() => undefined);
  return result;
}

let queue: Promise<unknown> = Promise.resolve();

async function run(bytecode: Uint8Array, options: OracleOptions): Promise<OracleResult> {
  const aztec = await loadAztec();
  watchErrors(aztec);
  const { address = defaults.address, contracts = [], world = new World(aztec) } = options;
  await world.deploy(address, bytecode);
  for (const contract of contracts) await world.deploy(contract.address, contract.bytecode);

  const { l2Gas = aztec.AVM_MAX_PROCESSABLE_L2_GAS, daGas = defaults.daGas } = options;
  const machine = new aztec.AvmMachineState({ l2Gas, daGas });
  // After the run a REVERT looks just like an error: so note it when it happens.
  let reverted = false;
  const revert = machine.revert.bind(machine);
  machine.revert = (output) => {
    reverted = true;
    revert(output);
  };

  const recorder = options.trace || options.tags ? new Recorder(aztec) : undefined;
  const state = await world.state.fork();
  const context = new aztec.AvmContext(state, environment(aztec, address, options), machine);
  const simulator = newSimulator(aztec, context, recorder?.instructionSet());
  const code = Buffer.from(bytecode);
  const began = performance.now();
  const result = await simulator.executeBytecode(code);
  const milliseconds = performance.now() - began;
  const effects = (result.reverted ? new aztec.SideEffectTrace() : state.trace).getSideEffects();
  await (result.reverted ? world.state.reject(state) : world.state.merge(state));

  const outcome = !result.reverted ? "return" : reverted ? "revert" : "exceptional";
  return {
    outcome,
    returnData: result.output.bestEffortReadAll().map((field) => field.toBigInt()),
    ...(outcome === "exceptional" && {
      error: errorOf(aztec.CheckedPublicExecutionError.last!, machine.pc),
    }),
    gasUsed: { l2: l2Gas - result.gasLeft.l2Gas, da: daGas - result.gasLeft.daGas },
    effects,
    milliseconds,
    ...(options.trace && { steps: recorder!.steps }),
    ...(options.tags && { tags: recorder!.tagsAt(address) }),
  };
}

function errorOf(error: Error, pc: number): NonNullable<OracleResult["error"]> {
  return { class: error.constructor.name, message: error.message, pc };
}

function environment(aztec: Aztec, address: bigint, options: OracleOptions): unknown {
  const { AvmExecutionEnvironment, AztecAddress, CallDataArray, Fr } = aztec;
  const globals = aztec.GlobalVariables.empty();
  globals.timestamp = timestamp;
  globals.blockNumber = 42;
  globals.gasFees = new aztec.GasFees(2, 3);
  return new AvmExecutionEnvironment(
    AztecAddress.fromBigInt(address),
    AztecAddress.fromBigInt(options.sender ?? defaults.sender),
    Fr.ZERO, // call depth
    Fr.ZERO, // transaction fee
    globals,
    options.isStaticCall ?? false,
    new CallDataArray((options.calldata ?? []).map((value) => new Fr(value))),
    aztec.PublicSimulatorConfig.from({}),
  );
}

/** A simulator whose nested calls run on the same (perhaps watched) instruction set. */
function newSimulator(aztec: Aztec, context: Context, instructions?: InstructionSet) {
  const simulator = new aztec.AvmSimulator(context, instructions);
  context.provideSimulator = async (nested) => newSimulator(aztec, nested, instructions);
  return simulator;
}

/**
 * Of an exceptional halt the simulator keeps the message alone, and after a failed nested call not even its own. The one
 * place that holds the error is its `err instanceof CheckedPublicExecutionError`: so look on there. The outermost call
 * asks last. The error is kept on the class, since a test runner may load this module twice, but has one simulator.
 */
function watchErrors({ CheckedPublicExecutionError }: Aztec): void {
  if (Object.hasOwn(CheckedPublicExecutionError, Symbol.hasInstance)) return;
  Object.defineProperty(CheckedPublicExecutionError, Symbol.hasInstance, {
    value(this: unknown, value: unknown): boolean {
      const is = Function.prototype[Symbol.hasInstance].call(this, value);
      // Subclasses inherit this method; what is asked of them is none of our business.
      if (is && this === CheckedPublicExecutionError) CheckedPublicExecutionError.last = value as Error;
      return is;
    },
  });
}
