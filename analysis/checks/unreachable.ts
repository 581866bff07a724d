import { DATA } from "../../program/program.ts";
import { inEach, type Check } from "./context.ts";

/** `unreachable-code`: no run executes the statement. Each unreachable statement gets a finding. */
export const checkUnreachable: Check = ({ program, code, facts }) =>
  inEach(program.count, (index, found) => {
    if (program.opcodes[index] === DATA) return;
    const op = code.opOf[index];
    if (op && facts.reached[op.number] === 1) return;
    found.push({
      code: "unreachable-code",
      verdict: "possible",
      index,
      pc: program.pcs[index],
      message: "no run gets here",
      related: [],
      fixes: [],
      unnecessary: true,
    });
  });
