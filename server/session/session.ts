/**
 * The state of one client's session: its documents, its settings, and which diagnostics it has to be sent when. Knows
 * the client and the file system only through what it is given.
 */

import type { Diagnostic as LspDiagnostic } from "vscode-languageserver-types";
import { checkAssembly, checkingAssembly, type Checked } from "../../project/check.ts";
import type { Diagnostic } from "../../diagnostics/diagnostic.ts";
import { applyPolicy } from "../../diagnostics/policy.ts";
import { OUTSIDE } from "../../project/file-name.ts";
import type { SourceFile } from "../../grammar/source-file.ts";
import { instructionSet } from "../../isa/instruction-set.ts";
import type { TargetName } from "../../isa/table.ts";
import { assemble, chooseTarget, type Assembly, type AssembleOptions } from "../../assembler/assemble.ts";
import { Diagnostics } from "../../assembler/expand/expander.ts";
import { reassemble } from "../../assembler/incremental.ts";
import { isNew, toLspDiagnostics } from "../documents/lsp-diagnostics.ts";
import { changeDocument, openDocument, type ContentChange, type Document } from "../documents/document.ts";
import type { PositionEncoding } from "../documents/positions.ts";
import { programSettings, type ProgramSettings } from "./projects.ts";
import { DEFAULT_SETTINGS, type Settings } from "../documents/settings.ts";
import { watched, type BeginProgress, type Progress } from "./progress.ts";
import type { Snapshot } from "../language/snapshot.ts";
import { Survey, type SurveyedWorkspace } from "./workspace-checker.ts";
import { carryStructure, includesOf, problemLinesOf } from "../language/scopes.ts";
import { goOn, inNextTurn } from "./event-loop.ts";
import { fileNameOf, keyOf, resolveUri } from "../documents/uris.ts";

/** What the session tells the client. */
export interface Client {
  publish(uri: string, version: number | undefined, diagnostics: LspDiagnostic[]): void;
  logError(message: string): void;
  /** What depends on the assembler or the checker may look different now. */
  refresh(): void;
  /** Absent where the client can't show any. */
  readonly progress?: BeginProgress;
}

/** Reads what is not open in the editor. */
export interface FileProvider {
  /** The text of a file, or why there is none. */
  read(uri: string): { readonly text: string } | { readonly error: string };
  /** Something that changes when the file does; undefined where there is no such file. Cheap. */
  stamp(uri: string): string | undefined;
  /** The URI of what a file or folder is when links are followed; undefined where there is none. Absent where there are no links. */
  real?(uri: string): string | undefined;
  /** The URI of the folder that `.include <…>` reads from, with a slash at its end; absent where there is none. */
  readonly library?: string;
  /** URIs of the source files in a folder and below, {@link MAX_SURVEYED} at most. Absent where that can't be known. */
  find?(folder: string): Promise<readonly string[]>;
  /** Files changed on disk: what is remembered of them is old. */
  forget?(uris: readonly string[]): void;
  /** Of a provider that has to wait for what it reads: true while it does. {@link read} then says that there is nothing. */
  isReading?(): boolean;
  /** Sets who is told when something was read that wasn't there before. */
  onRead?(listener: () => void): void;
}

export interface SessionOptions {
  readonly encoding: PositionEncoding;
  /** False where the client asks for diagnostics itself. */
  readonly push: boolean;
  /** URIs of the folders that are open in the client. */
  readonly workspace?: readonly string[];
}

/** A pause in the typing after which what takes its time is run, in milliseconds. */
const PAUSE = 150;
/** What takes less than this is run right behind an edit, in milliseconds: syntax waits for nothing else. */
const BUDGET = 2;
/** A check that takes less than this doesn't wait for a pause in the typing, in milliseconds. */
const QUICK = 150;
/** But for what a client asks right behind an edit, in milliseconds. */
const BREATH = 3;
/** What a request may wait for, in milliseconds. */
const PATIENCE = 60;
/** In files with more lines than this, mistakes of syntax are told before anything else is done. */
const MANY_LINES = 20_000;
/** First guess at what a line costs, in milliseconds, before anything was measured. */
const LINE_COST = { assembly: 0.005, check: 0.02 };

