/**
 * One client's session: receives documents, files and settings from the client, and answers features' questions about
 * them. Accesses the client and the file system only through interfaces.
 *
 * {@link OpenDocuments} applies edits; {@link ProgramGraph} finds the programs; {@link CheckScheduler} assembles and
 * checks them; {@link Publisher} sends the diagnostics.
 */

import type { Diagnostic as LspDiagnostic, TextEdit } from "vscode-languageserver-types";
import type { Paused } from "../../program/cooperative.ts";
import { instructionSet } from "../../isa/instruction-set.ts";
import type { TargetName } from "../../isa/table.ts";
import { assembling, chooseTarget, type AssembleOptions } from "../../assembler/assemble.ts";
import type { ContentChange, Document } from "../documents/document.ts";
import type { PositionEncoding } from "../documents/positions.ts";
import { DEFAULT_SETTINGS, type Settings } from "../documents/settings.ts";
import { MergedResults, type Results } from "../documents/merged-results.ts";
import { uriPlaces } from "../documents/uri-places.ts";
import { keyOf, resolveUri } from "../documents/uris.ts";
import { didYouMean } from "../../diagnostics/suggest.ts";
import { findProject, projectBounds } from "../../project/find-project.ts";
import { isNamedInside, realInside, withReal, type Places } from "../../project/places.ts";
import type { Snapshot } from "../language/snapshot.ts";
import type { FolderEntry } from "../documents/folder-entry.ts";
import { CheckScheduler } from "./check-scheduler.ts";
import { afterMessages, inSlices } from "./event-loop.ts";
import type { FileProvider } from "./file-provider.ts";
import { runnableBytecode, runnableSource, type NotRunnable, type Runnable } from "../../running/runnable.ts";
import { includable } from "./include-folder.ts";
import { IncludeResolver } from "./include-resolver.ts";
import { KnownProgram } from "./known-program.ts";
import { editsForMoves, type MovedFile } from "./moved-files.ts";
import { OpenDocuments, type ReadFiles } from "./open-documents.ts";
import { ProgramGraph } from "./program-graph.ts";
import type { BeginProgress } from "./progress.ts";
import { programSettings, type ProgramSettings } from "./projects.ts";
import { Publisher, type Publish } from "./publisher.ts";
import {
  CLOSED_LINES,
  WorkspaceChecker,
  type CheckedWorkspace,
  type ClosedProgram,
} from "./workspace-checker.ts";
import { WorkspaceIndex } from "./workspace-index.ts";

/** The session's interface to the client. */
export interface Client {
  readonly publish: Publish;
  logError(message: string): void;
  /** Asks the client to request hints, lenses and tokens again. */
  refresh(): void;
  /** Absent if the client can't show progress. */
  readonly progress?: BeginProgress;
}

export interface SessionOptions {
  readonly encoding: PositionEncoding;
  /** False if the client pulls diagnostics. */
  readonly push: boolean;
  /** URIs of the folders that are open in the client. */
  readonly workspace?: readonly string[];
}

/** Time without a change after which files that aren't open are checked. */
const WORKSPACE_PAUSE_MS = 500;

/** Diagnostics by URI, with the client's version number of open documents. */
export type WorkspaceDiagnostics = Map<
  string,
  { readonly version: number | undefined; readonly items: LspDiagnostic[] }
>;

export class Session {
  private readonly client: Client;
  private readonly provider: FileProvider;
  private readonly push: boolean;
  private settings: Settings = DEFAULT_SETTINGS;
  private readonly places: Places;
  private readonly documents: OpenDocuments;
  private readonly includes: IncludeResolver;
  private readonly graph: ProgramGraph;
  /** Programs by key of the main file. */
  private readonly programsByMain = new Map<string, KnownProgram>();
  private readonly scheduler: CheckScheduler;
  private readonly publisher: Publisher;
  private readonly index: WorkspaceIndex | undefined;
  private readonly workspaceChecker: WorkspaceChecker | undefined;
  /** URIs of the open folders, each with a slash at its end. */
  private readonly editableFolders: readonly string[];
  private readonly settingsOfProject: ReturnType<typeof programSettings>;
  /** Results of {@link inClosedFiles} by function and by key of the file. */
  private readonly computedOnDisk = new Map<unknown, Map<string, { stamp: string; result: unknown }>>();
  /** Cancels the refresh that waits for its turn. */
  private cancelRefresh: (() => void) | undefined;
  private pendingWorkspaceCheck: ReturnType<typeof setTimeout> | undefined;

