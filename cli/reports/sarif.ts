/** The report of `check --format sarif`: SARIF 2.1.0, which code hosts and editors read. */

import path from "node:path";
import { pathToFileURL } from "node:url";
import { CATALOGUE, type CatalogueEntry, type DiagnosticCode } from "../../diagnostics/catalogue.ts";
import type { Diagnostic, Fix, Location, Severity } from "../../diagnostics/diagnostic.ts";
import { LIBRARY_NOTE } from "../../project/library-file.ts";
import { STANDARD_INPUT } from "../files/input.ts";
import { readPage, toolVersion } from "../installation.ts";
import { printableJson } from "../terminal/text.ts";

const SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";
const LEVELS: Readonly<Record<Severity, string>> = { error: "error", warning: "warning", hint: "note" };

/** Renders the report. `complete` says whether every file could be read; `libraries` are those that were taken for a library. */
export function reportAsSarif(
  diagnostics: readonly Diagnostic[],
  complete: boolean,
  libraries: readonly string[] = [],
): string {
  const codes = [...new Set(diagnostics.map(({ code }) => code))].sort();
  const report = {
    $schema: SCHEMA,
    version: "2.1.0",
    runs: [
      {
        tool: { driver: { name: "avmasm", version: toolVersion(), rules: codes.map(ruleOf) } },
        invocations: [
          {
            executionSuccessful: complete,
            ...(libraries.length > 0 && { toolExecutionNotifications: libraries.map(noteOfLibrary) }),
          },
        ],
        columnKind: "utf16CodeUnits",
        results: diagnostics.map((diagnostic) => resultOf(diagnostic, codes)),
      },
    ],
  };
  return `${printableJson(report, 2)}\n`;
}

function noteOfLibrary(name: string): object {
  return {
    level: "note",
    message: { text: LIBRARY_NOTE },
    locations: [{ physicalLocation: { artifactLocation: { uri: uriOf(name) } } }],
  };
}

function ruleOf(code: DiagnosticCode): object {
  const { severity, summary }: CatalogueEntry = CATALOGUE[code];
  const page = readPage("diagnostics", `${code}.md`);
  return {
    id: code,
    shortDescription: { text: summary },
    defaultConfiguration: { level: LEVELS[severity] },
    ...(page !== undefined && { help: { text: page, markdown: page } }),
  };
}

function resultOf(diagnostic: Diagnostic, codes: readonly DiagnosticCode[]): object {
  const { code, severity, message, related = [], fixes = [] } = diagnostic;
  return {
    ruleId: code,
    ruleIndex: codes.indexOf(code),
    level: LEVELS[severity],
    message: { text: message },
    locations: [{ physicalLocation: placeOf(diagnostic) }],
    ...(related.length > 0 && {
      relatedLocations: related.map((place, id) => ({
        id,
        physicalLocation: placeOf(place),
        message: { text: place.message },
      })),
    }),
    ...(fixes.length > 0 && { fixes: fixes.map(fixOf) }),
  };
}

function fixOf({ title, edits }: Fix): object {
  const files = [...new Set(edits.map(({ source }) => source))];
  return {
    description: { text: title },
    artifactChanges: files.map((file) => ({
      artifactLocation: { uri: uriOf(file) },
      replacements: edits
        .filter(({ source }) => source === file)
        .map((edit) => ({ deletedRegion: regionOf(edit), insertedContent: { text: edit.text } })),
    })),
  };
}

function placeOf(place: Location): object {
  return { artifactLocation: { uri: uriOf(place.source) }, region: regionOf(place) };
}

function regionOf({ span: { line, start, end, endLine = line } }: Location): object {
  return { startLine: line + 1, startColumn: start + 1, endLine: endLine + 1, endColumn: end + 1 };
}

/** A relative path stays relative, as code hosts require. */
function uriOf(source: string): string {
  if (source === STANDARD_INPUT) return "stdin:";
  if (path.isAbsolute(source)) return pathToFileURL(source).href;
  return path.normalize(source).split(path.sep).map(encodeURIComponent).join("/");
}