/** A pause after which files that aren't open are looked at again, in milliseconds. */
const SURVEY_PAUSE = 500;
/** More files of a folder than this are not looked at. */
export const MAX_SURVEYED = 2_000;

/** The steps in which diagnostics are found; each finds what the one before does, and more. */
type Stage = "syntax" | "assembly" | "check";

/** A main file and what is known of it and its includes. */
interface Root {
  /** The main file first. */
  files: readonly Document[];
  settings: ProgramSettings;
  assembly: Assembly | undefined;
  /** Of older texts, as long as there is none of these: where only a few lines differ, it tells most. */
  before: Assembly | undefined;
  /** What the checker found; undefined while it hasn't run on these files. */
  checked: Checked | undefined;
  /** How long the steps took last time, in milliseconds. */
  assemblyCost: number | undefined;
  checkCost: number | undefined;
  timer: ReturnType<typeof setTimeout> | undefined;
  /** Takes back the checker's next slice; undefined where it isn't at work. */
  cancel: (() => void) | undefined;
  /** Of the checker, while it is at work. */
  progress: Progress | undefined;
  /** What the last publication said, by step, so that one that says less can be told from one that says the same. */
  signatures: Partial<Record<Stage, string>>;
  results: Results | undefined;
}

/** Diagnostics by URI, with the version that the client gave to what is open. */
export type WorkspaceDiagnostics = Map<
  string,
  { readonly version: number | undefined; readonly items: LspDiagnostic[] }
>;

interface Results {
  readonly files: readonly Document[];
  readonly diagnostics: readonly Diagnostic[];
}

export class Session {
  readonly encoding: PositionEncoding;
  private readonly client: Client;
  private readonly provider: FileProvider;
  private readonly push: boolean;
  private settings: Settings = DEFAULT_SETTINGS;
  /** In the order in which they were opened, by key. */
  private readonly open = new Map<string, Document>();
  private readonly closed = new Map<string, { stamp: string; document: Document }>();
  private readonly roots = new Map<string, Root>();
  /** By URI: what the client was sent last. */
  private readonly published = new Map<string, string>();
  private pending: ReturnType<typeof setTimeout> | undefined;
  private readonly survey: Survey | undefined;
  private pendingSurvey: ReturnType<typeof setTimeout> | undefined;
  private readonly settingsOf: ReturnType<typeof programSettings>;

  constructor(client: Client, provider: FileProvider, options: SessionOptions) {
    this.client = client;
    this.provider = provider;
    this.encoding = options.encoding;
    this.push = options.push;
    const workspace = (options.workspace ?? []).map((uri) => (uri.endsWith("/") ? uri : `${uri}/`));
    this.settingsOf = programSettings(provider, workspace, (message) => client.logError(message));
    if (provider.find && workspace.length > 0) this.survey = new Survey(this.surveyed(workspace));
  }

  /** True where diagnostics of files that aren't open can be told. */
  get knowsWorkspace(): boolean {
    return this.survey !== undefined;
  }

  // --- what the client tells ---

  openDocument(uri: string, version: number, text: string): void {
    this.open.set(keyOf(uri), openDocument(uri, version, text, this.encoding));
    this.refreshSoon();
    this.surveySoon();
  }

  /**
   * Ignores changes to what is not open. They are taken in the order in which they come, whatever their versions say: each
   * is one to the text that the one before left.
   */
  changeDocument(uri: string, version: number, changes: readonly ContentChange[]): void {
    const before = this.open.get(keyOf(uri));
    if (!before) return;
    const after = changeDocument(before, version, changes);
    carryStructure(before.file, after.file);
    this.open.set(keyOf(uri), after);
    this.refreshSoon();
    if (this.survey?.reads(uri)) this.surveySoon();
  }

