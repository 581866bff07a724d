/** Advice for the mnemonics of other machines. */

export interface Advice {
  /** The advice, as the end of a sentence. */
  readonly text: string;
  /** The mnemonic or directive that replaces the word. */
  readonly instead?: string;
  /** Set for a word that begins or ends a block in another language, such as `proc`. */
  readonly block?: "begins" | "ends";
  /** Without an operand the word is rather a label whose colon is missing. */
  readonly takesOperand?: true;
}

interface Row extends Advice {
  /** The words in lower case, separated by spaces. */
  readonly words: string;
}

/**
 * An array of rows instead of a map by word: few programs need it, and building the map would take 2 ms at every start.
 */
const ROWS: readonly Row[] = [
  {
    words: "halt stop hlt brk exit selfdestruct suicide",
    text: "`RETURN size, offset` ends a call, `REVERT` undoes it",
  },
  { words: "end", text: "`RETURN size, offset` ends a call, and nothing ends the code", block: "ends" },
  { words: "nop noop", text: "there is nothing that does nothing: leave the line out" },
  {
    words:
      "pushint pushbytes dig bury cover uncover over rot nip pick roll push pop dup swap pushad popad pushf xchg drop tee",
    text: "there is no stack, only cells: `MOV src, dst` copies one",
  },
  {
    words:
      "load lda ldr ld lw lb lh ldx ldy ldp store sta str st sw sb sh stx sty stp mload mstore mstore8 lea la adr adrp auipc ldrb strb ldrh strh lbu lhu lwu ldur stur alloca getelementptr loc_load loc_store mem_load mem_store stos lods lodsb stosb movs movsb",
    text: "`MOV src, dst` copies a cell, `[[x]]` goes through a pointer",
  },
  {
    words: "lea la adr adrp auipc getelementptr",
    text: "`SET dst, u32, #addr(cell)` puts the address of a cell into another, `ADD` moves it on",
  },
  {
    words: "loop loope loopne loopz loopnz",
    text: "count in a cell, compare with `LT`, then `JUMPI cond, label`",
    takesOperand: true,
  },
  {
    words:
      "ifeq ifne iflt ifge ifgt ifle if_icmpeq if_icmpne if_icmplt if_icmpge if_icmpgt if_icmple ifnull djnz jmpif jumpif tbz tbnz br_table switch brtrue brfalse jz je beq jnz jne bne bnz bz brz brnz blt ble bgt bge jl jg jle jge ja jb jae jbe jc jnc js jo beqz bnez bltz bgez cbz cbnz bcc bcs bmi bpl br_if",
    text: "compare with `EQ`, `LT` or `LTE`, then `JUMPI cond, target`",
  },
  { words: "b br bra goto jmp j rjmp ajmp ljmp sjmp", text: "a jump is `JUMP target`" },
  {
    words: "ret rts retsub iret leave jr bx",
    text: "`INTERNALRETURN` goes back to an `INTERNALCALL`, `RETURN` ends the call",
  },
  {
    words: "jsr jal jalr exec invokevirtual invokestatic callsub bl blr rcall acall lcall",
    text: "a subroutine is called by `INTERNALCALL target`",
  },
  {
    words: "pc",
    text: "`$` is the byte offset of the current instruction, and a label is the byte offset of the next one",
  },
  { words: "msize", text: "memory has a fixed size, 2^32 cells" },
  { words: "mcopy rep repe repne repz repnz", text: "`COPY_RANGE` of `<std/memory.avm>` copies cells" },
  {
    words: "block",
    text: "a label is a name and a colon, and a branch jumps there with `JUMPI cond, label`",
    block: "begins",
  },
  {
    words: "blockhash prevrandao difficulty gaslimit blobhash blobbasefee",
    text: "`avmasm isa GETENVVAR` lists what a program can read",
  },
  { words: "caller sender msgsender origin", text: "`GETENVVAR dst, SENDER` gives the caller" },
  { words: "address self", text: "`GETENVVAR dst, ADDRESS` gives the contract's address" },
  { words: "calldataload", text: "`CALLDATACOPY` copies fields of the calldata to cells" },
  { words: "returndataload", text: "`RETURNDATACOPY` copies fields of the returned data to cells" },
  {
    words: "calldatasize",
    text: "no instruction tells how many fields the calldata has: beyond the last one it is 0",
  },
  {
    words: "db dw dd dq data byte word defb ascii dc dcb fcb resb resw resd resq ds",
    text: "bytes in the code are `.byte`, a number in a cell is `SET`",
  },
  {
    words: "in out inb outb print println printf puts echo write read",
    text: "there are no ports: each of the AVM's services is an instruction",
  },
  {
    words: "li lui ldi movi mvi movabs bipush sipush ldc movz movk intc",
    text: "a number is put into a cell by `SET dst, tag, #value`",
  },
  {
    words: "inc dec inx iny dex dey addi subi addiu",
    text: "`ADD` and `SUB` take cells: `INCREASE` of `<std/loop.avm>` takes a number",
  },
  { words: "org bits", text: "code begins at byte offset 0" },
  { words: "equ set define assign", text: "a constant is written `.const NAME = value`" },
  { words: "incbin import use", text: 'a file is brought in by `.include "path"`' },
  { words: "jumpdest label", text: "a label is its name and a colon, `NAME:`, and nothing else marks it" },
  { words: "endm endmacro mend", text: "a macro ends with `.endm`", instead: ".endm", block: "ends" },
  { words: "endp endproc endfunc endfunction", text: "a routine ends with `INTERNALRETURN`", block: "ends" },
  { words: "macro", text: "a macro is written `.macro NAME p1, p2` … `.endm`", block: "begins" },
  { words: "if", text: "a directive begins with a dot: `.if`", instead: ".if", block: "begins" },
  { words: "elif", text: "a directive begins with a dot: `.elif`", instead: ".elif", block: "ends" },
  { words: "else", text: "a directive begins with a dot: `.else`", instead: ".else", block: "ends" },
  { words: "endif fi", text: "a condition ends with `.endif`", instead: ".endif", block: "ends" },
  { words: "rept", text: "a directive begins with a dot: `.rept`", instead: ".rept", block: "begins" },
  { words: "endr endrep endrept", text: "a repetition ends with `.endr`", instead: ".endr", block: "ends" },
  {
    words: "test",
    text: "there are no flags: `EQ`, `LT` and `LTE` write a u1, which `JUMPI` takes; a test of a program begins with `.test`",
  },
  { words: "endtest", text: "a test ends with `.endtest`", instead: ".endtest", block: "ends" },
  { words: "include", text: "a directive begins with a dot: `.include`", instead: ".include" },
  { words: "cell", text: "a directive begins with a dot: `.cell`", instead: ".cell" },
  {
    words: "for while repeat",
    text: "a loop is a label, a comparison, and `JUMPI cond, label`",
    block: "begins",
    takesOperand: true,
  },
  { words: "next until", text: "a loop ends with `JUMPI cond, label`", block: "ends", takesOperand: true },
  { words: "wend endwhile endfor", text: "a loop ends with `JUMPI cond, label`", block: "ends" },
  { words: "section segment text bss rodata", text: "there are no sections: code is all there is" },
  {
    words: "global globl extern public",
    text: "a label is visible in the whole program: leave the line out",
  },
  { words: "func fn fun proc def function", text: "a routine is a label, `INTERNALRETURN` ends it" },
  {
    words: "let var const",
    text: "a constant is written `.const NAME = value`, a cell is named by `.cell NAME = [1]`",
  },
  { words: "assert require", text: "`REQUIRE` of `<std/require.avm>` reverts where a cell is 0" },
  { words: "keccak256 sha3 keccak", text: "`KECCAKF1600` is its permutation" },
  { words: "sha256", text: "`SHA256COMPRESSION` is its compression" },
  {
    words: "timestamp number chainid gas gasleft gasprice basefee blocknumber coinbase",
    text: "`GETENVVAR dst, MEMBER` gives it: `avmasm isa GETENVVAR` lists the members",
  },
  { words: "mod rem smod", text: "the remainder of a / b is a - a / b * b" },
  {
    words: "cmp cmpi cmpq tst cpx cpy cp icmp fcmp cmn",
    text: "there are no flags: `EQ`, `LT` and `LTE` write a u1, which `JUMPI` takes",
  },
  { words: "gt sgt", text: "write `LT` with its operands exchanged" },
  { words: "ge gte sge", text: "write `LTE` with its operands exchanged" },
  { words: "slt", text: "`LT`: there are no signed numbers" },
  { words: "ne neq setne", text: "`EQ`, and `NOT` of its result" },
  { words: "iszero eqz seqz sete", text: "`EQ` compares with a cell that holds 0" },
  { words: "neg sneg", text: "`SUB` from a cell that holds 0" },
  { words: "idiv sdiv udiv", text: "`DIV` divides integers, `FDIV` fields; there are no signed numbers" },
  { words: "imul mult umul", text: "here it is `MUL a, b, dst`", instead: "MUL" },
  { words: "sal sll lsl slli shll", text: "here it is `SHL a, b, dst`", instead: "SHL" },
  { words: "sar sra lsr srl asr srli srai", text: "`SHR a, b, dst`; there are no signed numbers" },
  { words: "rol ror", text: "`SHL` and `SHR`, and `OR` of both" },
  { words: "exp pow", text: "`MUL` in a loop" },
  { words: "eor", text: "here it is `XOR a, b, dst`", instead: "XOR" },
  { words: "not mvn com cpl", text: "here it is `NOT src, dst`", instead: "NOT" },
  { words: "addmod mulmod", text: "`ADD` and `MUL` of two ff are modulo the order of the field" },
  {
    words: "movzx movsx sext zext signextend uxtb sxtb",
    text: "`CAST src, dst, tag` makes a value of another tag",
  },
  { words: "copy move mv mova", text: "here it is `MOV src, dst`", instead: "MOV" },
  {
    words: "txn txna gtxn itxn_begin itxn_field itxn_submit",
    text: "`GETENVVAR dst, MEMBER` reads facts about the transaction",
  },
  { words: "app_global_get app_local_get sget", text: "`SLOAD` reads from the storage" },
  { words: "app_global_put app_local_put sput", text: "`SSTORE` writes to the storage" },
  {
    words: "phi select cmov cmovz cmovnz csel",
    text: "each way moves its value into one cell before they meet",
  },
  {
    words: "tax tay txa tya txs tsx pha pla",
    text: "there are no registers: `MOV src, dst` copies a cell",
  },
  { words: "clc sec cli sei cld sed", text: "there are no flags" },
  {
    words: "begin",
    text: "a routine is a label, `INTERNALRETURN` ends it",
    block: "begins",
    takesOperand: true,
  },
  {
    words: "syscall int svc swi ecall ebreak trap",
    text: "there is no system: each of the AVM's services is an instruction",
  },
  { words: "invalid abort panic throw", text: "`REVERT size, offset` undoes what the call did" },
  { words: "delegatecall callcode", text: "there are only `CALL` and `STATICCALL`" },
  { words: "create create2", text: "no instruction deploys a contract" },
  {
    words: "callvalue balance selfbalance",
    text: "there is no native value: `GETENVVAR` reads facts about the transaction",
  },
  { words: "log emit event", text: "`EMITPUBLICLOG size, offset` emits a log" },
  { words: "tload tstore", text: "there is no transient storage: `SLOAD` and `SSTORE` are all" },
  { words: "codecopy extcodecopy codesize extcodesize extcodehash", text: "a program can't read code" },
];

