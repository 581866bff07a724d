/** A text of instructions and labels: the straight-line driver gives what the reference does. */

import { parseSource } from "../../grammar/source-file.ts";
import { assemble } from "../../assembler/assemble.ts";
import { straightSource } from "./random-source.ts";
import { assertSameAssembly } from "./same-assembly.ts";
import { assertSame, type FuzzTarget } from "./target.ts";

export const straight: FuzzTarget<string> = {
  name: "straight",
  make: (random) => straightSource(random),
  check: (text) => {
    const file = parseSource("self.avm", text);
    const found = assemble(file);
    const plain = assemble(parseSource("self.avm", text), { reference: true });
    assertSameAssembly(found, plain);
    assertSame(
      "the symbols of the two ways",
      found.symbols.map(({ definedOn, ...symbol }) => ({ ...symbol, line: definedOn.line })),
      plain.symbols.map(({ definedOn, ...symbol }) => ({ ...symbol, line: definedOn.line })),
    );
    assertSame("the names of the two ways", [...found.root.names.keys()], [...plain.root.names.keys()]);
  },
};