  closeDocument(uri: string): void {
    const document = this.open.get(keyOf(uri));
    if (!document) return;
    this.open.delete(keyOf(uri));
    this.refreshSoon();
    this.surveySoon();
  }

  changeSettings(settings: Settings): void {
    if (JSON.stringify(settings) === JSON.stringify(this.settings)) return;
    this.settings = settings;
    this.refreshSoon();
    this.surveySoon();
    this.client.refresh();
  }

  /** Files changed that may not be open; no URIs: files were read. */
  changeFiles(uris: readonly string[] = []): void {
    this.provider.forget?.(uris);
    this.refreshSoon();
    this.surveySoon();
  }

  dispose(): void {
    clearTimeout(this.pending);
    clearTimeout(this.pendingSurvey);
    this.survey?.end();
    for (const root of this.roots.values()) stop(root);
    this.roots.clear();
    this.open.clear();
  }

  // --- what features ask ---

  /** The document as it is now with all that belongs to it; undefined where nothing that is open knows it. */
  snapshot(uri: string): Snapshot | undefined {
    const key = keyOf(uri);
    const document = this.open.get(key);
    if (document) return this.snapshotOf(document);
    for (const main of this.mains()) {
      const included = this.filesFrom(main).find((file) => keyOf(file.uri) === key);
      if (included) return this.snapshotOf(included, main);
    }
    return undefined;
  }

  /** One snapshot for each program that is open, of its main file. */
  programs(): Snapshot[] {
    return [...this.mains()].map((main) => this.snapshotOf(main));
  }

  /** What is wrong with every file of the workspace and with all that are open, by URI, however long that takes. */
  async workspaceDiagnostics(): Promise<WorkspaceDiagnostics> {
    const survey = this.settings.workspaceDiagnostics ? this.survey : undefined;
    await survey?.run();
    const found: WorkspaceDiagnostics = new Map();
    for (const [uri, items] of survey?.diagnostics() ?? []) found.set(uri, { version: undefined, items });
    for (const document of this.open.values()) {
      const snapshot = this.snapshotOf(document);
      const items = toLspDiagnostics(snapshot.allDiagnostics(), document, snapshot.files);
      found.set(document.uri, { version: document.version, items });
    }
    return found;
  }

  private snapshotOf(document: Document, main = this.mainOf(document)): Snapshot {
    const root = this.rootFor(main);
    const { files, settings } = root;
    const isCurrent = (): boolean => root.files === files && root.settings === settings;
    const snapshot: Snapshot = {
      document,
      files,
      settings,
      set: instructionSet(this.targetOf(files[0].file, settings)),
      include: (from, path, standard) => this.include(from, path, standard, settings),
      assembly: () => (isCurrent() ? this.knownAssembly(root) : undefined),
      analysis: () => (isCurrent() ? this.knownCheck(root)?.analysis : undefined),
      fullAssembly: () => (isCurrent() ? this.assemble(root) : undefined),
      fullAnalysis: () => (isCurrent() ? this.check(root).analysis : undefined),
      diagnostics: () => {
        if (!isCurrent()) return [];
        const checked = this.knownCheck(root);
        if (checked) return checked.diagnostics;
        const assembly = this.knownAssembly(root);
        return assembly ? assemblyDiagnostics(assembly, settings) : syntaxProblems(files);
      },
      allDiagnostics: () => (isCurrent() ? this.check(root).diagnostics : []),
      programs: (file) => {
        const others = [...this.mains()].filter(
          (other) => other !== main && this.filesFrom(other).includes(file),
        );
        return [snapshot, ...others.map((other) => this.snapshotOf(file, other))];
      },
    };
    return snapshot;
  }

  // --- files ---

  /** An open document, or a file. */
  private document(uri: string): Document | { readonly error: string } {
    const key = keyOf(uri);
    const open = this.open.get(key);
    if (open) return open;
    const stamp = this.provider.stamp(uri);
    const known = this.closed.get(key);
    if (stamp !== undefined && known?.stamp === stamp) return known.document;
    const read = this.provider.read(uri);
    if ("error" in read) {
      this.closed.delete(key);
      return read;
    }
    const document = openDocument(uri, undefined, read.text, this.encoding);
    if (stamp !== undefined) this.closed.set(key, { stamp, document });
    return document;
  }

