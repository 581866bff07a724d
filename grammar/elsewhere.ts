/** What to write for the mnemonics of other machines. */

/** What to write for the mnemonic of another machine, as the end of a sentence. */
const ELSEWHERE: Readonly<Record<string, string>> = {
  ...all(
    "halt stop hlt exit end selfdestruct suicide",
    "`RETURN size, offset` ends a call, `REVERT` undoes it",
  ),
  ...all("nop noop", "there is nothing that does nothing: leave the line out"),
  ...all(
    "push pop dup swap pushad popad pushf xchg drop tee",
    "there is no stack, only cells: `MOV src, dst` copies one",
  ),
  ...all(
    "load lda ldr ld lw lb lh ldx ldy ldp store sta str st sw sb sh stx sty stp mload mstore lea la adr",
    "`MOV src, dst` copies a cell, `[[x]]` goes through a pointer",
  ),
  ...all(
    "jz je beq jnz jne bne bnz bz brz brnz blt ble bgt bge jl jg jle jge ja jb jae jbe jc jnc js jo beqz bnez bltz bgez cbz cbnz bcc bcs bmi bpl br_if",
    "compare with `EQ`, `LT` or `LTE`, then `JUMPI cond, target`",
  ),
  ...all("b br bra goto jmp j", "a jump is `JUMP target`"),
  ...all(
    "ret rts iret leave jr bx",
    "`INTERNALRETURN` goes back to an `INTERNALCALL`, `RETURN` ends the call",
  ),
  ...all("jsr jal jalr bl blr", "a subroutine is called by `INTERNALCALL target`"),
  ...all("caller sender msgsender origin", "`GETENVVAR dst, SENDER` gives the caller"),
  ...all("address self", "`GETENVVAR dst, ADDRESS` gives the contract's address"),
  ...all("calldataload", "`CALLDATACOPY` copies fields of the calldata to cells"),
  ...all("returndataload", "`RETURNDATACOPY` copies fields of the returned data to cells"),
  ...all(
    "calldatasize",
    "no instruction tells how many fields the calldata has: beyond the last one it is 0",
  ),
  ...all(
    "db dw dd dq data byte word defb ascii dc dcb fcb resb resw resd resq ds",
    "bytes in the code are `.byte`, a number in a cell is `SET`",
  ),
  ...all("li lui ldi movi mvi movabs", "a number is put into a cell by `SET dst, tag, #value`"),
  ...all(
    "inc dec inx iny dex dey addi subi addiu",
    "`ADD` and `SUB` take cells: `INCREASE` of `<std/loop.avm>` takes a number",
  ),
  ...all("org bits", "code begins at byte offset 0"),
  ...all("equ set define assign", "a constant is written `.const NAME = value`"),
  ...all("incbin import use", 'a file is brought in by `.include "path"`'),
  ...all("jumpdest label", "a label is its name and a colon: `NAME:`"),
  ...all("endm endmacro mend", "a macro ends with `.endm`"),
  ...all("endp endproc endfunc endfunction", "a routine ends with `INTERNALRETURN`"),
  ...all("macro", "a macro is written `.macro NAME p1, p2` … `.endm`"),
  ...all(
    "if elif else endif rept endr include test endtest cell",
    "a directive begins with a dot: `.if`, `.endif`, `.include`",
  ),
  ...all("section segment text bss rodata", "there are no sections: code is all there is"),
  ...all("global globl extern public", "a label is known in all of the program: leave the line out"),
  ...all("func fn fun proc def function", "a routine is a label, `INTERNALRETURN` ends it"),
  ...all(
    "let var const",
    "a constant is written `.const NAME = value`, a cell is named by `.cell NAME = [1]`",
  ),
  ...all("assert require", "`REQUIRE` of `<std/require.avm>` reverts where a cell is 0"),
  ...all("keccak256 sha3 keccak", "`KECCAKF1600` is its permutation"),
  ...all("sha256", "`SHA256COMPRESSION` is its compression"),
  ...all(
    "timestamp number chainid gas gasleft gasprice basefee blocknumber coinbase",
    "`GETENVVAR dst, MEMBER` gives it: `avmasm isa GETENVVAR` lists the members",
  ),
  ...all("mod rem smod", "the remainder of a / b is a - a / b * b"),
  ...all(
    "cmp cmpi cmpq tst test",
    "there are no flags: `EQ`, `LT` and `LTE` write a u1, which `JUMPI` takes",
  ),
  ...all("gt sgt", "`LT` with its operands exchanged"),
  ...all("ge gte sge", "`LTE` with its operands exchanged"),
  ...all("slt", "`LT`: there are no signed numbers"),
  ...all("ne neq setne", "`EQ`, and `NOT` of its result"),
  ...all("iszero eqz seqz sete", "`EQ` compares with a cell that holds 0"),
  ...all("neg sneg", "`SUB` from a cell that holds 0"),
  ...all("idiv sdiv udiv", "`DIV` divides integers, `FDIV` fields; there are no signed numbers"),
  ...all("imul mult umul", "`MUL a, b, dst`"),
  ...all("sal sll lsl slli shll", "`SHL a, b, dst`"),
  ...all("sar sra lsr srl asr srli srai", "`SHR a, b, dst`; there are no signed numbers"),
  ...all("rol ror", "`SHL` and `SHR`, and `OR` of both"),
  ...all("exp pow", "`MUL` in a loop"),
  ...all("eor", "`XOR a, b, dst`"),
  ...all("not mvn com cpl", "`NOT src, dst`"),
  ...all("addmod mulmod", "`ADD` and `MUL` of two ff are modulo the order of the field"),
  ...all("movzx movsx sext zext signextend uxtb sxtb", "`CAST src, dst, tag` makes a value of another tag"),
  ...all("copy move mv mova", "`MOV src, dst`"),
  ...all(
    "syscall int svc swi ecall trap",
    "there is no system: each of the AVM's services is an instruction",
  ),
  ...all("invalid abort panic throw", "`REVERT size, offset` undoes what the call did"),
  ...all("delegatecall callcode", "there are `CALL` and `STATICCALL` alone"),
  ...all("create create2", "no instruction deploys a contract"),
  ...all(
    "callvalue balance selfbalance",
    "there is no native value: `GETENVVAR` tells what there is of a transaction",
  ),
  ...all("log emit event", "`EMITPUBLICLOG size, offset` emits a log"),
  ...all("tload tstore", "there is no transient storage: `SLOAD` and `SSTORE` are all"),
  ...all("codecopy extcodecopy codesize extcodesize extcodehash", "a program can't read code"),
};

export function adviceFor(mnemonic: string): string | undefined {
  // PUSH1, DUP2, LOG0 and the like come in numbers.
  const name = mnemonic.toLowerCase().replace(/^(push|dup|swap|log)\d+$/, "$1");
  return Object.hasOwn(ELSEWHERE, name) ? ELSEWHERE[name] : undefined;
}

function all(names: string, advice: string): Record<string, string> {
  return Object.fromEntries(names.split(" ").map((name) => [name, advice]));
}
