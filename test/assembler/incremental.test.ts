import assert from "node:assert/strict";
import { renderListing } from "../../assembler/output/listing.ts";
import { compareDiagnostics, hasErrors, type Diagnostic } from "../../diagnostics/diagnostic.ts";
import type { Line } from "../../grammar/line.ts";
import { parseLine, splitLines, type SourceFile } from "../../grammar/source-file.ts";
import { assemble, type Assembly } from "../../assembler/assemble.ts";
import { encode } from "../../program/codec.ts";
import { valueOf } from "../../program/program.ts";
import { reassemble } from "../../assembler/incremental.ts";
import { FRAGMENTS, straightSource } from "../fuzz/random-source.ts";
import { assertSame, numbersOf, once, pick } from "../fuzz/target.ts";

const NAME = "edited.avm";

function parsed(text: string): SourceFile {
  return edited({ name: NAME, lines: [] }, 0, 0, splitLines(text));
}

/** The file with other lines in place of some; all others are the same objects, unless a comment reaches into them. */
function edited({ lines }: SourceFile, start: number, count: number, texts: readonly string[]): SourceFile {
  const result: Line[] = lines.slice(0, start);
  for (const text of texts) result.push(parseLine(text, result.at(-1)?.endsInComment ?? false));
  for (const line of lines.slice(start + count)) {
    const inComment = result.at(-1)?.endsInComment ?? false;
    result.push(line.startsInComment === inComment ? line : parseLine(line.text, inComment));
  }
  return { name: NAME, lines: result };
}

function assertSameAssembly(found: Assembly, wanted: Assembly): void {
  const { program } = found;
  assertSame("the bytes", encode(program), encode(wanted.program));
  for (const part of ["pcs", "opcodes", "modes", "firsts"] as const) {
    assertSame(part, Array.from(program[part]), Array.from(wanted.program[part]));
  }
  assertSame("the lines", Array.from(program.origins!.lineOf), Array.from(wanted.program.origins!.lineOf));
  const values = ({ program }: Assembly): string[] =>
    Array.from({ length: program.count }, (_, index) => {
      const operands = program.set.byOpcode[program.opcodes[index]]?.fields ?? [];
      return operands.map((_, position) => valueOf(program, index, position)).join();
    });
  assertSame("the operands", values(found), values(wanted));
  const sorted = ({ diagnostics }: Assembly): Diagnostic[] =>
    [...diagnostics].sort((a, b) => compareDiagnostics(a, b) || (a.message < b.message ? -1 : 1));
  assertSame("the diagnostics", sorted(found), sorted(wanted));
  assertSame("the tagged cells", program.taggedCells, wanted.program.taggedCells);
  const symbols = (assembly: Assembly): unknown[] =>
    assembly.symbols.map((symbol) => {
      const { kind, name, location, definedOn } = symbol;
      const statement = symbol.kind === "label" ? symbol.statement : -1;
      return {
        kind,
        name,
        location,
        line: definedOn.line,
        isHere: definedOn.file === assembly.files[0],
        statement,
      };
    });
  assertSame("the symbols", symbols(found), symbols(wanted));
  assertSame("the names", [...found.root.names.keys()], [...wanted.root.names.keys()]);
  if (!hasErrors(wanted.diagnostics)) {
    assertSame("the listings", renderListing(found), renderListing(wanted));
  }
  for (const symbol of found.symbols) assert.equal(found.root.names.get(symbol.name), symbol);
}

const HEAD = ".target v6\n.const ONE = 1\n.const SUM = ONE + 2\n.cell c = [sp+4] : u32\nstart:\n";

