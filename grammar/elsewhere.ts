/** What to write for the mnemonics of other machines. */

export interface Advice {
  /** What to write, as the end of a sentence. */
  readonly text: string;
  /** The mnemonic or directive to write in place of the word. */
  readonly instead?: string;
  /** The word begins a block in other languages, or ends one. */
  readonly block?: "begins" | "ends";
  /** Without an operand the word is rather a label whose colon is missing. */
  readonly takesOperand?: true;
}

const ELSEWHERE: Readonly<Record<string, Advice>> = {
  ...all("halt stop hlt exit selfdestruct suicide", "`RETURN size, offset` ends a call, `REVERT` undoes it"),
  ...all("end", "`RETURN size, offset` ends a call, and nothing ends the code", { block: "ends" }),
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
  ...all("b br bra goto jmp j rjmp ajmp ljmp sjmp", "a jump is `JUMP target`"),
  ...all(
    "ret rts iret leave jr bx",
    "`INTERNALRETURN` goes back to an `INTERNALCALL`, `RETURN` ends the call",
  ),
  ...all("jsr jal jalr bl blr rcall acall lcall", "a subroutine is called by `INTERNALCALL target`"),
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
  ...all("in out inb outb", "there are no ports: each of the AVM's services is an instruction"),
  ...all("li lui ldi movi mvi movabs", "a number is put into a cell by `SET dst, tag, #value`"),
  ...all(
    "inc dec inx iny dex dey addi subi addiu",
    "`ADD` and `SUB` take cells: `INCREASE` of `<std/loop.avm>` takes a number",
  ),
  ...all("org bits", "code begins at byte offset 0"),
  ...all("equ set define assign", "a constant is written `.const NAME = value`"),
  ...all("incbin import use", 'a file is brought in by `.include "path"`'),
  ...all("jumpdest label", "a label is its name and a colon: `NAME:`"),
  ...all("endm endmacro mend", "a macro ends with `.endm`", { instead: ".endm", block: "ends" }),
  ...all("endp endproc endfunc endfunction", "a routine ends with `INTERNALRETURN`", { block: "ends" }),
  ...all("macro", "a macro is written `.macro NAME p1, p2` … `.endm`", { block: "begins" }),
  ...all("if", "a directive begins with a dot: `.if`", { instead: ".if", block: "begins" }),
  ...all("elif", "a directive begins with a dot: `.elif`", { instead: ".elif", block: "ends" }),
  ...all("else", "a directive begins with a dot: `.else`", { instead: ".else", block: "ends" }),
  ...all("endif fi", "a condition ends with `.endif`", { instead: ".endif", block: "ends" }),
  ...all("rept", "a directive begins with a dot: `.rept`", { instead: ".rept", block: "begins" }),
  ...all("endr endrep endrept", "a repetition ends with `.endr`", { instead: ".endr", block: "ends" }),
  ...all("test", "a directive begins with a dot: `.test`", { instead: ".test", block: "begins" }),
  ...all("endtest", "a test ends with `.endtest`", { instead: ".endtest", block: "ends" }),
  ...all("include", "a directive begins with a dot: `.include`", { instead: ".include" }),
  ...all("cell", "a directive begins with a dot: `.cell`", { instead: ".cell" }),
  ...all("for while repeat", "a loop is a label, a comparison, and `JUMPI cond, label`", {
    block: "begins",
    takesOperand: true,
  }),
  ...all("next until", "a loop ends with `JUMPI cond, label`", { block: "ends", takesOperand: true }),
  ...all("wend endwhile endfor", "a loop ends with `JUMPI cond, label`", { block: "ends" }),
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
  ...all("gt sgt", "write `LT` with its operands exchanged"),
  ...all("ge gte sge", "write `LTE` with its operands exchanged"),
  ...all("slt", "`LT`: there are no signed numbers"),
  ...all("ne neq setne", "`EQ`, and `NOT` of its result"),
  ...all("iszero eqz seqz sete", "`EQ` compares with a cell that holds 0"),
  ...all("neg sneg", "`SUB` from a cell that holds 0"),
  ...all("idiv sdiv udiv", "`DIV` divides integers, `FDIV` fields; there are no signed numbers"),
  ...all("imul mult umul", "here it is `MUL a, b, dst`", { instead: "MUL" }),
  ...all("sal sll lsl slli shll", "here it is `SHL a, b, dst`", { instead: "SHL" }),
  ...all("sar sra lsr srl asr srli srai", "`SHR a, b, dst`; there are no signed numbers"),
  ...all("rol ror", "`SHL` and `SHR`, and `OR` of both"),
  ...all("exp pow", "`MUL` in a loop"),
  ...all("eor", "here it is `XOR a, b, dst`", { instead: "XOR" }),
  ...all("not mvn com cpl", "here it is `NOT src, dst`", { instead: "NOT" }),
  ...all("addmod mulmod", "`ADD` and `MUL` of two ff are modulo the order of the field"),
  ...all("movzx movsx sext zext signextend uxtb sxtb", "`CAST src, dst, tag` makes a value of another tag"),
  ...all("copy move mv mova", "here it is `MOV src, dst`", { instead: "MOV" }),
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

export function adviceFor(mnemonic: string): Advice | undefined {
  // PUSH1, DUP2, LOG0 and the like come in numbers.
  const name = mnemonic.toLowerCase().replace(/^(push|dup|swap|log)\d+$/, "$1");
  return Object.hasOwn(ELSEWHERE, name) ? ELSEWHERE[name] : undefined;
}

function all(names: string, text: string, more: Omit<Advice, "text"> = {}): Record<string, Advice> {
  return Object.fromEntries(names.split(" ").map((name) => [name, { text, ...more }]));
}
