/**
 * The command "AVM: Show Listing": shows the assembled program beside its source, as a read-only document that follows
 * every change, saved or not. Selecting lines in either document marks and reveals the corresponding lines in the
 * other.
 */

import * as vscode from "vscode";
import { debounce } from "../helpers/debounce.ts";
import { sourceDocument } from "../helpers/source-document.ts";
import type { NotAssembled } from "./assemble.ts";
import type { LanguageServer } from "../language-server.ts";
import { baseName } from "../helpers/uris.ts";

const SCHEME = "avm-listing";

/** Time between the last change and the update of the listing. */
const UPDATE_DELAY_MS = 250;

/** The server's answer to `avm/listing`; `server/requests/listing.ts` documents the fields. */
interface Listing {
  readonly text: string;
  readonly files: readonly string[];
  readonly sources: readonly (readonly [file: number, line: number] | null)[];
}

export function registerListing(server: LanguageServer): vscode.Disposable {
  const changed = new vscode.EventEmitter<vscode.Uri>();
  /**
   * The last listing of each program without errors, by the source's URI: it stays on screen while the source has an
   * error.
   */
  const listings = new Map<string, Listing & { readonly isCurrent: boolean }>();
  const mark = vscode.window.createTextEditorDecorationType({
    isWholeLine: true,
    backgroundColor: new vscode.ThemeColor("editor.rangeHighlightBackground"),
    overviewRulerColor: new vscode.ThemeColor("editorOverviewRuler.rangeHighlightForeground"),
  });
  const refresh = (): void => {
    for (const document of vscode.workspace.textDocuments) {
      if (document.uri.scheme === SCHEME) changed.fire(document.uri);
    }
  };
  const refreshed = debounce(refresh, UPDATE_DELAY_MS);

  const provide = async (uri: vscode.Uri): Promise<string> => {
    const source = await vscode.workspace.openTextDocument(sourceOf(uri));
    const answer = await server.request<Listing | NotAssembled | null>("avm/listing", {
      textDocument: { uri: source.uri.toString() },
    });
    if (answer && "text" in answer) {
      listings.set(uri.toString(), { ...answer, isCurrent: true });
      return answer.text;
    }
    const stale = listings.get(uri.toString());
    if (stale) {
      listings.set(uri.toString(), { ...stale, isCurrent: false });
      return `; Not up to date: the source can't be assembled.\n${stale.text}`;
    }
    const errors = answer?.errors ?? ["the source isn't open"];
    return ["; The source can't be assembled:", ";", ...errors.map((line) => `; ${line}`), ""].join("\n");
  };

  /** Marks the lines that correspond to the selection in the editors beside this one, and scrolls to them. */
  const follow = ({ document, selections }: vscode.TextEditor): void => {
    const selected = (line: number): boolean =>
      selections.some(({ start, end }) => start.line <= line && line <= end.line);
    for (const editor of vscode.window.visibleTextEditors) {
      if (editor.document === document) {
        editor.setDecorations(mark, []);
      } else if (editor.document.uri.scheme === SCHEME) {
        const { rows } = rowsOf(listings, editor.document.uri);
        show(
          editor,
          rows
            .filter(({ file, line }) => file === document.uri.toString() && selected(line))
            .map(({ row }) => row),
        );
      } else if (document.uri.scheme === SCHEME) {
        const { rows, files } = rowsOf(listings, document.uri);
        const uri = editor.document.uri.toString();
        if (!files.includes(uri)) continue;
        show(
          editor,
          rows.filter(({ file, row }) => file === uri && selected(row)).map(({ line }) => line),
        );
      }
    }
  };

  /** Scrolls a listing to the row of the source's cursor, or to the nearest row above it. */
  const goToCursor = (source: vscode.TextDocument, listing: vscode.TextEditor): void => {
    const editor = vscode.window.visibleTextEditors.find(({ document }) => document === source);
    if (!editor) return;
    const cursor = editor.selection.active.line;
    const own = rowsOf(listings, listing.document.uri).rows.filter(
      ({ file, line }) => file === source.uri.toString() && line <= cursor,
    );
    const last = Math.max(...own.map(({ line }) => line));
    const rows = own.filter(({ line }) => line === last).map(({ row }) => row);
    show(listing, rows);
  };

  const show = (editor: vscode.TextEditor, lines: readonly number[]): void => {
    const ranges = lines.map((line) => new vscode.Range(line, 0, line, 0));
    editor.setDecorations(mark, ranges);
    if (ranges.length > 0) {
      editor.revealRange(ranges[0], vscode.TextEditorRevealType.InCenterIfOutsideViewport);
    }
  };

  return vscode.Disposable.from(
    changed,
    mark,
    refreshed,
    vscode.workspace.registerTextDocumentContentProvider(SCHEME, {
      onDidChange: changed.event,
      provideTextDocumentContent: provide,
    }),
    vscode.commands.registerCommand("avm.showListing", async (uri?: unknown) => {
      const shown = await showListing(uri instanceof vscode.Uri ? uri : undefined);
      if (shown) goToCursor(shown.source, shown.listing);
    }),
    // The changed document may be a file that a program on screen includes.
    vscode.workspace.onDidChangeTextDocument(({ document }) => {
      if (document.languageId === "avm" && document.uri.scheme !== SCHEME) refreshed.soon();
    }),
    vscode.workspace.onDidChangeConfiguration((event) => {
      if (event.affectsConfiguration("avm")) refreshed.soon();
    }),
    // Revealing and marking lines moves no cursor, so this can't trigger itself.
    vscode.window.onDidChangeTextEditorSelection(({ textEditor }) => follow(textEditor)),
    vscode.workspace.onDidCloseTextDocument(({ uri }) => {
      if (uri.scheme !== SCHEME) return;
      // Changing a document's language closes it and opens it again at once: look after a delay whether it is still
      // closed.
      setTimeout(() => {
        const isOpen = vscode.workspace.textDocuments.some((one) => one.uri.toString() === uri.toString());
        if (!isOpen) listings.delete(uri.toString());
      }, UPDATE_DELAY_MS);
    }),
  );
}