  /** What an `.include` reads: of the library, or beside the file that includes, or in one of the project's folders. */
  private include(
    from: string,
    path: string,
    standard: boolean,
    { folders, roots }: ProgramSettings,
    read: (uri: string) => Document | undefined = () => undefined,
  ): Document | { readonly error: string } {
    const { library } = this.provider;
    if (standard && library === undefined) return { error: "there is no standard library here" };
    const uris = (standard ? [library!] : [from, ...folders]).flatMap((base) => resolveUri(base, path) ?? []);
    if (uris.length === 0) return { error: "the path leads nowhere from here" };
    const there = uris.length === 1 ? uris[0] : (uris.find((uri) => this.exists(uri)) ?? uris[0]);
    if (!standard && !this.isInside(there, roots)) return { error: OUTSIDE };
    return read(there) ?? this.document(there);
  }

  /** Whether a file is in one of these folders, and not only by a link. */
  private isInside(uri: string, roots: readonly string[]): boolean {
    const isIn = (file: string, folders: readonly string[]): boolean =>
      folders.some((folder) => keyOf(file).startsWith(keyOf(folder)));
    if (!isIn(uri, roots)) return false;
    const real = this.provider.real?.(uri) ?? uri;
    // A folder may be open by a link.
    return (
      isIn(real, roots) ||
      isIn(
        real,
        roots.flatMap((root) => this.provider.real?.(root) ?? []),
      )
    );
  }

  private exists(uri: string): boolean {
    return this.open.has(keyOf(uri)) || this.provider.stamp(uri) !== undefined;
  }

  /** A file and all that it includes. Files that can't be read are left out. */
  private filesFrom(main: Document): Document[] {
    const settings = this.settingsOf(main.uri, this.settings);
    const files = new Set<Document>();
    const keys = new Set<string>();
    const pending = [main];
    while (pending.length > 0) {
      const document = pending.pop()!;
      if (keys.has(keyOf(document.uri))) continue;
      keys.add(keyOf(document.uri));
      files.add(document);
      for (const { path, standard } of includesOf(document.file).toReversed()) {
        if (path === undefined) continue;
        const found = this.include(document.uri, path, standard, settings);
        if (!("error" in found)) pending.push(found);
      }
    }
    return [...files];
  }

  /** The open files that no other open file includes; of those that include each other, the one opened first. */
  private mains(): Set<Document> {
    const reach = new Map([...this.open.values()].map((main) => [main, new Set(this.filesFrom(main))]));
    const mains = new Set<Document>();
    for (const document of this.open.values()) {
      const including = [...reach].filter(([other, files]) => other !== document && files.has(document));
      const above = including.filter(([other]) => !reach.get(document)!.has(other) || mains.has(other));
      if (above.length === 0) mains.add(document);
    }
    return mains;
  }

  /** The main file of the program that a document belongs to: itself, or an open one that includes it. */
  private mainOf(document: Document): Document {
    const mains = this.mains();
    if (mains.has(document)) return document;
    for (const main of mains) {
      if (this.filesFrom(main).includes(document)) return main;
    }
    return document;
  }

  /** A file's own target, or what the settings say. */
  private targetOf(file: SourceFile, settings: Settings): TargetName {
    return chooseTarget(file, undefined, settings.target).target;
  }

  // --- files that are not open ---

