import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { cp, mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { promisify } from "node:util";

const recipe = import.meta.dirname;
const installed = path.resolve(recipe, "../../../.cache/oracle");
const manifests = ["package.json", "package-lock.json"];

/**
 * Makes sure that the packages of this folder's lockfile are installed, and returns their `node_modules`.
 *
 * The stamp is a digest of the manifests: another version of them installs afresh. An install happens in a folder of
 * its own and is then moved into place, so that one that was interrupted, or two at once, leave nothing half done.
 */
export async function installOracle(): Promise<string> {
  // Packages that somebody put together otherwise, those of another release for one.
  if (process.env.AVM_ORACLE_MODULES) return process.env.AVM_ORACLE_MODULES;
  const stamp = await digest();
  if (!(await isCurrent(stamp))) {
    const fresh = `${installed}.${process.pid}`;
    await rm(fresh, { recursive: true, force: true });
    await mkdir(fresh, { recursive: true });
    for (const file of manifests) await cp(path.join(recipe, file), path.join(fresh, file));
    await npmCi(fresh);
    await writeFile(path.join(fresh, "stamp"), stamp);
    await rm(installed, { recursive: true, force: true });
    try {
      await rename(fresh, installed);
    } catch (error) {
      // Somebody else was faster: theirs is as good as ours.
      if (!(await isCurrent(stamp))) throw error;
      await rm(fresh, { recursive: true, force: true });
    }
  }
  return path.join(installed, "node_modules");
}

async function digest(): Promise<string> {
  const hash = createHash("sha256");
  for (const file of manifests) hash.update(await readFile(path.join(recipe, file)));
  return hash.digest("hex");
}

async function isCurrent(stamp: string): Promise<boolean> {
  try {
    return (await readFile(path.join(installed, "stamp"), "utf8")) === stamp;
  } catch {
    return false;
  }
}

/** Optional dependencies are native accelerators, and install scripts would build or fetch some: we want neither. */
async function npmCi(cwd: string): Promise<void> {
  const args = ["ci", "--ignore-scripts", "--omit=optional", "--no-audit", "--no-fund"];
  await promisify(execFile)("npm", args, { cwd, shell: process.platform === "win32" });
}
