import assert from "node:assert/strict";
import type { MarkupContent } from "vscode-languageserver-types";
import { hover } from "../../../server/features/hover.ts";
import { open, shownRange, type FixtureOptions } from "../fixture.ts";

/** Fails unless the hover says all of this, over the text that is given. */
function check(text: string, over: string, expected: readonly (string | RegExp)[], options?: FixtureOptions) {
  const { snapshot, position } = open(text, options);
  const found = hover(snapshot, position);
  assert.ok(found, "there is no hover");
  const { value } = found.contents as MarkupContent;
  const { range } = found;
  const line = snapshot.document.file.lines[range!.start.line].text;
  assert.equal(line.slice(range!.start.character, range!.end.character), over, shownRange(range!));
  for (const part of expected) {
    if (typeof part === "string") assert.ok(value.includes(part), `«${part}» is missing in:\n${value}`);
    else assert.match(value, part);
  }
  return value;
}

function checkNothing(text: string): void {
  const { snapshot, position } = open(text);
  assert.equal(hover(snapshot, position), null);
}

const PROGRAM = `
; How many there are.
.const COUNT = 3 * 100
; Where they are.
.cell items = [sp+2] : u32

  SET [0], u32, #COUNT
start:
  SET [4], u64, #1
  ADD [4], [4], [5]
`;

