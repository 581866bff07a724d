/** Shortcuts from text to bytes, for tests. */

import assert from "node:assert/strict";
import { parseSource } from "../../grammar/source-file.ts";
import type { TargetName } from "../../isa/table.ts";
import { assemble, type AssembleOptions, type Assembly } from "../../assembler/assemble.ts";
import { encode } from "../../program/codec.ts";
import { assertDiagnostics } from "./annotated.ts";

/** Assembles a text under the name `test.avm`. */
export function assembleText(text: string, options: AssembleOptions = {}): Assembly {
  return assemble(parseSource("test.avm", text), options);
}

/** The bytes of a text that must assemble without a diagnostic, in hex. */
export function bytesOf(text: string, target?: TargetName): string {
  const { program, diagnostics } = assembleText(text, target ? { target } : {});
  assert.deepEqual(diagnostics, []);
  return Buffer.from(encode(program)).toString("hex");
}

/** Fails unless an annotated text gives exactly the diagnostics that its annotations describe. */
export function checkAssembly(text: string, options: AssembleOptions = {}): void {
  assertDiagnostics(text, assembleText(text, options).diagnostics);
}
