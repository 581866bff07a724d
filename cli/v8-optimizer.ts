/**
 * Tells V8 to optimize less code while a long program is analysed: docs/decisions/012-less-optimizing.md says why.
 */

/** Shorter programs are analysed before V8 optimizes much, and it takes a few milliseconds to load `node:v8`. */
const LONG_PROGRAM = 1_500;
/** About how many characters of source text a statement has. */
const CHARACTERS_PER_STATEMENT = 32;

interface Option {
  readonly name: string;
  /** V8's own value, in Node 20. */
  readonly usual: number;
  readonly chosen: number;
}

const OPTIONS: readonly Option[] = [
  // The code that is included in a function when it is optimized, in bytes of bytecode.
  { name: "max-inlined-bytecode-size-cumulative", usual: 920, chosen: 150 },
  // How much of a function is executed before V8 considers to optimize it, in bytes of bytecode.
  { name: "interrupt-budget", usual: 67_584, chosen: 300_000 },
];

/** The size of what will be analysed. */
export type ProgramSize = { readonly statements: number } | { readonly characters: number };

/** Must be called before a program of this size is analysed. It has an effect only on Node 20, for which it was measured. */
export async function optimizeLess(size: ProgramSize): Promise<void> {
  const statements = "statements" in size ? size.statements : size.characters / CHARACTERS_PER_STATEMENT;
  if (statements < LONG_PROGRAM || !process.versions.v8.startsWith("11.3.")) return;
  const { setFlagsFromString } = await import("node:v8");
  for (const { name, chosen } of OPTIONS) setFlagsFromString(`--${name}=${chosen}`);
  // V8 rejects a code cache that was made with other flags than those at the next start. It is made when the process ends.
  process.prependOnceListener("exit", () => {
    for (const { name, usual } of OPTIONS) setFlagsFromString(`--${name}=${usual}`);
  });
}
