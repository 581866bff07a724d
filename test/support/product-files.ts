import { readdirSync } from "node:fs";
import path from "node:path";
import { root } from "./command.ts";

/** Folders whose code is published. */
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

/** The files in and below a folder with an ending such as `.ts`; paths are relative to the project's folder. */
export function filesIn(folder: string, ending: string): string[] {
  return readdirSync(path.join(root, folder), { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(ending) && !name.includes("node_modules"))
    .map((name) => path.posix.join(folder, name.replaceAll(path.sep, "/")));
}
