import assert from "node:assert/strict";
import type { CallHierarchyItem, CodeLens, Range } from "vscode-languageserver-types";
import {
  incomingCalls,
  outgoingCalls,
  prepareCallHierarchy,
} from "../../../server/features/call-hierarchy.ts";
import { codeActions } from "../../../server/features/code-action.ts";
import { codeLenses, codeLensResolve } from "../../../server/features/code-lens.ts";
import { documentDiagnostics } from "../../../server/features/diagnostic.ts";
import { inlayHints } from "../../../server/features/inlay-hint.ts";
import { edited, MAIN, open, shownRange, uriOf, type FixtureOptions } from "../fixture.ts";
import { toItsEnd } from "../../../program/cooperative.ts";

const EVERYTHING: Range = { start: { line: 0, character: 0 }, end: { line: 999, character: 0 } };

describe("code actions", () => {
  /** Fails unless an action leaves this text. */
  function check(text: string, title: string, expected: string): void {
    const { snapshot, position, text: plain } = open(text);
    const actions = codeActions(snapshot, { start: position, end: position }, {});
    const action = actions.find((one) => one.title === title);
    assert.ok(action, `${title} is missing: ${actions.map((one) => one.title).join("; ")}`);
    assert.equal(edited(plain, action.edit!.changes![MAIN]), expected);
  }

  it("do what a diagnostic suggests", () => {
    check("AD$0 [1], [2], [3]", "Change to `ADD` (a guess)", "ADD [1], [2], [3]");
    check("ADD [1] $0[2], [3]", "Insert the comma", "ADD [1], [2], [3]");
    check("SET [0], $0uint8, #1", "Change to `u8` (a guess)", "SET [0], u8, #1");
    check("JUMP lop$0\nloop:", "Change to `loop` (a guess)", "JUMP loop\nloop:");
  });

  it("apply a fix to all diagnostics of a kind", () => {
    check(
      "ADD [1] $0[2], [3]\nSUB [1], [2] [3]",
      "Fix all `missing-comma` in this file",
      "ADD [1], [2], [3]\nSUB [1], [2], [3]",
    );
  });

  it("add a label that is jumped to", () => {
    check(
      "JUMP $0there\nRETURN [1], [1]\n",
      "Add the label `there` (a guess)",
      "JUMP there\nRETURN [1], [1]\nthere:\n",
    );
    check("JUMP $0there", "Add the label `there` (a guess)", "JUMP there\nthere:\n");
    check(
      "a: JUMP $0.x\n\nb: RETURN [1], [1]",
      "Add the label `.x` (a guess)",
      "a: JUMP .x\n\n.x:\nb: RETURN [1], [1]",
    );
  });

  it("remove code that no run reaches, but not its labels", () => {
    check(
      "        JUMP end\n        $0SET [1], u8, #1 ; one\n\nx:      SET [2], u8, #1\nend:    REVERT [1], [2]\n",
      "Remove the code that no run reaches",
      "        JUMP end\n\nx:      \nend:    REVERT [1], [2]\n",
    );
  });

  it("remove no code if what stays would be another program", () => {
    const isOffered = (text: string): boolean => {
      const { snapshot, position } = open(text);
      const actions = codeActions(snapshot, { start: position, end: position }, {});
      return actions.some(({ title }) => title.startsWith("Remove the code"));
    };
    const dead = " $0SET [1], u8, #1\n";
    const end = "end: SET [3], u32, #1\n";
    assert.ok(isOffered(` JUMP end\n${dead}${end} RETURN [3], [3]`));
    // What is returned, what is tested and where a number leads would all be something else.
    assert.ok(!isOffered(` JUMP end\n${dead}${end} SET [4], u32, #end\n RETURN [3], [4]`));
    assert.ok(!isOffered(` JUMP end\n${dead}${end}.assert end == 10, "moved"\n RETURN [3], [3]`));
    assert.ok(!isOffered(` JUMP 10\n${dead}${end} RETURN [3], [3]`));
  });

  it("apply all certain fixes for the kind `source.fixAll.avm`", () => {
    const { snapshot, text } = open("AD [1], [2], [3]\nSUB [1] [2], [3]");
    const [action, ...others] = codeActions(snapshot, EVERYTHING, { only: ["source.fixAll"] });
    assert.deepEqual(others, []);
    assert.equal(edited(text, action.edit!.changes![MAIN]), "AD [1], [2], [3]\nSUB [1], [2], [3]");
  });

  it("extract a constant", () => {
    check(
      "; head\n.target v6\n\nSET [1], u8, #$00x1F + 2",
      "Extract the constant `VALUE_0X1F`",
      "; head\n.target v6\n.const VALUE_0X1F = 0x1F\n\nSET [1], u8, #VALUE_0X1F + 2",
    );
    check(
      ".const VALUE_5 = 6\nx: MOV [$05], [VALUE_5]",
      "Extract the constant `VALUE_5_2`",
      ".const VALUE_5 = 6\n.const VALUE_5_2 = 5\nx: MOV [VALUE_5_2], [VALUE_5]",
    );
  });

  it("inline a constant", () => {
    check(
      ".const A = 1\n.const B = A + 1\nSET [1], u8, #$0B * 2\nSET [B], u8, #A",
      "Inline the constant `B`",
      ".const A = 1\nSET [1], u8, #(A + 1) * 2\nSET [(A + 1)], u8, #A",
    );
    check(".const $0A = 7 ; why\nSET [A], u8, #A", "Inline the constant `A`", " ; why\nSET [7], u8, #7");
  });

  it("inline no constant whose value means something else elsewhere", () => {
    const titles = (text: string): string[] => {
      const { snapshot, position } = open(text);
      return codeActions(snapshot, { start: position, end: position }, {}).map(({ title }) => title);
    };
    assert.ok(
      !titles("a:\n.x:\n.const $0B = .x\nb:\nSET [1], u32, #B").some((one) => one.startsWith("Inline")),
    );
    assert.ok(
      !titles(".const A = 1\n.const $0B = A\n.macro M A\nSET [A], u8, #B\n.endm\nM 5").some((one) =>
        one.startsWith("Inline"),
      ),
    );
  });

  it("name a memory cell in its routine", () => {
    check(
      "a: SET [$04], u32, #9\n MOV [[4]], [sp+4]\n JUMP a\nb: MOV [4], [5]",
      "Name the cell `[4]` in this routine",
      ".cell cell_4 = [4]\na: SET cell_4, u32, #9\n MOV [cell_4], [sp+4]\n JUMP a\nb: MOV [4], [5]",
    );
    check(
      "SET [0], u32, #9\nMOV [sp+$03], [[sp+3]]",
      "Name the cell `[sp+3]` in this routine",
      ".cell cell_sp_3 = [sp+3]\nSET [0], u32, #9\nMOV cell_sp_3, [cell_sp_3]",
    );
  });

  it("write a cell by its name or its address", () => {
    check(".cell n = [4]\nMOV [$04], [5]", "Write `n` for `[4]`", ".cell n = [4]\nMOV n, [5]");
    check(".cell n = [4]\nMOV [[$04]], [5]", "Write `[n]` for `[[4]]`", ".cell n = [4]\nMOV [n], [5]");
    check(".cell n = [4]\nMOV $0n, [5]", "Write `[4]` for `n`", ".cell n = [4]\nMOV [4], [5]");
    check(
      ".cell n = [sp+4]\nMOV [$0n], [5]",
      "Write `[[sp+4]]` for `[n]`",
      ".cell n = [sp+4]\nMOV [[sp+4]], [5]",
    );
    check(".cell n = [4]\nMOV $0n+1, [5]", "Write `[5]` for `n+1`", ".cell n = [4]\nMOV [5], [5]");
  });

  it("name the diagnostic that they resolve", () => {
    const { snapshot, position } = open("AD$0 [1], [2], [3]");
    const [action] = codeActions(snapshot, { start: position, end: position }, {});
    assert.deepEqual(
      action.diagnostics!.map(({ code }) => code),
      ["unknown-mnemonic"],
    );
    assert.equal(action.isPreferred, undefined, "a guess");
    const certain = open("ADD [1]$0 [2], [3]");
    const at = { start: certain.position, end: certain.position };
    assert.equal(codeActions(certain.snapshot, at, {})[0].isPreferred, true);
  });

  it("are only those near the cursor, and of the kinds that are asked for", () => {
    const { snapshot, position } = open("AD [1], [2], [3]\n$0RETURN [1], [1]");
    const at = { start: position, end: position };
    assert.deepEqual(codeActions(snapshot, at, {}), []);
    assert.equal(codeActions(snapshot, EVERYTHING, { only: ["quickfix"] }).length, 1);
    assert.deepEqual(codeActions(snapshot, EVERYTHING, { only: ["refactor"] }), []);
    const cell = open("MOV [$04], [5]\n");
    const kinds = (only?: string[]): (string | undefined)[] =>
      codeActions(cell.snapshot, { start: cell.position, end: cell.position }, { only })
        .map(({ kind }) => kind)
        .filter((kind) => kind?.startsWith("refactor"));
    assert.deepEqual(kinds(), ["refactor.extract.constant", "refactor.extract.cell"]);
    assert.deepEqual(kinds(["refactor.extract.cell"]), ["refactor.extract.cell"]);
    assert.deepEqual(kinds(["quickfix"]), []);
  });
});

