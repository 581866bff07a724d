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

/** Installs the packages of this folder's lockfile if they are missing. Returns their `node_modules`. */
export async function installOracle(): Promise<string> {
  // The variable names another set of packages, for example of another release.
  if (process.env.AVM_ORACLE_MODULES) return process.env.AVM_ORACLE_MODULES;
  const installed = path.join(cache, "oracle");
  await installOnce(installed, await digest(manifests), async (fresh) => {
    for (const file of manifests) await cp(path.join(recipe, file), path.join(fresh, file));
    await npmCi(fresh);
  });
  return path.join(installed, "node_modules");
}

/** Packages of 5.2.0 that replace those of 4.1.2. */
const REPLACED = ["simulator", "foundation"];
/** The AVM's constants that differ in 5.2.0; the package with its constants isn't published. */
const CONSTANTS_OF_V5 = {
  AVM_ECADD_BASE_L2_GAS: 180,
  AVM_CALLDATACOPY_DYN_L2_GAS: 6,
  AVM_RETURNDATACOPY_DYN_L2_GAS: 6,
};

/**
 * Installs an oracle of 5.2.0 if it is missing. Returns its `node_modules`: the simulator and foundation of 5.2.0 with
 * the other packages of 4.1.2, because not all packages of 5.2.0 are published.
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
 * Fills a folder unless it already has this stamp. It fills a temporary folder and then moves that into place, so that
 * an interrupted install, or two at once, leave no incomplete folder.
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
    // Another process has installed the same packages first.
    if (!(await isCurrent())) throw error;
    await rm(fresh, { recursive: true, force: true });
  }
}

async function digest(files: readonly string[]): Promise<string> {
  const hash = createHash("sha256");
  for (const file of files) hash.update(await readFile(path.join(recipe, file)));
  return hash.digest("hex");
}

/**
 * Optional dependencies are native accelerators, and install scripts would build or fetch some of them: the tests need
 * neither.
 */
async function npmCi(cwd: string): Promise<void> {
  await run("npm", ["ci", "--ignore-scripts", "--omit=optional", "--no-audit", "--no-fund"], { cwd, shell });
}
