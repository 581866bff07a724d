import assert from "node:assert/strict";
import { disassemble, type DisassembleOptions } from "../../disassembler/disassemble.ts";
import type { TextModel } from "../../disassembler/text-model.ts";
import { hasErrors } from "../../diagnostics/diagnostic.ts";
import { formatText } from "../../grammar/formatter/formatter.ts";
import { parseSource } from "../../grammar/source-file.ts";
import { assemble } from "../../assembler/assemble.ts";
import { encode } from "../../program/codec.ts";
import { assertExpandsToItself, assertKeepsText } from "./properties.ts";

/**
 * Disassembles and assembles again. Fails if the result isn't `bytes`, if formatting changes the disassembly, if
 * parsing loses a character of it, or if expansion changes it. Returns the disassembly.
 */
export function assertRoundTrip(bytes: Uint8Array, model: TextModel, options?: DisassembleOptions): string {
  const { text } = disassemble(model, options);
  assert.ok(formatText(text) === text, "the formatter changes the text");
  const file = parseSource("disassembly.avm", text);
  assertKeepsText(file, text);
  assertExpandsToItself(file);
  const { program, diagnostics } = assemble(file);
  const errors = diagnostics.filter((diagnostic) => hasErrors([diagnostic]));
  assert.deepEqual(errors, [], "the text has errors");
  const again = encode(program);
  if (Buffer.compare(again, bytes) !== 0) {
    assert.equal(Buffer.from(again).toString("hex"), Buffer.from(bytes).toString("hex"), text.slice(0, 2000));
  }
  return text;
}
