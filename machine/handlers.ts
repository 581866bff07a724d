/** The handlers of the instructions that the interpreter's loop doesn't execute itself. */

import type { Mnemonic } from "../isa/table.ts";
import { debugLog } from "./debug-log.ts";
import { callDataCopy, getEnvVar, returnDataCopy, returnDataSize, successCopy } from "./environment.ts";
import { call, finish, staticCall } from "./external-calls.ts";
import { ecAdd, keccakF1600, poseidon2, sha256Compression, toRadixBe } from "./gadgets.ts";
import type { Handler } from "./run.ts";
import {
  emitNoteHash,
  emitNullifier,
  emitPublicLog,
  getContractInstance,
  l1ToL2MessageExists,
  noteHashExists,
  nullifierExists,
  sendL2ToL1Message,
  storageLoad,
  storageStore,
} from "./world-access.ts";

export const HANDLERS: Partial<Readonly<Record<Mnemonic, Handler>>> = {
  GETENVVAR: getEnvVar,
  CALLDATACOPY: callDataCopy,
  SUCCESSCOPY: successCopy,
  RETURNDATASIZE: returnDataSize,
  RETURNDATACOPY: returnDataCopy,
  SLOAD: storageLoad,
  SSTORE: storageStore,
  NOTEHASHEXISTS: noteHashExists,
  EMITNOTEHASH: emitNoteHash,
  NULLIFIEREXISTS: nullifierExists,
  EMITNULLIFIER: emitNullifier,
  L1TOL2MSGEXISTS: l1ToL2MessageExists,
  GETCONTRACTINSTANCE: getContractInstance,
  EMITPUBLICLOG: emitPublicLog,
  SENDL2TOL1MSG: sendL2ToL1Message,
  CALL: call,
  STATICCALL: staticCall,
  RETURN: finish,
  REVERT: finish,
  DEBUGLOG: debugLog,
  POSEIDON2: poseidon2,
  SHA256COMPRESSION: sha256Compression,
  KECCAKF1600: keccakF1600,
  ECADD: ecAdd,
  TORADIXBE: toRadixBe,
};