describe("hover", () => {
  it("tells about a mnemonic", () => {
    check("$0add [1], [2], [3]", "add", [
      "ADD a, b, dst",
      "Adds two values of one tag.",
      "M[dst] = M[a] + M[b]",
      "`b`: reads the tag of a",
      "`ADD_8` 0x00, 5 bytes; `ADD_16` 0x01, 8 bytes",
      "**Gas (v6):** 12 L2",
      "wraps around",
      "Here: `ADD_8` at byte 0, 5 bytes, 12 L2 gas",
    ]);
  });

  it("tells what an instruction and its block cost, with the surcharge for addressing", () => {
    check("SET [0], u32, #9\n$0MOV [sp+1], [2]\nJUMP #0", "MOV", [
      "Here: `MOV_8` at byte 5, 4 bytes, 18 L2 gas",
      "Its block: 54 L2 gas",
    ]);
  });

  it("tells about one wire form", () => {
    const value = check("ADD_16$0 [1], [2], [3]", "ADD_16", ["**Wire form:** `ADD_16` 0x01, 8 bytes"]);
    assert.ok(!value.includes("`ADD_8`"));
  });

  it("reads the target of the file, and of the settings where it has none", () => {
    check(".target v2\n$0ADD [1], [2], [3]", "ADD", ["**Gas (v2):**"], { settings: { target: "v4" } });
    check("$0ADD [1], [2], [3]", "ADD", ["**Gas (v4):**"], { settings: { target: "v4" } });
  });

  it("resolves an operand and says what is in the cell", () => {
    check(PROGRAM.replace("ADD [4]", "ADD $0[4]"), "[4]", [
      "`a`: reads any tag",
      "`M[4]`",
      "Here: `u64`, holds `1`",
    ]);
    check(PROGRAM.replace("[5]", "$0[5]"), "[5]", ["`dst`", "Afterwards: `u64`, holds `2`"]);
  });

  it("resolves a relative operand", () => {
    const text = "SET [0], u32, #16\nSET [sp+3], u8, #7\nMOV $0[sp+3], [1]\nRETURN [1], [1]";
    check(text, "[sp+3]", ["`M[M[0] + 3]` = `M[19]`", "`u8`, holds `7`"]);
  });

  it("says of an indirect operand which cell it goes through", () => {
    const text = "SET [1], u32, #9\nSET [9], u8, #7\nMOV $0[[1]], [2]";
    check(text, "[[1]]", ["`M[M[1]]` = `M[9]`", "`u8`, holds `7`"]);
  });

  it("says that an instruction is unreachable", () => {
    check("SET [1], u32, #0\nRETURN [1], [1]\n$0ADD [1], [1], [1]", "ADD", ["Control never gets here."]);
  });

  it("gives a constant's value in both notations, and its comment", () => {
    check(PROGRAM.replace("#COUNT", "#$0COUNT"), "COUNT", [
      ".const COUNT = 3 * 100",
      "Value `300` = `0x12c`",
      "How many there are",
    ]);
  });

  it("gives the value of a constant that depends on declared functions or on the layout", () => {
    const text = (value: string): string =>
      `.function "put(a: Field)", put\n.const $0COUNT = ${value}\nput: SET [1], u32, #COUNT\nend: RETURN [1], [1]`;
    check(text("function_count()"), "COUNT", ["Value `1`"]);
    check(text('argument_at(put, "a") + 1'), "COUNT", ["Value `2`"]);
    check(text("size(put) * 0 + 3"), "COUNT", ["Value `3`"]);
  });

  it("tells which cell a name is, at its definition and where it is used", () => {
    const expected = [".cell items = [sp+2] : u32", "`M[M[0] + 2]`, `u32`", "Where they are"];
    check(PROGRAM.replace("items", "$0items"), "items", expected);
    check(`${PROGRAM}  MOV items$0, [1]`, "items", [...expected, "`src`: reads any tag"]);
  });

  it("tells where a label is", () => {
    check(`${PROGRAM}  JUMP start$0`, "start", ["start:", /Byte offset `\d+`/, "`jump`: a label"]);
  });

  it("shows only the comment block right above", () => {
    const value = check("; one\n\n; two\n; three\nfoo:\n JUMP $0foo", "foo", ["two  \nthree"]);
    assert.ok(!value.includes("one"));
  });

  it("describes the global and the local part of global.local separately", () => {
    const text = "a:\n.b:\n JUMP a.b\n JUMP a.b";
    check(text.replace("JUMP a", "JUMP $0a"), "a", ["a:\n"]);
    check(text.replace("JUMP a.b", "JUMP a.b$0"), "b", ["a.b:\n"]);
  });

  it("tells about tags, members, directives, functions and targets", () => {
    check("SET [1], $0u8, #1", "u8", ["8 bits: 0 to 255", "a tag"]);
    check("GETENVVAR [1], s$0ender", "sender", ["The address of the caller", "Member 1", "`ff`"]);
    check("$0.cell x = [1]", ".cell", ["Names a memory cell"]);
    check(".const A = $0lo(5, 2)", "lo", ["lo(x, bits)"]);
    check(".target $0v4", "v4", ["Releases 4.0 to 4.4"]);
  });

  it("tells about macros and their parameters", () => {
    const text = "; Adds one.\n.macro INC cell, by=[2]\n ADD cell, by, cell\n.endm\n";
    check(`${text} $0INC [1]`, "INC", [".macro INC cell, by=[2]", "Adds one"]);
    check(text.replace("ADD cell", "ADD $0cell"), "cell", ["of .macro INC cell, by=[2]"]);
  });

  it("tells what an argument of a macro holds before the call", () => {
    const text = `.cell n = [1]
.cell one = [2]
.macro INC cell, by
 SET [9], u32, #0
 ADD cell, by, cell
.endm
.macro CLEAR cell
 SET cell, u8, #0
 ADD cell, cell, cell
.endm
 SET n, u32, #41
 SET one, u32, #1
 INC n, one
 INC [1], one
 CLEAR n
`;
    check(text.replace("INC n, one", "INC n, $0one"), "one", [
      "Before the call: `u32`, holds `1`",
      ".cell one",
    ]);
    check(text.replace("INC n", "INC $0n"), "n", ["Before the call: `u32`, holds `41`"]);
    check(text.replace("INC [1]", "INC [$01]"), "[1]", ["Before the call: `u32`, holds `42`"]);
    const written = check(text.replace("CLEAR n", "CLEAR $0n"), "n", [".cell n"]);
    assert.ok(!written.includes("Before"), written);
  });

  it("tells about `sp` and about included files", () => {
    check(" SET [0], u32, #9\n MOV [s$0p+1], [2]", "[sp+1]", ["`sp`: the base", "M[M[0] + n]"]);
    check(".cell x = [s$0p+1]", "[sp+1]", ["`sp`: the base"]);
    check(
      ".include <std/$0frame.avm>",
      "<std/frame.avm>",
      ["frame.avm", "Frames: each call", "`CALL_IN_FRAME`"],
      {
        library: true,
      },
    );
    check('.include "a$0.avm"', '"a.avm"', ["An included file", "`M`"], {
      files: { "a.avm": ".macro M\n.endm" },
    });
  });

  it("shows what a macro expands to", () => {
    const text =
      ".macro COUNT cell, to\nagain:\n ADD cell, [2], cell\n LT cell, to, [3]\n JUMPI [3], again\n.endm\n";
    const value = check(`${text} SET [2], u32, #1\n $0COUNT [1], [sp+4]\n COUNT [1], [5]`, "COUNT", [
      "Expands to 3 instructions, 18 bytes:",
      /```avm\nagain:\n {8}ADD {5}\[1\], \[2\], \[1\]\n {8}LT {6}\[1\], \[sp\+4\], \[3\]\n {8}JUMPI {3}\[3\], again\n```/,
    ]);
    assert.ok(!value.includes("[5]"));
    check(`${text}.rept 3\n $0COUNT [1], [4]\n.endr`, "COUNT", [
      "3 instructions, 18 bytes (the first of 3 times)",
    ]);
    check(".macro NONE\n.endm\n $0NONE", "NONE", ["Expands to nothing."]);
    check(`.macro MANY\n.rept 100, i\n SET [i], u8, #1\n.endr\n.endm\n $0MANY`, "MANY", [
      "100 instructions",
      "; and 80 more",
    ]);
    const wrong = check(`.macro WRONG\n ADD [1]\n.endm\n $0WRONG`, "WRONG", [".macro WRONG"]);
    assert.ok(!wrong.includes("Expands"));
  });

  it("gives a number in both notations", () => {
    check(".const A = $00xff", "0xff", ["`255` = `0xff`"]);
    check(".const A = $0'a'", "'a'", ["`97` = `0x61`"]);
  });

  it("is there in a line with a mistake", () => {
    check("ADD$0 [1, [2]", "ADD", ["Adds two values"]);
    check("A: B: $0ADD", "ADD", ["Adds two values"]);
  });

  it("says nothing in comments, on white space, and about undefined names", () => {
    checkNothing("ADD ; $0ADD");
    checkNothing("/* \n $0ADD */");
    checkNothing("ADD [1], [2], [3]   $0  ");
    checkNothing("JUMPY $0");
    checkNothing("$0");
    checkNothing("\n\n$0");
  });

  it("counts columns in the client's encoding", () => {
    const text = "/* é𝄞 */ $0ADD [1], [2], [3]";
    for (const encoding of ["utf-8", "utf-16", "utf-32"] as const) {
      const { snapshot, position } = open(text, { encoding });
      assert.deepEqual(hover(snapshot, position)?.range?.start, position, encoding);
    }
  });
});

