import type { FailureCheck } from "./context.ts";

/** `change-in-static-call`: the instruction changes state on a path that the program takes only in a static call. */
export const checkStatic: FailureCheck = ({ op }) => ({
  code: "change-in-static-call",
  message: `${op.plan.form.definition.mnemonic} changes state, but control gets here only inside a static call`,
});
