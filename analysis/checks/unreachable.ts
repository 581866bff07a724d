import { DATA } from "../../program/program.ts";
import type { Finding } from "../findings.ts";
import type { Check } from "./context.ts";

/** `unreachable-code`: no run gets there. One finding for every statement of a run of them. */
export const checkUnreachable: Check = ({ program, code, facts }) => {
  const findings: Finding[] = [];
  for (let index = 0; index < program.count; index++) {
    if (program.opcodes[index] === DATA) continue;
    const op = code.opOf[index];
    if (op && facts.reached[op.number] === 1) continue;
    findings.push({
      code: "unreachable-code",
      verdict: "possible",
      index,
      pc: program.pcs[index],
      message: "no run gets here",
      related: [],
      fixes: [],
      unnecessary: true,
    });
  }
  return findings;
};
