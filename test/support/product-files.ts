import { readdirSync } from "node:fs";
import path from "node:path";
import { root } from "./command.ts";

/** Folders with the code that is published. */
export const ROOMS = [
  "analysis",
  "api",
  "artifact",
  "assembler",
  "cli",
  "client",
  "convert",
  "debugger",
  "diagnostics",
  "disassembler",
  "disk",
  "grammar",
  "isa",
  "machine",
  "program",
  "project",
  "running",
  "server",
];

/** The files of a folder and those below it with an ending like `.ts`, from the project's folder on. */
export function filesIn(folder: string, ending: string): string[] {
  return readdirSync(path.join(root, folder), { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(ending) && !name.includes("node_modules"))
    .map((name) => path.posix.join(folder, name.replaceAll(path.sep, "/")));
}
