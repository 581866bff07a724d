import { DATA, statementCovering } from "../../program/program.ts";
import { opAt } from "../code/decoded-code.ts";
import { findingAt, inEach, type Check } from "./context.ts";

/** `jump-into-instruction`: a target is in the middle of an instruction, where the AVM decodes another one. */
export const checkJumpIntoInstruction: Check = ({ program, code, facts }) =>
  inEach(code.ops.length, (number, found) => {
    const op = code.ops[number];
    if (op.plan.targetPosition < 0 || facts.reached[number] === 0) return;
    const target = opAt(code, op.target);
    if (!target || target.index < program.count) return;
    const covering = statementCovering(program, op.target);
    if (program.opcodes[covering] === DATA) return;
    found.push(
      findingAt(
        op,
        "jump-into-instruction",
        "possible",
        `byte offset ${op.target} is inside of an instruction, and its bytes are decoded as another one`,
        {
          position: op.plan.targetPosition,
          related: [{ index: covering, message: `this instruction starts at ${program.pcs[covering]}` }],
        },
      ),
    );
  });
