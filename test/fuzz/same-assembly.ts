/** Compares two assemblies of one text. */

import { withLabels } from "../../assembler/output/labels.ts";
import { renderListing } from "../../assembler/output/listing.ts";
import { measureProgram } from "../../disassembler/sizes.ts";
import { sourceMapFile } from "../../assembler/output/source-map.ts";
import { hasErrors } from "../../diagnostics/diagnostic.ts";
import type { Assembly } from "../../assembler/assemble.ts";
import { encode } from "../../program/codec.ts";
import { assertSame } from "./target.ts";

/** Fails unless both assemblies are equal. */
export function assertSameAssembly(found: Assembly, wanted: Assembly): void {
  assertSame("the diagnostics of the two ways", found.diagnostics, wanted.diagnostics);
  assertSame("the targets of the two ways", found.program.set.target, wanted.program.set.target);
  for (const part of ["pcs", "opcodes", "modes", "firsts", "values", "wide"] as const) {
    const list = (assembly: Assembly) => Array.from<number | bigint>(assembly.program[part]);
    assertSame(`the ${part} of the two ways`, list(found), list(wanted));
  }
  for (const part of ["lineOf", "frameOf"] as const) {
    const list = ({ program }: Assembly) => Array.from(program.origins![part]);
    assertSame(`the ${part} of the two ways`, list(found), list(wanted));
  }
  assertSame("the bytes of the two ways", encode(found.program), encode(wanted.program));
  if (hasErrors(wanted.diagnostics)) return;
  assertSame("the listings of the two ways", renderListing(found), renderListing(wanted));
  assertSame(
    "the sizes of the two ways",
    measureProgram(withLabels(found)),
    measureProgram(withLabels(wanted)),
  );
  assertSame("the source maps of the two ways", sourceMapFile(found.program), sourceMapFile(wanted.program));
}
