/**
 * What `avmasm` starts: nothing but the bundle that has the command. What is run again and again has bundles of its own, as
 * what a run takes is for the most part to read its bundle and the code cache of it (docs/decisions/010-code-cache.md).
 */

import { run } from "./bundles.ts";

/** As `scripts/build.mjs` makes them; `cli` has all other commands. */
const BUNDLES: Readonly<Record<string, string>> = {
  build: "frequent",
  check: "frequent",
  run: "running",
  test: "running",
};
/** Of the other commands those that use what most of them use: the code cache of their bundle is made of that. */
const TYPICAL: readonly string[] = ["disasm", "gas", "size"];

const command = process.argv[2] ?? "";
const isListed = Object.hasOwn(BUNDLES, command);
// `--version` and its like are in each of them.
const bundle = isListed ? BUNDLES[command] : command.startsWith("-") ? "frequent" : "cli";
run(bundle, { makeCache: isListed || TYPICAL.includes(command) });
