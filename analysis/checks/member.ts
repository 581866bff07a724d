import type { FailureCheck } from "./context.ts";

/** `no-such-member`: an enum operand is a number that stands for nothing. */
export const checkMember: FailureCheck = ({ op }) => ({
  code: "no-such-member",
  message: `${op.plan.form.definition.mnemonic} has no member with this number`,
  position: op.plan.enumPosition,
});
