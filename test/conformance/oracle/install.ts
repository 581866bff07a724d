import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { cp, mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { promisify } from "node:util";

const recipe = import.meta.dirname;
const cache = path.resolve(recipe, "../../../.cache");
const manifests = ["package.json", "package-lock.json"];
const run = promisify(execFile);
const shell = process.platform === "win32";

/** Makes sure that the packages of this folder's lockfile are installed, and returns their `node_modules`. */
export async function installOracle(): Promise<string> {
  // Packages that somebody put together otherwise, those of another release for one.
  if (process.env.AVM_ORACLE_MODULES) return process.env.AVM_ORACLE_MODULES;
  const installed = path.join(cache, "oracle");
  await installOnce(installed, await digest(manifests), async (fresh) => {
    for (const file of manifests) await cp(path.join(recipe, file), path.join(fresh, file));
    await npmCi(fresh);
  });
  return path.join(installed, "node_modules");
}

/** Packages of 5.2.0 in the place of those of 4.1.2. */
const REPLACED = ["simulator", "foundation"];
/** The only constants of the AVM that differ in 5.2.0, whose package of constants isn't published. */
const CONSTANTS_OF_V5 = {
  AVM_ECADD_BASE_L2_GAS: 180,
  AVM_CALLDATACOPY_DYN_L2_GAS: 6,
  AVM_RETURNDATACOPY_DYN_L2_GAS: 6,
};

/**
 * Makes sure that an oracle of 5.2.0 is installed, and returns its `node_modules`: the simulator and foundation of 5.2.0 on the
 * other packages of 4.1.2, because not all of 5.2.0's are published.
 */
export async function installOracleOfV5(): Promise<string> {
  const base = await installOracle();
  const installed = path.join(cache, "oracle-v5");
  const stamp = await digest([...manifests, "install.ts"]);
  await installOnce(installed, stamp, async (fresh) => {
    const modules = path.join(fresh, "node_modules");
    const packages = REPLACED.map((name) => `@aztec/${name}@5.2.0`);
    await Promise.all([
      cp(base, modules, { recursive: true }),
      run("npm", ["pack", ...packages, "--silent", "--pack-destination", fresh], { cwd: fresh, shell }),
    ]);
    for (const name of REPLACED) {
      const place = path.join(modules, "@aztec", name);
      await rm(path.join(place, "dest"), { recursive: true });
      await run("tar", ["xzf", `aztec-${name}-5.2.0.tgz`, "-C", place, "--strip-components=1"], {
        cwd: fresh,
      });
    }
    const file = path.join(modules, "@aztec/constants/dest/constants.gen.js");
    let constants = await readFile(file, "utf8");
    for (const [name, value] of Object.entries(CONSTANTS_OF_V5)) {
      const replaced = constants.replace(new RegExp(`(?<=\\b${name} = )\\d+`), String(value));
      if (replaced === constants) throw new Error(`${name} isn't in ${file}`);
      constants = replaced;
    }
    await writeFile(file, constants);
  });
  return path.join(installed, "node_modules");
}

/**
 * Fills a folder, unless it has this stamp already. That happens in a folder of its own, which is then moved into place, so that
 * an install that was interrupted, or two at once, leave nothing half done.
 */
async function installOnce(
  installed: string,
  stamp: string,
  fill: (fresh: string) => Promise<void>,
): Promise<void> {
  const isCurrent = async (): Promise<boolean> =>
    (await readFile(path.join(installed, "stamp"), "utf8").catch(() => "")) === stamp;
  if (await isCurrent()) return;
  const fresh = `${installed}.${process.pid}`;
  await rm(fresh, { recursive: true, force: true });
  await mkdir(fresh, { recursive: true });
  await fill(fresh);
  await writeFile(path.join(fresh, "stamp"), stamp);
  await rm(installed, { recursive: true, force: true });
  try {
    await rename(fresh, installed);
  } catch (error) {
    // Somebody else was faster: theirs is as good as ours.
    if (!(await isCurrent())) throw error;
    await rm(fresh, { recursive: true, force: true });
  }
}

async function digest(files: readonly string[]): Promise<string> {
  const hash = createHash("sha256");
  for (const file of files) hash.update(await readFile(path.join(recipe, file)));
  return hash.digest("hex");
}

/** Optional dependencies are native accelerators, and install scripts would build or fetch some: we want neither. */
async function npmCi(cwd: string): Promise<void> {
  await run("npm", ["ci", "--ignore-scripts", "--omit=optional", "--no-audit", "--no-fund"], { cwd, shell });
}