/** The rows of a listing that show a line of one source file, each with that line. */
function rowsOf(
  listings: ReadonlyMap<string, Listing & { readonly isCurrent: boolean }>,
  uri: vscode.Uri,
): { rows: { row: number; file: string; line: number }[]; files: readonly string[] } {
  const listing = listings.get(uri.toString());
  if (!listing) return { rows: [], files: [] };
  // A listing that isn't up to date starts with a line that says so.
  const shift = listing.isCurrent ? 0 : 1;
  const files = listing.files.map((file) => vscode.Uri.parse(file).toString());
  const rows = listing.sources.flatMap((source, row) =>
    source ? [{ row: row + shift, file: files[source[0]], line: source[1] }] : [],
  );
  return { rows, files };
}

async function showListing(
  uri: vscode.Uri | undefined,
): Promise<{ readonly source: vscode.TextDocument; readonly listing: vscode.TextEditor } | undefined> {
  const source = await sourceDocument(uri);
  if (!source) return undefined;
  const document = await vscode.workspace.openTextDocument(listingOf(source.uri));
  await vscode.languages.setTextDocumentLanguage(document, "avm-listing");
  const listing = await vscode.window.showTextDocument(document, {
    viewColumn: vscode.ViewColumn.Beside,
    preserveFocus: true,
    preview: false,
  });
  return { source, listing };
}

/**
 * The URI of a source's listing. VS Code shows the last part of the path as the tab's title; the query holds the
 * source's URI.
 */
function listingOf(source: vscode.Uri): vscode.Uri {
  return vscode.Uri.from({
    scheme: SCHEME,
    path: `/${baseName(source)} (listing)`,
    query: source.toString(),
  });
}

function sourceOf(listing: vscode.Uri): vscode.Uri {
  return vscode.Uri.parse(listing.query, true);
}
