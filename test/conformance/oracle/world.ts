import type { Address, Aztec, Field, StateManager } from "./aztec.ts";

/** Arbitrary but constant, because programs can see it through GETENVVAR and note nonces. */
const firstNullifier = 420000n;
export const timestamp = 99833n;

interface Trees {
  storage: Map<string, Field>;
  nullifiers: Set<string>;
  noteHashes: Field[];
}

/** The state as plain numbers; storage by `contract/slot` in hexadecimal. */
export interface Snapshot {
  readonly storage: ReadonlyMap<string, bigint>;
  readonly nullifiers: ReadonlySet<bigint>;
  readonly noteHashes: readonly bigint[];
}

/**
 * State that outlives a call: storage, nullifiers, note hashes, deployed contracts. A program finds the state that
 * earlier programs left in its world, like the calls of one transaction.
 */
export class World {
  readonly state: StateManager;
  readonly #aztec: Aztec;
  readonly #instances = new Map<string, object>();
  readonly #classes = new Map<string, object>();
  readonly #checkpoints: Trees[] = [];
  #trees: Trees = { storage: new Map(), nullifiers: new Set(), noteHashes: [] };

  constructor(aztec: Aztec) {
    this.#aztec = aztec;
    this.state = aztec.PublicPersistableStateManager.create(
      this.#treesDatabase(),
      this.#contractsDatabase(),
      new aztec.SideEffectTrace(),
      new aztec.Fr(firstNullifier),
      timestamp,
    );
  }

  /** Messages from L1, by leaf index. */
  readonly messages = new Map<bigint, bigint>();

  /** The current content of the trees. */
  snapshot(): Snapshot {
    const { storage, nullifiers, noteHashes } = this.#trees;
    return {
      storage: new Map([...storage].map(([key, value]) => [key, value.toBigInt()])),
      nullifiers: new Set([...nullifiers].map(BigInt)),
      noteHashes: noteHashes.map((hash) => hash.toBigInt()),
    };
  }

  /** Sets a slot of a contract's storage. */
  setStorage(address: bigint, slot: bigint, value: bigint): void {
    this.#trees.storage.set(this.#storageKey(address, slot), new this.#aztec.Fr(value));
  }

  /** The value in a slot of a contract's storage. */
  storageAt(address: bigint, slot: bigint): bigint {
    return this.#trees.storage.get(this.#storageKey(address, slot))?.toBigInt() ?? 0n;
  }

  #storageKey(address: bigint, slot: bigint): string {
    const { AztecAddress, Fr } = this.#aztec;
    return `${AztecAddress.fromBigInt(address).toString()}/${new Fr(slot).toString()}`;
  }

  /** Adds a note hash as the next leaf, without hashing it again. */
  addNoteHash(unique: bigint): void {
    this.#trees.noteHashes.push(new this.#aztec.Fr(unique));
  }

  /** Deploys bytecode for CALL, STATICCALL and GETCONTRACTINSTANCE. */
  async deploy(address: bigint, bytecode: Uint8Array): Promise<void> {
    const { AztecAddress, Fr, PublicKeys } = this.#aztec;
    const at = AztecAddress.fromBigInt(address);
    const classId = new Fr(address + 1_000_000n);
    this.#instances.set(at.toString(), {
      version: 1,
      address: at,
      salt: Fr.ZERO,
      deployer: AztecAddress.fromBigInt(42n),
      currentContractClassId: classId,
      originalContractClassId: classId,
      initializationHash: Fr.ZERO,
      immutablesHash: Fr.ZERO,
      publicKeys: PublicKeys.default(),
    });
    this.#classes.set(classId.toString(), {
      id: classId,
      version: 1,
      artifactHash: Fr.ZERO,
      privateFunctionsRoot: Fr.ZERO,
      packedBytecode: Buffer.from(bytecode),
      privateFunctions: [],
      utilityFunctions: [],
    });
    // The simulator requires a deployment nullifier for every instance.
    this.#trees.nullifiers.add(await deploymentNullifier(this.#aztec, at));
  }

  /** The simulator undoes a failed call with checkpoints, which are copies here: worlds of tests are small. */
  #treesDatabase(): object {
    const { Fr, L1ToL2MessageIndexOutOfRangeError, NoteHashIndexOutOfRangeError } = this.#aztec;
    const { L1_TO_L2_MSG_TREE_LEAF_COUNT, NOTE_HASH_TREE_LEAF_COUNT } = this.#aztec;
    const key = (contract: Address, slot: Field) => `${contract.toString()}/${slot.toString()}`;
    return {
      storageRead: async (contract: Address, slot: Field) =>
        this.#trees.storage.get(key(contract, slot)) ?? Fr.ZERO,
      storageWrite: async (contract: Address, slot: Field, value: Field) => {
        this.#trees.storage.set(key(contract, slot), value);
      },
      checkNullifierExists: async (nullifier: Field) => this.#trees.nullifiers.has(nullifier.toString()),
      writeNullifier: async (nullifier: Field) => {
        this.#trees.nullifiers.add(nullifier.toString());
      },
      getNoteHash: async (index: bigint) => {
        if (index > NOTE_HASH_TREE_LEAF_COUNT) throw new NoteHashIndexOutOfRangeError(Number(index));
        return this.#trees.noteHashes[Number(index)] ?? Fr.ZERO;
      },
      writeNoteHash: async (hash: Field) => {
        this.#trees.noteHashes.push(hash);
      },
      getL1ToL2LeafValue: async (index: bigint) => {
        if (index > L1_TO_L2_MSG_TREE_LEAF_COUNT) throw new L1ToL2MessageIndexOutOfRangeError(Number(index));
        return new Fr(this.messages.get(index) ?? 0n);
      },
      createCheckpoint: async () => {
        const { storage, nullifiers, noteHashes } = this.#trees;
        this.#checkpoints.push(this.#trees);
        this.#trees = {
          storage: new Map(storage),
          nullifiers: new Set(nullifiers),
          noteHashes: [...noteHashes],
        };
      },
      commitCheckpoint: async () => {
        this.#checkpoints.pop();
      },
      revertCheckpoint: async () => {
        this.#trees = this.#checkpoints.pop()!;
      },
    };
  }

  #contractsDatabase(): object {
    const { Fr } = this.#aztec;
    return {
      getContractInstance: async (address: Address) => this.#instances.get(address.toString()),
      getContractClass: async (id: Field) => this.#classes.get(id.toString()),
      // The commitment only has to exist, because nothing is proven here.
      getBytecodeCommitment: async (id: Field) => (this.#classes.has(id.toString()) ? new Fr(1n) : undefined),
      getDebugFunctionName: async () => undefined,
    };
  }
}

// A memo, because each nullifier takes two hashes, and most programs have one of few addresses.
const nullifiers = new Map<string, string>();

async function deploymentNullifier(aztec: Aztec, address: Address): Promise<string> {
  const known = nullifiers.get(address.toString());
  if (known !== undefined) return known;
  const registry = aztec.AztecAddress.fromBigInt(BigInt(aztec.CONTRACT_INSTANCE_REGISTRY_CONTRACT_ADDRESS));
  const nullifier = (await aztec.siloNullifier(registry, address.toField())).toString();
  nullifiers.set(address.toString(), nullifier);
  return nullifier;
}
