/**
 * For suggestions: the files of the standard library that define macros, and what to write for other assemblers'
 * mnemonics.
 */

import { nearest } from "../../diagnostics/suggest.ts";

/** By file of the library. A test holds it against the files. */
export const LIBRARY_MACROS: Readonly<Record<string, readonly string[]>> = {
  "calldata.avm": ["LOAD", "LOAD_AS", "LOAD_CHECKED"],
  "core.avm": ["PUT"],
  "dispatch.avm": [
    "READ_SELECTOR",
    "ON_SELECTOR",
    "NO_SUCH_SELECTOR",
    "DISPATCH",
    "ARGUMENT",
    "ARGUMENT_FIELDS",
  ],
  "frame.avm": ["FRAMES", "PUSH_FRAME", "POP_FRAME", "CALL_IN_FRAME"],
  "loop.avm": [
    "JUMP_UNLESS",
    "JUMP_IF_EQUAL",
    "JUMP_IF_LESS",
    "JUMP_UNLESS_LESS",
    "INCREASE",
    "DECREASE",
    "NEXT",
    "REPEAT",
  ],
  "memory.avm": ["COPY_CELLS", "FILL_CELLS", "COPY_RANGE", "FILL_RANGE"],
  "require.avm": [
    "FAIL",
    "FAIL_WITH",
    "REQUIRE",
    "REQUIRE_NOT",
    "REQUIRE_EQUAL",
    "REQUIRE_LESS",
    "REQUIRE_AT_MOST",
  ],
  "storage.avm": ["STORAGE_READ", "STORAGE_WRITE", "MAP_SLOT", "MAP_READ", "MAP_WRITE"],
};

/** The file of the library that a path between angle brackets probably means: without its folder, its ending, or misspelt. */
export function libraryFileLike(path: string): string | undefined {
  const names = Object.keys(LIBRARY_MACROS).map((file) => file.replace(/\.avm$/, ""));
  const name = path
    .toLowerCase()
    .replace(/^std\//, "")
    .replace(/\.avm$/, "");
  const isBegun = (one: string): boolean => name.length > 2 && one.startsWith(name);
  const likely = names.includes(name) ? name : (nearest(name, names) ?? names.find(isBegun));
  if (likely === undefined) return undefined;
  const file = `std/${likely}.avm`;
  return file === path ? undefined : file;
}

/** The file of the library that defines a macro. */
export function libraryFileOf(macro: string): string | undefined {
  return Object.entries(LIBRARY_MACROS).find(([, names]) => names.includes(macro))?.[0];
}

/** What to write for the mnemonic of another machine, as the end of a sentence. */
const ELSEWHERE: Readonly<Record<string, string>> = {
  ...all("halt stop hlt exit end", "`RETURN size, offset` ends a call, `REVERT` undoes it"),
  ...all("nop noop", "there is nothing that does nothing: leave the line out"),
  ...all("push pop dup swap", "there is no stack, only cells: `MOV src, dst` copies one"),
  ...all(
    "load lda ldr ld store sta str st mload mstore",
    "`MOV src, dst` copies a cell, `[[x]]` goes through a pointer",
  ),
  ...all(
    "jz je beq jnz jne bne bnz bz brz brnz blt ble bgt bge jl jg",
    "compare with `EQ`, `LT` or `LTE`, then `JUMPI cond, target`",
  ),
  ...all("b br bra goto jmp", "a jump is `JUMP target`"),
  ...all("ret rts", "`INTERNALRETURN` goes back to an `INTERNALCALL`, `RETURN` ends the call"),
  ...all("jsr jal bl", "a subroutine is called by `INTERNALCALL target`"),
  ...all("caller sender msgsender", "`GETENVVAR dst, SENDER` gives the caller"),
  ...all("address self", "`GETENVVAR dst, ADDRESS` gives the contract's address"),
  ...all("calldataload calldatasize", "`CALLDATACOPY` copies fields of the calldata to cells"),
  ...all(
    "db dw dd dq data byte word defb ascii",
    "bytes in the code are `.byte`, a number in a cell is `SET`",
  ),
  ...all("li ldi movi mvi", "a number is put into a cell by `SET dst, tag, #value`"),
  ...all("inc dec", "`ADD` and `SUB` take cells: `INCREASE` of `<std/loop.avm>` takes a number"),
  ...all("org bits", "code begins at byte offset 0"),
  ...all("equ set define assign", "a constant is written `.const NAME = value`"),
  ...all("include incbin import use", 'a file is brought in by `.include "path"`'),
  ...all("macro", "a macro is written `.macro NAME p1, p2` … `.endm`"),
  ...all("section segment text", "there are no sections: code is all there is"),
  ...all("global globl extern public", "a label is known in all of the program: leave the line out"),
  ...all("func fn fun proc def", "a routine is a label, `INTERNALRETURN` ends it"),
  ...all("assert", "`REQUIRE` of `<std/require.avm>` reverts where a cell is 0"),
  ...all("keccak256 sha3 keccak", "`KECCAKF1600` is its permutation"),
  ...all("sha256", "`SHA256COMPRESSION` is its compression"),
  ...all(
    "timestamp number chainid gas",
    "`GETENVVAR dst, MEMBER` gives it: `avmasm isa GETENVVAR` lists the members",
  ),
  ...all("mod rem", "the remainder of a / b is a - a / b * b"),
};

export function adviceFor(mnemonic: string): string | undefined {
  const name = mnemonic.toLowerCase();
  return Object.hasOwn(ELSEWHERE, name) ? ELSEWHERE[name] : undefined;
}

function all(names: string, advice: string): Record<string, string> {
  return Object.fromEntries(names.split(" ").map((name) => [name, advice]));
}
