/** Files of the workspace that the tests open. */

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
