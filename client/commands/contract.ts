/**
 * The command "AVM: Disassemble Contract Artifact…": shows the code of a contract as a read-only document with all
 * language features, and goes from an instruction to its line of Noir and back. The Noir sources come from the
 * artifact.
 */

import * as vscode from "vscode";
import { toBase64 } from "../helpers/base64.ts";
import type { LanguageServer } from "../language-server.ts";
import { baseName, stemOf } from "../helpers/uris.ts";

/** URI scheme of documents that show code and of those that show Noir; the query is the `Origin` as JSON. */
const SCHEME = "avm-contract";

/** The server's answer to `avm/disassemble`; `server/requests/disassemble.ts` documents the fields. */
interface Code {
  readonly name?: string;
  readonly text: string;
  readonly noir: readonly { readonly path: string; readonly text: string }[];
  readonly places: readonly (readonly [file: number, line: number, column: number])[];
  readonly ways: readonly (readonly number[])[];
  readonly lines: readonly (readonly [line: number, way: number])[];
}

type Answer = Code | { error: string } | { functions: readonly { name: string; bytes: number }[] };

/** The query of a document's URI, as JSON. */
interface Origin {
  /** URI of the artifact or the bytecode file. */
  readonly source: string;
  readonly function?: string;
  /** Index of the Noir source; absent for the code itself. */
  readonly noir?: number;
}

/** The custom editor of `.bin` files. */
const BYTECODE_EDITOR = "avm.bytecode";

/** A larger artifact would take VS Code too long to read. */
const MAX_ARTIFACT_BYTES = 64 * 1024 * 1024;

export function registerContract(server: LanguageServer): vscode.Disposable {
  /** Disassembled code by artifact and function, kept while a document that shows it is open. */
  const codes = new Map<string, Promise<Code>>();

  const changed = new vscode.EventEmitter<vscode.Uri>();

  /** Shows a document of code in an editor, with the language's features. */
  const show = async (
    origin: Origin,
    code: Code,
    options: vscode.TextDocumentShowOptions,
  ): Promise<vscode.Uri> => {
    codes.set(keyOf(origin), Promise.resolve(code));
    const document = await vscode.workspace.openTextDocument(codeUri(origin));
    await vscode.languages.setTextDocumentLanguage(document, "avm");
    await vscode.window.showTextDocument(document, { preview: false, ...options });
    return document.uri;
  };

  /** Disassembles a file again after it was written, and refreshes the documents that show it. */
  const follow = (file: vscode.Uri): void => {
    for (const { uri } of vscode.workspace.textDocuments) {
      if (uri.scheme !== SCHEME || originOf(uri).source !== file.toString()) continue;
      codes.delete(keyOf(originOf(uri)));
      changed.fire(uri);
    }
  };
  const written = vscode.workspace.createFileSystemWatcher("**/*.{bin,json}");
  written.onDidChange(follow);
  written.onDidCreate(follow);

  const codeOf = (origin: Origin): Promise<Code> => {
    const key = keyOf(origin);
    let code = codes.get(key);
    if (!code) {
      code = load(server, vscode.Uri.parse(origin.source, true), origin.function);
      codes.set(key, code);
      code.catch(() => codes.delete(key));
    }
    return code;
  };

  return vscode.Disposable.from(
    changed,
    written,
    vscode.window.registerCustomEditorProvider(BYTECODE_EDITOR, new BytecodeEditor(server, show), {
      supportsMultipleEditorsPerDocument: true,
    }),
    vscode.workspace.registerTextDocumentContentProvider(SCHEME, {
      onDidChange: changed.event,
      provideTextDocumentContent: async (uri) => {
        const origin = originOf(uri);
        const code = await codeOf(origin);
        return origin.noir === undefined ? code.text : code.noir[origin.noir].text;
      },
    }),
    vscode.workspace.onDidCloseTextDocument(({ uri }) => {
      if (uri.scheme !== SCHEME) return;
      const key = keyOf(originOf(uri));
      const isOpen = vscode.workspace.textDocuments.some(
        (document) => document.uri.scheme === SCHEME && keyOf(originOf(document.uri)) === key,
      );
      if (!isOpen) codes.delete(key);
    }),
    vscode.commands.registerCommand("avm.disassembleArtifact", (uri?: unknown, name?: unknown) =>
      reported(async () => {
        const source = uri instanceof vscode.Uri ? uri : await askForArtifact();
        if (!source) return undefined;
        const chosen = await choose(server, source, typeof name === "string" ? name : undefined);
        if (!chosen) return undefined;
        const origin: Origin = { source: source.toString(), ...(chosen.name && { function: chosen.name }) };
        return show(origin, chosen, {});
      }),
    ),
    vscode.commands.registerCommand("avm.goToNoir", () =>
      reported(async () => {
        const { document, selection } = activeContract();
        const origin = originOf(document.uri);
        const code = await codeOf(origin);
        const way = wayAt(code, selection.active.line);
        if (!way) throw new Error("The source of this line isn't known.");
        // The last place is the instruction's own; the ones before it are the calls that it was inlined into. The
        // editor shows the first of the reversed list.
        await goTo(
          [...way].reverse().map((place) => {
            const [file, line, column] = code.places[place];
            return new vscode.Location(noirUri(origin, code, file), new vscode.Position(line, column));
          }),
        );
      }),
    ),
    vscode.commands.registerCommand("avm.goToInstructions", () =>
      reported(async () => {
        const { document, selection } = activeContract();
        const { noir, ...origin } = originOf(document.uri);
        const code = await codeOf(origin);
        const { line: wanted } = selection.active;
        const places = new Set<number>();
        code.places.forEach(([file, line], index) => {
          if (file === noir && line === wanted) places.add(index);
        });
        const ways = new Set<number>();
        code.ways.forEach((way, index) => {
          if (way.some((place) => places.has(place))) ways.add(index);
        });
        const found = firstOfRuns(code.lines.flatMap(([line, way]) => (ways.has(way) ? [line] : [])));
        if (found.length === 0) throw new Error("No instruction comes from this line.");
        const uri = codeUri(origin);
        await goTo(found.map((line) => new vscode.Location(uri, new vscode.Position(line, 0))));
      }),
    ),
  );
}

