import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { parseSource } from "../../grammar/source-file.ts";
import { check } from "../../project/check.ts";

/** What is reported of a contract with these declarations and this code, as `code: message`. */
function told(declarations: readonly string[], code: string): string[] {
  const text = [".target v6", ".contract C", ...declarations.map((one) => `.function ${one}`), code].join(
    "\n",
  );
  return check(parseSource("main.avm", text)).diagnostics.map(
    ({ code: found, message }) => `${found}: ${message}`,
  );
}

const codesOf = (found: readonly string[]): string[] => found.map((one) => one.slice(0, one.indexOf(":")));

const DISPATCH = `
        SET     [20], u32, #0
        SET     [21], u32, #1
        CALLDATACOPY [21], [20], [22]
        SET     [23], ff, #selector("f()")
        EQ      [22], [23], [24]
        JUMPI   [24], f
        JUMP    g
`;

describe("the code of declared functions", () => {
  const functions = (...attributes: string[]): string[] =>
    [['"f()"', "f", ...attributes].join(", "), '"g(a: Field, b: u64)"'].map((one, index) =>
      index === 0 ? one : `${one}, g`,
    );

  it("changes no state if the function is a view, directly or in what it calls", () => {
    const writes = `${DISPATCH}
f:      INTERNALCALL write
        RETURN  [20], [22]
g:      RETURN  [20], [22]
write:  SSTORE  [22], [23]
        INTERNALRETURN`;
    assert.deepEqual(told(functions("view"), writes), [
      "change-in-view: `f` is declared `view`, and its code changes state with SSTORE: a caller that relies on `view` calls it statically, where that halts",
    ]);
    assert.deepEqual(told(functions(), writes), []);
  });

  it("may change state in another function than the view", () => {
    const found = told(
      functions("view"),
      `${DISPATCH}
f:      RETURN  [20], [22]
g:      SSTORE  [22], [23]
        RETURN  [20], [22]`,
    );
    assert.deepEqual(found, []);
  });

  for (const [name, instruction] of [
    ["a nullifier", "EMITNULLIFIER [22]"],
    ["a note hash", "EMITNOTEHASH [22]"],
    ["a log", "EMITPUBLICLOG [20], [22]"],
    ["a message to L1", "SENDL2TOL1MSG [22], [23]"],
  ]) {
    it(`of a view may not emit ${name}`, () => {
      const code = `${DISPATCH}\nf: ${instruction}\nRETURN [20], [22]\ng: RETURN [20], [22]`;
      assert.deepEqual(codesOf(told(functions("view"), code)), ["change-in-view"]);
    });
  }

  const reading = (start: number, size: number): string => `
        SET     [25], u32, #${start}
        SET     [26], u32, #${size}
        CALLDATACOPY [26], [25], [30]
        RETURN  [26], [30]`;

  it("reads no calldata after the arguments", () => {
    const found = told(functions(), `${DISPATCH}f: ${reading(1, 1)}\ng: ${reading(1, 3)}`);
    assert.deepEqual(found, [
      "calldata-beyond-arguments: field 1 of the calldata is read; `f()` has no arguments, only its selector in field 0, and later fields read as 0",
      "calldata-beyond-arguments: field 3 of the calldata is read; `g(Field,u64)` has its arguments in fields 1 to 2, and later fields read as 0",
    ]);
  });

  it("may read all of the arguments, and the selector", () => {
    assert.deepEqual(told(functions(), `${DISPATCH}f: ${reading(0, 1)}\ng: ${reading(0, 3)}`), []);
  });

  it("is compared with the function with the most arguments if several share it", () => {
    const code = `${DISPATCH}f: JUMP shared\ng: JUMP shared\nshared: ${reading(1, 2)}`;
    assert.deepEqual(told(functions(), code), []);
  });

  it("isn't reported if only the caller knows the size", () => {
    const code = `${DISPATCH}f: GETENVVAR [27], TIMESTAMP\nCAST [27], [26], u32\nSET [25], u32, #0\nCALLDATACOPY [26], [25], [30]\nRETURN [26], [30]\ng: RETURN [20], [22]`;
    assert.deepEqual(told(functions(), code), []);
  });
});
