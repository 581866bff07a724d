/**
 * Runs the bundles that the build made, out of V8's code cache, which halves the time until they do something. A cache lies
 * beside its bundle. It fits only the bundle and the version of V8 that it was made of, so one is made at the end of the
 * first run that finds none that fits. If that can't be written, the command is merely slower.
 *
 * V8 believes what is in a cache, so a damaged one could make it do anything: `code-cache.ts` looks at it first.
 */

import { readFileSync } from "node:fs";
import { Script } from "node:vm";
import { readCache, writeCache } from "./code-cache.ts";

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
  "./deflate.cjs": "deflate",
};

export interface RunOptions {
  /** Whether what this run uses of the bundle is what runs to come will use: then its code cache may be made. */
  readonly makeCache?: boolean;
}

/** Runs a bundle. Returns what it exports. */
export function run(name: string, { makeCache = true }: RunOptions = {}): unknown {
  const bundle = `${import.meta.dirname}/${name}.cjs`;
  const cache = `${import.meta.dirname}/${name}-${process.versions.v8}-${process.arch}.cache`;
  const bytes = readFileSync(bundle);
  const cachedData = readCache(cache, bytes);
  // A function already, as the build has written it: to put a text of this size together would have it collected. The bundler
  // writes ASCII alone, which is quicker to read as what it also is.
  const script = new Script(bytes.toString("latin1"), {
    filename: bundle,
    ...(cachedData && { cachedData }),
  });
  if (makeCache && (!cachedData || script.cachedDataRejected)) {
    process.once("exit", () => writeCache(cache, bytes, script.createCachedData()));
  }
  const module_ = { exports: {} };
  (script.runInThisContext() as Wrapper)(module_.exports, load, module_, bundle, import.meta.dirname);
  return module_.exports;
}

function load(id: string): unknown {
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- this is a bundle too, of which the others are part
  return Object.hasOwn(SIBLINGS, id) ? run(SIBLINGS[id]) : (require(id) as unknown);
}