/**
 * Opens a `.bin` file as its disassembly: a text document with hovers, the control flow graph and the other language
 * features. A file that isn't bytecode opens in VS Code's own binary editor.
 */
class BytecodeEditor implements vscode.CustomReadonlyEditorProvider {
  private readonly server: LanguageServer;
  private readonly show: (
    origin: Origin,
    code: Code,
    options: vscode.TextDocumentShowOptions,
  ) => Promise<vscode.Uri>;

  constructor(server: LanguageServer, show: BytecodeEditor["show"]) {
    this.server = server;
    this.show = show;
  }

  openCustomDocument(uri: vscode.Uri): vscode.CustomDocument {
    return { uri, dispose: () => undefined };
  }

  async resolveCustomEditor({ uri }: vscode.CustomDocument, panel: vscode.WebviewPanel): Promise<void> {
    const { viewColumn = vscode.ViewColumn.Active, active } = panel;
    const code = await load(this.server, uri, undefined).catch(() => undefined);
    if (code && isMostlyInstructions(code.text)) {
      await this.show({ source: uri.toString() }, code, { viewColumn, preserveFocus: !active });
    } else {
      await vscode.commands.executeCommand("vscode.openWith", uri, "default", { viewColumn });
    }
    panel.dispose();
  }
}

/** True unless most lines are `.byte`, as which the disassembler lists bytes that it can't decode. */
function isMostlyInstructions(text: string): boolean {
  const instructions = text.match(/^ +[A-Z]/gm)?.length ?? 0;
  const data = text.match(/^ *\.byte/gm)?.length ?? 0;
  return instructions > data;
}

/** Does the work, and shows its error to the user. */
async function reported<Result>(work: () => Promise<Result>): Promise<Result | undefined> {
  try {
    return await work();
  } catch (error) {
    void vscode.window.showErrorMessage(error instanceof Error ? error.message : String(error));
    return undefined;
  }
}

