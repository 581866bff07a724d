import assert from "node:assert/strict";
import { assemble } from "../../assembler/assemble.ts";
import { hashFields } from "../../artifact/poseidon2.ts";
import { formatText } from "../../grammar/formatter/formatter.ts";
import { parseSource } from "../../grammar/source-file.ts";
import { FIELD_MODULUS } from "../../isa/tags.ts";
import { encode } from "../../program/codec.ts";

const PROGRAM = "        SET [0], u32, #0\nmain:   RETURN [0], [1]\n";

function read(text: string, files: Record<string, string> = {}, name = "main.avm") {
  return assemble(parseSource(name, text), {
    read: ({ path }) =>
      path in files ? { name: path, text: files[path] } : { error: "there is no such file" },
  });
}

function problems(text: string, files?: Record<string, string>, name?: string): string[] {
  return read(text, files, name).diagnostics.map(({ code, span }) => `${span.line + 1}: ${code}`);
}

function bytes(text: string, files?: Record<string, string>, name?: string): string {
  return Buffer.from(encode(read(text, files, name).program)).toString("hex");
}

function testOf(body: string, before = ""): string {
  return `${before}${PROGRAM}.test "it"\n${body}\n.endtest\n`;
}

function stepsOf(body: string, before = "") {
  const { tests, diagnostics } = read(testOf(body, before));
  assert.deepEqual(diagnostics, []);
  return tests[0].steps.map(({ location, frame, ...step }) => {
    assert.equal(location.source, "main.avm");
    assert.equal(frame.file.name, "main.avm");
    return step;
  });
}

