/** What `avmasm` starts: nothing but the bundle that has the command. */

import { run } from "./bundles.ts";

/** The commands that a smaller bundle has. */
const FREQUENT: readonly string[] = ["build", "check"];

run(FREQUENT.includes(process.argv[2]) ? "frequent" : "cli");
