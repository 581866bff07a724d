/** Options that several commands share. */

import { TARGETS } from "../../isa/table.ts";

export const TARGET = { type: "string", choices: TARGETS, summary: "the instruction set" } as const;

/** For commands that write one text or one bytecode. */
export const OUTPUT = {
  type: "string",
  short: "o",
  value: "OUT",
  summary: "the file to write; - is standard output",
} as const;

/** For commands that an editor starts as servers. */
export const STDIO = {
  type: "boolean",
  required: true,
  summary: "required: use standard input and output",
} as const;

/** For commands that print text by default and JSON on request. */
export const TEXT_OR_JSON = {
  type: "string",
  choices: ["text", "json"],
  summary: "the format of the output; text by default",
} as const;

/** For commands that read source text. */
export const ALLOW_OUTSIDE = {
  type: "boolean",
  summary: "let avmasm.config.json name folders outside of the project",
} as const;

/** For commands that read files. */
export const STDIN_NAME = {
  type: "string",
  value: "NAME",
  summary: "the name to use for standard input (-): it decides the type (NAME.avm, NAME.bin) and the folder",
} as const;

/** For commands that read a contract from source text, bytecode or an artifact. */
export const CONTRACT_OPTIONS = {
  function: { type: "string", short: "f", value: "NAME", summary: "the function of an artifact" },
  target: TARGET,
  "stdin-name": STDIN_NAME,
  "allow-outside": ALLOW_OUTSIDE,
} as const;
