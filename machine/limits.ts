/** The protocol's limits of a transaction, in Aztec 4.1 to 5.2: those of `@aztec/constants`. */

import { MAX_DA_GAS, MAX_L2_GAS } from "../isa/limits.ts";

export const LIMITS = {
  storageWrites: 63,
  noteHashes: 64,
  nullifiers: 64,
  /** Messages to L1. */
  messages: 8,
  /** Fields of all logs together. */
  logFields: 4_096,
  /** Fields that each log takes besides its content. */
  logHeaderFields: 2,
  /** Maximum number of different contract classes that nested calls run. */
  classIds: 21,
  /** Leaves of the tree of note hashes: 2^42. */
  noteHashLeaves: 4_398_046_511_104n,
  /** Leaves of the tree of messages from L1: 2^36. */
  messageLeaves: 68_719_476_736n,
  /** The addresses from 1 to this one belong to the protocol's contracts. */
  protocolContracts: 11n,
} as const;

/** Maximum number of cells that all debug logs of a run may read. Later logs aren't kept. */
export const MAX_DEBUG_LOG_READS = 125_000;

/**
 * Maximum number of cells in the pages of memory that the calls of a run use. The gas of a transaction pays for hardly more than
 * that, and useful programs need far fewer.
 */
export const MAX_CELLS = 2 ** 23;
/** Maximum number of INTERNALCALLs of a contract call that haven't returned: three times what a transaction pays for. */
export const MAX_INTERNAL_CALLS = 2_000_000;

/** The default gas limits of a call. */
export const DEFAULT_GAS = { l2: MAX_L2_GAS, da: MAX_DA_GAS } as const;
