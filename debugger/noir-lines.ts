/** The Noir source lines of a program's instructions, from the debug symbols of its artifact. */

import type { DebugSymbols, NoirFrame } from "../artifact/debug-symbols.ts";
import type { NoirFile } from "../artifact/noir-source.ts";

export class NoirLines {
  private readonly symbols: DebugSymbols;
  private readonly known = new Map<number, readonly NoirFrame[]>();
  private files: ReadonlyMap<string, NoirFile> | undefined;

  constructor(symbols: DebugSymbols) {
    this.symbols = symbols;
  }

  /**
   * The Noir functions that the instruction at `pc` is in, outermost first: each but the last was inlined into the one before it.
   * Empty for code that the compiler added. Two instructions in one inlined call have the same objects up to that call.
   */
  framesAt(pc: number): readonly NoirFrame[] {
    const location = this.symbols.locations.get(pc);
    if (location === undefined) return [];
    let frames = this.known.get(location);
    if (!frames) this.known.set(location, (frames = this.symbols.frames(location)));
    return frames;
  }

  /** The files that instructions come from, by path. */
  filesByPath(): ReadonlyMap<string, NoirFile> {
    return (this.files ??= new Map(
      [...new Set(this.symbols.locations.values())].flatMap((location) =>
        this.symbols.frames(location).map(({ path, file }) => [path, file] as const),
      ),
    ));
  }
}
