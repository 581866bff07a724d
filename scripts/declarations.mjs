// The library's declarations for TypeScript, each made of one source: dist/types/.

import { mkdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import ts from "typescript";

/**
 * @param {string} root the repository
 * @param {readonly string[]} modules of api/; they import nothing but each other
 * @throws {Error} if one exports something whose type isn't written down
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
    // TypeScript looks for a declaration beside the JavaScript that is named.
    await writeFile(path.join(folder, `${name}.d.ts`), outputText.replace(/(from "\.\/\w+)\.ts"/g, '$1.js"'));
  }
}
