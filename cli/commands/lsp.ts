/** `avmasm lsp`: the language server. */

import { UsageError, defineCommand } from "../command.ts";
import { STDIO } from "../arguments/options.ts";

export const command = defineCommand({
  description: [
    "Runs the language server, which uses the Language Server Protocol on standard input and output.",
  ],
  operands: { name: "", min: 0, max: 0 },
  options: {
    stdio: STDIO,
  },
  async run(_, { stdio }) {
    if (!stdio) throw new UsageError("`lsp` needs `--stdio`");
    // Importing the server starts it. The process ends when the server does.
    await import("../../server/main.ts");
    return 0;
  },
});
