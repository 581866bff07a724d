// Writes the library's TypeScript declarations to dist/types/, one file for each source.

import { mkdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import ts from "typescript";

/**
 * @param {string} root the repository
 * @param {readonly string[]} modules names of modules of api/, which import only each other
 * @throws {Error} if an export has no explicit type
 */
export async function writeDeclarations(root, modules) {
  const folder = path.join(root, "dist/types");
  await mkdir(folder, { recursive: true });
  for (const name of modules) {
    const file = path.join(root, "api", `${name}.ts`);
    const { outputText, diagnostics = [] } = ts.transpileDeclaration(await readFile(file, "utf8"), {
      fileName: file,
      reportDiagnostics: true,
      compilerOptions: { target: ts.ScriptTarget.ES2022, strict: true, isolatedDeclarations: true },
    });
    const problem = diagnostics.at(0);
    if (problem) throw new Error(`${file}: ${ts.flattenDiagnosticMessageText(problem.messageText, " ")}`);
    // TypeScript resolves `./x.js` to the declaration `./x.d.ts` beside it.
    await writeFile(path.join(folder, `${name}.d.ts`), outputText.replace(/(from "\.\/\w+)\.ts"/g, '$1.js"'));
  }
}