  private surveyed(folders: readonly string[]): SurveyedWorkspace {
    const { provider } = this;
    return {
      find: async () => {
        const found = await Promise.all(folders.map((folder) => provider.find!(folder)));
        return [...new Map(found.flat().map((uri) => [keyOf(uri), uri])).values()];
      },
      covered: () => {
        const files = [...this.mains()].flatMap((main) => this.filesFrom(main));
        return new Set(files.map(({ uri }) => keyOf(uri)));
      },
      stamp: (uri) => {
        const open = this.open.get(keyOf(uri));
        return open ? `open ${String(open.version)}` : provider.stamp(uri);
      },
      settings: (uri) => this.settingsOf(uri, this.settings),
      read: (uri) => {
        const known = new Set(this.closed.keys());
        const main = this.document(uri);
        if ("error" in main) return undefined;
        const files = this.filesFrom(main);
        for (const key of this.closed.keys()) if (!known.has(key)) this.closed.delete(key);
        const settings = this.settingsOf(uri, this.settings);
        const texts = new Map(files.map((file) => [keyOf(file.uri), file]));
        const options = this.options(settings, (file) => texts.get(keyOf(file)));
        return { files, settings, options };
      },
      isReading: () => provider.isReading?.() === true,
      changed: () => this.guard(() => this.publish()),
      progress: this.client.progress,
    };
  }

  /** Looks at the files that are not open after a pause, where the client is to be told of them. */
  private surveySoon(): void {
    const { survey } = this;
    if (!survey || !this.push) return;
    clearTimeout(this.pendingSurvey);
    if (!this.settings.workspaceDiagnostics) {
      survey.clear();
      return;
    }
    this.pendingSurvey = setTimeout(() => {
      survey.run().catch((error: unknown) => this.logError(error));
    }, SURVEY_PAUSE);
  }

  // --- programs ---

  /** What is known of a main file, brought up to date: nothing of it is from older texts. */
  private rootFor(main: Document): Root {
    const key = keyOf(main.uri);
    const files = this.filesFrom(main);
    const settings = this.settingsOf(main.uri, this.settings);
    let root = this.roots.get(key);
    if (!root) {
      root = {
        files,
        settings,
        assembly: undefined,
        before: undefined,
        checked: undefined,
        assemblyCost: undefined,
        checkCost: undefined,
        timer: undefined,
        cancel: undefined,
        progress: undefined,
        signatures: {},
        results: undefined,
      };
      this.roots.set(key, root);
    }
    const same =
      root.settings === settings &&
      root.files.length === files.length &&
      root.files.every((file, index) => file === files[index]);
    if (!same) {
      // Most edits leave all but a few lines alone.
      const isEdit = root.settings === settings && files.length === 1;
      root.before = isEdit ? (root.assembly ?? root.before) : undefined;
      root.assembly = undefined;
      root.files = files;
      root.settings = settings;
      root.checked = undefined;
    }
    return root;
  }

  /** @param known gives files that were read already */
  private options(settings: ProgramSettings, known?: (uri: string) => Document | undefined): AssembleOptions {
    return {
      defaultTarget: settings.target,
      read: ({ from, path, standard }) => {
        const found = this.include(from, path, standard, settings, known);
        return "error" in found ? found : found.file;
      },
    };
  }

  private assemble(root: Root): Assembly {
    this.reassemble(root);
    if (root.assembly) return root.assembly;
    const start = performance.now();
    root.assembly = assemble(root.files[0].file, this.options(root.settings));
    root.assemblyCost = performance.now() - start;
    return root.assembly;
  }

  /** Assembles what an edit changed, where that is enough; takes next to no time. */
  private reassemble(root: Root): void {
    if (!root.assembly && root.before) root.assembly = reassemble(root.before, root.files[0].file);
    root.before = undefined;
  }

  private check(root: Root): Checked {
    if (root.checked) return root.checked;
    const assembly = this.assemble(root);
    if (!root.settings.check) {
      return (root.checked = { assembly, diagnostics: assemblyDiagnostics(assembly, root.settings) });
    }
    const start = performance.now();
    const { strict, levels } = root.settings;
    root.checked = checkAssembly(assembly, { strict, levels });
    root.checkCost = performance.now() - start;
    return root.checked;
  }

  /** The assembly where it is there already, or made within the patience of who asks. */
  private knownAssembly(root: Root): Assembly | undefined {
    return this.costs(root).assembly > PATIENCE ? undefined : this.assemble(root);
  }

