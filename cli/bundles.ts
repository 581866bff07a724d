/**
 * Runs the bundles that the build made, out of V8's code cache, which halves the time until they do something. A cache lies
 * beside its bundle. It only fits the version of V8 that made it, so one is made at the end of the first run that finds
 * none; where that can't be written, the command is merely slower.
 */

import { readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { Script } from "node:vm";

type Wrapper = (
  exports: unknown,
  load: (id: string) => unknown,
  module: unknown,
  file: string,
  folder: string,
) => void;

/** Bundles that are loaded in the same way, once the command asks for them. */
const SIBLINGS: Readonly<Record<string, string>> = {
  "./grammar.cjs": "grammar",
  "./poseidon2.cjs": "poseidon2",
};

function readCache(file: string): Buffer | undefined {
  try {
    return readFileSync(file);
  } catch {
    return undefined;
  }
}

/** Replaces the cache as a whole, so that no other process or thread meets half of it. */
function writeCache(file: string, script: Script): void {
  const temporary = `${file}.${process.pid}.${Math.random().toString(36).slice(2)}`;
  try {
    writeFileSync(temporary, script.createCachedData());
    renameSync(temporary, file);
  } catch {
    // A read-only installation has no cache; that isn't the user's business.
    rmSync(temporary, { force: true });
  }
}

/** Runs a bundle. Returns what it exports. */
export function run(name: string): unknown {
  const bundle = `${import.meta.dirname}/${name}.cjs`;
  const cache = `${import.meta.dirname}/${name}-${process.versions.v8}-${process.arch}.cache`;
  // A function already, as the build has written it: to put a text of this size together would have it collected. The bundler
  // writes ASCII alone, which is quicker to read as what it also is.
  const source = readFileSync(bundle, "latin1");
  const cachedData = readCache(cache);
  const script = new Script(source, {
    filename: bundle,
    ...(cachedData && { cachedData }),
  });
  if (!cachedData || script.cachedDataRejected) process.once("exit", () => writeCache(cache, script));
  const module_ = { exports: {} };
  (script.runInThisContext() as Wrapper)(module_.exports, load, module_, bundle, import.meta.dirname);
  return module_.exports;
}

function load(id: string): unknown {
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- this is a bundle too, of which the others are part
  return Object.hasOwn(SIBLINGS, id) ? run(SIBLINGS[id]) : (require(id) as unknown);
}
