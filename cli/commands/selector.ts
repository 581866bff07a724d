/** `avmasm selector`: prints the selector by which Aztec calls a function. */

import { functionSelector, hexOfSelector } from "../../artifact/selector.ts";
import { parseSignature } from "../../artifact/signature.ts";
import { TEXT_OR_JSON } from "../arguments/options.ts";
import { UsageError, defineCommand } from "../command.ts";
import { print, printError } from "../files/output.ts";
import { printable } from "../terminal/text.ts";

export const command = defineCommand({
  description: [
    "Prints the selector of a public function, four bytes in hexadecimal. SIGNATURE is canonical, `transfer((Field),u128)`, or a Noir signature, `transfer(to: AztecAddress, amount: u128)`. For a Noir signature, the canonical form goes to standard error.",
    "Types are Field, bool, u1 to u128, i8 to i64, str<n>, [T; n], structs as their fields in parentheses, and these structs of Aztec by name: AztecAddress, EthAddress, FunctionSelector, ContractClassId, EmbeddedCurvePoint, Option<T>, BoundedVec<T, n>.",
  ],
  operands: { name: "SIGNATURE", min: 1, max: 1 },
  options: {
    format: TEXT_OR_JSON,
  },
  async run([text], { format = "text" }) {
    const signature = parseSignature(text);
    if ("error" in signature) {
      const { error, start } = signature;
      throw new UsageError(`\`${text}\` isn't a signature: ${error}, at character ${start + 1}`);
    }
    const { canonical } = signature;
    const selector = hexOfSelector(functionSelector(canonical));
    if (format === "json") print(`${JSON.stringify({ signature: canonical, selector })}\n`);
    else {
      if (canonical !== text) printError(printable(`avmasm: in canonical form \`${canonical}\`\n`));
      print(`${selector}\n`);
    }
    return 0;
  },
});
