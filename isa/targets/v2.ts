/**
 * The differences of 1.x and 2.x from v3. Both encode instructions alike. If they differ in tags, the table accepts
 * either, so that a reported error is an error in both.
 *
 * Gas is that of 2.0.4. The units that dynamic gas depends on are the same in 1.2.1, 2.1.11 and 3.x; the amounts of 1.x
 * aren't known, nor whether those of 2.1 differ.
 */

import { immediate, member, read, uncheckedRead, write } from "../operand-builders.ts";
import type { Overlay } from "../overlay.ts";
import type { Tag } from "../tags.ts";
import type { EnumMember, Gas } from "../types.ts";
import { BASE_FEE_ENVIRONMENT } from "./v3.ts";

/** The index of a leaf is an ff in 1.x and a u64 in 2.x. */
const LEAF_INDEX = { oneOf: ["ff", "u64"] } as const;

const BITWISE: Gas = { l2: 9, dynamic: { l2: 3, per: { tagBytes: "aOffset" } } };
const COPY: Gas = { l2: 6, dynamic: { l2: 3, per: { cell: "copySizeOffset" } } };

/** In 1.x the values of these three were fields. */
const FIELDS_IN_1: Readonly<Record<string, Tag>> = { ISSTATICCALL: "u1", L2GASLEFT: "u32", DAGASLEFT: "u32" };
const ENVIRONMENT = BASE_FEE_ENVIRONMENT.map((entry): EnumMember => {
  const later = FIELDS_IN_1[entry.name];
  return later ? { ...entry, tag: { oneOf: ["ff", later] } } : entry;
});

const SHIFT_NOTES = [
  "The amount has to be a u8 in 1.x, and of the other operand's tag in 2.x.",
  "A shift by the tag's width or more gives 0; it isn't an error.",
] as const;

/** The amount's tag is u8 in 1.x, and the other operand's tag in 2.x: the table accepts any integer tag. */
const SHIFT_OPERANDS = [
  read("aOffset", "integral"),
  read("bOffset", "integral"),
  write("dstOffset", { sameAs: "aOffset" }),
] as const;

export const v2 = () =>
  ({
    ADD: { gas: { l2: 9 } },
    SUB: { gas: { l2: 9 } },
    DIV: { gas: { l2: 12 } },
    FDIV: {
      notes: [
        "A divisor of zero ends the whole execution: it isn't yet an error that a caller survives.",
        "Integers are divided by DIV.",
      ],
    },
    EQ: { gas: { l2: 9 } },
    LT: { gas: { l2: 36 } },
    LTE: { gas: { l2: 36 } },
    AND: { gas: BITWISE },
    OR: { gas: BITWISE },
    XOR: { gas: BITWISE },
    NOT: { gas: { l2: 6 } },
    SHL: {
      summary: "Moves the bits of an integer up.",
      operands: SHIFT_OPERANDS,
      gas: { l2: 12 },
      notes: [...SHIFT_NOTES, "Bits that leave at the top are lost."],
    },
    SHR: {
      summary: "Moves the bits of an integer down and fills up with zeros.",
      operands: SHIFT_OPERANDS,
      gas: { l2: 12 },
      notes: SHIFT_NOTES,
    },
    CAST: { gas: { l2: 9 } },
    GETENVVAR: {
      operands: [write("dstOffset", { member: "varEnum" }), member("varEnum", ENVIRONMENT)],
      gas: { l2: 6 },
    },
    CALLDATACOPY: { gas: COPY },
    SUCCESSCOPY: { gas: { l2: 6 } },
    RETURNDATASIZE: { gas: { l2: 6 } },
    RETURNDATACOPY: { gas: COPY },
    JUMP: { gas: { l2: 6 } },
    JUMPI: { gas: { l2: 6 } },
    INTERNALCALL: { gas: { l2: 6 } },
    INTERNALRETURN: { gas: { l2: 6 } },
    SET: { gas: { l2: 6 } },
    MOV: { gas: { l2: 6 } },
    SLOAD: { gas: { l2: 246 } },
    SSTORE: { gas: { l2: 1510, dynamic: { da: 1024, per: { coldSlot: true } } } },
    NOTEHASHEXISTS: {
      operands: [
        read("noteHashOffset", "ff"),
        read("leafIndexOffset", LEAF_INDEX),
        write("existsOffset", "u1"),
      ],
      gas: { l2: 240 },
    },
    EMITNOTEHASH: { gas: { l2: 1282, da: 512 } },
    NULLIFIEREXISTS: { gas: { l2: 246 } },
    EMITNULLIFIER: { gas: { l2: 1510, da: 512 } },
    L1TOL2MSGEXISTS: {
      operands: [
        read("msgHashOffset", "ff"),
        read("msgLeafIndexOffset", LEAF_INDEX),
        write("existsOffset", "u1"),
      ],
      gas: { l2: 234 },
    },
    EMITUNENCRYPTEDLOG: {
      operands: [read("logOffset", "ff", { cell: "logSizeOffset" }), read("logSizeOffset", "u32")],
      gas: { l2: 42, dynamic: { da: 512, per: { cell: "logSizeOffset" } } },
    },
    SENDL2TOL1MSG: { gas: { l2: 206, da: 512 } },
    CALL: { gas: { l2: 1593 } },
    STATICCALL: { gas: { l2: 1593 } },
    RETURN: { gas: { l2: 6 } },
    REVERT: { gas: { l2: 6 } },
    DEBUGLOG: {
      expression: "debug(M[message .. message+messageSize), M[fields .. fields+M[fieldsSize]))",
      operands: [
        uncheckedRead("messageOffset", "u8", { immediate: "messageSize" }),
        uncheckedRead("fieldsOffset", "ff", { cell: "fieldsSizeOffset" }),
        uncheckedRead("fieldsSizeOffset", "u32"),
        immediate("messageSize"),
      ],
      gas: { l2: 6 },
      notes: [
        "On the network it only costs gas: addresses are resolved, tags aren't looked at.",
        "Each cell of the message holds one character; {0}, {1} … are replaced by the fields.",
      ],
    },
    SHA256COMPRESSION: { gas: { l2: 96 } },
    KECCAKF1600: { gas: { l2: 150 } },
    ECADD: {
      notes: [
        "The curve is y^2 = x^3 - 17; a point at infinity has its flag set.",
        "A point that isn't on the curve ends the whole execution: it isn't yet an error that a caller survives.",
        "It writes three cells: x, y and the flag.",
      ],
    },
    TORADIXBE: {
      gas: { l2: 12, dynamic: { l2: 3, per: { limbs: "numLimbsOffset", radix: "radixOffset" } } },
      hazards: [
        {
          kind: "radix",
          value: "srcOffset",
          radix: "radixOffset",
          limbs: "numLimbsOffset",
          bits: "outputBitsOffset",
          truncates: true,
        },
      ],
      notes: [
        "The digits are u1 if the cell of outputBits holds 1, else u8.",
        "It halts on a radix outside of 2 to 256, and on bits with another radix than 2.",
        "Of a value that needs more digits than there are limbs, the high digits are lost in silence.",
      ],
    },
  }) as const satisfies Overlay;