describe("hover over a read says why", () => {
  const uri = "file:///work/main.avm";
  it("with the line that wrote the tag", () => {
    check("SET [1], u8, #7\nMOV $0[1], [2]", "[1]", [
      `Here: \`u8\`, holds \`7\`, written at [line 1](${uri}#L1)`,
    ]);
  });
  it("with the place at which paths with different tags are joined", () => {
    const text = `SET [1], u8, #7
SET [3], u32, #1
CALLDATACOPY [3], [3], [9]
CAST [9], [4], u1
JUMPI [4], on
SET [1], u16, #7
on: MOV $0[1], [2]`;
    check(text, "[1]", [
      `Here: one of \`u8\` ([line 1](${uri}#L1)), \`u16\` ([line 6](${uri}#L6)), holds \`7\``,
      `The ways meet at [line 7](${uri}#L7).`,
    ]);
  });
  it("with words for a cell that was never written, and for an unknown cell", () => {
    check("MOV $0[1], [2]", "[1]", ["Here: never written, so it is `ff` `0`"]);
    check(
      "SET [3], u32, #1\nCALLDATACOPY [3], [3], [9]\nCAST [9], [4], u32\nMOV [3], [[4]]\nMOV $0[6], [2]",
      "[6]",
      [`Here: unknown; it may have been written at [line 4](${uri}#L4)`],
    );
  });
  it("by call, in a routine that is called with different tags", () => {
    const program = (read: string, write: string): string =>
      [
        "SET [0], u32, #0",
        "SET [1], u32, #7",
        "INTERNALCALL twice",
        "SET [1], ff, #7",
        "INTERNALCALL twice",
        "RETURN [0], [2]",
        `twice: ADD ${read}, [1], [2]`,
        "INTERNALCALL inner",
        "INTERNALRETURN",
        `inner: MOV [2], ${write}`,
        "INTERNALRETURN",
      ].join("\n");
    const calls = `By call: \`u32\` from [line 3](${uri}#L3), \`ff\` from [line 5](${uri}#L5).`;
    check(program("$0[1]", "[3]"), "[1]", [calls, `The ways meet at [line 7](${uri}#L7).`]);
    check(program("[1]", "$0[3]"), "[3]", ["Afterwards: one of `ff`, `u32`", calls]);
  });
  it("says that a read or a write never happens, where the instruction halts before", () => {
    for (const cursor of ["MOV $0[[1]], [2]", "MOV [[1]], $0[2]"]) {
      const over = cursor.includes("$0[[") ? "[[1]]" : "[2]";
      check(`SET [1], u64, #5\n${cursor}\nJUMP 0`, over, [
        "Here: never happens, because the program halts before",
      ]);
    }
  });
  it("with the head of a loop, where the first round meets the others", () => {
    const text = `SET [1], u32, #7
SET [2], u64, #7
SET [9], u1, #1
loop: MOV [5], [5]
MOV $0[1], [3]
MOV [2], [1]
JUMPI [9], loop
RETURN [4], [3]`;
    check(text, "[1]", [`The ways meet at [line 4](${uri}#L4).`]);
  });
  it("by expansion, in a macro that is called with different tags", () => {
    const text = `.macro DOUBLE x, to
ADD $0x, x, to
.endm
SET [1], u32, #1
SET [2], u64, #1
DOUBLE [1], [3]
DOUBLE [2], [4]
RETURN [1], [3]`;
    check(text, "x", [`By expansion: \`u32\` from [line 6](${uri}#L6), \`u64\` from [line 7](${uri}#L7).`]);
    check(text.replace("$0", "").replace("x, x, to", "x, x, $0to"), "to", [
      `By expansion: \`u32\` from [line 6](${uri}#L6), \`u64\` from [line 7](${uri}#L7).`,
    ]);
  });
  it("says that no run reaches the read", () => {
    check("SET [1], u32, #0\nRETURN [1], [1]\nMOV $0[1], [2]", "[1]", ["Here: no run gets here"]);
  });
  it("says first what the cell holds here, and then where the name is defined", () => {
    const value = check(".cell x = [1]\nSET x, u8, #1\nMOV x$0, [2]", "x", ["Here: `u8`"]);
    assert.ok(value.indexOf("Here: `u8`") < value.indexOf(".cell x"), value);
  });
});

