/** `avmasm run` and `avmasm test` report a run that breaks the tag that a `.cell` declares. */

import assert from "node:assert/strict";
import { avmasm } from "../support/command.ts";

/** The checker can't say which tag is written to `n`: that depends on the calldata. */
const EITHER = `.cell n = [sp+1] : u32
.cell one = [3] : u32
.cell arg = [8] : ff
        SET     [0], u32, #100
        SET     one, u32, #1
        SET     [5], u32, #0
        CALLDATACOPY one, [5], arg
        SET     [6], ff, #0
        EQ      arg, [6], [7]
        JUMPI   [7], other
        CAST    arg, [9], u32
        JUMP    go
other:  CAST    arg, [9], u64
go:     MOV     [9], n
        RETURN  one, n
.test "1 keeps the tag"
        .call 1
        .returns 1
.endtest
`;
/** A pointer leads to the cell. */
const POINTER = `.cell n = [9] : u64
        SET     [1], u32, #1
        SET     [2], u32, #0
        CALLDATACOPY [1], [2], [3]
        CAST    [3], [4], u32
        SET     [5], u8, #7
        MOV     [5], [[4]]
        RETURN  [1], [5]
`;

describe("a run that breaks a declared tag", () => {
  it("is reported at the write, with the declaration", () => {
    const { stderr, status, stdout } = avmasm(["run", "-", "--calldata", "0"], { input: EITHER });
    assert.match(
      stderr,
      /^<stdin>:14:22: warning\[cell-tag\]: `n` is declared u32, and this run writes a u64 to it\n/,
    );
    assert.match(stderr, /<stdin>:1:7: note: it is declared here/);
    assert.match(stdout, /^returned 0\n/);
    assert.equal(status, 0);
  });
  it("isn't reported if the run keeps the tag", () => {
    assert.equal(avmasm(["run", "-", "--calldata", "1"], { input: EITHER }).stderr, "");
    assert.equal(avmasm(["test", "-"], { input: EITHER }).stderr, "");
  });
  it("is reported once by the tests of a file, and fails none", () => {
    const input = `${EITHER}.test "0 breaks it"\n        .call 0\n        .call 0\n        .returns 0\n.endtest\n`;
    const { stderr, stdout, status } = avmasm(["test", "-"], { input });
    assert.equal(stderr.match(/cell-tag/g)?.length, 1);
    assert.match(stdout, /2 passed/);
    assert.equal(status, 0);
  });
  it("is reported if a pointer leads to the cell", () => {
    const broken = avmasm(["run", "-", "--calldata", "9"], { input: POINTER }).stderr;
    assert.match(broken, /:7:22: warning\[cell-tag\]: `n` is declared u64, and this run writes a u8 to it/);
    assert.doesNotMatch(avmasm(["run", "-", "--calldata", "10"], { input: POINTER }).stderr, /this run/);
  });
});
