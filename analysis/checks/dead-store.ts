import { findingAt, inEach, operandText, type Check } from "./context.ts";

/** `dead-store`: nothing ever reads the result of an instruction that has no other effect. */
export const checkDeadStores: Check = ({ program, code, facts }) => {
  if (facts.allUsed) return [];
  return inEach(code.ops.length, (number, found) => {
    const op = code.ops[number];
    const { plan } = op;
    if (plan.computes === undefined || facts.passed[number] === 0) return;
    const written = plan.memory.findIndex(({ writes }) => writes);
    if (written < 0 || facts.used[op.firstSlot + written + 1] === 1) return;
    found.push(
      findingAt(
        op,
        "dead-store",
        "possible",
        `nothing reads what is written to ${operandText({ program }, op, written)}`,
        {
          position: plan.memory[written].position,
          unnecessary: true,
        },
      ),
    );
  });
};
