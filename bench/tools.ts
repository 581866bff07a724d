/** The programs that are timed as whole processes: `avmasm`, and the assemblers that it is compared with. */

import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import type { Language } from "./inputs.ts";
import { ENVIRONMENT, ROOT, WORK_FOLDER, type Command } from "./measure.ts";

export interface Tool {
  readonly name: string;
  readonly language: Language;
  /** The largest number of statements to run it on; more would take it minutes. */
  readonly most: number;
  /** Its version, or undefined if it isn't installed. */
  readonly version: () => string | undefined;
  readonly install: string;
  readonly command: (input: string, output: string) => Command;
}

/** The tool whose time is the denominator of all ratios. */
export const REFERENCE = "GNU as";

export const AVMASM = path.join(ROOT, "dist/avmasm.cjs");

/** The command that starts our language server. */
export const SERVER: readonly [string, ...string[]] = [
  process.execPath,
  path.join(ROOT, "dist/server.cjs"),
  "--stdio",
];

/** A command that runs `avmasm`. */
export function avmasm(...args: string[]): Command {
  return { program: process.execPath, args: [AVMASM, ...args] };
}

const NO_LIMIT = Infinity;

/** Assemblers of other projects. */
export const OTHER_ASSEMBLERS: readonly Tool[] = [
  native("GNU as", "gas", "as", "binutils", (input, output) => ["-o", output, input]),
  native("llvm-mc", "gas", "llvm-mc", "llvm", (input, output) => ["-filetype=obj", "-o", output, input]),
  native("nasm -O0", "nasm", "nasm", "nasm", (input, output) => ["-O0", "-f", "elf64", "-o", output, input]),
  native("yasm", "nasm", "yasm", "yasm", (input, output) => ["-f", "elf64", "-o", output, input]),
  native("wat2wasm", "wat", "wat2wasm", "wabt", (input, output) => ["-o", output, input]),
  {
    name: "ton-assembly (TypeScript)",
    language: "tasm",
    most: 10_000,
    version: tonAssembly,
    install: "npm, which is done on the way unless there is no network",
    command: (input, output) => ({
      program: process.execPath,
      args: [path.join(TON, "node_modules/ton-assembly/dist/cli/assembler.js"), input, "--output", output],
    }),
  },
];

function native(
  name: string,
  language: Language,
  program: string,
  debianPackage: string,
  args: (input: string, output: string) => string[],
): Tool {
  return {
    name,
    language,
    most: NO_LIMIT,
    version: () => versionOf(program),
    install: `apt-get install ${debianPackage}`,
    command: (input, output) => ({ program, args: args(input, output) }),
  };
}

function versionOf(program: string): string | undefined {
  const { stdout, error } = spawnSync(program, ["--version"], { encoding: "utf8", env: ENVIRONMENT });
  if (error) return undefined;
  // LLVM's tools print the project's name before the version.
  return /\d+(?:\.\d+)+/.exec(stdout)?.[0] ?? "?";
}

const TON = path.join(WORK_FOLDER, "ton-assembly");
const TON_VERSION = "0.6.1";

/** Installs TON's assembler if it is missing. Only this benchmark uses it, so it is no dependency of the project. */
function tonAssembly(): string | undefined {
  if (existsSync(path.join(TON, "node_modules/ton-assembly"))) return TON_VERSION;
  mkdirSync(TON, { recursive: true });
  writeFileSync(path.join(TON, "package.json"), '{ "private": true }\n');
  try {
    const options = ["--ignore-scripts", "--no-audit", "--no-fund"];
    execFileSync("npm", ["install", ...options, `ton-assembly@${TON_VERSION}`], {
      cwd: TON,
      stdio: "ignore",
    });
    return TON_VERSION;
  } catch {
    return undefined;
  }
}
