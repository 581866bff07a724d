/**
 * Fuzzes the command line: for any arguments, the command ends by itself with a documented status, prints no control
 * characters to a terminal, and never reports a user's mistake as an internal error. The first step is the content of
 * `a.avm`, the second is the arguments.
 */

import { deflateRawSync } from "node:zlib";
import { printable } from "../../cli/terminal/text.ts";
import type { RandomNumbers } from "../support/random.ts";
import { avmasm, temporaryFolder, type Folder } from "../support/command.ts";
import { randomSource } from "./random-source.ts";
import { assertThat, many, once, pick, type FuzzTarget } from "./target.ts";

const COMMANDS = "build check diff disasm explain fmt isa size tags help --help --version".split(" ");
const OPTIONS =
  "-o --output --format --listing --map --target --no-check --strict --list --function --pc --bytes --source --check --help -h -f".split(
    " ",
  );
const VALUES = [
  "out.bin",
  "-",
  "bin",
  "hex",
  "base64",
  "json",
  "sarif",
  "text",
  "v6",
  "v4",
  "v9",
  "",
  "nowhere/x",
  "a.avm",
  "transfer",
  "\u001b[2J",
  "=",
  "--",
  "/dev/null",
];
const FILES = [
  "a.avm",
  "a.avm",
  "code.bin",
  "code.hex",
  "artifact.json",
  "missing.avm",
  "-",
  ".",
  "a\u001b[31m.avm",
];

let folder: Folder | undefined;

export const command: FuzzTarget<readonly unknown[]> = {
  name: "command",
  make: (random) => [randomSource(random, 10), line(random)],
  check: ([text, args]) => {
    if (typeof text !== "string" || !Array.isArray(args)) return;
    folder ??= temporaryFolder(FIXED);
    folder.write("a.avm", text);
    folder.write("out.bin", "old");
    const { status, stdout, stderr } = avmasm(args as string[], { cwd: folder.path, input: text });
    assertThat(
      status === 0 || status === 1 || status === 2,
      `the status is ${status ?? "a signal"}: ${stderr}`,
    );
    assertThat(printable(stderr) === stderr, "standard error has something that a terminal would obey");
    // These commands print data unchanged, unless to a terminal: bytecode and formatted text.
    const isPassedOn = ["build", "diff", "fmt"].includes(String(args[0]));
    assertThat(
      isPassedOn || printable(stdout) === stdout,
      "standard output has something that a terminal would obey",
    );
    assertThat(status === 0 || stderr !== "" || stdout !== "", "it failed without a word");
    const left = folder.names().filter((name) => name.endsWith(".tmp"));
    assertThat(left.length === 0, `it left ${left.join(", ")}`);
  },
  end: () => {
    folder?.remove();
    folder = undefined;
  },
};

const FIXED = {
  "code.bin": Uint8Array.of(0x00, 0x00, 0x01, 0x02, 0x03, 0xff, 0x27),
  "code.hex": "0x000001020327",
  "artifact.json": JSON.stringify({
    name: "T\u001b[31m",
    aztec_version: "4.1.2",
    functions: [
      {
        name: "public_dispatch",
        custom_attributes: ["abi_public"],
        abi: { parameters: [], error_types: {} },
        bytecode: "AAABAgM=",
        debug_symbols: deflateRawSync("{}").toString("base64"),
      },
    ],
  }),
};

function line(random: RandomNumbers): string[] {
  const args = [pick(random, COMMANDS), ...many(random, 2, () => pick(random, FILES))];
  for (let times = random.below(4); times > 0; times--) {
    args.push(pick(random, OPTIONS));
    if (!once(random, 3)) args.push(pick(random, VALUES));
  }
  if (once(random, 10)) args.reverse();
  // Arguments can't contain NUL, and `lsp` would wait for input.
  return args.filter((arg) => arg !== "lsp");
}
