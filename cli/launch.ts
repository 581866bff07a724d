/**
 * The entry of `avmasm`: runs the bundle that contains the command. Frequent commands have their own bundles, because a run
 * spends most of its time on reading its bundle and the bundle's code cache (docs/decisions/010-code-cache.md).
 */

import { run } from "./bundles.ts";

/** The bundles that `scripts/build.mjs` makes. `cli` has all commands, and `building` has `build` without the checker. */
const BUNDLES: Readonly<Record<string, string>> = {
  build: "assembling",
  check: "assembling",
  fmt: "formatting",
  run: "running",
  test: "running",
};
/** The commands whose runs write the code cache of `cli`: they use the functions that most other commands use too. */
const TYPICAL: readonly string[] = ["disasm", "gas", "size"];

function bundleOf([command = "", ...args]: readonly string[]): string {
  // After `--`, it would be the name of a file.
  if (command === "build" && args.includes("--no-check") && !args.includes("--")) return "building";
  if (Object.hasOwn(BUNDLES, command)) return BUNDLES[command];
  // Every bundle handles `--version` and `--help`; the smallest one has no commands.
  return command.startsWith("-") ? "options" : "cli";
}

const args = process.argv.slice(2);
const bundle = bundleOf(args);
run(bundle, { makeCache: bundle !== "cli" || TYPICAL.includes(args[0]) });
