/**
 * Tells V8 to include fewer functions in each function that it optimizes: docs/decisions/012-less-inlining.md says why.
 */

/** Shorter sources are checked before V8 optimizes much, and it takes a moment to load `node:v8`. */
const LONG_SOURCE = 50_000;

/** The limit of code that V8 includes in a function, in bytes of bytecode: V8's own, and the one for long sources. */
const USUAL = 920;
const LESS = 150;

/** Must be called before sources of so many characters are checked. It has an effect only on Node 20, for which it was measured. */
export async function inlineLess(characters: number): Promise<void> {
  if (characters < LONG_SOURCE || !process.versions.v8.startsWith("11.")) return;
  const { setFlagsFromString } = await import("node:v8");
  const limit = (bytes: number): void =>
    setFlagsFromString(`--max-inlined-bytecode-size-cumulative=${bytes}`);
  limit(LESS);
  // V8 rejects a code cache that was made with other flags than those at the next start. It is made when the process ends.
  process.prependOnceListener("exit", () => limit(USUAL));
}
