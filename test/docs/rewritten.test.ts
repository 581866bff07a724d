/**
 * Sentences of the documentation that were hard to read once: what each said, what it says now and, where that is a claim, an
 * input that shows it.
 */

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import path from "node:path";
import { avmasm, root, temporaryFolder, type RunResult } from "../support/command.ts";

type Run = (args: readonly string[], input?: string) => RunResult;

interface Sentence {
  readonly page: string;
  readonly said: string;
  readonly says: string;
  readonly shows?: (run: Run) => void;
}

/** The codes that `check` reports of a source, each once, in their order. */
function codesOf(run: Run, source: string, ...options: string[]): string[] {
  const { stdout } = run(["check", "-", ...options], source);
  return [...new Set([...stdout.matchAll(/(?:error|warning)\[([a-z0-9-]+)\]/g)].map(([, code]) => code))];
}

const hex = (run: Run, source: string): string =>
  run(["build", "-", "--no-check", "--format", "hex"], source).stdout.trim();

const END = "        SET [0], u32, #0\n        RETURN [0], [0]\n";

const SENTENCES: readonly Sentence[] = [
  {
    page: "docs/language.md",
    said: "Who wants to learn it by doing starts with",
    says: "To learn by doing, start with",
  },
  {
    page: "docs/language.md",
    said: "Nothing of yours may be called as a tag",
    says: "Your names must not match a tag, `sp`, a mnemonic or a wire form of the target, in any case.",
    shows(run) {
      for (const name of ["U8", "sp", "add", "Add_8", "std_x"])
        assert.deepEqual(codesOf(run, `${name}:\n${END}`), ["reserved-name"], name);
      for (const name of ["STD_SCRATCH", "STD_MAP_SEPARATOR"])
        assert.deepEqual(codesOf(run, `.const ${name} = 300\n${END}`), [], name);
    },
  },
  {
    page: "docs/language.md",
    said: "which mean something in every target",
    says: "`EMITUNENCRYPTEDLOG` is a mnemonic in v2, so a program for v6 may have a label of this name and one for v2 may not. `_` is a name like any other.",
    shows(run) {
      const label = (target: string): string => `.target ${target}\nEMITUNENCRYPTEDLOG: _:\n${END}`;
      assert.deepEqual(codesOf(run, label("v6")), []);
      assert.deepEqual(codesOf(run, label("v2")), ["reserved-name"]);
    },
  },
  {
    page: "docs/language.md",
    said: "arguments have to be defined",
    says: "An argument that the body doesn't use is not evaluated, so it may be an undefined name.",
    shows(run) {
      assert.deepEqual(codesOf(run, `.macro M p\n${END}.endm\n        M nowhere\n`), []);
    },
  },
  {
    page: "docs/language.md",
    said: "the one negative kind there is",
    says: "only ff literals may be negative",
    shows(run) {
      assert.equal(hex(run, "        SET [1], ff, #-1\n").length, 74);
      for (const tag of ["u1", "u8", "u16", "u32", "u64", "u128"])
        assert.deepEqual(codesOf(run, `        SET [1], ${tag}, #-1\n${END}`), ["out-of-range"], tag);
    },
  },
  {
    page: "docs/language.md",
    said: "be it in between",
    says: "even as an intermediate result",
    shows(run) {
      assert.deepEqual(codesOf(run, `        .assert (1 << 512) >> 512 == 1\n${END}`), [
        "expression-too-large",
      ]);
    },
  },
  {
    page: "docs/language.md",
    said: "bind from tight to loose",
    says: "From highest to lowest precedence; operators in one row are equal and left-associative.",
    shows(run) {
      assert.equal(hex(run, "        .byte 8 / 4 / 2, 8 - 4 - 2, 2 + 3 * 4, 64 >> 1 << 2\n"), "01020e80");
    },
  },
  {
    page: "docs/language.md",
    said: "the quotient without its fraction",
    says: "`/` truncates towards zero; `%` is the remainder, with the sign of the dividend",
    shows(run) {
      const source = "        .assert -7 / 2 == -3 && -7 % 2 == -1 && 7 % -2 == 1\n        .byte 1\n";
      assert.equal(hex(run, source), "01");
    },
  },
  {
    page: "docs/language.md",
    said: "it can't depend on them which form is taken",
    says: "a value that uses a label or `$` never influences which form is picked",
    shows(run) {
      assert.equal(hex(run, "here:   SET [1], u32, #here\n"), "290000010400000000");
    },
  },
  {
    page: "docs/language.md",
    said: "only on itself it can't depend",
    says: "but it must not depend on itself",
    shows(run) {
      assert.deepEqual(codesOf(run, `.const A = A + 1\n${END}`), ["cyclic-constant"]);
    },
  },
  {
    page: "docs/language.md",
    said: "The others have sections of their own",
    says: "See also",
  },
  {
    page: "docs/language.md",
    said: "A condition knows what stands above it",
    says: "A condition sees only what is defined above it.",
    shows(run) {
      const condition =
        "        .if defined(x)\n        .byte 1\n        .else\n        .byte 0\n        .endif\n";
      assert.equal(hex(run, `${condition}x:\n${condition}`), "0001");
    },
  },
  {
    page: "docs/language.md",
    said: "What is left out has to be readable",
    says: "A branch not taken must be syntactically valid; nothing else in it is checked.",
    shows(run) {
      assert.equal(
        hex(run, "        .if 0\n        NOSUCH x, #nowhere\n        .endif\n        .byte 1\n"),
        "01",
      );
      assert.deepEqual(codesOf(run, `        .if 0\n        ADD [1]]\n        .endif\n${END}`), [
        "syntax-error",
      ]);
    },
  },
  {
    page: "docs/language.md",
    said: "A label in front of `.endif`",
    says: "A label before `.endif`, `.else`, `.endm` or the like belongs to the block or branch that ends there.",
    shows(run) {
      for (const taken of [0, 1]) {
        const source = `        .if ${taken}\nx:      .endif\n        .byte defined(x)\n`;
        assert.equal(hex(run, source), `0${taken}`);
      }
    },
  },
  {
    page: "docs/language.md",
    said: "Either there is no program, or the AVM would certainly halt in it",
    says: "Either the file can't be assembled, or the AVM would certainly halt; `--no-check` overrides the second.",
    shows(run) {
      const halts = "        SET [0], u8, #0\n        RETURN [0], [0]\n";
      assert.equal(run(["build", "-", "--format", "hex"], halts).stdout, "");
      assert.notEqual(hex(run, halts), "");
      assert.equal(hex(run, "        JUMP nowhere\n"), "");
    },
  },
  {
    page: "docs/language.md",
    said: "On a macro call it is also about what the expansion is told",
    says: "On a macro call it also covers the expansion; on an `.include`, the file. Assembly errors can't be suppressed.",
    shows(run) {
      const body = "        SET [1], u8, #300\n";
      const macro = `.macro WIDE\n${body}.endm\n`;
      assert.deepEqual(codesOf(run, `${macro}        WIDE\n${END}`), ["literal-too-wide"]);
      assert.deepEqual(codesOf(run, `${macro}        WIDE    ; avm-ignore: literal-too-wide\n${END}`), []);
      assert.equal(run(["check", "includes.avm"]).stdout, "");
      assert.deepEqual(codesOf(run, "        JUMP nowhere    ; avm-ignore: undefined-name\n"), [
        "undefined-name",
      ]);
    },
  },
  {
    page: "docs/language.md",
    said: "What says that there is no program stays an error",
    says: "Assembly errors can't be downgraded; possible (not certain) findings can't be raised above warning",
    shows(run) {
      const other = temporaryFolder({ "avmasm.config.json": '{ "severity": { "undefined-name": "off" } }' });
      const { stderr } = avmasm(["check", "-"], { cwd: other.path, input: "        JUMP nowhere\n" });
      other.remove();
      assert.match(stderr, /`undefined-name` is always an error/);
      assert.match(run(["check", "possible.avm"]).stdout, /warning\[cell-tag\]/);
    },
  },
  {
    page: "docs/language.md",
    said: "where there is just one and nobody has to choose",
    says: "Every other change is a suggestion: `check` prints it, and an editor offers it.",
    shows(run) {
      // A comma between brackets is certain; which name was meant isn't.
      assert.match(run(["check", "--fix", "-"], `        MOV [1] [2]\n${END}`).stdout, /MOV \[1\], \[2\]/);
      assert.match(run(["check", "--fix", "-"], `        JUMP ende\nend:\n${END}`).stdout, /JUMP ende/);
      assert.match(run(["check", "-"], `        JUMP ende\nend:\n${END}`).stdout, /did you mean `end`/);
    },
  },
  {
    page: "docs/convert.md",
    said: "that what is left does what was meant is for a person to see",
    says: "check yourself that it still does what was intended",
  },
  {
    page: "docs/limits.md",
    said: "lines of macros and repetitions that are read, each time they are",
    says: "lines of macro and `.rept` bodies, counted once per expansion",
    // test/cli/limits.test.ts shows it.
  },
  {
    page: "docs/diagnostics/cell-tag.md",
    said: "Something else than its tag is written",
    says: "A value of another tag is written to a cell declared with a tag.",
  },
  {
    page: "docs/diagnostics/no-such-member.md",
    said: "a number that stands for nothing",
    says: "The number names no member in this instruction set.",
  },
  {
    page: "docs/command.md",
    said: "none where no run gets",
    says: "an empty list if the code is unreachable",
    shows(run) {
      const { stdout } = run(["tags", "-", "--stdin-name", "x.avm"], `${END}        MOV [0], [1]\n`);
      assert.match(stdout.replaceAll(/\s/g, ""), /"tags":\[\]/);
    },
  },
];

describe("what was hard to read in the documentation", function () {
  this.timeout(60_000);
  const folder = temporaryFolder({
    "wide.avm": "        SET [1], u8, #300\n",
    "includes.avm": `.include "wide.avm"     ; avm-ignore: literal-too-wide\n${END}`,
    "possible.avm": `.cell c = [7] : u32
        SET     [0], u32, #1
        SET     [1], u32, #0
        CALLDATACOPY [0], [1], [2]
        CAST    [2], [2], u1
        SET     [5], u32, #1
        JUMPI   [2], x
        SET     [5], u8, #1
x:      MOV     [5], c
        RETURN  [0], c
`,
    "avmasm.config.json": '{ "severity": { "cell-tag": "error" }, "strict": true }',
  });
  after(() => folder.remove());
  const run: Run = (args, input = "") => avmasm(args, { cwd: folder.path, input });

  for (const { page, said, says, shows } of SENTENCES) {
    it(`${page}: ${says}`, () => {
      const text = readFileSync(path.join(root, page), "utf8").replaceAll(/\s+/g, " ");
      assert.ok(!text.includes(said), said);
      assert.ok(text.includes(says), says);
      shows?.(run);
    });
  }
});