describe("diagnostics that are asked for", () => {
  it("are what the grammar, the assembler and the checker find", () => {
    const { snapshot } = open(`  SET [0], u32, #1
  SET [1], u8, #300
  ADD [0] [1], [2]
  JUMP nowhere
`);
    const { items } = documentDiagnostics(snapshot);
    assert.deepEqual(
      items.map(({ code }) => code),
      ["literal-too-wide", "missing-comma", "undefined-name"],
    );
    const right = open("  SET [1], u8, #300\n  RETURN [1], [1]\n");
    assert.deepEqual(
      documentDiagnostics(right.snapshot).items.map(({ code }) => code),
      ["literal-too-wide", "wrong-tag"],
    );
  });

  it("come with those of the included files", () => {
    const { snapshot } = open('.include "lib.avm"', { files: { "lib.avm": "NOPE" } });
    const { items, related } = documentDiagnostics(snapshot);
    assert.deepEqual(items, []);
    const [{ code, relatedInformation }] = related[uriOf("lib.avm")];
    assert.equal(code, "unknown-mnemonic");
    assert.equal(relatedInformation![0].location.uri, MAIN);
  });
});

describe("inlay hints", () => {
  const hints = (text: string, inlayHintSettings: object, range = EVERYTHING): string[] =>
    toItsEnd(inlayHints(open(text, { settings: { inlayHints: inlayHintSettings } }).snapshot, range)).map(
      ({ label, position: { line, character } }) => `${line}:${character} ${label as string}`,
    );
  const text = `SET [0], u32, #8
SET [1], u32, #1
ADD [1], [1], [2] ; sum
EQ [1], [2], [sp+1]
SLOAD [3], [3], [4]
RETURN [1], [2]`;

  it("give the tags of what is written, where the line doesn't say them", () => {
    assert.deepEqual(hints(text, { tags: true }), ["2:17 : u32", "3:19 : u1", "4:19 : ff"]);
  });

  it("give byte offsets, gas and the names of operands", () => {
    const none = { tags: false };
    const second: Range = { start: { line: 3, character: 0 }, end: { line: 3, character: 9 } };
    assert.deepEqual(hints(text, { ...none, offsets: true }, second), ["3:0 15"]);
    assert.deepEqual(hints(text, { ...none, gas: true }, second), ["3:19 18 L2"]);
    assert.deepEqual(hints(text, { ...none, operands: true }, second), ["3:3 a:", "3:8 b:", "3:13 dst:"]);
  });

  it("can all be switched off, and are absent where nothing is known", () => {
    assert.deepEqual(hints(text, { tags: false }), []);
    assert.deepEqual(hints("INTERNALCALL nowhere\nADD [1], [2], [3]", { tags: true }), []);
    assert.deepEqual(hints("", { tags: true }), []);
  });
});

