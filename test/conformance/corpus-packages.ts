import { execFile } from "node:child_process";
import { mkdir, readFile, readdir, rename, rm, stat } from "node:fs/promises";
import path from "node:path";
import { promisify } from "node:util";
import type { TargetName } from "../../isa/table.ts";

const run = promisify(execFile);
const cache = path.resolve(import.meta.dirname, "../../.cache/corpus");

export interface CorpusPackage {
  readonly name: string;
  readonly version: string;
  /** The instruction set of the release. */
  readonly target: TargetName;
}

/** Releases that contain real contracts, a few for each instruction set that has any. */
export const PACKAGES: readonly CorpusPackage[] = [
  { name: "@aztec/noir-contracts.js", version: "5.2.0", target: "v5" },
  { name: "@aztec/noir-contracts.js", version: "4.4.0", target: "v4" },
  { name: "@aztec/noir-contracts.js", version: "4.1.2", target: "v4" },
  { name: "@aztec/noir-contracts.js", version: "3.0.3", target: "v3" },
  { name: "@aztec/noir-contracts.js", version: "2.0.3", target: "v2" },
  { name: "@aztec/noir-contracts.js", version: "1.2.1", target: "v2" },
  { name: "@aztec/noir-test-contracts.js", version: "4.1.2", target: "v4" },
];

export interface ArtifactFile {
  readonly file: string;
  readonly bytes: () => Promise<Uint8Array>;
}

/** The path of an artifact of a package; fetches the package if it is missing. */
export async function artifactFile(one: CorpusPackage, file: string): Promise<string> {
  await artifactsOf(one);
  return path.join(folderOf(one), "package/artifacts", file);
}

/** The artifacts of a package. The first call fetches it with `npm pack`; later calls need no network. */
export async function artifactsOf(one: CorpusPackage): Promise<ArtifactFile[]> {
  const folder = folderOf(one);
  if (!(await exists(folder))) await fetchPackage(`${one.name}@${one.version}`, folder, "package/artifacts");
  const artifacts = path.join(folder, "package/artifacts");
  const files = (await readdir(artifacts)).filter((file) => file.endsWith(".json")).sort();
  return files.map((file) => ({ file, bytes: () => readFile(path.join(artifacts, file)) }));
}

function folderOf({ name, version }: CorpusPackage): string {
  return path.join(cache, `${name.replace("@", "").replace("/", "-")}-${version}`);
}

/**
 * Fetches a package with `npm pack`, and unpacks a part of it, `package/…`, into a new folder. It unpacks to a
 * temporary folder and then moves that into place, so that an existing folder is always complete.
 */
export async function fetchPackage(specifier: string, folder: string, part: string): Promise<void> {
  const fresh = `${folder}.${process.pid}`;
  await rm(fresh, { recursive: true, force: true });
  await mkdir(fresh, { recursive: true });
  try {
    const shell = process.platform === "win32";
    await run("npm", ["pack", specifier, "--silent", "--pack-destination", fresh], { cwd: fresh, shell });
    const archive = (await readdir(fresh)).find((file) => file.endsWith(".tgz"));
    if (archive === undefined) throw new Error(`npm pack ${specifier} wrote no archive`);
    await run("tar", ["-xzf", archive, part], { cwd: fresh });
    await rm(path.join(fresh, archive));
    await rename(fresh, folder);
  } finally {
    await rm(fresh, { recursive: true, force: true });
  }
}

async function exists(folder: string): Promise<boolean> {
  return stat(folder).then(
    () => true,
    () => false,
  );
}
