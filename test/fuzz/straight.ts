/**
 * Fuzzes the straight-line driver with texts of instructions and labels: it gives the same as the reference pipeline.
 */

import { parseSource } from "../../grammar/source-file.ts";
import { assemble } from "../../assembler/assemble.ts";
import type { AssemblySymbol } from "../../assembler/expressions/symbols.ts";
import { straightSource } from "./random-source.ts";
import { assertSameAssembly } from "./same-assembly.ts";
import { assertSame, type FuzzTarget } from "./target.ts";

const statementOf = (symbol: AssemblySymbol): number => (symbol.kind === "label" ? symbol.statement : -1);

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
      found.symbols.map((symbol) => [
        symbol.kind,
        symbol.name,
        symbol.location,
        symbol.definedOn.line,
        statementOf(symbol),
      ]),
      plain.symbols.map((symbol) => [
        symbol.kind,
        symbol.name,
        symbol.location,
        symbol.definedOn.line,
        statementOf(symbol),
      ]),
    );
    assertSame("the names of the two ways", [...found.root.names.keys()], [...plain.root.names.keys()]);
  },
};
