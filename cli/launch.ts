/** The entry of `dist/avmasm.cjs`: loads the bundle of the command that was asked for. */

import { run } from "./bundles.ts";

/** The commands that people run most: the code cache is made of the functions that these use. */
const FREQUENT: readonly string[] = ["build", "check"];

run("cli", { makeCache: FREQUENT.includes(process.argv[2]) });