  constructor(client: Client, provider: FileProvider, { encoding, push, workspace = [] }: SessionOptions) {
    this.client = client;
    this.provider = provider;
    this.push = push;
    const folders = workspace.map((uri) => (uri.endsWith("/") ? uri : `${uri}/`));
    this.settingsOfProject = programSettings(provider, folders, (message) => client.logError(message));
    const places = uriPlaces(provider);
    this.places = places;
    const open = withReal(folders, places);
    this.documents = new OpenDocuments(provider, encoding, (uri) => realInside(uri, open, places));
    this.includes = new IncludeResolver(this.documents, provider);
    if (provider.find && folders.length > 0) {
      this.index = this.indexOf(folders);
      this.workspaceChecker = new WorkspaceChecker(this.checkedWorkspace(folders));
    }
    this.graph = new ProgramGraph(this.documents, this.includes, this.index, (uri) => this.settingsOf(uri));
    this.publisher = new Publisher((...message) => client.publish(...message));
    this.scheduler = new CheckScheduler({
      found: () => this.publish(),
      checked: () => client.refresh(),
      failed: (error) => this.logError(error),
      progress: client.progress,
    });
    this.editableFolders = folders;
  }

  /** Whether files that aren't open can be listed and checked. */
  get knowsWorkspace(): boolean {
    return this.workspaceChecker !== undefined;
  }

  // --- notifications of the client ---

  openDocument(uri: string, version: number, text: string): void {
    this.documents.openText(uri, version, text);
    this.refreshSoon();
    this.checkWorkspaceSoon();
  }

  /**
   * Ignores changes to documents that aren't open. Changes apply in the order of their arrival, whatever their version
   * numbers.
   */
  changeDocument(uri: string, version: number, changes: readonly ContentChange[]): void {
    if (!this.documents.change(uri, version, changes)) return;
    this.refreshSoon();
    if (this.workspaceChecker?.reads(uri)) this.checkWorkspaceSoon();
  }

  closeDocument(uri: string): void {
    if (!this.documents.close(uri)) return;
    this.dropOthers(this.graph.mains());
    this.index?.invalidate();
    this.refreshSoon();
    this.checkWorkspaceSoon();
  }

  changeSettings(settings: Settings): void {
    if (JSON.stringify(settings) === JSON.stringify(this.settings)) return;
    this.settings = settings;
    this.refreshSoon();
    this.checkWorkspaceSoon();
    this.client.refresh();
  }

  /** Handles changes of files that may not be open. Without URIs: the provider has read files. */
  changeFiles(uris: readonly string[] = []): void {
    this.provider.forget?.(uris);
    this.index?.invalidate();
    this.refreshSoon();
    this.checkWorkspaceSoon();
  }

  dispose(): void {
    this.cancelRefresh?.();
    clearTimeout(this.pendingWorkspaceCheck);
    this.index?.end();
    this.workspaceChecker?.end();
    this.scheduler.stop();
    this.programsByMain.clear();
    this.documents.clear();
  }

  // --- what features ask ---

  /** Resolves once the index of the workspace's includes is complete; requests about whole programs wait for it. */
  async whenIndexed(): Promise<void> {
    await this.index?.update();
  }

  /**
   * Checks the programs that a document is part of in slices, so that other requests are answered in between. Resolves when all are
   * checked, or when `isWanted` is false. If an edit changes a program meanwhile, that program is checked again.
   */
  async whenChecked(uri: string, isWanted: () => boolean): Promise<void> {
    await this.whenIndexed();
    for (let open = this.uncheckedWith(uri); open && isWanted(); open = this.uncheckedWith(uri)) {
      await inSlices(open.checking(), isWanted);
    }
  }

  private uncheckedWith(uri: string): KnownProgram | undefined {
    const document = this.documents.opened(uri);
    if (!document) return undefined;
    const upwards = this.graph.openIncluders();
    const others = [...this.graph.mains(upwards)].filter((main) =>
      this.graph.filesFrom(main).includes(document),
    );
    const programs = [...this.graph.mainsOf(document, upwards), ...others].map((main) =>
      this.programOf(main),
    );
    return programs.find(({ isChecked }) => !isChecked);
  }

  /**
   * A document with all files of its program, as they are now; undefined if neither the document nor a program with it
   * is open.
   */
  snapshot(uri: string): Snapshot | undefined {
    const key = keyOf(uri);
    const document = this.documents.opened(uri);
    if (document) return this.snapshotOf(document, this.graph.mainsOf(document)[0]);
    for (const main of this.graph.mains()) {
      const included = this.graph.filesFrom(main).find((file) => keyOf(file.uri) === key);
      if (included) return this.snapshotOf(included, main);
    }
    return undefined;
  }

