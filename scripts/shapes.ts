/**
 * Prints the syntax trees of the most frequent shapes of lines, including those in the standard library, the
 * examples and disassembled contracts. The build stores them beside the command. The command then doesn't have to set Chevrotain up for an
 * ordinary file, which would take longer than everything else it does.
 *
 *     shapes.ts ROOT
 */

import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";

import { BYTES_PER_LINE } from "../disassembler/disassemble.ts";
import { parseLine } from "../grammar/source-file.ts";
import { rememberedShapes } from "../grammar/tree-cache.ts";
import { instructionSet } from "../isa/instruction-set.ts";

const MEMORY = ["[1]", "[sp+1]", "[[sp+1]]", "a", "[a]", "[[1]]"];
const BY_KIND = {
  memory: MEMORY,
  immediate: ["#1", "#a"],
  tag: ["u8"],
  target: ["a", ".a", "a.b"],
  enum: ["A"],
};
/** Instructions with more operands would have too many combinations; for those, all operands take the same form. */
const MAX_COMBINED_OPERANDS = 3;

function* combine(choices: readonly (readonly string[])[]): Iterable<string[]> {
  if (choices.length === 0) yield [];
  else for (const rest of combine(choices.slice(1))) for (const first of choices[0]) yield [first, ...rest];
}

const lines = new Set(["", "a:", ".a:", "a: .b:", ".target v6", ".const A = 1", ".const A = B", ".byte 1"]);
for (const operand of ["[1]", "[sp+1]"]) {
  lines.add(`.cell a = ${operand}`);
  lines.add(`.cell a = ${operand} : u8`);
}
for (const { operands } of instructionSet("v6").instructions) {
  const choices = operands.map(({ kind }) => BY_KIND[kind]);
  const combined =
    operands.length <= MAX_COMBINED_OPERANDS
      ? combine(choices)
      : MEMORY.map((_, index) => choices.map((alternatives) => alternatives[index % alternatives.length]));
  for (const list of combined) lines.add(`ADD ${list.join(", ")}`.trimEnd());
}
// Operands of calls and points in compiled code are cells of the frame and globals; the last is often behind a pointer.
for (const list of combine([
  ...Array<readonly string[]>(4).fill(["[1]", "[sp+1]"]),
  ["[1]", "[sp+1]", "[[sp+1]]"],
]))
  lines.add(`CALL ${list.join(", ")}`);
lines.add("TORADIXBE [[1]], [1], [1], [1], [[1]]");
for (const size of ["[1]", "[sp+1]"]) lines.add(`DEBUGLOG [1], [[sp+1]], [[sp+1]], ${size}, #1`);
const POINTS = ["[1]", "[sp+1]", "[[1]]"].map((cell) => Array<string>(3).fill(cell).join(", "));
for (const list of combine([POINTS, POINTS, ["[1]", "[sp+1]", "[[1]]", "[[sp+1]]"]]))
  lines.add(`ECADD ${list.join(", ")}`);
for (let count = 2; count <= BYTES_PER_LINE; count++)
  lines.add(`.byte ${Array<string>(count).fill("1").join(", ")}`);
lines.add("JUMP #1");
/** Less frequent forms of an operand; a line has at most one of them, between operands of the usual forms. */
const RARE_OPERANDS = ["[a+1]", "[sp+a]", "[[sp+a]]", "#a+1", "#a-1", "#a*2", "#-1", "#1+1", "$", "1", "a+1"];
for (const other of RARE_OPERANDS) {
  for (const plain of ["[1]", "a"]) {
    for (const [before, behind] of [
      [0, 0],
      [0, 1],
      [1, 0],
      [0, 2],
      [1, 1],
      [2, 0],
    ]) {
      const operands = [...Array<string>(before).fill(plain), other, ...Array<string>(behind).fill(plain)];
      lines.add(`ADD ${operands.join(", ")}`);
    }
  }
  for (const cell of ["[1]", "[sp+1]"]) lines.add(`SET ${cell}, u8, ${other}`);
}
for (const other of ["a+1", "[a+1]", "[sp+a]"])
  for (const label of [".a", "a"]) lines.add(`ADD ${other}, ${label}`);
for (const parameters of [
  "",
  " a",
  " a, b",
  " a, b, c",
  " a, b, c, d",
  " a, b, c, d, e",
  " a=b",
  " a=[1]",
  " a=#1",
  " a, b=[1]",
  " a, b=#1",
  " a, b=c",
  " a, b, c=d",
  " a, b, c, d=e",
]) {
  lines.add(`.macro a${parameters}`);
}
for (const directive of [".endm", ".rept 1", ".rept A", ".rept A, i", ".endr", ".else", ".endif"])
  lines.add(directive);
for (const condition of ["A", "A == 1", "A == B", "A > 1", "!A"]) {
  lines.add(`.if ${condition}`);
  lines.add(`.elif ${condition}`);
}
for (const operand of ["[1]", "[sp+1]", "a"])
  lines.add(`.expect ${operand}: u8`).add(`.assume ${operand}: u8`);
for (const fields of ["", " 1", " A", " 1, 2", " A, 1", " 1, 2, 3", " -1", " 1, -1"]) {
  for (const directive of [".call", ".staticcall", ".returns", ".reverts"]) lines.add(directive + fields);
}
for (const directive of [
  '.test "a"',
  '.include "a"',
  ".endtest",
  ".storage A, 1",
  ".stored A, 1",
  ".env A, 1",
  ".env A, B",
  ".at 1",
  ".gas 1",
])
  lines.add(directive);

const [root] = process.argv.slice(2);
for (const folder of ["lib/std", "examples", "examples/contracts"]) {
  for (const name of readdirSync(path.join(root, folder)).sort()) {
    if (!name.endsWith(".avm")) continue;
    for (const line of readFileSync(path.join(root, folder, name), "utf8").split("\n")) lines.add(line);
  }
}
for (const line of lines) parseLine(line);
process.stdout.write(rememberedShapes());
