/**
 * Prints the syntax trees of the shapes that lines most often have. The build puts them beside the command,
 * which then needn't set Chevrotain up for an ordinary file; that would take longer than all the rest of it.
 */

import { parseLine } from "../grammar/parse.ts";
import { rememberedShapes } from "../grammar/shapes.ts";
import { instructionSet } from "../isa/instruction-set.ts";

const MEMORY = ["[1]", "[sp+1]", "[[sp+1]]", "a", "[a]", "[[1]]"];
const BY_KIND = {
  memory: MEMORY,
  immediate: ["#1", "#a"],
  tag: ["u8"],
  target: ["a", ".a", "a.b"],
  enum: ["A"],
};
/** All combinations of more operands than this are too many; those have the same form of operand throughout. */
const MOST_COMBINED = 3;

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
    operands.length <= MOST_COMBINED
      ? combine(choices)
      : MEMORY.map((_, index) => choices.map((alternatives) => alternatives[index % alternatives.length]));
  for (const list of combined) lines.add(`ADD ${list.join(", ")}`.trimEnd());
}
for (const line of lines) {
  parseLine(line);
}
process.stdout.write(rememberedShapes());