describe("tests in a source", () => {
  it("are parsed with their values", () => {
    const steps = stepsOf(
      `.const A = 2
      .storage map_slot(1, A), 100
      .storage 1, 2, 3
      .env sender, -1
      .deploy A, "other.avm"
      .at A
      .call 1, main, A
      .returns
      .staticcall
      .reverts 5
      .reverts
      .reverts "no"
      .halts "wrong-tag"
      .stored 1, 2
      .emitted LOG, 1, 2
      .emitted message, 1, 2
      .gas 100, 5`,
    );
    assert.deepEqual(steps, [
      { kind: "storage", slot: hashFields([4_015_149_901n, 1n, 2n]), value: 100n, address: undefined },
      { kind: "storage", slot: 1n, value: 2n, address: 3n },
      { kind: "env", member: "SENDER", value: FIELD_MODULUS - 1n },
      { kind: "deploy", address: 2n, path: "other.avm" },
      { kind: "at", address: 2n },
      { kind: "call", isStatic: false, calldata: [1n, 5n, 2n] },
      { kind: "returns", fields: [] },
      { kind: "call", isStatic: true, calldata: [] },
      { kind: "reverts", fields: [5n], message: undefined },
      { kind: "reverts", fields: undefined, message: undefined },
      { kind: "reverts", fields: undefined, message: "no" },
      { kind: "halts", code: "wrong-tag" },
      { kind: "stored", slot: 1n, value: 2n, address: undefined },
      { kind: "emitted", what: "log", fields: [1n, 2n] },
      { kind: "emitted", what: "message", fields: [1n, 2n] },
      { kind: "gas", l2: 100n, da: 5n },
    ]);
  });

  it("add nothing to the code", () => {
    const body = ".rept 2, i\n.call i\n.returns i\n.endr\n.if 1\n.call\n.endif";
    assert.equal(bytes(testOf(body)), bytes(PROGRAM));
    assert.equal(
      bytes(testOf("NOWHERE 5\nADD [1], [2], [3]\nl: .call\n.rept -1\n.call\n.endr")),
      bytes(PROGRAM),
    );
  });

  it("may call macros that come to their directives, with parameters for words and texts", () => {
    const macro = ".macro AS who, what, why\n.env what, who\n.call who\n.reverts why\n.endm\n";
    assert.deepEqual(stepsOf('AS 5, CHAINID, "no"', macro), [
      { kind: "env", member: "CHAINID", value: 5n },
      { kind: "call", isStatic: false, calldata: [5n] },
      { kind: "reverts", fields: undefined, message: "no" },
    ]);
  });

  it("leave local labels after them to the routine above", () => {
    const text = `        JUMP main.end\nmain:   SET [0], u32, #0\n.test "it"\n.call\n.endtest\n.end:   RETURN [0], [1]\n`;
    assert.deepEqual(problems(text), []);
  });

  const mistakes: [text: string, ...expected: string[]][] = [
    [`${PROGRAM}.call 1`, "3: outside-of-test"],
    [testOf(".returns\n.call"), "4: misplaced-in-test"],
    [testOf(".cal 5\n.returns 5"), "4: unknown-directive"],
    [testOf(".env SENDER, 1"), "3: test-without-call"],
    [
      testOf(".call\nADD [1], [2], [3]\nhere:\n.byte 1"),
      "5: misplaced-in-test",
      "6: misplaced-in-test",
      "7: misplaced-in-test",
    ],
    // A misspelt macro, a directive without its dot, and a name that can't be a label there.
    [testOf("MANY 5\ncall 5\nfoo"), "4: unknown-mnemonic", "5: misplaced-in-test", "6: unknown-mnemonic"],
    [testOf('.test "inner"\n.endtest\n.call'), "4: misplaced-test"],
    [`${testOf(".call")}.test "it"\n.call\n.endtest`, "6: duplicate-definition"],
    [`${PROGRAM}.test ""\n.call\n.endtest`, "3: malformed-directive"],
    [`${PROGRAM}.test name\n.call\n.endtest`, "3: malformed-directive"],
    [`${PROGRAM}.test "it"\n.call`, "3: unclosed-block"],
    [`${PROGRAM}.endtest`, "3: unmatched-end"],
    [testOf(".env SENDR, 1\n.call"), "4: unknown-member"],
    [testOf(".env BLOCKNUMBER, 1 << 32\n.call"), "4: out-of-range"],
    [testOf(".env ISSTATICCALL, 1\n.call"), "4: unknown-member"],
    [testOf(".call\n.emitted logs, 1"), "5: unknown-member"],
    [testOf(".call\n.emitted message, 1"), "5: malformed-directive"],
    [testOf(".call\n.gas 1, 2, 3"), "5: malformed-directive"],
    [testOf(".call 1, [2]"), "4: missing-expression"],
    [testOf(".call 1 2"), "4: malformed-directive"],
    [testOf(".call 1,"), "4: missing-expression"],
    [testOf(".call 1 << 254"), "4: out-of-range"],
    [testOf(".call nowhere"), "4: undefined-name"],
    [testOf(".call c", ".cell c = [1]\n"), "5: cell-as-number"],
    [testOf(".call\n.halts wrong"), "5: operand-kind"],
    [testOf('.deploy "x", 1\n.call'), "4: operand-kind", "4: operand-kind"],
    [testOf(".deploy 1, x\n.call"), "4: operand-kind"],
    [testOf('.call\n.reverts 1, "x"'), "5: operand-kind"],
  ];
  for (const [text, ...expected] of mistakes) {
    it(`are told ${expected.join(" and ")}: ${JSON.stringify(text.slice(PROGRAM.length))}`, () => {
      const found = problems(text).sort();
      if (expected.length === 2 && expected[0] === expected[1]) assert.ok(found.includes(expected[0]));
      else assert.deepEqual(found, expected);
    });
  }

  it("are laid out by the formatter", () => {
    const text =
      '.TEST "it"\n .Env sender ,1\n  .CALL 1,2\n.emitted LOG,1\n.rept 2,i\n.stored i,1\n.endr\n.EndTest\n';
    const laidOut = [
      '.test "it"',
      "        .env SENDER, 1",
      "        .call 1, 2",
      "        .emitted log, 1",
      "        .rept 2, i",
      "            .stored i, 1",
      "        .endr",
      ".endtest",
      "",
    ].join("\n");
    assert.equal(formatText(text), laidOut);
    assert.equal(formatText(laidOut), laidOut);
  });
});

