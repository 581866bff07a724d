/**
 * What `avmasm` starts: runs the command's bundle out of V8's code cache, which halves the time until it does
 * something. The cache lies beside the bundle. It only fits the version of V8 that made it, so one is made at the end of
 * the first run that finds none; where that can't be written, the command is merely slower.
 */

import { readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { Script } from "node:vm";

const bundle = path.join(import.meta.dirname, "cli.cjs");
const cache = path.join(import.meta.dirname, `cli-${process.versions.v8}-${process.arch}.cache`);

function readCache(): Buffer | undefined {
  try {
    return readFileSync(cache);
  } catch {
    return undefined;
  }
}

/** Replaces the cache as a whole, so that no other process meets half of it. */
function writeCache(script: Script): void {
  const temporary = `${cache}.${process.pid}`;
  try {
    writeFileSync(temporary, script.createCachedData());
    renameSync(temporary, cache);
  } catch {
    // A read-only installation has no cache; that isn't the user's business.
    rmSync(temporary, { force: true });
  }
}

// The bundler writes ASCII alone, which is quicker to read as what it also is.
const source = readFileSync(bundle, "latin1");
const cachedData = readCache();
const script = new Script(`(function (exports, require, module, __filename, __dirname) {${source}\n})`, {
  filename: bundle,
  ...(cachedData && { cachedData }),
});
if (!cachedData || script.cachedDataRejected) process.once("exit", () => writeCache(script));
type Wrapper = (
  exports: unknown,
  load: NodeJS.Require,
  module: unknown,
  file: string,
  folder: string,
) => void;
const module_ = { exports: {} };
(script.runInThisContext() as Wrapper)(module_.exports, require, module_, bundle, import.meta.dirname);