  private knownCheck(root: Root): Checked | undefined {
    return this.costs(root).check > PATIENCE ? undefined : this.check(root);
  }

  /** What the steps are expected to take, in milliseconds. */
  private costs(root: Root): { assembly: number; check: number } {
    this.reassemble(root);
    const lines = lineCount(root);
    const assembly = root.assembly ? 0 : (root.assemblyCost ?? lines * LINE_COST.assembly);
    const check = root.settings.check ? (root.checkCost ?? lines * LINE_COST.check) : 0;
    return { assembly, check: root.checked ? 0 : assembly + check };
  }

  // --- diagnostics ---

  /** Runs {@link refresh} once the messages that are here already have been read. */
  private refreshSoon(): void {
    if (!this.push) return;
    // What waits for its turn would be about texts that are no longer there.
    for (const root of this.roots.values()) stop(root);
    this.pending ??= setTimeout(() => {
      this.pending = undefined;
      this.guard(() => this.refresh());
    }, 0);
  }

  /** Brings the diagnostics of every program up to date: what is quick at once, the rest after a pause. */
  private refresh(): void {
    const mains = this.mains();
    // Looking for the programs has asked for their files: that one is still missing is no mistake of the user's.
    if (this.provider.isReading?.()) return;
    const keys = new Set([...mains].map(({ uri }) => keyOf(uri)));
    for (const [key, root] of this.roots) {
      if (keys.has(key)) continue;
      stop(root);
      this.roots.delete(key);
    }
    for (const main of mains) {
      const root = this.rootFor(main);
      if (this.isUpToDate(root)) continue;
      if (lineCount(root) > MANY_LINES) {
        this.run(root, "syntax");
        root.cancel = inNextTurn(() => {
          root.cancel = undefined;
          this.guard(() => {
            this.findDiagnostics(root);
            this.publish();
          });
        });
      } else this.findDiagnostics(root);
    }
    this.publish();
  }

  /** What is quick at once, the rest after a pause. */
  private findDiagnostics(root: Root): void {
    const { assembly, check } = this.costs(root);
    if (check <= BUDGET) return this.run(root, "check");
    this.run(root, assembly <= BUDGET ? "assembly" : "syntax");
    const pause = check <= QUICK ? BREATH : PAUSE;
    root.timer = setTimeout(() => this.guard(() => this.checkInSlices(root)), pause);
  }

  /** Runs the checker a bit at a time, and then publishes what it found. An edit takes the next slice back. */
  private checkInSlices(root: Root): void {
    const finish = (): void => {
      root.progress?.done();
      root.cancel = undefined;
      this.run(root, "check");
    };
    if (root.checked || !root.settings.check) return finish();
    const assembly = this.assemble(root);
    const { files, settings } = root;
    const { strict, levels } = settings;
    const work = checkingAssembly(assembly, { strict, levels });
    const expected = root.checkCost ?? lineCount(root) * LINE_COST.check;
    root.progress = watched(`Checking ${fileNameOf(files[0].uri)}`, this.client.progress);
    let cost = 0;
    const slice = (): void => {
      // Somebody who couldn't wait may have had it done in the meantime.
      if (root.checked || root.files !== files || root.settings !== settings) return finish();
      const start = performance.now();
      const done = goOn(work);
      cost += performance.now() - start;
      if (done) {
        root.checked = done.result;
        root.checkCost = cost;
        return finish();
      }
      root.progress?.report(Math.min(99, (100 * cost) / expected));
      root.cancel = inNextTurn(() => this.guard(slice));
    };
    slice();
  }

  private isUpToDate(root: Root): boolean {
    return root.results?.files === root.files && root.checked !== undefined;
  }