export function adviceFor(mnemonic: string): Advice | undefined {
  const name = mnemonic.toLowerCase();
  return rowOf(name) ?? rowOf(withoutVariant(name) ?? "");
}

function rowOf(name: string): Advice | undefined {
  return name === "" ? undefined : ROWS.find(({ words }) => ` ${words} `.includes(` ${name} `));
}

/** Variants of one name: PUSH1 and DUP2; PUSHQ and MOVL; ADDS and SUBS; ILOAD_0, ICONST_1 and IRETURN. */
const VARIANTS = [
  /^(push|dup|swap|log)\d+$/,
  /^(push|pop|ret|inc|dec|lea|cmp|mov|imul|sar|neg|not|call|leave)[bwlq]$/,
  /^(eor|mov|neg|lsl|lsr|asr)s$/,
  /^[ilfda](load|store|const|rem|neg|return|inc)(?:_m?\d)?$/,
];
/** Names whose advice is in the row of another name. */
const ALIKE: Readonly<Record<string, string>> = { const: "li", return: "ret", mov: "move", call: "jsr" };

/** The name of a mnemonic without its number, size or type. */
function withoutVariant(name: string): string | undefined {
  for (const variant of VARIANTS) {
    const plain = variant.exec(name)?.[1];
    if (plain !== undefined) return Object.hasOwn(ALIKE, plain) ? ALIKE[plain] : plain;
  }
  return undefined;
}