async function askForArtifact(): Promise<vscode.Uri | undefined> {
  const chosen = await vscode.window.showOpenDialog({
    title: "Disassemble a contract",
    openLabel: "Disassemble",
    filters: { "Contract artifact or bytecode": ["json", "bin", "hex", "b64"], "All files": ["*"] },
  });
  return chosen?.at(0);
}

/** Asks the user for a function if the artifact has several and no name is given. */
async function choose(
  server: LanguageServer,
  source: vscode.Uri,
  name: string | undefined,
): Promise<Code | undefined> {
  const answer = await ask(server, source, name);
  if (!("functions" in answer)) return answer;
  const picked = await vscode.window.showQuickPick(
    answer.functions.map((one) => ({
      label: one.name,
      description: `${one.bytes.toLocaleString("en")} bytes`,
    })),
    { title: "Which function?", matchOnDescription: true },
  );
  return picked && load(server, source, picked.label);
}

async function load(server: LanguageServer, source: vscode.Uri, name: string | undefined): Promise<Code> {
  const answer = await ask(server, source, name);
  if ("functions" in answer) throw new Error(`${baseName(source)} has several functions.`);
  return answer;
}

async function ask(
  server: LanguageServer,
  source: vscode.Uri,
  name: string | undefined,
): Promise<Exclude<Answer, { error: string }>> {
  const { size } = await vscode.workspace.fs.stat(source);
  if (size > MAX_ARTIFACT_BYTES)
    throw new Error(`${baseName(source)} is larger than ${MAX_ARTIFACT_BYTES / 1024 / 1024} MiB.`);
  const content = toBase64(await vscode.workspace.fs.readFile(source));
  const answer = await server.request<Answer>("avm/disassemble", {
    content,
    ...(name !== undefined && { function: name }),
  });
  if ("error" in answer) throw new Error(`${baseName(source)} can't be disassembled: ${answer.error}.`);
  return answer;
}

/**
 * The Noir places that a line of the disassembly comes from, from the outermost call to the line's own place; undefined if the
 * debug symbols have none.
 */
function wayAt({ lines, ways }: Code, wanted: number): readonly number[] | undefined {
  const found = lines.find(([line]) => line === wanted);
  return found && ways[found[1]];
}

/** Keeps the first line of each run of consecutive lines. */
function firstOfRuns(lines: readonly number[]): number[] {
  return lines.filter((line, index) => index === 0 || line > lines[index - 1] + 1);
}

/** Goes to the only location, or to the first of several, and shows the others in a peek view. */
async function goTo(locations: readonly vscode.Location[]): Promise<void> {
  const editor = vscode.window.activeTextEditor;
  if (!editor) return;
  const { uri } = editor.document;
  const multiple = locations.length > 1 ? "gotoAndPeek" : "goto";
  await vscode.commands.executeCommand(
    "editor.action.goToLocations",
    ...[uri, editor.selection.active, locations, multiple, "There is no such place."],
  );
}

function activeContract(): vscode.TextEditor {
  const editor = vscode.window.activeTextEditor;
  if (editor?.document.uri.scheme !== SCHEME)
    throw new Error("Put the cursor in the code of a contract that was disassembled, or in its Noir source.");
  return editor;
}

function originOf(uri: vscode.Uri): Origin {
  return JSON.parse(uri.query) as Origin;
}

function keyOf({ source, function: name }: Origin): string {
  return JSON.stringify([source, name]);
}

/** The URI of a document of code. VS Code shows the last part of its path as the tab's title. */
function codeUri(origin: Origin): vscode.Uri {
  const { source, function: name } = origin;
  const shown = `/${stemOf(vscode.Uri.parse(source, true))}${name === undefined ? "" : `.${name}`}.avm`;
  return vscode.Uri.from({ scheme: SCHEME, path: shown, query: JSON.stringify(origin) });
}

function noirUri(code: Origin, { noir }: Code, file: number): vscode.Uri {
  const name = noir[file].path.replaceAll("\\", "/");
  return vscode.Uri.from({
    scheme: SCHEME,
    path: name.startsWith("/") ? name : `/${name}`,
    query: JSON.stringify({ ...code, noir: file } satisfies Origin),
  });
}
