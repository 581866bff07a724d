/**
 * Writes the files that are generated from the code: the instruction reference, the command reference, the TextMate
 * grammar, the schemas, the list of diagnostics. They are committed, so that readers find them in the repository.
 *
 *   npm run generate           writes the files that changed
 *   npm run generate:check     writes nothing, and fails if a file is out of date
 */

import { mkdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import * as prettier from "prettier";
import { commandReference } from "./generate/command-reference.ts";
import { diagnosticsIndex } from "./generate/diagnostics-index.ts";
import { configSchema } from "./generate/config-schema.ts";
import { fieldModuleFile } from "./generate/field-module.ts";
import { grammarText } from "../grammar/parser/notation.ts";
import { between } from "./generate/between.ts";
import { textMateGrammar } from "./generate/grammar.ts";
import { instructionReference } from "./generate/instructions.ts";
import { jsonReference } from "./generate/json-reference.ts";
import { standardLibrary } from "./generate/std-library.ts";
import { withTargets } from "./generate/manifest.ts";

/** The generated files, each with a function from its current content to its new content. */
const FILES: Readonly<Record<string, (current: string) => string>> = {
  "syntaxes/avm.tmLanguage.json": textMateGrammar,
  "docs/instructions.md": instructionReference,
  "docs/std-library.md": standardLibrary,
  "docs/language.md": (page) => between(page, "grammar", `\`\`\`ebnf\n${grammarText()}\n\`\`\``),
  "docs/command.md": commandReference,
  "docs/schema/config.schema.json": configSchema,
  "docs/json.md": jsonReference,
  "docs/diagnostics.md": diagnosticsIndex,
  "artifact/field-module-bytes.ts": fieldModuleFile,
  "package.json": withTargets,
};

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const { values: flags } = parseArgs({ options: { check: { type: "boolean", default: false } } });

for (const [file, generate] of Object.entries(FILES)) {
  const place = path.join(root, file);
  const current = await readFile(place, "utf8").catch(() => "");
  const wanted = await format(place, generate(current));
  if (current === wanted) continue;
  if (flags.check) {
    console.error(`${file} is out of date: npm run generate`);
    process.exitCode = 1;
  } else {
    await mkdir(path.dirname(place), { recursive: true });
    await writeFile(place, wanted);
    console.log(`wrote ${file}`);
  }
}

/** Formats a text with prettier, as `npm run format` does. */
async function format(place: string, text: string): Promise<string> {
  const { ignored, inferredParser } = await prettier.getFileInfo(place, {
    ignorePath: path.join(root, ".prettierignore"),
  });
  if (ignored || inferredParser === null) return text;
  return prettier.format(text, { ...(await prettier.resolveConfig(place)), filepath: place });
}
