/** `avmasm dap`: the debug adapter. */

import { resolve } from "node:path";
import { setImmediate, setTimeout } from "node:timers/promises";
import { LaunchError, type LaunchArguments, type Prepared } from "../../debugger/launch.ts";
import { AvmDebugSession } from "../../debugger/session.ts";
import { CommandError, UsageError, defineCommand } from "../command.ts";
import { readFileBytes } from "../../disk/read-file.ts";
import { prepareLaunch } from "../arguments/launch.ts";
import { decodeText } from "../files/decode.ts";
import { STDIO } from "../arguments/options.ts";

export const command = defineCommand({
  description: [
    "Runs the debug adapter, which uses the Debug Adapter Protocol on standard input and output. Editors start it; docs/editors.md shows how.",
  ],
  operands: { name: "", min: 0, max: 0 },
  options: {
    stdio: STDIO,
  },
  async run(_, { stdio }) {
    if (!stdio) throw new UsageError("`dap` needs `--stdio`");
    const ended = new Promise<void>((end) => {
      const session = new AvmDebugSession({
        prepare,
        pathOf: (name) => resolve(name),
        textOf,
        pause: () => setImmediate(),
        // The client should disconnect now; if it doesn't, the process ends by itself.
        terminated: () => void setTimeout(DISCONNECT_TIMEOUT_MS).then(end),
        disconnected: end,
      });
      process.stdin.once("end", end);
      session.start(process.stdin, process.stdout);
    });
    await ended;
    await written();
    // Waiting work isn't needed any more.
    process.exit(0);
  },
});

/** Time that a client has between `terminate` and `disconnect`. */
const DISCONNECT_TIMEOUT_MS = 250;

/** Waits until all output is written. */
function written(): Promise<void> {
  return new Promise((resolve) => process.stdout.write("", () => resolve()));
}

function textOf(path: string): string | undefined {
  const bytes = readFileBytes(path);
  if ("error" in bytes) return undefined;
  const text = decodeText(bytes);
  return typeof text === "string" ? text : undefined;
}

async function prepare(args: LaunchArguments): Promise<Prepared> {
  try {
    return await prepareLaunch(args);
  } catch (error) {
    if (error instanceof CommandError) throw new LaunchError(error.message);
    throw error;
  }
}
