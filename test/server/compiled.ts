/** Programs of several files as they are compiled without a session: what the editor changes is judged by these bytes. */

import { readFileSync } from "node:fs";
import path from "node:path";
import { assemble, type Assembly } from "../../assembler/assemble.ts";
import { hasErrors } from "../../diagnostics/diagnostic.ts";
import { parseSource, type SourceFile } from "../../grammar/source-file.ts";
import { encode } from "../../program/codec.ts";
import { root } from "../support/command.ts";
import { MAIN, uriOf } from "./fixture.ts";
import type { GeneratedProgram } from "./generated-programs.ts";

/** Makes a compiler for versions of one program: a file that is the same in the next version isn't parsed again. */
export function compiler(): (program: GeneratedProgram) => Assembly {
  const parsed = new Map<string, { readonly text: string; readonly file: SourceFile }>();
  const fileOf = (name: string, text: string): SourceFile => {
    let known = parsed.get(name);
    if (known?.text !== text) parsed.set(name, (known = { text, file: parseSource(name, text) }));
    return known.file;
  };
  return ({ main, files }) =>
    assemble(fileOf(MAIN, main), {
      read: ({ path: name, standard }) => {
        if (standard)
          return parsed.get(name)?.file ?? fileOf(name, readFileSync(path.join(root, "lib", name), "utf8"));
        const text = files[name];
        return text === undefined ? { error: "there is no such file" } : fileOf(uriOf(name), text);
      },
    });
}

/** The bytes, or undefined if the program has errors. */
export function bytesOfAssembly({ program, diagnostics }: Assembly): string | undefined {
  return hasErrors(diagnostics) ? undefined : Buffer.from(encode(program)).toString("hex");
}
