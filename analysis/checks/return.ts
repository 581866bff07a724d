import type { FailureCheck } from "./context.ts";

/** `return-without-call`: INTERNALRETURN is executed while no internal call is in progress. */
export const checkReturn: FailureCheck = ({ op }) => ({
  code: "return-without-call",
  message: `${op.plan.form.definition.mnemonic} is reached outside of any subroutine; \`RETURN size, offset\` ends the call`,
});
