/** What `avmasm` starts: nothing but the bundle that has the command. */

import { run } from "./bundles.ts";

/** The commands that are run again and again: what they have used of the bundle is what its code cache is made of. */
const FREQUENT: readonly string[] = ["build", "check"];

run("cli", { makeCache: FREQUENT.includes(process.argv[2]) });
