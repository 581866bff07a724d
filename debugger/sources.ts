/** The protocol's names for sources and instructions: files by path, disassemblies and instructions by a reference. */

import type { DebugProtocol } from "@vscode/debugprotocol";
import type { NoirFile } from "../artifact/noir-source.ts";
import { SourceText } from "../grammar/source-file.ts";
import type { Code } from "../machine/code.ts";
import type { CodeView } from "./code-view.ts";
import { DISASSEMBLY, type DebuggedRun } from "./debugged-run.ts";

/** Size of the range of instruction references for each contract's code. */
const CODE_SPACE = 2 ** 32;

/** References from this one on are those of Noir files in artifacts, those below it are disassemblies. */
const FIRST_NOIR_REFERENCE = 2 ** 30;

/** Access to the files of clients. */
export interface SourceFiles {
  /** Converts the name of a source to the path that clients use; undefined if it isn't a file. */
  readonly pathOf: (name: string) => string | undefined;
  /** Reads a source file; undefined if there is none. Absent if files can't be read synchronously. */
  readonly textOf?: (path: string) => string | undefined;
}

export class Sources {
  private readonly run: DebuggedRun;
  private readonly files: SourceFiles;
  private readonly codes: Code[] = [];
  private readonly noirFiles: NoirFile[] = [];
  /** The clients' paths of Noir files; undefined for a file that only the artifact has. */
  private readonly noirPaths = new Map<NoirFile, string | undefined>();

  constructor(run: DebuggedRun, files: SourceFiles) {
    this.run = run;
    this.files = files;
    for (const { code } of run.timeline.recording.calls) this.indexOf(code);
  }

  /** The number of a contract's code in references. */
  private indexOf(code: Code): number {
    const known = this.codes.indexOf(code);
    return known >= 0 ? known : this.codes.push(code) - 1;
  }

  sourceOf(view: CodeView, name: string): DebugProtocol.Source {
    const shownName = name.slice(Math.max(name.lastIndexOf("/"), name.lastIndexOf("\\")) + 1);
    const noir = name === DISASSEMBLY ? undefined : view.noir?.filesByPath().get(name);
    if (noir) return this.noirSource(noir, shownName);
    const path = this.files.pathOf(name);
    if (path !== undefined && name !== DISASSEMBLY) return { name: shownName, path };
    const code = [...this.run.allViews()].find(([, other]) => other === view)![0];
    return { name: shownName, sourceReference: this.indexOf(code) + 1, origin: "disassembled bytecode" };
  }

  all(): DebugProtocol.Source[] {
    return [...this.run.allViews()].flatMap(([, view]) =>
      [...view.assembly.files.map(({ name }) => name), ...(view.noir?.filesByPath().keys() ?? [])].map(
        (name) => this.sourceOf(view, name),
      ),
    );
  }

  /** A file on the client's disk if that has the same text, else the text in the artifact. */
  private noirSource(file: NoirFile, name: string): DebugProtocol.Source {
    if (!this.noirPaths.has(file)) {
      // An artifact's author chose the path: a file of another computer would be fetched over the network.
      const path = /^[/\\]{2}/.test(file.path) ? undefined : this.files.pathOf(file.path);
      const isOnDisk = path !== undefined && this.files.textOf?.(path) === textOf(file);
      this.noirPaths.set(file, isOnDisk ? path : undefined);
    }
    const path = this.noirPaths.get(file);
    if (path !== undefined) return { name, path };
    const known = this.noirFiles.indexOf(file);
    const index = known >= 0 ? known : this.noirFiles.push(file) - 1;
    return { name, sourceReference: FIRST_NOIR_REFERENCE + index, origin: "source in the artifact" };
  }

