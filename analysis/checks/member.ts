import type { FailureCheck } from "./context.ts";

/** `no-such-member`: the number of an enum operand isn't that of a member. */
export const checkMember: FailureCheck = ({ op }) => ({
  code: "no-such-member",
  message: `${op.plan.form.definition.mnemonic} has no member with this number`,
  position: op.plan.enumPosition,
});
