/** A text of instructions and labels: the direct way gives what the plain one does, in two parts too. */

import { parseSource } from "../../grammar/source-file.ts";
import { assemble, assemblePlainly } from "../../assembler/assemble.ts";
import { InTwoParts } from "../support/two-parts.ts";
import { straightSource } from "./random-source.ts";
import { assertSameAssembly } from "./same-assembly.ts";
import { assertSame, type FuzzTarget } from "./target.ts";

export const straight: FuzzTarget<string> = {
  name: "straight",
  make: (random) => straightSource(random),
  check: (text) => {
    const file = parseSource("self.avm", text);
    const found = assemble(file);
    const plain = assemblePlainly(parseSource("self.avm", text));
    assertSameAssembly(found, plain);
    assertSameAssembly(assemble(file, { helper: new InTwoParts() }), plain);
    assertSame(
      "the symbols of the two ways",
      found.symbols.map(({ kind, name, location }) => ({ kind, name, location })),
      plain.symbols.map(({ kind, name, location }) => ({ kind, name, location })),
    );
    assertSame("the names of the two ways", [...found.root.names.keys()], [...plain.root.names.keys()]);
  },
};