  /** The text of a source reference. */
  contentOf(reference: number): string | undefined {
    const noir = this.noirFiles.at(reference - FIRST_NOIR_REFERENCE);
    if (reference >= FIRST_NOIR_REFERENCE) return noir && textOf(noir);
    const code = this.codes.at(reference - 1);
    const file = reference > 0 && code ? this.run.viewOf(code).assembly.files.at(0) : undefined;
    return file instanceof SourceText ? file.text : undefined;
  }

  /** The programs that contain a client's source, with its name in each. */
  *viewsOf({
    path,
    sourceReference,
  }: DebugProtocol.Source): Iterable<{ view: CodeView; code: Code; name: string }> {
    if (sourceReference && sourceReference >= FIRST_NOIR_REFERENCE) {
      const file = this.noirFiles.at(sourceReference - FIRST_NOIR_REFERENCE);
      if (file) yield* this.viewsOfNoir(file);
      return;
    }
    if (sourceReference) {
      const code = this.codes.at(sourceReference - 1);
      if (code) yield { code, view: this.run.viewOf(code), name: DISASSEMBLY };
      return;
    }
    for (const [code, view] of this.run.allViews())
      for (const { name } of view.assembly.files)
        if (path !== undefined && this.files.pathOf(name) === path) yield { view, code, name };
    const noir = path === undefined ? undefined : this.noirFileAt(path);
    if (noir) yield* this.viewsOfNoir(noir);
  }

  private *viewsOfNoir(file: NoirFile): Iterable<{ view: CodeView; code: Code; name: string }> {
    for (const [code, view] of this.run.allViews())
      if (view.noir?.filesByPath().get(file.path)?.path === file.path) yield { view, code, name: file.path };
  }

  /**
   * Finds the Noir file that a client's path means. The artifact may have the file's path on another computer. So this is the file
   * of that name with the same text, or else the only one with the longest common end of the path, of at least two names.
   */
  private noirFileAt(path: string): NoirFile | undefined {
    const files = this.allNoirFiles();
    const known = files.find(
      (file) => this.files.pathOf(file.path) === path || this.noirPaths.get(file) === path,
    );
    if (known) return known;
    const common = files.map((file) => commonEnd(file.path, path));
    const text = files.length > 0 ? this.files.textOf?.(path) : undefined;
    const longest = Math.max(2, ...common);
    const similar = files.filter((_, index) => common[index] === longest);
    const found =
      files.find((file, index) => common[index] > 0 && textOf(file) === text) ??
      (similar.length === 1 ? similar[0] : undefined);
    if (found) this.noirPaths.set(found, path);
    return found;
  }

  private allNoirFiles(): NoirFile[] {
    const files = [...this.run.allViews()].flatMap(([, { noir }]) => [
      ...(noir?.filesByPath().values() ?? []),
    ]);
    return [...new Set(files)];
  }

  /** The protocol's reference to an instruction, a unique number. */
  referenceOf(code: Code, pc: number): string {
    return this.addressOf(code, pc);
  }

  addressOf(code: Code, pc: number): string {
    const address = this.indexOf(code) * CODE_SPACE + pc;
    // The protocol has no negative hexadecimal numbers.
    return address < 0 ? String(address) : `0x${address.toString(16)}`;
  }

  /** Reads a reference that {@link referenceOf} made. */
  placeOf(reference: string): { readonly code: Code; readonly pc: number } | undefined {
    const number = /^0x[0-9a-f]{1,13}$/i.test(reference) ? Number(reference) : -1;
    const code = number >= 0 ? this.codes.at(Math.floor(number / CODE_SPACE)) : undefined;
    return code && { code, pc: number % CODE_SPACE };
  }
}

function textOf({ bytes }: NoirFile): string {
  return new TextDecoder().decode(bytes);
}

/** Number of names at the end that two paths have in common. */
function commonEnd(a: string, b: string): number {
  const [left, right] = [a, b].map((path) => path.split(/[/\\]/).reverse());
  let length = 0;
  while (length < left.length && left[length] === right[length]) length++;
  return length;
}
