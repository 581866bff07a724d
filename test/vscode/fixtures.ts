/** Files of the workspace that the tests open. */

import { instructionSet } from "../../isa/instruction-set.ts";

/** What the hover says of CALLDATACOPY. */
export const SUMMARY = instructionSet("v6").byMnemonic.get("CALLDATACOPY")!.summary;

/** A file with a misspelt mnemonic. */
export const BROKEN = `; A mistake.
.cell value = [2] : ff

        SET value, ff, #7
        MOVE value, [3]
        SET [4], u32, #1
        RETURN [4], [3]
`;

/** A file with two wrong tags: an address that isn't u32, and a sum of two different tags. */
export const WRONG_TAGS = `; Adds what a pointer points at to a storage slot of this contract.
.cell zero = [1] : u32
.cell one = [2] : u32
.cell pointer = [3]
.cell slot = [4] : ff
.cell self = [5] : ff
.cell sum = [6] : ff
.cell flag = [7]

        SET zero, u32, #0
        SET one, u32, #1
        SET slot, ff, #1
        SET pointer, u64, #100
        CALLDATACOPY one, zero, [pointer]

        GETENVVAR self, ADDRESS
        SLOAD slot, self, sum
        LT sum, slot, flag
        ADD sum, flag, sum
        SSTORE sum, slot
        RETURN one, sum
`;

/** A file with a `.target` of its own. */
export const OLD = `; For an older network.
.target v4

        SET [1], u32, #0
        RETURN [1], [1]
`;

/** A file with more lines than a window shows. */
export const LONG = Array.from({ length: 400 }, (_, number) => `        SET [1], u32, #${number + 1}\n`).join(
  "",
);

/** A file that includes another one and one of the standard library. */
export const INCLUDING = {
  "included.avm": ".const VALUE = 7\n",
  "including.avm": `.include "included.avm"
.include <std/loop.avm>

        SET [1], u32, #0
        SET [2], u32, #VALUE
next:   JUMP_UNLESS_LESS [1], [2], done
        NEXT [1], next
done:   RETURN [1], [1]
        RETURN [1], [1]
`,
};

/** A file with a macro, a cell whose tag changes, and a test that fails. */
export const DEBUGGED = `; Returns twice the sum of two fields.
.cell zero = [1] : u32
.cell one = [2] : u32
.cell two = [3] : u32
.cell a = [4] : ff
.cell b = [5] : ff
.cell sum = [6]

.macro TWICE x
        ADD x, x, x
        MOV x, x
.endm

        SET zero, u32, #0
        SET one, u32, #1
        SET two, u32, #2
        CALLDATACOPY two, zero, a
        ADD a, b, sum
        TWICE sum
        CAST sum, sum, u8
        RETURN one, sum

.test "twice the sum"
        .call 1, 2
        .returns 7
.endtest
`;

/** A program that hashes until it has used all gas, and a test that runs it so often that there is time to cancel it. */
export const COSTLY = `.cell state = [1]

        SET     [1], ff, #1
        SET     [2], ff, #1
        SET     [3], ff, #1
        SET     [4], ff, #1
again:  POSEIDON2 state, state
        JUMP    again

.test "hashes for minutes"
.rept 300
        .call
        .halts "out-of-gas"
.endr
.endtest
`;

/** Things of each kind, for completion to put into order. */
export const RANKED = `.const LIMIT = 2
.cell count = [1] : u32
.cell flag = [2] : u1
.cell value = [3] : ff

again:  SET count, u32, #LIMIT
        SET flag, u1, #0
        SET value, ff, #7
        JUMPI flag, again
        MOV [count], value
        RETURN count, value
`;

/** One routine of as many blocks as the dispatcher of Aztec's Token 5.2.0 has: 70 functions, each found by its selector. */
export const DISPATCHER = `${[
  "        SET [1], u32, #0",
  "        SET [2], u32, #1",
  "        CALLDATACOPY [2], [1], [3]",
  ...Array.from({ length: 70 }, (_, number) => number).flatMap((number) => [
    `try_${number}:`,
    `        SET [4], ff, #${number}`,
    "        EQ [3], [4], [5]",
    `        JUMPI [5], function_${number}`,
  ]),
  "        JUMP none",
  "none:",
  "        REVERT [1], [1]",
  ...Array.from({ length: 70 }, (_, number) => number).flatMap((number) => [
    `function_${number}:`,
    "        EQ [1], [2], [6]",
    "        JUMPI [6], .refused",
    `        SET [7], u32, #${number}`,
    "        RETURN [2], [7]",
    ".refused:",
    "        REVERT [1], [1]",
  ]),
].join("\n")}
`;
