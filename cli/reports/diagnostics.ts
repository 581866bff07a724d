/** Prints diagnostics to standard error. */

import type { Diagnostic } from "../../diagnostics/diagnostic.ts";
import type { SourceFile } from "../../grammar/source-file.ts";
import { printError } from "../files/output.ts";
import { styleFor } from "../terminal/style.ts";
import { renderReport } from "./text.ts";

/** Prints nothing if there are none. */
export function printDiagnostics(diagnostics: readonly Diagnostic[], files: readonly SourceFile[]): void {
  if (diagnostics.length === 0) return;
  const sources = new Map(files.map((parsed) => [parsed.name, parsed]));
  printError(renderReport(diagnostics, sources, styleFor("stderr")));
}
