import { findingAt, isPause, operandText, type Check } from "./context.ts";

/** `dead-store`: nothing ever reads what an instruction writes, and it does nothing else. */
export const checkDeadStores: Check = function* ({ program, code, facts }) {
  if (facts.allUsed) return;
  for (const op of code.ops) {
    if (isPause(op.number)) yield undefined;
    const { plan } = op;
    if (plan.computes === undefined || facts.passed[op.number] === 0) continue;
    const written = plan.memory.findIndex(({ writes }) => writes);
    if (written < 0 || facts.used[op.firstSlot + written + 1] === 1) continue;
    // A base is read by whatever is relative to it, and a hazard halts.
    yield findingAt(
      op,
      "dead-store",
      "possible",
      `nothing reads what is written to ${operandText({ program }, op, written)}`,
      {
        position: plan.memory[written].position,
        unnecessary: true,
      },
    );
  }
};
