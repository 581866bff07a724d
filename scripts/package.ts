/**
 * Packages the VS Code extension: `npm run package`, or `npm run package -- --out FILE`.
 *
 * The same commit gives the same bytes: the dates in the archive are the commit's, or those of `SOURCE_DATE_EPOCH` if
 * it is set.
 */

import { spawnSync } from "node:child_process";
import path from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { parseArgs } from "node:util";
import { createVSIX } from "@vscode/vsce";
import manifest from "../package.json" with { type: "json" };

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));

/** The date without a repository, as in an unpacked package: the earliest that a zip archive can store. */
const FIRST_DATE = "315532800";

/** Packages the built extension. */
export async function packageExtension(file: string): Promise<void> {
  process.env.SOURCE_DATE_EPOCH ??= dateOfCommit();
  await createVSIX({
    cwd: root,
    packagePath: file,
    dependencies: false,
    allowMissingRepository: true,
    // Otherwise vsce would exit if a pattern matches no file; tests check what the package contains.
    allowUnusedFilesPattern: true,
    readmePath: "docs/vscode.md",
  });
}

/** Seconds since 1970. */
function dateOfCommit(): string {
  const { status, stdout } = spawnSync("git", ["log", "-1", "--format=%ct"], { cwd: root, encoding: "utf8" });
  return status === 0 && stdout.trim() !== "" ? stdout.trim() : FIRST_DATE;
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  const { values } = parseArgs({ options: { out: { type: "string" } } });
  await packageExtension(path.resolve(values.out ?? `${manifest.name}-${manifest.version}.vsix`));
}