  /** A snapshot of the main file of each open program. */
  programs(): Snapshot[] {
    return [...this.graph.mains()].map((main) => this.snapshotOf(main, main));
  }

  /** How many instructions the project of a document allows to the tests of one run; undefined if it doesn't say. */
  maxStepsOf(uri: string): number | undefined {
    return this.settingsOf(uri).maxSteps;
  }

  /**
   * Loads a contract that a test of a document deploys, for a target: a source or a build result.
   *
   * @param from the file that names the contract
   */
  readDeployed(uri: string, target: TargetName, from: string, path: string): Runnable | NotRunnable {
    const settings = this.settingsOf(uri);
    const include = { from, path, standard: false };
    const located = this.includes.locate(include, settings);
    if ("error" in located) return located;
    const { place, real } = located;
    if (!place.endsWith(".avm")) {
      const bytes = this.provider.bytes?.(place, real) ?? { error: "a browser reads only sources" };
      return "error" in bytes ? bytes : runnableBytecode(place, bytes, { target });
    }
    const found = this.includes.find(include, settings);
    if ("error" in found)
      return { error: found.error + didYouMean("likely" in found ? found.likely?.() : undefined) };
    return runnableSource(found.file, { ...this.optionsFor(settings), defaultTarget: target });
  }

  /** A source, assembled for a target that isn't the one of its program. */
  runnableFor(uri: string, target: TargetName): Runnable | NotRunnable {
    const document = this.snapshot(uri)?.document;
    if (!document) return { error: "it isn't open in the editor" };
    return runnableSource(document.file, { ...this.optionsFor(this.settingsOf(uri)), target });
  }

  /** The entries of a folder that an `.include` of a document may name; see {@link includable}. */
  includable(uri: string, folder: string, standard: boolean): Promise<readonly FolderEntry[]> {
    return includable({ from: uri, folder, standard }, this.settingsOf(uri), this.provider);
  }

  /** The edits that keep every `.include` of the workspace pointing to its file when files are moved. */
  moveFiles(moves: readonly MovedFile[]): { changes: Record<string, TextEdit[]> } {
    return this.documents.withoutKeeping(() => {
      const uris = new Map((this.index?.uris ?? []).map((uri) => [keyOf(uri), uri]));
      for (const { uri } of this.documents.all()) uris.set(keyOf(uri), uri);
      const documents = [...uris.values()].flatMap((uri) => {
        const document = this.documents.get(uri);
        return "error" in document ? [] : [document];
      });
      const changes = editsForMoves(moves, documents, ({ uri }, path) => {
        const found = this.includes.find({ from: uri, path, standard: false }, this.settingsOf(uri));
        return "error" in found ? undefined : found.uri;
      });
      return { changes };
    });
  }

  /** The diagnostics of all files of the workspace and all open ones, by URI, without a time limit. */
  async workspaceDiagnostics(): Promise<WorkspaceDiagnostics> {
    await this.whenIndexed();
    const checker = this.settings.workspaceDiagnostics ? this.workspaceChecker : undefined;
    await checker?.run();
    for (const main of [...this.graph.mains()]) await inSlices(this.programOf(main).checking());
    const open = [...this.graph.mains()].map((main) => {
      const program = this.programOf(main);
      return { files: program.files, diagnostics: program.check().diagnostics };
    });
    const merged = [...new MergedResults().of([...open, ...(checker?.found() ?? [])])];
    merged.sort((a, b) => (a.document.uri < b.document.uri ? -1 : 1));
    return new Map(
      merged.map(({ document: { uri, version }, items }) => [uri, { version, items: [...items] }]),
    );
  }

  /** The last results of programs without an open file. */
  foundInClosed(): Results[] {
    return [...(this.workspaceChecker?.found() ?? [])];
  }

