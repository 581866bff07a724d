/** Files of the workspace that the tests open. */

/** Two mistakes: a mnemonic that is misspelled, and an address that isn't u32. */
export const BROKEN = `; Two mistakes.
.cell pointer = [1]
.cell value = [2] : ff

start:
        SET pointer, u64, #100
        SET value, ff, #7
        MOVE value, [3]
        MOV [pointer], [4]
        ADD value, value, [5]
        JUMP start
`;