describe("code lenses", () => {
  const lenses = (text: string, settings: object = {}, commands = false): CodeLens[] => {
    const { snapshot } = open(text, { settings });
    return codeLenses(snapshot, { commands }).map((lens) =>
      lens.data === undefined ? lens : codeLensResolve(snapshot, lens, { commands }),
    );
  };
  const titles = (text: string, settings?: object): (string | undefined)[] =>
    lenses(text, settings).map(({ command }) => command?.title);
  const text = " INTERNALCALL a\na: JUMP a\n.x: JUMP a.x\nb: INTERNALRETURN\n INTERNALCALL a";

  it("tell who uses a routine, its size and its gas", () => {
    assert.deepEqual(titles(text), ["2 calls, 1 other use, 10 bytes"]);
    assert.deepEqual(titles(" INTERNALCALL a\n RETURN [1], [1]\na: SET [1], u32, #0\n INTERNALRETURN"), [
      "1 call, 6 bytes, 36 gas",
    ]);
  });

  it("stand above routines and public functions, above every label, or nowhere", () => {
    const contract = `.function "f()", f\nstart: JUMP f\nf: INTERNALCALL g\n RETURN [1], [1]\ng: INTERNALRETURN`;
    const lines = (lenses: string): number[] =>
      codeLenses(open(contract, { settings: { lenses } }).snapshot, { commands: false }).map(
        ({ range }) => range.start.line,
      );
    assert.deepEqual(lines("routines"), [2, 4]);
    assert.deepEqual(lines("all"), [1, 2, 4]);
    assert.deepEqual(lines("off"), []);
    assert.deepEqual(lines("nonsense"), [2, 4]);
  });

  it("have no empty title", () => {
    const start = "start: INTERNALCALL a\n JUMP b\na: INTERNALRETURN\nb: JUMP b\nc: JUMP b";
    assert.deepEqual(titles(start, { lenses: "all" }), [
      "10 bytes",
      "1 call, 1 byte, 9 gas",
      "3 other uses, 5 bytes",
      "never used, 5 bytes",
    ]);
    assert.deepEqual(titles(" INTERNALCALL nowhere\na:", { lenses: "all" }), ["never used, 0 bytes"]);
  });

  it("show the references of a routine, for a client that can", () => {
    const [, , lens] = lenses(text, {}, true);
    assert.deepEqual(lens.command, {
      title: "2 calls, 1 other use, 10 bytes",
      command: "avm.showReferences",
      arguments: [MAIN, { line: 1, character: 0 }],
    });
  });

  it("run and debug a program and its tests, for a client that can", () => {
    const source = `; a program\n.target v6\n\n RETURN [1], [1]\n.test "one"\n.call 1\n.endtest\n.test "two"\n.call 2\n.endtest`;
    const shown = lenses(source, {}, true).map(({ range, command }) => [
      range.start.line,
      command!.title,
      ...command!.arguments!.slice(1),
    ]);
    assert.deepEqual(shown, [
      [3, "Run"],
      [3, "Debug"],
      [4, "Run Test", "one"],
      [4, "Debug Test", "one"],
      [7, "Run Test", "two"],
      [7, "Debug Test", "two"],
    ]);
    assert.deepEqual(lenses(source, { lenses: "off" }, true), []);
    assert.deepEqual(lenses(source), []);
  });

  it("run a program whose tests stand in a file of their own", () => {
    const program = " RETURN [1], [1]\n";
    const { session } = open("", { files: { "program.avm": program } });
    const tests = '.include "program.avm"\n.test "one"\n.call\n.endtest\n';
    session.openDocument(uriOf("program.test.avm"), 1, tests);
    session.openDocument(uriOf("program.avm"), 1, program);
    const titlesOf = (uri: string): string[] =>
      codeLenses(session.snapshot(uri)!, { commands: true }).map(({ command }) => command!.title);
    assert.deepEqual(titlesOf(uriOf("program.avm")), ["Run", "Debug"]);
    assert.deepEqual(titlesOf(uriOf("program.test.avm")), ["Run Test", "Debug Test"]);
  });
});