  /** Finds the diagnostics of a program up to a step. They are published together, or not at all. */
  private run(root: Root, stage: Stage): void {
    const signatures: Root["signatures"] = { syntax: signatureOf(syntaxProblems(root.files)) };
    let diagnostics: readonly Diagnostic[];
    if (stage === "syntax") diagnostics = syntaxProblems(root.files);
    else {
      const assembled = assemblyDiagnostics(this.assemble(root), root.settings);
      diagnostics = stage === "check" ? this.check(root).diagnostics : assembled;
      signatures.assembly = signatureOf(assembled);
    }
    // As long as this step has nothing new to say, what the client shows is better than less of it: the editor moves it
    // along with the text, and the whole comes after the pause.
    const silent = stage !== "check" && root.results && root.signatures[stage] === signatures[stage];
    if (silent) return;
    root.signatures = signatures;
    root.results = { files: root.files, diagnostics };
    if (stage === "check" && root.timer !== undefined) {
      root.timer = undefined;
      this.publish();
      this.client.refresh();
    }
  }

  /** Sends what the client doesn't have yet. */
  private publish(): void {
    const messages = new Map<string, { document: Document; diagnostics: LspDiagnostic[] }>();
    for (const { results, files } of this.roots.values()) {
      if (results?.files !== files) continue;
      for (const document of files) {
        const found = toLspDiagnostics(results.diagnostics, document, files);
        const message = messages.get(document.uri);
        // A file that two programs include has what is wrong with it in either.
        if (message) message.diagnostics.push(...found.filter(isNew(message.diagnostics)));
        else messages.set(document.uri, { document, diagnostics: found });
      }
    }
    const shown = new Set<string>();
    const isOpen = new Set([...messages.keys()].map(keyOf));
    for (const [uri, diagnostics] of this.survey?.diagnostics() ?? []) {
      if (isOpen.has(keyOf(uri))) continue;
      shown.add(uri);
      this.send(uri, undefined, diagnostics);
    }
    for (const { results } of this.roots.values()) {
      for (const { uri } of results?.files ?? []) shown.add(uri);
    }
    for (const [uri, { document, diagnostics }] of messages) this.send(uri, document.version, diagnostics);
    for (const uri of this.published.keys()) {
      if (shown.has(uri)) continue;
      this.published.delete(uri);
      this.client.publish(uri, undefined, []);
    }
  }

  private send(uri: string, version: number | undefined, diagnostics: LspDiagnostic[]): void {
    // A file that isn't open is mentioned only where something is wrong with it.
    if (version === undefined && diagnostics.length === 0 && !this.published.has(uri)) return;
    const text = JSON.stringify([version, diagnostics]);
    if (this.published.get(uri) === text) return;
    this.published.set(uri, text);
    this.client.publish(uri, version, diagnostics);
  }

  /** Runs what no request waits for: nothing that goes wrong there may end the server. */
  private guard(work: () => void): void {
    try {
      work();
    } catch (error) {
      this.logError(error);
    }
  }

  private logError(error: unknown): void {
    this.client.logError(error instanceof Error ? (error.stack ?? error.message) : String(error));
  }
}

function lineCount({ files }: Root): number {
  return files.reduce((sum, { file }) => sum + file.lines.length, 0);
}

/** Drops what is being found out about a program. */
function stop(root: Root): void {
  clearTimeout(root.timer);
  root.timer = undefined;
  root.cancel?.();
  root.cancel = undefined;
  root.progress?.done();
}

/** What the assembler found, but for what the text asks to ignore. */
function assemblyDiagnostics(
  { diagnostics, files }: Assembly,
  { levels }: ProgramSettings,
): readonly Diagnostic[] {
  return applyPolicy(diagnostics, { files, levels, checked: false });
}

function syntaxProblems(files: readonly Document[]): readonly Diagnostic[] {
  const diagnostics = new Diagnostics();
  for (const { file } of files) {
    for (const line of problemLinesOf(file)) diagnostics.addLineProblems(file, line, line + 1);
    diagnostics.addOpenComment(file);
  }
  return diagnostics.list;
}

/** Equal for diagnostics that say the same, wherever they stand. */
function signatureOf(diagnostics: readonly Diagnostic[]): string {
  return JSON.stringify(diagnostics.map(({ code, message, source }) => [source, code, message]));
}
