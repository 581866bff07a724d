import assert from "node:assert/strict";
import { CompletionItemKind, InsertTextFormat, type CompletionItem } from "vscode-languageserver-types";
import { completionResolve } from "../../../server/features/completion-resolve.ts";
import { completion } from "../../../server/features/completion.ts";
import { BUILTINS } from "../../../assembler/expressions/builtins.ts";
import { DIRECTIVES, type DirectiveName } from "../../../grammar/directives.ts";
import { parseSource } from "../../../grammar/source-file.ts";
import { check as checkProgram } from "../../../project/check.ts";
import { edited, open, uriOf, type FixtureOptions } from "../fixture.ts";

function itemsAt(text: string, options?: FixtureOptions, typed?: string): CompletionItem[] {
  const { snapshot, position } = open(text, options);
  return completion(snapshot, position, { snippets: true, typed }).items;
}

/** Fails unless the items are just these, in the order in which they are shown. */
function checkAll(text: string, expected: readonly string[], options?: FixtureOptions): void {
  const items = itemsAt(text, options).sort((a, b) => (a.sortText! < b.sortText! ? -1 : 1));
  assert.deepEqual(
    items.map(({ label }) => label),
    expected,
  );
}

/** Fails unless all of these are offered, and none of the others. */
function check(text: string, expected: readonly string[], absent: readonly string[] = []): void {
  const labels = itemsAt(text).map(({ label }) => label);
  for (const label of expected) assert.ok(labels.includes(label), `${label} is missing: ${labels.join()}`);
  for (const label of absent) assert.ok(!labels.includes(label), `${label} is there`);
}

/** Fails unless choosing an item leaves this text. */
function checkChosen(text: string, label: string, expected: string, snippets = false): void {
  const { snapshot, position, text: plain } = open(text);
  const item = completion(snapshot, position, { snippets }).items.find((one) => one.label === label);
  assert.ok(item, `${label} is missing`);
  const edit = item.textEdit!;
  assert.ok("range" in edit);
  assert.equal(edited(plain, [edit]), expected);
}

const NAMES = `.const SIZE = 4
.cell zero = [0] : u32
.cell frame = [sp+1]
.macro PUSH what, count=#1
.endm
main:
.loop:
other:
.done:
`;
const FUNCTIONS = Object.keys(BUILTINS).sort();
const TAGS = ["ff", "u1", "u128", "u16", "u32", "u64", "u8"];
const SHAPES = ["[[]]", "[[sp+]]", "[]", "[sp+]"];

