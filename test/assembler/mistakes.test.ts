import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { assembleText, checkAssembly } from "../support/assemble.ts";

/** Texts with the diagnostics they give below the lines that give them. */
const cases: Record<string, string> = {
  "an unknown mnemonic": `
        SLAOD [1], [2], [3]
;       ^^^^^ unknown-mnemonic: did you mean \`SLOAD\`?
        EMITUNENCRYPTEDLOG [1], [2]
;       ^^^^^^^^^^^^^^^^^^ unknown-mnemonic: in v6, only in v3, v2; did you mean \`EMITPUBLICLOG\`?
        FROBNICATE #1
;       ^^^^^^^^^^ unknown-mnemonic: there is no instruction or macro \`FROBNICATE\``,
  "operands of the wrong number": `
        ADD [1], [2]
;       ^^^ operand-count: \`ADD\` takes 3 operands (a, b, dst); 2 given
        INTERNALRETURN [1], [2]
;                      ^^^^^^^^ operand-count: takes no operands; 2 given
        JUMP
;       ^^^^ operand-count: takes 1 operand (jump); 0 given`,
  "operands of the wrong kind": `
        MOV #1, [2]
;           ^^ operand-kind: \`MOV\` takes a cell as \`src\`, not the number \`#1\`: \`SET cell, tag, #1\` puts a number into a cell
        ADD [1], #1, [2]
;                ^^ operand-kind: SET a cell to it first
        SET [1], u8, 5
;                    ^ operand-kind: takes a literal such as \`#1\` as \`value\`; found \`5\`
        SET [1], u8, [5]
;                    ^^^ operand-kind: found \`[5]\`
        JUMP [5]
;            ^^^ operand-kind: a label or \`#offset\`
        JUMP u8
;            ^^ operand-kind: a label or \`#offset\`
        GETENVVAR [1], [2]
;                      ^^^ operand-kind: a member
        CAST [1], [2], #3
;                      ^^ operand-kind: a tag`,
  "a division by what the layout makes zero": `
        ADD [1/$], [1], [2]
;            ^^^ division-by-zero
here:   SET [1], ff, #inv($-here)
;                         ^^^^^^ division-by-zero: 0 has no inverse
after:  JUMP #1/($-after)
;             ^^^^^^^^^^^ division-by-zero`,
  "a label without its colon": `
  start
; ^^^^^ unknown-mnemonic: there is no instruction or macro \`start\`; a label ends with a colon
        JUMP start`,
  "a literal that the layout makes too large": `
a:      SET [1], ff, #inv($+7)
;                     ^^^^^^^^ out-of-range: it has to be from 0 to 4294967295
        SET [3], ff, #-a-1
;                     ^^^^ out-of-range: the value is -1
b:      SET_32 [4], u64, #(b<<40)
;                         ^^^^^^^ out-of-range`,
  "operands in another order, once": `
        SET [1], #100, u32
;                ^^^^^^^^^ operand-kind: the operands of \`SET\` are dst, inTag, value, in this order
        SET u32, [1], #2
;           ^^^^^^^^ operand-kind: in this order`,
  "tags, members and targets that there are none of": `
        SET [1], u33, #1
;                ^^^ unknown-tag: \`u33\` is not a tag
        GETENVVAR [1], SNEDER
;                      ^^^^^^ unknown-member: \`GETENVVAR\` has no member \`SNEDER\`; did you mean \`SENDER\`?
        GETENVVAR [1], FEEPERL2GAS
;                      ^^^^^^^^^^^ unknown-member: did you mean \`MINFEEPERL2GAS\`?`,
  "an unknown target": `.target v7
;       ^^ unknown-target: there is no target \`v7\`; the targets are v6, v5, v4, v3, v2
        INTERNALRETURN`,
  "a target in the middle": `
        INTERNALRETURN
        .target v5
;       ^^^^^^^^^^ misplaced-target: must be the first statement`,
  "names that nothing defines": `
start:  JUMP strat
;            ^^^^^ undefined-name: \`strat\` is not defined; did you mean \`start\`?
        JUMP .x
;            ^^ undefined-name
        SET [count], u8, #1
;            ^^^^^ undefined-name
        MOV count, [1]
;           ^^^^^ undefined-name
        SET [1], u8, #lo(1)
;                     ^^^^^ operand-count: \`lo(x, bits)\` takes 2 arguments; 1 given
        SET [1], u8, #low(1, 2)
;                     ^^^ undefined-name: there is no function \`low\`; did you mean \`lo\`?`,
  "duplicate and reserved names": `
  .x:   INTERNALRETURN
; ^^ orphan-local-label: there is no global label above it
a:      INTERNALRETURN
  a:    INTERNALRETURN
; ^ duplicate-definition: \`a\` is defined already
.const a = 1
;      ^ duplicate-definition: \`a\` is defined already
.const sp = 1
;      ^^ reserved-name: \`sp\` is the base
.const Add = 1
;      ^^^ reserved-name: \`Add\` is a mnemonic
.const SET_FF = 1
;      ^^^^^^ reserved-name: \`SET_FF\` is a wire form
.cell u8 = [1]
;     ^^ reserved-name: \`u8\` is a tag`,
  "values that don't fit": `
        SET [70000], u8, #1
;           ^^^^^^^ out-of-range: addresses up to 65535
        SET_8 [1], u16, #300
;                       ^^^^ no-such-form: 300 is too large: \`value\` is at most 255; \`SET_16\` would hold it
        ADD_8 [256], [1], [2]
;             ^^^^^ no-such-form: \`ADD_16\` would hold it
        SET [1], u8, #-1
;                    ^^^ out-of-range: -1 is below 0
        MOV [sp-1], [2]
;           ^^^^^^ out-of-range: an offset from \`sp\`
        JUMP #0x1_0000_0000
;            ^^^^^^^^^^^^^^ out-of-range: at most 4294967295
        GETENVVAR [1], #256
;                      ^^^^ out-of-range
        .byte 1, 256, -1
;                ^^^ out-of-range: 256 doesn't fit a byte
;                     ^^ out-of-range`,
  "numbers that are none": `
        SET [1], u8, #0xZZ
;                     ^^^^ malformed-number: \`0x\` is followed by hexadecimal digits
        SET [1], u8, #1__0
;                     ^^^^ malformed-number: an underscore must be between two digits
        SET [1], u8, #12x
;                     ^^^ malformed-number: a name can't start with a digit
        SET [1], u8, #ff00 + 0ff
;                     ^^^^ undefined-name
;                            ^^^ malformed-number: a hexadecimal number starts with \`0x\`
        SET [1], u8, #'ab'
;                     ^^^^ malformed-character
        SET [1], u8, #'\\q'
;                     ^^^^ malformed-character`,
  "values that there are none of": `
        SET [1], u8, #1/0
;                     ^^^ division-by-zero
        SET [1], ff, #1 << 100000000
;                     ^^^^^^^^^^^^^^ expression-too-large
        SET [1], ff, #2 << -1
;                     ^^^^^^^ out-of-range
        SET [1], ff, #inv(0)
;                         ^ division-by-zero`,
  "a cycle, once": `
.const A = B
.const B = C + 1
.const C = A
;          ^ cyclic-constant: \`A\` is defined through itself: A → B → C → A
        INTERNALRETURN`,
  "more indirection than there is": `
.cell a = [3]
        MOV [[a]], [1]
;           ^^^^^ operand-kind: \`[[a]]\` takes more than one step of indirection
.cell b = [[4]]
;         ^^^^^ operand-kind: \`b\` would be what a pointer points at; a cell has an address that is a number`,
  assertions: `
a:      INTERNALRETURN
        .assert $ == 1
        .assert a == 1, "moved"
;               ^^^^^^ assertion-failed: the assertion doesn't hold: moved
        .error "stop here"
;       ^^^^^^^^^^^^^^^^^^ user-error: stop here`,
  "directives that there are none of": `
        .cnst A = 1
;       ^^^^^ unknown-directive: there is no directive \`.cnst\`; did you mean \`.const\`?`,
  "a misspelt definition, once": `
        .cnst A = 1
;       ^^^^^ unknown-directive: did you mean \`.const\`?
        .cel total = [3]
;       ^^^^ unknown-directive: did you mean \`.cell\`?
        SET total, u32, #A
        RETURN total, total`,
  "a misspelt start of a block, once": `
        .macr FOO x, t
;       ^^^^^ unknown-directive: did you mean \`.macro\`?
        SET x, t, #1
        .endm
        FOO [1], u32
        .rep 3, i
;       ^^^^ unknown-directive: did you mean \`.rept\`?
        SET [i], u32, #i
        .endr
        .if 1
        .iff 0
;       ^^^^ unknown-directive: did you mean \`.if\`?
        SET [1], u32, #1
        .else
        SET [1], u32, #2
        .endif
        .else
        .endif
        .tst "x"
;       ^^^^ unknown-directive: did you mean \`.test\`?
        .call
        .returns 1
        .endtest
        RETURN [1], [1]`,
  "a misspelt start of a block that nothing ends": `
        .if 1
        .tst "x"
;       ^^^^ unknown-directive: did you mean \`.test\`?
        .else
        .endif
        .rep 3
;       ^^^^ unknown-directive: did you mean \`.rept\`?
        INTERNALRETURN`,
  "a loop of another language, once": `
        .for i in 0..5
;       ^^^^^^^^^^^^^^ syntax-error: between \`.rept count, i\` and \`.endr\`
        SET [1], u32, #i
        .endfor`,
  "operands that are computed, once": `
        ADD [1] + [2], [3]
;               ^ syntax-error: \`ADD a, b, dst\` computes with cells`,
  "a comparison in the place of a condition": `
x:      JUMPI [1] >= [2], x
;                 ^^ syntax-error: EQ, LT or LTE compares two cells`,
  "a cell that is named as memory, once": `
        MOV M[7], mem[1]
;           ^ syntax-error: a cell is written \`[7]\`, without \`M\`
        MOV [2], M[2]`,
  "a pointer as in other assemblers": `
        MOV @1, [2]
;           ^ unexpected-character: what a pointer points to is \`[[1]]\``,
  "facts by the names of other languages": `
        GETENVVAR [1], msg.sender
;                      ^^^^^^^^^^ unknown-member: did you mean \`SENDER\`?
        GETENVVAR [1], block.number
;                      ^^^^^^^^^^^^ unknown-member: did you mean \`BLOCKNUMBER\`?
        GETENVVAR [1], block.timestamp
;                      ^^^^^^^^^^^^^^^ unknown-member: did you mean \`TIMESTAMP\`?`,
  "more brackets than there are": `
.cell p = [1]
.cell q = [[1]]
;         ^^^^^ operand-kind
        MOV [[p+1]], [2]
;           ^^^^^^^ operand-kind: what the cell \`p+1\` points to is \`[p+1]\`
        MOV [[[1]]], [2]
;           ^^^^^^^ operand-kind: MOV \`[[1]]\` into a cell first`,
  "definitions of reserved names, once": `
.const u8 = 3
;      ^^ reserved-name
.cell mov = [4]
;     ^^^ reserved-name
        SET mov, u32, #u8
        RETURN mov, mov+1`,
  "what a test sets by other names": `
        .test "as 5"
        .sender 5
;       ^^^^^^^ unknown-directive: there is no \`.sender\`: in a test, \`.env SENDER, value\` sets it
        .block_number 5
;       ^^^^^^^^^^^^^ unknown-directive: there is no \`.block_number\`: in a test, \`.env BLOCKNUMBER, value\` sets it
        .is_static_call 1
;       ^^^^^^^^^^^^^^^ unknown-directive: there is no \`.is_static_call\`: in a test, \`.staticcall\` makes a static call
        .call
        .endtest`,
  "a name of one character, which is near no other": `
        .const N = 1
        JUMP c
;            ^ undefined-name: \`c\` is not defined`,
  "directives of other assemblers, the ends of blocks among them": `
        .equ A, 1
;       ^^^^ unknown-directive: there is no directive \`.equ\`; did you mean \`.const\`?
        .macro M
        ADD [1]
        .endmacro
;       ^^^^^^^^^ unknown-directive: there is no directive \`.endmacro\`; did you mean \`.endm\`?
        ADD [2]
;       ^^^ operand-count
        .if 1
        .rept 2
        INTERNALRETURN
        .endrepeat
;       ^^^^^^^^^^ unknown-directive: there is no directive \`.endrepeat\`; did you mean \`.endr\`?
        .endiff
;       ^^^^^^^ unknown-directive: there is no directive \`.endiff\`; did you mean \`.endif\`?
        .endmacro
;       ^^^^^^^^^ unknown-directive: there is no directive \`.endmacro\`; did you mean \`.endm\`?`,
  "blocks without an end and ends without a block": `
        .endm
;       ^^^^^ unmatched-end
        .else
;       ^^^^^ unmatched-end
        .macro M
;       ^^^^^^^^ unclosed-block: \`.macro\` is never ended; \`.endm\` is missing
        INTERNALRETURN`,
  "a test without its end, once": `
        SET [1], u32, #1
        JUMP go
        .test "a"
;       ^^^^^^^^^ unclosed-block: \`.test\` is never ended; \`.endtest\` is missing
        .call 1
go:     SET [2], u32, #1
        RETURN [1], [2]`,
  "a macro without its end, once": `
        JUMP go
        SET [1], u32, #LIMIT
        .macro M p
;       ^^^^^^^^^^ unclosed-block
go:     SET p, u32, #1
.const LIMIT = 4`,
  "a condition without its end, once": `
        JUMP go
        .if 0
;       ^^^^^ unclosed-block
go:     MOV x, [2]
.cell x = [1]`,
  "a condition without its end, once, whatever stands before the definition": `
        JUMP go
        SET [1], u32, #LIMIT
        .if 0
;       ^^^^^ unclosed-block
there: go: MOV x, [2]
at: .cell x = [1]
/* of the list */ .const/**/LIMIT = 4`,
  "names in comments of an unclosed block": `
        SET [1], u32, #LIMIT
;                      ^^^^^ undefined-name
        .if 0
;       ^^^^^ unclosed-block
/*
.const LIMIT = 4
*/`,
  "a comment without its end, once": `
        JUMP go
        SET x, u32, #LIMIT
        /* from here
;       ^^ unclosed-comment
go:     MOV x, [2]
.cell x = [1]
.const LIMIT = 4`,
  "several mistakes in one line": `
        ADD [1], count, [70000 + 0x]
;                ^^^^^ undefined-name
;                                ^^ malformed-number`,
  "an include that can't be": `
        .include "x.avm"
;                ^^^^^^^ include-failed
        INTERNALRETURN`,
};

/** Diagnostics that belong to the whole file. */
const wholes: [text: string, code: string][] = [
  ["; only a comment", "empty-program"],
  ["", "empty-program"],
  [`.byte 0${", 0".repeat(92_968)}`, ""],
  [`.byte 0${", 0".repeat(92_969)}`, "bytecode-too-large"],
];

describe("mistakes are found, each at its place:", () => {
  for (const [name, text] of Object.entries(cases)) it(name, () => checkAssembly(text));
});

describe("diagnostics of a whole file", () => {
  for (const [text, code] of wholes) {
    it(`${text.slice(0, 20)} (${text.length} characters): ${code || "nothing"}`, () => {
      const codes = assembleText(text).diagnostics.map((found) => found.code);
      assert.deepEqual(codes, code === "" ? [] : [code]);
    });
  }
});
