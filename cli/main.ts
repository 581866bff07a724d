/**
 * The command `avmasm`. Only this file is loaded at start-up; each command loads what it needs when it runs.
 *
 * To add a command, write `commands/<name>.ts` with `export const command = defineCommand({…})` (`command.ts` has the
 * shape; `commands/build.ts` and `commands/isa.ts` are a long and a short one) and add its line to {@link COMMANDS}.
 * Options, help, "did you mean" and exit statuses follow from that. A command uses these modules:
 *
 * - `arguments/`: reads what the operands name: `readSource`, `Projects`, `readContractArgument`.
 * - `files/input.ts`: `readInput` (a regular file or `-`, bounded); errors become one line.
 * - `files/output.ts`: `print`, `printError`, `writeOutput` (atomic; `-` is standard output), `checkOutputs`.
 * - `reports/text.ts`: diagnostics with code frames; `terminal/style.ts`: colour if the stream wants it.
 * - Throw `UsageError` (the user is pointed at the help) or `CommandError` for status 2; return 1 if errors were reported.
 */

import { CommandError, UsageError, describeCommand, readArguments, type Command } from "./command.ts";
import { didYouMean, nearest } from "../diagnostics/suggest.ts";
import { INTERNAL_ERROR, printInternalError } from "./reports/internal-error.ts";
import { toolVersion } from "./installation.ts";
import { hasPrinted, print, printError, printMessage } from "./files/output.ts";

interface Entry {
  /** One phrase for the list of commands. */
  readonly summary: string;
  readonly load: () => Promise<{ readonly command: Command }>;
}

/** Every command, in the order of the help. */
const COMMANDS: Readonly<Record<string, Entry>> = {
  build: { summary: "assemble a file", load: () => import("./commands/build.ts") },
  check: { summary: "report mistakes in files", load: () => import("./commands/check.ts") },
  convert: { summary: "convert other notations to source text", load: () => import("./commands/convert.ts") },
  dap: { summary: "run the debug adapter", load: () => import("./commands/dap.ts") },
  diff: { summary: "compare two contracts", load: () => import("./commands/diff.ts") },
  disasm: { summary: "disassemble bytecode to source text", load: () => import("./commands/disasm.ts") },
  explain: { summary: "explain a diagnostic", load: () => import("./commands/explain.ts") },
  fmt: { summary: "format source files", load: () => import("./commands/fmt.ts") },
  gas: { summary: "print the gas of the parts of a contract", load: () => import("./commands/gas.ts") },
  inspect: {
    summary: "print a contract's functions, size and class id",
    load: () => import("./commands/inspect.ts"),
  },
  isa: { summary: "describe the instructions", load: () => import("./commands/isa.ts") },
  lsp: { summary: "run the language server", load: () => import("./commands/lsp.ts") },
  run: { summary: "run a program, and print the result", load: () => import("./commands/run.ts") },
  selector: {
    summary: "print the selector of a function",
    load: () => import("./commands/selector.ts"),
  },
  size: { summary: "print the size of the parts of a contract", load: () => import("./commands/size.ts") },
  test: { summary: "run the tests in sources", load: () => import("./commands/test.ts") },
  tags: { summary: "print the tags of every operand", load: () => import("./commands/tags.ts") },
};

async function main(args: readonly string[]): Promise<number> {
  const [first, ...rest] = args;
  switch (first) {
    case undefined:
      printError(overview());
      return 2;
    case "-h":
    case "--help":
      print(overview());
      return 0;
    case "-V":
    case "--version":
      print(`${toolVersion()}\n`);
      return 0;
    case "help":
      return rest.length === 0 ? main(["--help"]) : run(rest[0], ["--help"]);
    default:
      return run(first, rest);
  }
}

async function run(name: string, args: readonly string[]): Promise<number> {
  const entry = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
  try {
    if (!entry) throw new UsageError(unknownCommand(name));
    const { command } = await entry.load();
    const { operands, values, rest, help } = readArguments(command, args);
    if (!help) return await command.run(operands, values, rest);
    print(describeCommand(name, command));
    return 0;
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    printMessage(error.message);
    if (error instanceof UsageError) printError(`See \`avmasm ${entry ? `${name} ` : ""}--help\`.\n`);
    return 2;
  }
}

function unknownCommand(name: string): string {
  if (name.startsWith("-")) return `there is no option \`${name}\` before a command`;
  if (name.endsWith(".avm")) return `\`${name}\` isn't a command; did you mean \`avmasm build ${name}\`?`;
  return `there is no command \`${name}\`${didYouMean(nearest(name, Object.keys(COMMANDS)))}`;
}

function overview(): string {
  const width = Math.max(...Object.keys(COMMANDS).map(({ length }) => length)) + 3;
  const commands = Object.entries(COMMANDS).map(([name, { summary }]) => `  ${name.padEnd(width)}${summary}`);
  return [
    "avmasm: assembler for the AVM of Aztec",
    "",
    "Usage: avmasm COMMAND [ARGUMENT...]",
    "",
    "Commands:",
    ...commands,
    "",
    "avmasm COMMAND --help describes a command; avmasm --version prints the version.",
    "A file called - is standard input or output; --stdin-name gives standard input a file name. The exit",
    "status is 0 on success, 1 if errors were reported, and 2 if the command is used wrongly or a file",
    "can't be read or written.",
    "",
  ].join("\n");
}

main(process.argv.slice(2)).then(
  (status) => {
    process.exitCode ||= status;
    // Ending at once saves a twentieth of a short run: a garbage collection that nothing needs any more. But `process.exit`
    // could cut off output that isn't written yet, so a process that has printed something ends by itself.
    if (!hasPrinted() && process.getActiveResourcesInfo().length === 0) process.exit();
  },
  (error: unknown) => {
    printInternalError(error);
    process.exitCode = INTERNAL_ERROR;
  },
);