describe("assembling after an edit", () => {
  it("gives the same result as assembling the whole file", () => {
    let used = 0;
    for (let seed = 0; seed < 150; seed++) {
      const random = numbersOf(3, seed);
      let file = parsed(
        (once(random, 2) ? HEAD : "SET [1], u8, #1\n") + straightSource(random).replace(/^\.target.*/, ""),
      );
      let assembly = assemble(file);
      for (let step = 0; step < 20; step++) {
        const start = random.below(file.lines.length + 1);
        const count = Math.min(file.lines.length - start, random.below(3));
        const line = (): string =>
          pick(random, [
            " ADD [1], [2], [3]",
            " SET [7], ff, #99999999999999999999999",
            " SET [sp+1], u32, #SUM",
            "  JUMP start",
            " JUMPI [4], .x",
            " JUMP l1.x",
            " MOV c, c+1",
            " MOV [70000], [1]",
            " NOPE [1]",
            " ADD [1]",
            " ADD [1], [",
            " JUMP nowhere",
            "",
            "; comment",
            "/* open",
            "*/",
            "l9: NOT [1], [2]",
            ".const LATE = 2",
            " SET [1], u32, #start",
            ` ${pick(random, FRAGMENTS)} `,
          ]).replace(/[\r\n]/g, "");
        const texts = Array.from({ length: random.below(3) }, line);
        file = edited(file, start, count, texts);
        if (file.lines.length === 0) file = parsed("");
        const again = reassemble(assembly, file);
        const whole = assemble(file, { reference: true });
        if (again) {
          used++;
          try {
            assertSameAssembly(again, whole);
          } catch (error) {
            const text = file.lines.map(({ text }) => text).join("\n");
            throw new Error(`seed ${seed}, step ${step}:\n${text}`, { cause: error });
          }
        }
        assembly = again ?? whole;
      }
    }
    assert.ok(used > 600, `${used} of 3000`);
  });

  const text = `${HEAD} SET [1], u32, #1\n.l: JUMP .l\nend: RETURN [1], [1]\n`;
  const cases: readonly (readonly [string, number, number, readonly string[], boolean])[] = [
    ["an instruction", 5, 1, [" SET [2], u32, #70000"], true],
    ["more instructions than before", 5, 1, [" NOT [1], [2]", "", " NOT [3], [4]"], true],
    ["none any more", 5, 1, [], true],
    ["a mistake", 5, 1, [" SET [2"], true],
    ["an instruction in front of a label", 6, 0, [" NOT [1], [2]"], true],
    ["a large value", 5, 1, [" SET [2], ff, #0x123456789abcdef"], true],
    ["a label", 5, 1, ["a: NOT [1], [2]"], false],
    ["a directive", 5, 1, [".byte 7"], false],
    ["what depends on the layout", 5, 1, [" SET [2], u32, #end - start"], false],
    ["the first statement", 0, 1, [" NOT [1], [2]"], false],
    ["an open comment", 5, 1, ["/*"], false],
  ];
  for (const [what, start, count, texts, expected] of cases) {
    it(`is ${expected ? "quick" : "left to the whole"} where there is now ${what}`, () => {
      const before = parsed(text);
      const file = edited(before, start, count, texts);
      const found = reassemble(assemble(before), file);
      assert.equal(found !== undefined, expected);
      if (found) assertSameAssembly(found, assemble(file, { reference: true }));
    });
  }

  it("reports a mistake in a definition once, however often it is used", () => {
    const before = parsed(" NOT [1], [2]\n.cell c = [4x]\n NOT c, [2]\n NOT [1], c\n");
    const file = edited(before, 3, 1, [" NOT [3], c"]);
    const found = reassemble(assemble(before), file);
    assert.ok(found);
    assertSameAssembly(found, assemble(file, { reference: true }));
  });

  for (const [what, head] of [
    ["a macro", ".macro M\n NOT [1], [2]\n.endm\n"],
    ["a condition", ".if 1\n NOT [1], [2]\n.endif\n"],
    ["an assertion", ".assert 1\n"],
    ["a constant that depends on the layout", ".const SIZE = end - start\n"],
    ["a use of one", " SET [1], u32, #end - start\n"],
  ]) {
    it(`falls back to assembling the whole file with ${what}`, () => {
      const before = parsed(`${head}start:\n NOT [1], [2]\nend:\n`);
      const line = before.lines.findIndex(({ text }) => text === "start:") + 1;
      assert.equal(reassemble(assemble(before), edited(before, line, 1, [" NOT [3], [4]"])), undefined);
    });
  }
});
