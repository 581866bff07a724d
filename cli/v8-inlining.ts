/**
 * Tells V8 to include fewer functions in each function that it optimizes: docs/decisions/012-less-inlining.md says why.
 */

/** Shorter sources are checked before V8 optimizes much, and it takes a moment to load `node:v8`. */
const LONG_SOURCE = 50_000;

/** Must be called before sources of so many characters are checked. It has an effect only on Node 20, for which it was measured. */
export async function inlineLess(characters: number): Promise<void> {
  if (characters < LONG_SOURCE || !process.versions.v8.startsWith("11.")) return;
  const { setFlagsFromString } = await import("node:v8");
  setFlagsFromString("--max-inlined-bytecode-size-cumulative=150");
}
