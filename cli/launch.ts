/**
 * The entry of `avmasm`: runs the bundle that contains the command. Frequent commands have their own bundles, because a run
 * spends most of its time on reading its bundle and the bundle's code cache (docs/decisions/010-code-cache.md).
 */

import { run } from "./bundles.ts";

/** The bundles that `scripts/build.mjs` makes. `cli` has all commands. */
const BUNDLES: Readonly<Record<string, string>> = {
  build: "assembling",
  check: "assembling",
  fmt: "formatting",
  run: "running",
  test: "running",
};
/** The commands whose runs write the code cache of `cli`: they use the functions that most other commands use too. */
const TYPICAL: readonly string[] = ["disasm", "gas", "size"];

const command = process.argv[2] ?? "";
const isListed = Object.hasOwn(BUNDLES, command);
// Every bundle handles `--version` and `--help`; the smallest one has no commands.
const bundle = isListed ? BUNDLES[command] : command.startsWith("-") ? "options" : "cli";
run(bundle, { makeCache: bundle !== "cli" || TYPICAL.includes(command) });
