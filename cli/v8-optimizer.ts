/**
 * Tells V8 to optimize less code while a program is analysed or formatted: docs/decisions/012-less-optimizing.md says why.
 */

/** Shorter programs are analysed before V8 optimizes much, and it takes a millisecond to load `node:v8`. */
const LONG_PROGRAM = 100;
/** About how many characters of source text a statement has. */
const CHARACTERS_PER_STATEMENT = 32;

interface Option {
  readonly name: string;
  /** V8's own value. */
  readonly usual: number;
  readonly chosen: number;
}

/** The code that is included in a function when it is optimized, in bytes of bytecode. */
const INLINING: Option = { name: "max-inlined-bytecode-size-cumulative", usual: 920, chosen: 150 };
/** How much of a function is executed before V8 considers to optimize it, in bytes of bytecode. */
const BUDGET: Option = { name: "interrupt-budget", usual: 67_584, chosen: 300_000 };
/** How often a function is called before V8 considers to optimize it. */
const INVOCATIONS: Option = { name: "invocation-count-for-turbofan", usual: 3_000, chosen: 12_000 };

/** By version of V8: Node 20 and 22. On Node 24, V8 rejects the code cache of a process that has changed its flags, even back. */
const OPTIONS: Readonly<Record<string, readonly Option[]>> = {
  "11.3": [INLINING, BUDGET],
  "12.4": [INLINING, INVOCATIONS],
};

/** The size of what will be analysed or formatted. */
export type ProgramSize = { readonly statements: number } | { readonly characters: number };

/** Must be called before a program of this size is analysed or formatted, once. Returns false, without effect, if it is short. */
export async function optimizeLess(size: ProgramSize): Promise<boolean> {
  const statements = "statements" in size ? size.statements : size.characters / CHARACTERS_PER_STATEMENT;
  const version = /^\d+\.\d+/.exec(process.versions.v8)![0];
  if (statements < LONG_PROGRAM || !Object.hasOwn(OPTIONS, version)) return false;
  const options = OPTIONS[version];
  const { setFlagsFromString } = await import("node:v8");
  for (const { name, chosen } of options) setFlagsFromString(`--${name}=${chosen}`);
  // V8 rejects a code cache that was made with other flags than those at the next start. It is made when the process ends.
  process.prependOnceListener("exit", () => {
    for (const { name, usual } of options) setFlagsFromString(`--${name}=${usual}`);
  });
  return true;
}
