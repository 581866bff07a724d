import { DATA } from "../../program/program.ts";
import { isPause, type Check } from "./context.ts";

/** `unreachable-code`: no run executes the statement. Every statement of an unreachable stretch is a finding. */
export const checkUnreachable: Check = function* ({ program, code, facts }) {
  for (let index = 0; index < program.count; index++) {
    if (isPause(index)) yield undefined;
    if (program.opcodes[index] === DATA) continue;
    const op = code.opOf[index];
    if (op && facts.reached[op.number] === 1) continue;
    yield {
      code: "unreachable-code",
      verdict: "possible",
      index,
      pc: program.pcs[index],
      message: "no run gets here",
      related: [],
      fixes: [],
      unnecessary: true,
    };
  }
};