  private snapshotOf(document: Document, main: Document): Snapshot {
    const program = this.programOf(main);
    const { files, settings } = program;
    const isCurrent = (): boolean => program.files === files && program.settings === settings;
    const snapshot: Snapshot = {
      document,
      files,
      settings,
      set: instructionSet(this.targetOf(files[0], settings)),
      isCurrent: () => files.every((file) => (this.documents.opened(file.uri) ?? file) === file),
      include: (from, path, standard) => this.includes.find({ from, path, standard }, settings),
      assembly: () => (isCurrent() ? program.assemblyInBudget() : undefined),
      analysis: (milliseconds) => (isCurrent() ? program.checkInBudget(milliseconds)?.analysis : undefined),
      fullAssembly: () => (isCurrent() ? program.assemble() : undefined),
      fullAnalysis: () => (isCurrent() ? program.check().analysis : undefined),
      diagnostics: () => {
        if (!isCurrent()) return [];
        const checked = program.checkInBudget();
        if (checked) return checked.diagnostics;
        return program.assemblyInBudget() ? program.assemblyDiagnostics() : program.syntaxProblems();
      },
      allDiagnostics: () => (isCurrent() ? program.check().diagnostics : []),
      *assembling() {
        return isCurrent() ? yield* program.assembling() : undefined;
      },
      assemblingWith: (edited) => {
        const byKey = new Map(edited.map((one) => [keyOf(one.uri), one]));
        const options = this.optionsFor(settings, (file) => byKey.get(keyOf(file)));
        return assembling((byKey.get(keyOf(main.uri)) ?? main).file, options);
      },
      whyReadOnly: (file) => this.whyReadOnly(file, document),
      programs: (file) => {
        const upwards = this.graph.openIncluders();
        const mains = new Set([...this.graph.mains(upwards), ...this.mainsUnlessLibrary(file, upwards)]);
        const others = [...mains].filter(
          (other) => other !== main && this.graph.filesFrom(other).includes(file),
        );
        return [snapshot, ...others.map((other) => this.snapshotOf(file, other))];
      },
    };
    return snapshot;
  }

  /**
   * The main files of the programs that contain a file; none for a file of the installed library, which any program may
   * include.
   */
  private mainsUnlessLibrary(file: Document, upwards?: ReadonlyMap<string, Document[]>): Document[] {
    const { library } = this.provider;
    return library !== undefined && keyOf(file.uri).startsWith(keyOf(library))
      ? []
      : this.graph.mainsOf(file, upwards);
  }

  // --- programs ---

  private settingsOf(uri: string): ProgramSettings {
    return this.settingsOfProject(uri, this.settings);
  }

  /** The program of a main file, updated to the current texts. */
  private programOf(main: Document): KnownProgram {
    const key = keyOf(main.uri);
    const files = this.graph.filesFrom(main);
    const settings = this.settingsOf(main.uri);
    let program = this.programsByMain.get(key);
    if (program) program.update(files, settings);
    else {
      program = new KnownProgram(files, settings, (current) => this.optionsFor(current));
      this.programsByMain.set(key, program);
    }
    return program;
  }

  /** @param known returns files that were read already */
  private optionsFor(
    settings: ProgramSettings,
    known?: (uri: string) => Document | undefined,
  ): AssembleOptions {
    return {
      defaultTarget: settings.target,
      read: (request) => {
        const found = this.includes.find(request, settings, known);
        return "error" in found ? found : found.file;
      },
    };
  }

  /** The target of a document: its own, that of the program that it tests, or the settings'. */
  private targetOf(document: Document, settings: Settings): TargetName {
    const { file } = this.graph.programUnderTest(document) ?? document;
    return chooseTarget(file, undefined, settings.target).target;
  }

  /** Why an edit of a document may not change another file; undefined if it may. */
  private whyReadOnly({ uri }: Document, document: Document): string | undefined {
    const isIn = (folder: string): boolean => keyOf(uri).startsWith(keyOf(folder));
    const { library } = this.provider;
    if (library !== undefined && isIn(library)) return "it is part of the installed library";
    if (uri === document.uri) return undefined;
    if (this.editableFolders.length > 0) {
      return this.editableFolders.some(isIn) ? undefined : "it is in none of the folders that are open";
    }
    const project = this.projectFolders(document.uri);
    return project.length === 0 || isNamedInside(uri, project, this.places)
      ? undefined
      : "it is outside of the project";
  }

  /** The folders that make up a document's project, else its own folder. */
  private projectFolders(uri: string): readonly string[] {
    const bounds = projectBounds(uri, findProject(uri, this.places), this.places);
    const home = resolveUri(uri, "./");
    return bounds.length > 0 || home === undefined ? bounds : [home];
  }

  /**
   * Applies a function to each file of the workspace that no open program contains. Results are cached until the file
   * changes; `compute` must be the same function each time.
   */
  inClosedFiles<Result>(compute: (document: Document) => Result): Result[] {
    const covered = new Set(
      [...this.graph.mains()].flatMap((main) => this.graph.filesFrom(main)).map(({ uri }) => keyOf(uri)),
    );
    let known = this.computedOnDisk.get(compute);
    if (!known)
      this.computedOnDisk.set(compute, (known = new Map<string, { stamp: string; result: unknown }>()));
    const results: Result[] = [];
    const uris = this.index?.uris ?? [];
    const keys = new Set(uris.map(keyOf));
    for (const key of known.keys()) if (!keys.has(key)) known.delete(key);
    for (const uri of uris) {
      const key = keyOf(uri);
      const stamp = covered.has(key) ? undefined : this.provider.stamp(uri);
      if (stamp === undefined) continue;
      let found = known.get(key);
      if (found?.stamp !== stamp) {
        const document = this.documents.withoutKeeping(() => this.documents.get(uri));
        if ("error" in document) continue;
        known.set(key, (found = { stamp, result: compute(document) }));
      }
      results.push(found.result as Result);
    }
    return results;
  }

