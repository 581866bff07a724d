import { DATA, statementAt, statementCovering } from "../../program/program.ts";
import { opAt } from "../code/decoded-code.ts";
import { findingAt, isPause, type Check } from "./context.ts";

/** `jump-into-instruction`: the AVM decodes whatever stands at a target, be it the middle of an instruction. */
export const checkJumpIntoInstruction: Check = function* ({ program, code, facts }) {
  for (const op of code.ops) {
    if (isPause(op.number)) yield undefined;
    if (op.plan.targetPosition < 0 || facts.reached[op.number] === 0 || !opAt(code, op.target)) continue;
    if (statementAt(program, op.target) >= 0) continue;
    const covering = statementCovering(program, op.target);
    if (program.opcodes[covering] === DATA) continue;
    yield findingAt(
      op,
      "jump-into-instruction",
      "possible",
      `byte offset ${op.target} is inside of an instruction, and its bytes are decoded as another one`,
      {
        position: op.plan.targetPosition,
        related: [{ index: covering, message: `this instruction starts at ${program.pcs[covering]}` }],
      },
    );
  }
};
