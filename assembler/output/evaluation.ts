/** Evaluates expressions in an assembled program, in which offsets, sizes and declared functions are known. */

import { sizeOf } from "../../program/program.ts";
import type { Assembly } from "../assemble.ts";
import { freshContext } from "../expressions/context.ts";
import type { DeclaredFunctions, EvaluationContext } from "../expressions/evaluate.ts";
import { globalOffsets, sizeFrom } from "../expressions/label-sizes.ts";

/** The context for the evaluation of expressions in an assembled program. Without `report`, mistakes aren't reported. */
export function assembledContext(
  assembly: Assembly,
  { report = () => undefined, here }: Partial<Pick<EvaluationContext, "report" | "here">> = {},
): EvaluationContext {
  const { program } = assembly;
  let globals: readonly number[] | undefined;
  return freshContext({
    target: program.set.target,
    report,
    here,
    offsetOf: ({ statement }) => program.pcs[statement],
    sizeOf: ({ statement }) => {
      globals ??= globalOffsets(assembly.symbols, (label) => program.pcs[label.statement]);
      return sizeFrom(program.pcs[statement], globals, sizeOf(program));
    },
    declarations: declared(assembly),
  });
}

/** The functions that a program declares without a mistake. */
function declared({ contract: { functions } }: Assembly): DeclaredFunctions {
  return {
    count: functions.length,
    functionAt: (index) => functions.at(index),
    functionOf: (label) => functions.find((one) => one.label === label),
  };
}
