import path from "node:path";
import { pathToFileURL } from "node:url";
import { installOracle } from "./install.ts";

// The parts of the simulator's classes that this harness uses. They are declared here because the packages are
// installed on demand, when the compiler can't see their types.

export interface Field {
  toBigInt(): bigint;
  toString(): string;
}

export interface Address extends Field {
  toField(): Field;
}

interface GasPair {
  l2Gas: number;
  daGas: number;
}

export interface Memory {
  getAs(offset: number): unknown;
  getSlice(offset: number, size: number): unknown[];
  getTag(offset: number): number;
  set(offset: number, value: unknown): void;
  setSlice(offset: number, values: unknown[]): void;
}

export interface Data {
  bestEffortReadAll(): Field[];
}

export interface MachineState {
  pc: number;
  l2GasLeft: number;
  daGasLeft: number;
  readonly memory: Memory;
  revert(output: Data): void;
}

export interface Context {
  readonly environment: { address: Address; contractCallDepth: Field };
  readonly machineState: MachineState;
  provideSimulator?: (nested: Context) => Promise<AvmSimulator>;
}

export interface AvmSimulator {
  executeBytecode(bytecode: Buffer): Promise<{ reverted: boolean; output: Data; gasLeft: GasPair }>;
}

export interface Instruction {
  execute(context: Context): Promise<void>;
}

type Decoder = (cursor: unknown) => Instruction;

export type InstructionSet = Map<number, Decoder>;

/** The effects of a call, in order. Storage slots are those of the tree: hashes of contract and slot. */
export interface SideEffects {
  publicDataWrites: { leafSlot: Field; newValue: Field }[];
  noteHashes: { value: Field }[];
  nullifiers: { value: Field }[];
  l2ToL1Msgs: { contractAddress: Address; message: { recipient: Field; content: Field } }[];
  publicLogs: { contractAddress: Address; fields: Field[] }[];
}

export interface StateManager {
  readonly trace: { getSideEffects(): SideEffects };
  fork(): Promise<StateManager>;
  merge(forked: StateManager): Promise<void>;
  reject(forked: StateManager): Promise<void>;
}

type Class<Args extends unknown[], Instance> = new (...args: Args) => Instance;

/** The exports of the simulator's modules that this harness uses. */
export interface Aztec {
  AvmSimulator: Class<[Context, InstructionSet?], AvmSimulator>;
  AvmContext: Class<[state: StateManager, environment: unknown, machine: MachineState], Context>;
  AvmMachineState: Class<[GasPair], MachineState>;
  AvmExecutionEnvironment: Class<unknown[], unknown>;
  CallDataArray: Class<[Field[]], unknown>;
  Addressing: { prototype: { resolve: (this: unknown, offsets: number[], memory: Memory) => number[] } };
  INSTRUCTION_SET: InstructionSet;
  Opcode: Record<number, string>;
  PublicPersistableStateManager: {
    create(trees: unknown, contracts: unknown, trace: unknown, first: Field, time: bigint): StateManager;
  };
  SideEffectTrace: Class<[], StateManager["trace"]>;
  /** This harness adds `last`: the error that was thrown last. */
  CheckedPublicExecutionError: Class<[string], Error> & { last?: Error };
  L1ToL2MessageIndexOutOfRangeError: Class<[number], Error>;
  NoteHashIndexOutOfRangeError: Class<[number], Error>;
  Fr: Class<[bigint | number], Field> & { ZERO: Field };
  AztecAddress: { fromBigInt(value: bigint): Address };
  GlobalVariables: { empty(): { timestamp: bigint; blockNumber: number; gasFees: unknown } };
  GasFees: Class<[daGas: number, l2Gas: number], unknown>;
  PublicSimulatorConfig: { from(partial: object): unknown };
  PublicKeys: { default(): unknown };
  siloNullifier(contract: Address, nullifier: Field): Promise<Field>;
  deriveStorageSlotInMap(map: Field, key: { toField(): Field }): Promise<Field>;
  CONTRACT_INSTANCE_REGISTRY_CONTRACT_ADDRESS: number;
  L1_TO_L2_MSG_TREE_LEAF_COUNT: number;
  NOTE_HASH_TREE_LEAF_COUNT: number;
  AVM_MAX_PROCESSABLE_L2_GAS: number;
}

// Modules are loaded by file, because the packages don't export most of them.
const modules = [
  "simulator/dest/public/avm/avm_simulator.js",
  "simulator/dest/public/avm/avm_context.js",
  "simulator/dest/public/avm/avm_machine_state.js",
  "simulator/dest/public/avm/avm_execution_environment.js",
  "simulator/dest/public/avm/calldata.js",
  "simulator/dest/public/avm/opcodes/addressing_mode.js",
  "simulator/dest/public/avm/serialization/bytecode_serialization.js",
  "simulator/dest/public/avm/serialization/instruction_serialization.js",
  "simulator/dest/public/state_manager/state_manager.js",
  "simulator/dest/public/side_effect_trace.js",
  "simulator/dest/public/public_errors.js",
  "simulator/dest/public/side_effect_errors.js",
  "foundation/dest/curves/bn254/index.js",
  "stdlib/dest/aztec-address/index.js",
  "stdlib/dest/tx/index.js",
  "stdlib/dest/gas/index.js",
  "stdlib/dest/avm/index.js",
  "stdlib/dest/keys/index.js",
  "stdlib/dest/hash/index.js",
  "constants/dest/constants.js",
];

let loaded: Promise<Aztec> | undefined;

/** The simulator; the first call installs it and loads it, which takes about a second. */
export function loadAztec(): Promise<Aztec> {
  return (loaded ??= load());
}

async function load(): Promise<Aztec> {
  const nodeModules = await installOracle();
  const from = (file: string): Promise<object> =>
    import(pathToFileURL(path.join(nodeModules, "@aztec", file)).href) as Promise<object>;

  // The loggers read this variable when they are created, while the modules load.
  process.env.LOG_LEVEL ??= "silent";
  const aztec = {};
  for (const file of modules) Object.assign(aztec, await from(file));
  // 5.2.0 renamed the function that makes an address from a number.
  const { AztecAddress } = aztec as { AztecAddress: Record<string, unknown> };
  for (const from of ["Field", "BigInt", "Number", "String"])
    AztecAddress[`from${from}Unsafe`] ??= AztecAddress[`from${from}`];
  useWasm((await from("bb.js/dest/node/index.js")) as Barretenberg);
  return aztec as Aztec;
}

interface Barretenberg {
  Barretenberg: object;
  BarretenbergSync: { new: (options: { backend: string }) => Promise<object> };
  BackendType: { Wasm: string };
}

/**
 * POSEIDON2 uses the asynchronous Barretenberg singleton, which starts a native process or downloads the proving
 * system's reference string; ECADD uses the synchronous one. Both only need a few hash and curve functions, which the
 * synchronous WebAssembly build has, so this replaces both singletons by that build.
 */
function useWasm({ Barretenberg, BarretenbergSync, BackendType }: Barretenberg): void {
  let starting: Promise<object> | undefined;
  let api: object | undefined;
  const singleton = {
    initSingleton: async () => (api = await (starting ??= create())),
    getSingleton: () => api,
    destroySingleton: () => undefined,
  };
  const create = () => BarretenbergSync.new({ backend: BackendType.Wasm });
  Object.assign(Barretenberg, singleton);
  Object.assign(BarretenbergSync, singleton);
}
