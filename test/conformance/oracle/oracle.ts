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
  /** Contracts that CALL and STATICCALL reach; the program itself is deployed at `address`. */
  contracts?: readonly { address: bigint; bytecode: Uint8Array }[];
  address?: bigint;
  sender?: bigint;
  l2Gas?: number;
  daGas?: number;
  /** The state to run on, which the program changes if it returns; by default a new one. */
  world?: World;
  /** Record every step in order. */
  trace?: boolean;
  /** Record the tags of each operand of the program, by pc. */
  tags?: boolean;
}

export interface OracleResult {
  /** `revert`: a REVERT; `exceptional`: an error, which consumes all gas and returns nothing. */
  outcome: "return" | "revert" | "exceptional";
  /** At most the first 10,000 fields. */
  returnData: bigint[];
  /** Only after an exceptional halt; the class is the simulator's, such as `TagCheckError`. */
  error?: { class: string; message: string; pc: number };
  gasUsed: { l2: number; da: number };
  /** The effects of the call; none unless it returned. */
  effects: SideEffects;
  /** Time of the simulator. */
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
 * Runs bytecode on Aztec's AVM in this process. A program's errors are part of the result; this throws only if the
 * simulator itself fails, through a bug or through bytecode that no network would accept (empty bytecode).
 *
 * Runs wait for each other, because the hooks into the simulator are global.
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
  // After the run, a REVERT looks like an error, so record it when it happens.
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

/** A simulator whose nested calls use the same instruction set, which may be a recording one. */
function newSimulator(aztec: Aztec, context: Context, instructions?: InstructionSet) {
  const simulator = new aztec.AvmSimulator(context, instructions);
  context.provideSimulator = async (nested) => newSimulator(aztec, nested, instructions);
  return simulator;
}

/**
 * After an exceptional halt the simulator keeps only the message, and after a failed nested call not even its own. Only
 * its check `err instanceof CheckedPublicExecutionError` sees the error, so this hooks into that check. The outermost
 * call checks last. The error is kept on the class, since a test runner may load this module twice, but only one
 * simulator.
 */
function watchErrors({ CheckedPublicExecutionError }: Aztec): void {
  if (Object.hasOwn(CheckedPublicExecutionError, Symbol.hasInstance)) return;
  Object.defineProperty(CheckedPublicExecutionError, Symbol.hasInstance, {
    value(this: unknown, value: unknown): boolean {
      const is = Function.prototype[Symbol.hasInstance].call(this, value);
      // Subclasses inherit this method; checks against a subclass are ignored.
      if (is && this === CheckedPublicExecutionError) CheckedPublicExecutionError.last = value as Error;
      return is;
    },
  });
}
