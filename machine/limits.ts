/** What the protocol bounds in a transaction. The figures are those of 4.1 to 5.2. */
export const LIMITS = {
  storageWrites: 63,
  noteHashes: 64,
  nullifiers: 64,
  messages: 8,
  logFields: 4_096,
  /** Of each log, besides what it holds. */
  logHeaderFields: 2,
  /** Contract classes whose code is run by nested calls. */
  classIds: 21,
  noteHashLeaves: 4_398_046_511_104n,
  messageLeaves: 68_719_476_736n,
  /** Addresses 1 to this are the protocol's own contracts. */
  protocolContracts: 11n,
} as const;

/** How many cells all debug logs of a run may read; what is beyond isn't kept. */
export const MAX_DEBUG_LOG_READS = 125_000;

/** What a call is given unless it says otherwise. */
export const DEFAULT_GAS = { l2: 6_000_000, da: 196_512 } as const;