describe("hover over a cell with a declared tag", () => {
  const unknown = "SET [8], u32, #1\nCALLDATACOPY [8], [8], [10]\nCAST [10], [11], u32\nMOV [10], [[11]]\n";
  it("says that it is declared where nothing is inferred", () => {
    check(`.cell x = [5] : u32\nSET x, u32, #1\n${unknown}MOV x$0, [2]`, "x", [
      /^`M\[5\]` {2}\nDeclared `u32` by .*\n`src`: /,
    ]);
  });
  it("trusts neither of two names with different tags for one address", () => {
    const { snapshot } = open(".cell x = [5] : u32\n.cell y = [5] : u64\nSET x, u32, #1\nMOV y, [2]");
    const { analysis } = snapshot;
    assert.equal(analysis()!.declaredAt(1, 0), undefined);
  });
  it("trusts each of two names of one slot of a frame", () => {
    const { snapshot } = open(
      ".cell x = [sp+0] : u32\n.cell y = [sp+0] : u64\nSET [0], u32, #9\nSET x, u32, #1\nMOV y, [2]",
    );
    assert.equal(snapshot.analysis()!.declaredAt(2, 0), "u64");
  });
});

describe("hover over a macro of the standard library", () => {
  const at = (text: string): string => {
    const { snapshot, position } = open(text, { library: true });
    const contents = hover(snapshot, position)?.contents;
    return contents && typeof contents === "object" && "value" in contents ? contents.value : "";
  };
  it("describes it and says what it expands to", () => {
    const value = at(".include <std/require.avm>\nREQU$0IRE [1]\n");
    assert.match(value, /^Expands to 4 instructions/);
    assert.match(value, /Reverts with the message unless the condition/);
  });
  it("names the file that has it, if that isn't included", () => {
    assert.match(at("REQU$0IRE [1]\n"), /`\.include <std\/require\.avm>` brings it in/);
    assert.match(at("copy_$0range [1], [2], [3]\n"), /`\.include <std\/memory\.avm>` brings it in/);
    assert.equal(at("NOTHI$0NG [1]\n"), "");
  });
});
