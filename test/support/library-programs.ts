/** Programs that use the standard library, each with tests for its results. */

import { functionSelector } from "../../artifact/selector.ts";

/** By what the program shows. */
export const LIBRARY_PROGRAMS: Record<string, string> = {
  "core: numbers and cells": `
        .include <std/core.avm>
        PUT [1], u32, 1
        PUT [2], u32, 0
        CALLDATACOPY [1], [2], [11]
        PUT [10], u8, 12
        PUT [12], ff, -1
        PUT [13], ff, [11]
        PUT [11], ff, [13]
        PUT [1], u32, 3
        RETURN [1], [10]

.test "7 gives 12, 7, -1"
        .call 7
        .returns 12, 7, -1
.endtest
`,

  "frame: a factorial that calls itself": `
        .include <std/frame.avm>
        .include <std/calldata.avm>
        .include <std/loop.avm>
.const FRAME = 2
.cell n = [sp+0]
.cell result = [sp+1]
        FRAMES
        LOAD_AS 0, n, u64
        INTERNALCALL factorial
        SET [1], u32, #1
        RETURN [1], result

factorial:
        JUMP_IF_EQUAL n, 0, .one, u64
        SET n+FRAME, u64, #1
        SUB n, n+FRAME, n+FRAME
        CALL_IN_FRAME factorial, FRAME
        MUL n, result+FRAME, result
        INTERNALRETURN
.one:   SET result, u64, #1
        INTERNALRETURN

.test "0 gives 1"
        .call 0
        .returns 1
.endtest

.test "1 gives 1"
        .call 1
        .returns 1
.endtest

.test "10 gives 3628800"
        .call 10
        .returns 3628800
.endtest
`,

  "frame: up and down again": `
        .include <std/frame.avm>
        FRAMES
        SET [sp+0], ff, #1
        PUSH_FRAME 1
        SET [sp+0], ff, #2
        POP_FRAME 1
        SET [1], u32, #2
        RETURN [1], [256]

.test "nothing gives 1, 2"
        .call
        .returns 1, 2
.endtest
`,

  "calldata: several fields, from a computed index": `
        .include <std/calldata.avm>
        LOAD_AS 0, [1], u32
        SET [2], u32, #2
        LOAD [1], [3], [2]
        RETURN [2], [3]

.test "2, 10, 20, 30 gives 20, 30"
        .call 2, 10, 20, 30
        .returns 20, 30
.endtest

.test "3, 10, 20 gives 0, 0"
        .call 3, 10, 20
        .returns 0, 0
.endtest
`,

  "calldata: casts that lose, and that don't": `
        .include <std/calldata.avm>
        LOAD_AS 0, [10], u8
        LOAD_CHECKED 1, [11], u8, 99
        SET [1], u32, #2
        RETURN [1], [10]

.test "256, 255 gives 0, 255"
        .call 256, 255
        .returns 0, 255
.endtest

.test "5, 256 reverts"
        .call 5, 256
        .reverts 99
.endtest

.test "5, -1 reverts"
        .call 5, -1
        .reverts 99
.endtest
`,

  "dispatch: by number and by signature": `
        .include <std/dispatch.avm>
        .include <std/loop.avm>
        READ_SELECTOR [1]
        ON_SELECTOR [1], 1, up
        ON_SELECTOR [1], selector("down(Field)"), down
        NO_SUCH_SELECTOR [1]
up:     LOAD 1, [2]
        INCREASE [2], 1, ff
        SET [3], u32, #1
        RETURN [3], [2]
down:   LOAD 1, [2]
        DECREASE [2], 1, ff
        SET [3], u32, #1
        RETURN [3], [2]

.test "3, 1 reverts"
        .call 3, 1
        .reverts 3
.endtest

.test "nothing reverts"
        .call
        .reverts 0
.endtest

.test "1, 5 gives 6"
        .call 1, 5
        .returns 6
.endtest

.test "${functionSelector("down(Field)")}, 5 gives 4"
        .call ${functionSelector("down(Field)")}, 5
        .returns 4
.endtest
`,

  "require: each, with its message": `
        .include <std/calldata.avm>
        LOAD_AS 0, [1], u1
        LOAD_AS 1, [2], u1
        LOAD 2, [3], 2
        REQUIRE [1], 101
        REQUIRE_NOT [2], 102
        REQUIRE_EQUAL [3], 5, str("not fiv")
        REQUIRE_LESS [3], [4], 104
        CAST [4], [5], u16
        REQUIRE_AT_MOST [5], 10, 0, u16
        SET [6], u32, #1
        RETURN [6], [3]

.test "1, 0, 5, 7 gives 5"
        .call 1, 0, 5, 7
        .returns 5
.endtest

.test "0, 0, 5, 7 reverts"
        .call 0, 0, 5, 7
        .reverts 101
.endtest

.test "1, 1, 5, 7 reverts"
        .call 1, 1, 5, 7
        .reverts 102
.endtest

.test "1, 0, 6, 7 reverts"
        .call 1, 0, 6, 7
        .reverts "not fiv"
.endtest

.test "1, 0, 5, 5 reverts"
        .call 1, 0, 5, 5
        .reverts 104
.endtest

.test "1, 0, 5, 11 reverts"
        .call 1, 0, 5, 11
        .reverts 0
.endtest
`,

  "require: failing with data": `
        .include <std/calldata.avm>
        .include <std/loop.avm>
        .include <std/memory.avm>
        LOAD 0, [1]
        JUMP_IF_EQUAL [1], 0, with_data, ff
        FAIL [1]
with_data:
        SET [10], ff, #1
        SET [11], u8, #2
        SET [12], u128, #3
        FAIL_WITH 7, [10], 3

.test "0 reverts"
        .call 0
        .reverts 7, 1, 2, 3
.endtest

.test "9 reverts"
        .call 9
        .reverts 9
.endtest
`,

  "storage: a slot that is known, and one that isn't": `
        .include <std/calldata.avm>
        .include <std/storage.avm>
.const FIXED = 3
        LOAD 0, [1], 2
        STORAGE_READ FIXED, [3]
        STORAGE_READ [1], [4], u32
        STORAGE_WRITE FIXED, [2]
        CAST [2], [5], u64
        STORAGE_WRITE [1], [5]
        SET [6], u32, #2
        RETURN [6], [3]

.test "4, 44 gives 0, 0, and goes on from there"
        .call 4, 44
        .returns 0, 0
        .call 4, 55
        .returns 44, 44
        .call 5, 66
        .returns 55, 0
        .staticcall 5, 66
        .halts "change-in-static-call"
.endtest
`,

  "storage: a map": `
        .include <std/calldata.avm>
        .include <std/storage.avm>
.const BALANCES = 2
        LOAD 0, [1]
        LOAD_AS 1, [2], u128
        MAP_READ BALANCES, [1], [10], u128
        ADD [10], [2], [10]
        MAP_WRITE BALANCES, [1], [10]
        MAP_READ BALANCES, [1], [10], u128
        ; The same entry, by a map and a key in cells of other tags; and an older network's hash is another slot.
        SET [3], u8, #BALANCES
        MAP_WRITE [3], 5, 77
        MAP_READ BALANCES, 5, [11]
        MAP_WRITE [3], 5, 78, 0
        MAP_SLOT BALANCES, 5, [12]
        STORAGE_READ [12], [11]
        SET [4], u32, #2
        RETURN [4], [10]

.test "8, 100 gives 100, 77, and goes on from there"
        .call 8, 100
        .returns 100, 77
        .call 9, 200
        .returns 200, 77
        .call 8, 1
        .returns 101, 77
.endtest
`,

  "memory: a few cells": `
        .include <std/memory.avm>
        SET [10], u8, #1
        SET [11], ff, #2
        COPY_CELLS [10], [12], 2
        SET [1], u32, #9
        FILL_CELLS [14], 2, u32, [1]
        FILL_CELLS [16], 2, u64, 8
        SET [1], u32, #8
        RETURN [1], [10]

.test "nothing gives 1, 2, 1, 2, 9, 9, 8, 8"
        .call
        .returns 1, 2, 1, 2, 9, 9, 8, 8
.endtest
`,

  "memory: ranges": `
        .include <std/calldata.avm>
        .include <std/memory.avm>
        LOAD_AS 0, [1], u32
        SET [2], u32, #1006
        FILL_RANGE [2], 4, ff, 3
        COPY_RANGE [2], 1000, [1]
        SET [3], u32, #10
        RETURN [3], [1000]

.test "4 gives 3, 3, 3, 3, 0, 0, 3, 3, 3, 3"
        .call 4
        .returns 3, 3, 3, 3, 0, 0, 3, 3, 3, 3
.endtest

.test "0 gives 0, 0, 0, 0, 0, 0, 3, 3, 3, 3"
        .call 0
        .returns 0, 0, 0, 0, 0, 0, 3, 3, 3, 3
.endtest

.test "2 gives 3, 3, 0, 0, 0, 0, 3, 3, 3, 3"
        .call 2
        .returns 3, 3, 0, 0, 0, 0, 3, 3, 3, 3
.endtest
`,

  "memory: a range that moves down over itself": `
        .include <std/memory.avm>
        .rept 4, i
        SET [100+i], u16, #i + 1
        .endr
        SET [1], u32, #3
        COPY_RANGE 101, 100, [1]
        SET [1], u32, #4
        RETURN [1], [100]

.test "nothing gives 2, 3, 4, 4"
        .call
        .returns 2, 3, 4, 4
.endtest
`,

  "loop: counting up by two": `
        .include <std/calldata.avm>
        .include <std/loop.avm>
.cell i = [1] : u32
.cell n = [2] : u32
.cell sum = [3] : u32
        LOAD_AS 0, n, u32
        SET sum, u32, #0
        SET i, u32, #0
next:   JUMP_UNLESS_LESS i, n, done
        ADD sum, i, sum
        NEXT i, next, 2
done:   SET [4], u32, #1
        RETURN [4], sum

.test "5 gives 6"
        .call 5
        .returns 6
.endtest

.test "0 gives 0"
        .call 0
        .returns 0
.endtest
`,

  "loop: a subroutine, again and again": `
        .include <std/calldata.avm>
        .include <std/loop.avm>
        LOAD_AS 0, [1], u8
        SET [10], u16, #2
        REPEAT [11], [1], more, u8
        SET [2], u32, #2
        RETURN [2], [10]
more:   CAST [11], [12], u16
        ADD [10], [12], [10]
        INTERNALRETURN

.test "4 gives 8, 4"
        .call 4
        .returns 8, 4
.endtest

.test "0 gives 2, 0"
        .call 0
        .returns 2, 0
.endtest
`,

  "loop: jumps that compare": `
        .include <std/calldata.avm>
        .include <std/loop.avm>
        LOAD_AS 0, [1], u1
        LOAD_AS 1, [2], u32
        SET [3], u32, #1
        JUMP_UNLESS [1], out
        INCREASE [3]
        JUMP_IF_LESS [2], 9, less
        JUMP_IF_LESS [2], [2], less
        JUMP out
less:   INCREASE [3], [3]
        DECREASE [3]
out:    SET [4], u32, #1
        RETURN [4], [3]

.test "1, 5 gives 3"
        .call 1, 5
        .returns 3
.endtest

.test "0, 5 gives 1"
        .call 0, 5
        .returns 1
.endtest

.test "1, 9 gives 2"
        .call 1, 9
        .returns 2
.endtest
`,

  "dispatch: functions that are declared": `
        .contract Sums
        .function "twice(x: u64) -> u64", twice, view
        .function "sum(a: Field, b: Field) -> Field", sum, view
        .struct Pair = "(left: Field, right: Field)"
        .function "swap(p: Pair, n: [u8; 2]) -> [Field; 2]", swap, view
        .include <std/dispatch.avm>
        DISPATCH
twice:  ARGUMENT twice, "x", [1], u64
        ADD [1], [1], [2]
        SET [3], u32, #1
        RETURN [3], [2]
sum:    ARGUMENT sum, "a", [1]
        ARGUMENT sum, "b", [2]
        ADD [1], [2], [2]
        SET [3], u32, #1
        RETURN [3], [2]
swap:   ARGUMENT_FIELDS swap, "p", [1]
        ARGUMENT swap, "n[1]", [3], u8
        ADD [3], [3], [3]
        CAST [3], [3], ff
        ADD [1], [3], [3]
        SET [4], u32, #2
        RETURN [4], [2]

.test "the parts of a struct and of an array"
        .call selector(swap), 5, 6, 1, 2
        .returns 6, 9
.endtest

.test "0xbe00da9c, 21 gives 42"
        .call 0xbe00da9c, 21
        .returns 42
.endtest

.test "0xa2d04b8a, 3, 4 gives 7"
        .call 0xa2d04b8a, 3, 4
        .returns 7
.endtest

.test "5 reverts"
        .call 5
        .reverts 5
.endtest
`,
};