describe("call hierarchy", () => {
  const text = `start: INTERNALCALL twice
 INTERNALCALL twice
twice: INTERNALCALL on$0ce
.again: INTERNALCALL twice.again
 JUMP once
once: INTERNALRETURN
`;

  it("finds the callers of a routine", () => {
    const { snapshot, position } = open(text);
    const [once] = prepareCallHierarchy(snapshot, position)!;
    assert.equal(once.name, "once");
    const [caller, ...others] = incomingCalls(snapshot, once);
    assert.deepEqual([caller.from.name, caller.fromRanges.length, others.length], ["twice", 1, 0]);
    const [start] = incomingCalls(snapshot, caller.from);
    assert.deepEqual([start.from.name, start.fromRanges.length], ["start", 2]);
  });

  it("finds what a routine calls", () => {
    const { snapshot, position } = open(text);
    const [once] = prepareCallHierarchy(snapshot, position)!;
    assert.deepEqual(outgoingCalls(snapshot, once), []);
    const twice = incomingCalls(snapshot, once)[0].from;
    assert.deepEqual(
      outgoingCalls(snapshot, twice).map(({ to, fromRanges }) => `${to.name} ${fromRanges[0].start.line}`),
      ["once 2", "twice 3"],
    );
  });

  it("is about labels and macros alone", () => {
    const { snapshot, position } = open(".const $0A = 1");
    assert.equal(prepareCallHierarchy(snapshot, position), null);
  });

  /** What calls the routine or macro at the cursor, and what it calls: `name line:start-end …`. */
  function callsAt(text: string, options: FixtureOptions = {}): { in: string[]; out: string[] } {
    const { session, snapshot, position } = open(text, options);
    const [item] = prepareCallHierarchy(snapshot, position)!;
    const there = session.snapshot(item.uri)!;
    const shown = ({ name }: CallHierarchyItem, ranges: readonly Range[]): string =>
      [name, ...ranges.map((range) => shownRange(range))].join(" ");
    return {
      in: incomingCalls(there, item).map(({ from, fromRanges }) => shown(from, fromRanges)),
      out: outgoingCalls(there, item).map(({ to, fromRanges }) => shown(to, fromRanges)),
    };
  }

  const FRAMES = `.include <std/frame.avm>
main: FRAMES
 CALL_IN_FRAME fact, 3
 RETURN [1], [2]
fact: CALL_IN_FRAME fact, 3
 INTERNALRETURN`;

  it("follows the argument of a macro to the routine that it names", () => {
    const at = (line: string): string => FRAMES.replace(line, `$0${line}`);
    assert.deepEqual(callsAt(at("fact:"), { library: true }), {
      in: ["main 2:15-19", "fact 4:20-24"],
      out: ["CALL_IN_FRAME 4:6-19", "fact 4:20-24"],
    });
    assert.deepEqual(callsAt(at("main:"), { library: true }), {
      in: [],
      out: ["FRAMES 1:6-12", "CALL_IN_FRAME 2:1-14", "fact 2:15-19"],
    });
  });

  it("has macros, in the file that defines them", () => {
    const calls = callsAt(FRAMES.replace("CALL_IN_FRAME", "$0CALL_IN_FRAME"), { library: true });
    assert.deepEqual(calls.in, ["main 2:1-14", "fact 4:6-19"]);
    assert.deepEqual(
      calls.out.map((call) => call.split(" ")[0]),
      ["PUSH_FRAME", "POP_FRAME"],
    );
  });

  it("puts the calls in a macro's body down to the macro", () => {
    const text = `.macro TWICE what, other=once
 INNER what
 INNER other
 INTERNALCALL once
again: JUMP_IF [1], again
.endm
.macro INNER routine
 INTERNALCALL routine
.endm
 TWICE log
log: TWICE .part, log
.part: INTERNALRETURN
once: INTERNALRETURN`;
    assert.deepEqual(callsAt(text.replace("once: ", "$0once: ")).in, ["TWICE 0:25-29 3:14-18"]);
    assert.deepEqual(callsAt(text.replace("log: ", "$0log: ")), {
      in: ["(start) 9:7-10", "log 10:12-16 10:18-21"],
      out: ["TWICE 10:5-10", "log 10:12-16 10:18-21"],
    });
    assert.deepEqual(callsAt(text.replace("again: ", "$0again: ")), {
      in: ["(start) 9:1-6", "log 10:5-10"],
      out: ["INNER 1:1-6 2:1-6", "once 0:25-29 3:14-18"],
    });
    assert.deepEqual(callsAt(text.replace("INNER routine", "$0INNER routine")), {
      in: ["TWICE 1:1-6 2:1-6"],
      out: [],
    });
  });

  it("knows labels in repetitions, and what a number calls", () => {
    const text = `.const TARGET = work
 INTERNALCALL TARGET
 INTERNALCALL work+0
 INTERNALCALL 0
 .rept 1
inner: INTERNALCALL work
 .endr
$0work: INTERNALRETURN`;
    assert.deepEqual(callsAt(text).in, ["(start) 1:14-20 2:14-20", "inner 5:20-24"]);
  });

  it("works with macros that call themselves or lack arguments", () => {
    const text =
      ".macro $0M a, b\n M b, a\n INTERNALCALL a\n.endm\n M\n M f, 1, 2\nf: M , f\n INTERNALCALL\n u8 1";
    assert.deepEqual(callsAt(text), { in: ["M 1:1-2", "(start) 4:1-2 5:1-2", "f 6:3-4"], out: ["M 1:1-2"] });
  });
});
