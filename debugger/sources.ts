/** The protocol's names for sources and instructions: files by path, disassemblies and instructions by a reference. */

import type { DebugProtocol } from "@vscode/debugprotocol";
import { SourceText } from "../grammar/source-file.ts";
import type { Code } from "../machine/code.ts";
import type { CodeView } from "./code-view.ts";
import { DISASSEMBLY, type DebuggedRun } from "./debugged-run.ts";

/** Size of the range of instruction references for each contract's code. */
const CODE_SPACE = 2 ** 32;

/** Converts the name of a source to the path that clients use; undefined if it isn't a file. */
export type PathOf = (name: string) => string | undefined;

export class Sources {
  private readonly run: DebuggedRun;
  private readonly pathOf: PathOf;
  private readonly codes: Code[] = [];

  constructor(run: DebuggedRun, pathOf: PathOf) {
    this.run = run;
    this.pathOf = pathOf;
    for (const { code } of run.timeline.recording.calls) this.indexOf(code);
  }

  /** The number of a contract's code in references. */
  private indexOf(code: Code): number {
    const known = this.codes.indexOf(code);
    return known >= 0 ? known : this.codes.push(code) - 1;
  }

  sourceOf(view: CodeView, name: string): DebugProtocol.Source {
    const shownName = name.slice(Math.max(name.lastIndexOf("/"), name.lastIndexOf("\\")) + 1);
    const path = this.pathOf(name);
    if (path !== undefined && name !== DISASSEMBLY) return { name: shownName, path };
    const code = [...this.run.allViews()].find(([, other]) => other === view)![0];
    return { name: shownName, sourceReference: this.indexOf(code) + 1, origin: "disassembled bytecode" };
  }

  all(): DebugProtocol.Source[] {
    return [...this.run.allViews()].flatMap(([, view]) =>
      view.assembly.files.map(({ name }) => this.sourceOf(view, name)),
    );
  }

  /** The text of a source reference. */
  contentOf(reference: number): string | undefined {
    const code = this.codes.at(reference - 1);
    const file = reference > 0 && code ? this.run.viewOf(code).assembly.files.at(0) : undefined;
    return file instanceof SourceText ? file.text : undefined;
  }

  /** The programs that contain a client's source, with its name in each. */
  *viewsOf({
    path,
    sourceReference,
  }: DebugProtocol.Source): Iterable<{ view: CodeView; code: Code; name: string }> {
    if (sourceReference) {
      const code = this.codes.at(sourceReference - 1);
      if (code) yield { code, view: this.run.viewOf(code), name: DISASSEMBLY };
      return;
    }
    for (const [code, view] of this.run.allViews())
      for (const { name } of view.assembly.files)
        if (path !== undefined && this.pathOf(name) === path) yield { view, code, name };
  }

  /** The protocol's reference to an instruction, a unique number. */
  referenceOf(code: Code, pc: number): string {
    return this.addressOf(code, pc);
  }

  addressOf(code: Code, pc: number): string {
    return `0x${(this.indexOf(code) * CODE_SPACE + Math.max(0, pc)).toString(16)}`;
  }

  /** Reads a reference that {@link referenceOf} made. */
  placeOf(reference: string): { readonly code: Code; readonly pc: number } | undefined {
    const number = /^0x[0-9a-f]{1,13}$/i.test(reference) ? Number(reference) : -1;
    const code = number >= 0 ? this.codes.at(Math.floor(number / CODE_SPACE)) : undefined;
    return code && { code, pc: number % CODE_SPACE };
  }
}
