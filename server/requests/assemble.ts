/** `avm/assemble`: the bytecode of a program, as `avmasm build` writes it. */

import { base64Of } from "../../artifact/encodings.ts";
import { hasErrors } from "../../diagnostics/diagnostic.ts";
import { encode } from "../../program/codec.ts";
import type { Snapshot } from "../language/snapshot.ts";
import { assembled, linesOf, type NotAssembled } from "./assembled.ts";

export interface Bytecode {
  readonly base64: string;
  readonly target: string;
}

/** Errors of the checker prevent an answer with bytecode, too. */
export function assembleProgram(snapshot: Snapshot): Bytecode | NotAssembled {
  const found = assembled(snapshot);
  if ("errors" in found) return found;
  const diagnostics = snapshot.allDiagnostics();
  if (hasErrors(diagnostics)) return { errors: linesOf(diagnostics) };
  const { program } = found.assembly;
  return { base64: base64Of(encode(program)), target: program.set.target };
}