  // --- diagnostics ---

  /** Calls {@link refresh} once the messages that have already arrived are read. */
  private refreshSoon(): void {
    if (!this.push) return;
    // Waiting work is about outdated texts.
    this.scheduler.stop();
    this.cancelRefresh ??= afterMessages(() => {
      this.cancelRefresh = undefined;
      this.guard(() => this.refresh());
    });
  }

  /** Drops the assemblies and analyses of programs other than those with these main files. */
  private dropOthers(mains: Iterable<Document>): void {
    const keys = new Set([...mains].map(({ uri }) => keyOf(uri)));
    for (const key of this.programsByMain.keys()) if (!keys.has(key)) this.programsByMain.delete(key);
  }

  /** Updates the diagnostics of every program. */
  private refresh(): void {
    const mains = [...this.graph.mains()];
    // While files are being read, a missing include isn't an error yet.
    if (this.provider.isReading?.()) return;
    const { index } = this;
    if (index && !index.isUpToDate) {
      // The index isn't complete, so the programs of an open file aren't known yet.
      index.update().then(
        () => index.isUpToDate && this.refreshSoon(),
        (error: unknown) => this.logError(error),
      );
      return;
    }
    this.dropOthers(mains);
    this.scheduler.run(mains.map((main) => this.programOf(main)));
  }

  private publish(): void {
    this.publisher.publish({
      results: this.scheduler.results(),
      kept: this.scheduler.reportedFiles(),
      closed: this.foundInClosed(),
    });
  }

  // --- files that are not open ---

  /** Checks the files that aren't open after a pause, if the client wants their diagnostics. */
  private checkWorkspaceSoon(): void {
    const { workspaceChecker } = this;
    if (!workspaceChecker || !this.push) return;
    clearTimeout(this.pendingWorkspaceCheck);
    if (!this.settings.workspaceDiagnostics) return workspaceChecker.clear();
    this.pendingWorkspaceCheck = setTimeout(() => {
      workspaceChecker.run().catch((error: unknown) => this.logError(error));
    }, WORKSPACE_PAUSE_MS);
  }

  private async findFiles(folders: readonly string[]): Promise<string[]> {
    const found = await Promise.all(folders.map((folder) => this.provider.find!(folder)));
    return [...new Map(found.flat().map((uri) => [keyOf(uri), uri])).values()];
  }

  private indexOf(folders: readonly string[]): WorkspaceIndex {
    const { provider } = this;
    return new WorkspaceIndex({
      find: () => this.findFiles(folders),
      stamp: (uri) => provider.stamp(uri),
      read: (uri) => this.documents.readInFolders(uri),
      locate: (from, path, standard) => {
        const found = this.includes.locate({ from, path, standard }, this.settingsOf(from));
        return "error" in found ? undefined : found.place;
      },
      isReading: () => provider.isReading?.() === true,
    });
  }

  private checkedWorkspace(folders: readonly string[]): CheckedWorkspace {
    const { provider, documents } = this;
    return {
      find: () => this.findFiles(folders),
      covered: () => {
        const { graph } = this;
        const files = [...graph.mains()].flatMap((main) => graph.filesFrom(main));
        return new Set(files.map(({ uri }) => keyOf(uri)));
      },
      stamp: (uri) => documents.stamp(uri),
      settings: (uri) => this.settingsOf(uri),
      reading: (uri) => this.readingClosedProgram(uri),
      isReading: () => provider.isReading?.() === true,
      changed: () => this.guard(() => this.publish()),
      failed: (error) => this.logError(error),
      progress: this.client.progress,
    };
  }

  private *readingClosedProgram(uri: string): Paused<ClosedProgram | undefined> {
    const kept: ReadFiles = new Map();
    const main = yield* this.documents.reading(uri, { kept });
    if ("error" in main) return undefined;
    const files = yield* this.graph.readingFilesFrom(main, kept);
    const settings = this.settingsOf(uri);
    const byKey = new Map(files.map((file) => [keyOf(file.uri), file]));
    const options = this.optionsFor(settings, (file) => byKey.get(keyOf(file)));
    return { files, settings, options: { ...options, lines: CLOSED_LINES } };
  }

  /** Runs work that no request waits for: an error in it must not end the server. */
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
