/** Uses the library, in Node and in a page; `library.ts` compares the results. */

import type * as Library from "../../api/main.ts";

const SOURCE = `
.include <std/calldata.avm>
.include "names.avm"
        LOAD    0, [5]
        SET     SIZE, u32, #1
        RETURN  SIZE, [5]
`;

/** More permutations than the library computes in bigints. */
const HASHING = `
        SET [9], u32, #20
        SET [8], u32, #1
again:  POSEIDON2 [10], [10]
        SUB [9], [8], [9]
        SET [7], u32, #0
        EQ [9], [7], [6]
        JUMPI [6], done
        JUMP again
done:   RETURN [8], [10]
`;

/** The results as JSON, with bigints as text. */
export function useLibrary({ assemble, check, disassemble, inspect, run }: typeof Library): string {
  const assembled = assemble(SOURCE, { include: { "names.avm": ".cell SIZE = [6]" } });
  const bytecode = assembled.bytecode ?? new Uint8Array();
  const results = {
    assembled: [...bytecode],
    checked: check("        SET [1], u8, #1\n        RETURN [1], [1]\n").diagnostics,
    ran: run(assembled, { calldata: [42] }),
    halted: run("        JUMPI [1], there\nthere:\n        RETURN [1], [1]\n"),
    hashed: run(HASHING).returnData,
    inspected: inspect(bytecode),
    disassembled: disassemble(bytecode),
  };
  return JSON.stringify(results, (_, value: unknown) => (typeof value === "bigint" ? `${value}n` : value));
}
