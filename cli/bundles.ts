/**
 * Runs the bundles of the build with V8's code cache, which halves the start-up time. The cache file lies
 * beside its bundle. It fits only one bundle and one version of V8. If no cache fits, the run writes one at its
 * end. If it can't be written, only the start-up of later runs is slower.
 *
 * V8 executes a cache without validating it, so `code-cache.ts` validates it first.
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

/** Bundles that a command loads on demand, also with a code cache: name of the bundle by the path in `require`. */
const SIBLINGS: Readonly<Record<string, string>> = {
  "./grammar.cjs": "grammar",
  "./foreign-words.cjs": "foreign-words",
  "./poseidon2.cjs": "poseidon2",
  "./deflate.cjs": "deflate",
};

export interface RunOptions {
  /** Whether later runs will use the same functions of the bundle. Only then is its code cache written. */
  readonly makeCache?: boolean;
}

/** Runs a bundle. Returns what it exports. */
export function run(name: string, { makeCache = true }: RunOptions = {}): unknown {
  const bundle = `${import.meta.dirname}/${name}.cjs`;
  const cache = `${import.meta.dirname}/${name}-${process.versions.v8}-${process.arch}.cache`;
  const bytes = readFileSync(bundle);
  const cachedData = readCache(cache, bytes);
  // The build already wrapped the bundle in a function: concatenating a string of this size here costs a garbage collection. The bundler
  // writes only ASCII, and latin1 is decoded faster than UTF-8.
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