describe("completion", () => {
  describe("in strings and comments", () => {
    it("offers the codes of halts", () => {
      check('.test "t"\n.call\n.halts "$0"', ["wrong-tag", "zero-divisor"], ["dead-store"]);
      check('.test "t"\n.call\n.halts "$0', ["wrong-tag"]);
      checkChosen('.halts "zero-d$0"', "zero-divisor", '.halts "zero-divisor"');
      assert.ok(itemsAt('.halts "$0"', {}, '"').length > 0);
    });

    it("offers the parameters of a function and their parts", () => {
      const text = `.struct Range = "(low: u8, high: u8)"
.function "f(to: Field, range: Range)", main
main: SET [1], u32, #argument_at(main, "$0")`;
      checkAll(text, ["range", "range.high", "range.low", "to"]);
      checkAll(text.replace("argument_at(main", "argument_size(other"), []);
      checkAll(text.replace("argument_at", "selector"), []);
      checkChosen(text.replace("$0", "range.h$0"), "range.high", text.replace("$0", "range.high"));
      assert.ok(itemsAt(text, {}, '"').length > 0);
    });

    it("offers the codes that a comment can ignore", () => {
      check(" ADD [1], [2], [3] ; avm-ignore: $0", ["dead-store", "wrong-tag"], ["syntax-error", "ADD"]);
      check("// avm-ignore: dead-store, $0", ["unreachable-code"]);
      check("/* avm-ignore: dead-$0 */", ["dead-store"]);
      check("; avm-ignore$0", [], ["dead-store"]);
      check("; avm-ignore: dead-store -- $0", [], ["dead-store"]);
      check("; like avm-ignore: $0", [], ["dead-store"]);
      checkChosen("; avm-ignore: dead-s$0", "dead-store", "; avm-ignore: dead-store");
    });
  });

  describe("at the start of a statement", () => {
    it("offers instructions, wire forms, macros and directives", () => {
      check(`${NAMES}$0`, ["ADD", "ADD_16", "SET_FF", "PUSH", ".const"], ["SIZE", "zero", "main", "u32"]);
      check(`${NAMES}  label: $0`, ["ADD", "PUSH"]);
      check(`${NAMES}  ad$0`, ["ADD", "ADD_16"]);
    });

    it("offers the instructions of the target", () => {
      check(".target v6\n $0", ["GETENVVAR_16", "EMITPUBLICLOG"], ["EMITUNENCRYPTEDLOG"]);
      check(".target v2\n $0", ["EMITUNENCRYPTEDLOG"], ["EMITPUBLICLOG"]);
    });

    it("offers only directives after a dot", () => {
      check(".$0", [".const", ".macro"], ["ADD"]);
      checkChosen("  .co$0", ".const", "  .const");
    });

    const TEST = 'M_CALL: RETURN [1], [1]\n.macro STEP\n.endm\n.test "t"\n';

    it("offers the directives of tests inside of a test, and only there", () => {
      const code = ["ADD", "AND", "CALL", ".target", ".contract", ".include", ".byte", ".test"];
      check(
        `${TEST} $0\n.endtest`,
        ["STEP", ".call", ".returns", ".endtest", ".if", ".rept", ".const", ".macro"],
        code,
      );
      check(`${TEST} .call\n .$0\n`, [".returns", ".halts"], code);
      check(`${TEST}.rept 2\n.if 1\n $0\n.endif\n.endr\n.endtest`, [".call"], code);
      check(`${TEST}.endtest\n $0`, ["ADD", ".target", ".test"], [".returns", ".call", ".endtest"]);
      check(".macro M\n $0\n.endm", ["ADD", ".returns", ".include"], [".test", ".endtest", ".target"]);
    });

    it("offers no code in a file of tests", () => {
      const labelsIn = (text: string): string[] => {
        const { session } = open("start: RETURN [1], [1]\n");
        const uri = uriOf("main.test.avm");
        session.openDocument(uri, 1, text.replace("$0", ""));
        const line = text.slice(0, text.indexOf("$0")).split("\n").length - 1;
        const position = { line, character: text.split("\n")[line].indexOf("$0") };
        return completion(session.snapshot(uri)!, position, { snippets: true }).items.map(
          ({ label }) => label,
        );
      };
      const outside = labelsIn('.include "main.avm"\n.macro STEP\n.endm\n $0\n');
      for (const label of [".test", ".include", ".const", ".macro", "STEP"])
        assert.ok(outside.includes(label), label);
      for (const label of ["ADD", ".byte", ".assume", ".contract", ".call", ".endtest"])
        assert.ok(!outside.includes(label), label);
      const inside = labelsIn('.include "main.avm"\n.test "t"\n $0\n.endtest\n');
      for (const label of [".call", ".endtest"]) assert.ok(inside.includes(label), label);
      for (const label of ["ADD", ".test", ".byte"]) assert.ok(!inside.includes(label), label);
      // Without a program under test it is a program itself.
      assert.ok(labelsIn(" $0\n").includes("ADD"));
    });

    it("offers in a test the directives that the assembler takes there", () => {
      for (const name of Object.keys(DIRECTIVES) as DirectiveName[]) {
        const usage = DIRECTIVES[name].usage.replace(/ \[.*$/, "").replace(/,? ?…/g, "");
        const inner = name === "test" ? `${usage}\n.endtest` : usage;
        const text = `        SET [1], u32, #0\n        RETURN [1], [1]\n.test "t"\n        .call\n        ${inner}\n.endtest\n`;
        const { diagnostics } = checkProgram(parseSource("main.avm", text));
        const isMisplaced = diagnostics.some(({ code }) => /^misplaced-/.test(code));
        const offered = itemsAt('.test "t"\n $0\n.endtest').some(({ label }) => label === `.${name}`);
        assert.equal(offered, !isMisplaced, name);
      }
    });

    it("writes operands to jump between, where the client can", () => {
      checkChosen("  se$0", "SET", "  SET [${1:dst}], ${2|ff,u1,u8,u16,u32,u64,u128|}, #${3:value}", true);
      checkChosen("  get$0", "GETENVVAR", "  GETENVVAR", false);
      const [item] = itemsAt("$0").filter(({ label }) => label === "INTERNALRETURN");
      assert.deepEqual(
        [item.textEdit!.newText, item.insertTextFormat],
        ["INTERNALRETURN", InsertTextFormat.Snippet],
      );
    });

    it("isn't shown while the user indents a line", () => {
      assert.deepEqual(itemsAt(" $0", {}, " "), []);
      assert.notDeepEqual(itemsAt("ADD $0", {}, " "), []);
    });
  });

  describe("in an operand", () => {
    it("offers cells where memory is wanted", () => {
      checkAll(`${NAMES} MOV $0`, ["frame", "zero", ...SHAPES]);
      checkAll(`${NAMES} MOV fr$0`, ["frame", "zero"]);
      checkAll(`${NAMES} MOV zero, $0`, ["zero", "frame", ...SHAPES]);
      checkChosen(`${NAMES} MOV fr$0`, "frame", `${NAMES} MOV frame`);
    });

    it("offers what an address is made of inside of brackets", () => {
      checkAll(`${NAMES} MOV [$0`, [
        ...["sp", "frame", "SIZE", "zero"],
        ...FUNCTIONS,
        ...[".done", "main", "other", "main.loop"],
      ]);
      check(`${NAMES} MOV [sp+$0]`, ["SIZE"], ["sp"]);
      check(`${NAMES} MOV [sp $0`, [], ["SIZE", "sp"]);
    });

    it("ranks cells by the tag that the operand takes", () => {
      const cells = `.cell a = [1] : ff
.cell b = [2] : u1
.cell c = [3]
.cell d = [4] : u32
.cell e = [5] : u8
`;
      const first = (line: string, expected: string): void => {
        const items = itemsAt(cells + line).filter(({ kind }) => kind === CompletionItemKind.Variable);
        const names = items.sort((x, y) => (x.sortText! < y.sortText! ? -1 : 1)).map(({ label }) => label);
        assert.equal(names.join(" "), expected, line);
      };
      first("JUMPI $0", "b c a d e");
      first("JUMPI $0, there\nthere:", "b c a d e");
      first("SLOAD $0", "a c b d e");
      first("MOV $0", "a b c d e");
      first("MOV d, $0", "d c a b e");
      first("ADD e, $0", "e c a b d");
      first("AND $0", "b d e c a");
      first("SET $0, u1, #1", "b c a d e");
      first("CAST a, $0, u8", "e c a b d");
      first("GETENVVAR $0, SENDER", "a c b d e");
      first("CALLDATACOPY d, $0", "d c a b e");
      first("MOV [$0", "c d a b e");
    });

    it("ranks constants before labels in a literal, and labels before constants in a jump", () => {
      const names = ".const SIZE = 4\n.const TARGET = main + 5\nmain:\n";
      checkAll(`${names} SET [1], u32, #$0`, ["SIZE", "TARGET", ...FUNCTIONS, "main"]);
      checkAll(`${names} JUMP $0`, ["main", "TARGET"]);
    });

    it("offers tags where a tag is wanted", () => {
      checkAll(`${NAMES} SET zero, $0`, TAGS);
      checkAll(`${NAMES} CAST zero, frame, u$0`, TAGS);
    });

    it("offers constants where a literal is wanted", () => {
      checkAll(`${NAMES} SET zero, u32, $0`, ["#SIZE"]);
      check(`${NAMES} SET zero, u32, #$0`, ["SIZE", "main", "lo"], ["zero", "u32", "#SIZE"]);
      check(`${NAMES} SET zero, u32, #SIZE + $0`, ["SIZE"]);
      checkAll(`${NAMES} SET zero, u32, #SIZE $0`, []);
      checkChosen(`${NAMES} SET zero, u32, $0`, "#SIZE", `${NAMES} SET zero, u32, #SIZE`);
    });

    it("offers labels where a jump's target is wanted, local ones by their short name", () => {
      checkAll(`${NAMES} JUMP $0`, [".done", "main", "other", "main.loop"]);
      checkChosen(`${NAMES} JUMP .d$0`, ".done", `${NAMES} JUMP .done`);
      checkChosen(`${NAMES} JUMP main.$0`, "main.loop", `${NAMES} JUMP main.loop`);
      check(`${NAMES} JUMPI zero, $0`, ["main"], ["zero"]);
    });

    it("offers members where one is wanted, those of the target", () => {
      check("GETENVVAR [1], $0", ["SENDER", "MINFEEPERL2GAS"], ["u32", "DEPLOYER"]);
      check(".target v2\nGETENVVAR [1], $0", ["SENDER", "BASEFEEPERL2GAS"], ["MINFEEPERL2GAS"]);
    });

    it("offers nothing behind the last operand, in comments, strings and numbers", () => {
      checkAll("NOT [1], [2], $0", []);
      checkAll("ADD ; $0", []);
      checkAll("/* $0", []);
      checkAll('.error "$0', []);
      checkAll('.error "a$0b"', []);
      checkAll("ADD [1$0", []);
      checkAll("ADD [0x$0", []);
    });

    it("works in a line with mistakes", () => {
      checkAll(`${NAMES} SET [0 u32, $0`, TAGS);
      checkAll(`${NAMES} SET ], $0, #`, TAGS);
      checkAll("CAST [1], é, $0", TAGS);
    });

    it("offers anything as the argument of a macro", () => {
      check(`${NAMES} PUSH $0`, ["zero", "main", "SIZE", "u32"], ["ADD"]);
    });

    it("offers a macro's parameters in its body alone", () => {
      const text = ".macro M a\n MOV 1\n.endm\n MOV 2";
      check(text.replace("1", "$0"), ["a"]);
      check(text.replace("2", "$0"), [], ["a"]);
      check(".rept 3, i\n.const A = $0\n.endr", ["i"]);
    });
  });

  describe("in rare constructs of the language", () => {
    const HEAD = `.cell place = [5]
.cell local = [sp+2]
.const number = 3
.const target = lab + 2
.const further = 1 + target
.macro MAC p, t
        .endm
lab:    INTERNALRETURN
`;
    const NAMES = ["place", "local", "number", "target", "further", "MAC", "lab", "p", "t"];
    const offered = (text: string): string[] => {
      const { snapshot, position } = open(HEAD + text);
      const { items } = completion(snapshot, position, { snippets: false });
      const labels = new Set(items.map(({ label }) => label));
      return NAMES.filter((name) => labels.has(name));
    };
    for (const [text, names] of [
      ["        JUMP $0", "target further lab"],
      ["        SET place, u32, #$0", "number target further lab"],
      ["        SET place, u32, #addr($0)", "place local"],
      [".const other = $0", "number target further lab"],
      [".cell other = $0", "place local"],
      [".if defined($0)", "place local number target further MAC lab"],
      [".assert size($0) == 1", "lab"],
      ["        MAC #$0", "number target further lab"],
      [".macro N p, t\n        .expect p: $0\n        .endm", "p t"],
    ]) {
      it(text.trim(), () => assert.deepEqual(offered(text), names.split(" ")));
    }
  });

  describe("of directives", () => {
    it("offers targets, tags and values where each fits", () => {
      checkAll(".target $0", ["v6", "v5", "v4", "v3", "v2"]);
      checkAll(".cell a = [1] : $0", TAGS);
      checkAll(`${NAMES}.assume zero: $0`, TAGS);
      check(`${NAMES}.expect $0`, ["zero"]);
      check(`${NAMES}.const A = $0`, ["SIZE", "lo"]);
      checkAll(".const $0", []);
      check(`${NAMES}.if $0`, ["SIZE", "size"], ["main"]);
      check(`${NAMES}.const AT = main + 1\n.elif SIZE + $0`, ["SIZE"], ["main", "AT"]);
      check(`${NAMES}.if argument_at($0`, ["main"], ["SIZE"]);
    });
  });

  it("offers what included files define", () => {
    const files = { "lib.avm": ".const SHARED = 1\nhelper:\n" };
    checkAll('.include "lib.avm"\n SET [0], u8, $0', ["#SHARED"], { files });
    checkAll('.include "lib.avm"\n JUMP $0', ["helper"], { files });
  });

  it("adds the documentation when an item is looked at", () => {
    const resolved = (text: string, label: string): string => {
      const { snapshot, position } = open(text);
      const item = completion(snapshot, position, { snippets: true }).items.find(
        (one) => one.label === label,
      );
      // As it comes back from the client.
      const { documentation } = completionResolve(snapshot, JSON.parse(JSON.stringify(item)));
      return typeof documentation === "object" ? documentation.value : "";
    };
    assert.match(resolved("$0", "SHA256COMPRESSION"), /\*\*Gas \(v6\)/);
    assert.match(resolved("$0", ".rept"), /Repeats the lines/);
    assert.match(resolved("SET [0], $0", "u8"), /0 to 255/);
    assert.match(resolved("GETENVVAR [0], $0", "SENDER"), /The address of the caller/);
    assert.match(resolved("; Tells.\n.const A = 7\nSET [0], u8, $0", "#A"), /Value `7`\n\nTells/);
    assert.match(resolved(".const A = $0", "lo"), /The lower `bits` bits/);
    assert.match(resolved(".target $0", "v4"), /Releases 4\.0/);
  });
});