describe("a file of tests", () => {
  const program = `.target v5\n.if defined(DEBUG)\n.byte 1\n.endif\n.const LIMIT = 5\n${PROGRAM}`;
  const files = { "p.avm": program, "helpers.avm": ".macro GO\n.call LIMIT\n.endm\n" };
  const tests =
    '.include "p.avm"\n.include "helpers.avm"\n.const DEBUG = 1\n.const LIMIT2 = LIMIT + 1\n.test "it"\nGO\n.call LIMIT2, main\n.returns\n.endtest\n';

  it("doesn't change the target, bytes and names of the program", () => {
    const assembly = read(tests, files, "p.test.avm");
    assert.deepEqual(assembly.diagnostics, []);
    assert.equal(assembly.program.set.target, "v5");
    assert.equal(bytes(tests, files, "p.test.avm"), bytes(program));
    assert.equal(assembly.root.names.has("DEBUG"), false);
    assert.deepEqual(
      assembly.tests[0].steps.map((step) => step.kind === "call" && step.calldata),
      [[5n], [6n, 5n], false],
    );
  });

  it("can't have another target", () => {
    const found = (target: string) => problems(`.target ${target}\n${tests}`, files, "p.test.avm");
    assert.deepEqual(found("v5"), []);
    assert.deepEqual(found("v6"), ["1: target-conflict"]);
    assert.deepEqual(found("v7"), ["1: unknown-target"]);
  });

  it("is an error if it includes no program", () => {
    const lone = (before: string) =>
      read(`${before}.const A = 1\n.test "it"\n.call\n.endtest\n`, {}, "p.test.avm").diagnostics;
    for (const [{ code, severity, message }, ...others] of [lone(""), lone("; a comment\n")]) {
      assert.deepEqual([code, severity, others.length], ["empty-program", "warning", 0]);
      assert.match(message, /^there is no program to test: /);
    }
  });

  it("can't add code to the program", () => {
    assert.deepEqual(problems(`${tests}ADD [1], [2], [3]\nlate:\n`, files, "p.test.avm").sort(), [
      "10: misplaced-in-test",
      "11: misplaced-in-test",
    ]);
  });

  it("is an error if the program can't be read", () => {
    assert.deepEqual(problems(tests, {}, "p.test.avm").slice(0, 1), ["1: include-failed"]);
  });
});

describe("poseidon2 and map_slot", () => {
  const value = (text: string, target = "v6"): string[] =>
    problems(`.target ${target}\n${PROGRAM}        .assert ${text}\n`);
  const holds = (text: string, target?: string) => {
    it(`${text}${target ? ` in ${target}` : ""}`, () => assert.deepEqual(value(text, target), []));
  };
  holds("poseidon2(1, 2) == 0x038682aa1cb5ae4e0a3f13da432a95c77c5c111f6f030faf9cad641ce1ed7383");
  holds(`poseidon2(-1) == ${hashFields([FIELD_MODULUS - 1n])}`);
  holds("map_slot(3, 7) == poseidon2(4_015_149_901, 3, 7)");
  holds("map_slot(3, 7) == poseidon2(4_015_149_901, 3, 7)", "v4");
  holds("map_slot(3, 7) == poseidon2(3, 7)", "v3");
  it("take fields, and the program's own separator", () => {
    assert.deepEqual(value("poseidon2(1 << 254)"), ["4: out-of-range"]);
    assert.deepEqual(value("poseidon2()"), ["4: operand-count"]);
    assert.deepEqual(value("map_slot(1)"), ["4: operand-count"]);
    const own = `.const STD_MAP_SEPARATOR = 5\n${PROGRAM}.assert map_slot(3, 7) == poseidon2(5, 3, 7)\n`;
    assert.deepEqual(problems(own), []);
  });
});
