/**
 * The differences of 3.x from v4.
 *
 * The gas of the released 3.x isn't known. The amounts here are those of 3.0.0-devnet.5, the nearest release whose
 * source is known; there, a byte of data availability costs 16 units instead of 1.
 */

import { member, read, write } from "../operand-builders.ts";
import type { Overlay } from "../overlay.ts";
import type { EnumMember } from "../types.ts";
import { ENVIRONMENT, STATIC_CALL_NOTE } from "./v6.ts";

/** Until 3.x the two fees were called base fees. */
export const BASE_FEE_ENVIRONMENT: readonly EnumMember[] = ENVIRONMENT.map((entry): EnumMember => {
  if (entry.name !== "MINFEEPERL2GAS" && entry.name !== "MINFEEPERDAGAS") return entry;
  const unit = entry.name.slice("MIN".length);
  return {
    ...entry,
    name: `BASE${unit}`,
    summary: entry.summary.replace("lowest", "base"),
    aliases: [entry.name, unit],
  };
});

export const v3 = () =>
  ({
    FDIV: { gas: { l2: 9 } },
    GETENVVAR: {
      operands: [write("dstOffset", { member: "varEnum" }), member("varEnum", BASE_FEE_ENVIRONMENT)],
    },
    SLOAD: {
      summary: "Loads a slot of the running contract's public storage.",
      expression: "M[dst] = storage[self][M[slot]]",
      operands: [read("slotOffset", "ff"), write("dstOffset", "ff")],
      gas: { l2: 129 },
      notes: ["A slot that was never written holds 0."],
    },
    SSTORE: { gas: { l2: 1657, dynamic: { da: 1024, per: { coldSlot: true } } } },
    NOTEHASHEXISTS: { gas: { l2: 126 } },
    EMITNOTEHASH: { gas: { l2: 1285, da: 512 } },
    NULLIFIEREXISTS: {
      summary: "Tells whether a contract ever emitted a nullifier, be it earlier in this transaction.",
      expression: "M[exists] = (silo(M[address], M[nullifier]) in nullifiers)",
      operands: [read("nullifierOffset", "ff"), read("addressOffset", "ff"), write("existsOffset", "u1")],
      gas: { l2: 132 },
      notes: ["The nullifier is siloed with the given address on the way."],
    },
    EMITNULLIFIER: { gas: { l2: 1540, da: 512 } },
    L1TOL2MSGEXISTS: { gas: { l2: 108 } },
    GETCONTRACTINSTANCE: { gas: { l2: 1527 } },
    EMITUNENCRYPTEDLOG: {
      replaces: "EMITPUBLICLOG",
      forms: { EMITUNENCRYPTEDLOG: { opcode: 55, offset: 16 } },
      gas: { l2: 15, da: 1024, dynamic: { l2: 3, da: 512, per: { cell: "logSizeOffset" } } },
      aliases: ["EMITPUBLICLOG"],
    },
    SENDL2TOL1MSG: {
      gas: { l2: 209, da: 512 },
      // Releases before 4.0 don't check the recipient's width.
      hazards: [],
      notes: ["A transaction holds 8 messages; one more halts.", STATIC_CALL_NOTE],
    },
    CALL: { gas: { l2: 3312 } },
    STATICCALL: { gas: { l2: 3312 } },
    POSEIDON2: { gas: { l2: 24 } },
    ECADD: { gas: { l2: 27 } },
  }) as const satisfies Overlay;
