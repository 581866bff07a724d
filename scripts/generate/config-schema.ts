/** Writes docs/schema/config.schema.json, the schema of `avmasm.config.json`. */

import { CATALOGUE, type CatalogueEntry } from "../../diagnostics/catalogue.ts";
import { isOptional, LEVELS } from "../../diagnostics/policy.ts";
import type { DiagnosticCode } from "../../diagnostics/catalogue.ts";
import { TARGETS } from "../../isa/table.ts";
import { MAX_INCLUDE_FOLDERS } from "../../project/config.ts";

export function configSchema(): string {
  const codes = Object.entries(CATALOGUE) as [DiagnosticCode, CatalogueEntry][];
  return JSON.stringify({
    $schema: "http://json-schema.org/draft-04/schema#",
    title: "The project's settings, avmasm.config.json",
    type: "object",
    additionalProperties: false,
    properties: {
      $schema: { description: "The place of this schema, for editors.", type: "string" },
      target: {
        description: "The instruction set of files that don't say theirs. `--target` takes precedence.",
        enum: TARGETS,
      },
      strict: { description: "Report what may halt, as `--strict` does.", type: "boolean" },
      include: {
        description: "Folders in which included files are looked for, relative to this file.",
        type: "array",
        items: { type: "string" },
        maxItems: MAX_INCLUDE_FOLDERS,
      },
      severity: {
        description: "How severe a diagnostic is, by its code.",
        type: "object",
        additionalProperties: false,
        properties: Object.fromEntries(
          codes.map(([code, { summary }]) => [
            code,
            { description: summary, enum: isOptional(code) ? LEVELS : ["error"] },
          ]),
        ),
      },
      maxSteps: {
        description:
          "How many instructions the tests of one run may execute together. `--max-steps` takes precedence.",
        type: "integer",
        minimum: 1,
      },
    },
  });
}
