/**
 * The command "AVM: Show Listing": the assembled program beside its source, as a read-only document that follows every
 * change, saved or not.
 */

import { mkdtemp, readFile, rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import * as vscode from "vscode";
import { sourceDocument } from "./assemble.ts";
import { fileTarget } from "./target.ts";
import { settingArguments, type Tool } from "./tool.ts";

const SCHEME = "avm-listing";

/** How long after the last change a listing is made again, in milliseconds. */
const PAUSE = 250;

export function registerListing(tool: Tool): vscode.Disposable {
  const changed = new vscode.EventEmitter<vscode.Uri>();
  /** The last good listing of each, by URI: it stays on screen while the source has an error. */
  const listings = new Map<string, string>();
  let timer: NodeJS.Timeout | undefined;

  const refresh = (): void => {
    for (const document of vscode.workspace.textDocuments) {
      if (document.uri.scheme === SCHEME) changed.fire(document.uri);
    }
  };
  const refreshSoon = (): void => {
    clearTimeout(timer);
    timer = setTimeout(refresh, PAUSE);
  };

  const provide = async (uri: vscode.Uri): Promise<string> => {
    const source = await vscode.workspace.openTextDocument(sourceOf(uri));
    const { listing, errors } = await makeListing(tool, source);
    if (listing !== undefined) {
      listings.set(uri.toString(), listing);
      return listing;
    }
    const stale = listings.get(uri.toString());
    const note = errors
      .trimEnd()
      .split("\n")
      .map((line) => `; ${line}`.trimEnd());
    return stale === undefined
      ? ["; The source can't be assembled:", ";", ...note, ""].join("\n")
      : `; Not up to date: the source can't be assembled.\n${stale}`;
  };

  return vscode.Disposable.from(
    changed,
    { dispose: () => clearTimeout(timer) },
    vscode.workspace.registerTextDocumentContentProvider(SCHEME, {
      onDidChange: changed.event,
      provideTextDocumentContent: provide,
    }),
    vscode.commands.registerCommand("avm.showListing", (uri?: unknown) =>
      showListing(uri instanceof vscode.Uri ? uri : undefined),
    ),
    // A change to any source may be one to an included file.
    vscode.workspace.onDidChangeTextDocument(({ document }) => {
      if (document.languageId === "avm" && document.uri.scheme !== SCHEME) refreshSoon();
    }),
    vscode.workspace.onDidChangeConfiguration((event) => {
      if (event.affectsConfiguration("avm")) refreshSoon();
    }),
    vscode.workspace.onDidCloseTextDocument(({ uri }) => {
      listings.delete(uri.toString());
    }),
  );
}

async function showListing(uri: vscode.Uri | undefined): Promise<void> {
  const source = await sourceDocument(uri);
  if (!source) return;
  const document = await vscode.workspace.openTextDocument(listingOf(source.uri));
  await vscode.languages.setTextDocumentLanguage(document, "avm-listing");
  await vscode.window.showTextDocument(document, {
    viewColumn: vscode.ViewColumn.Beside,
    preserveFocus: true,
    preview: false,
  });
}

/** The tool gets the text as the editor has it, so that the listing is there before the file is saved. */
async function makeListing(
  tool: Tool,
  document: vscode.TextDocument,
): Promise<{ listing: string | undefined; errors: string }> {
  const scratch = await mkdtemp(path.join(os.tmpdir(), "avm-listing-"));
  try {
    const listing = path.join(scratch, "listing.lst");
    const { status, stderr } = await tool(
      [
        ...["build", "-", "--no-check", "-o", path.join(scratch, "out.bin"), "--listing", listing],
        ...settingArguments(document, fileTarget(document)?.name),
      ],
      { folder: folderOf(document), input: document.getText() },
    );
    const named = (text: string): string =>
      text.replaceAll(/^<stdin>/gm, path.posix.basename(document.uri.path));
    return {
      listing: status === 0 ? named(await readFile(listing, "utf8")) : undefined,
      errors: named(stderr),
    };
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

/** Where the source's includes are looked up. */
function folderOf(document: vscode.TextDocument): string {
  return document.uri.scheme === "file" ? path.dirname(document.uri.fsPath) : os.homedir();
}

/** The path is what the tab shows; the query has the whole source. */
function listingOf(source: vscode.Uri): vscode.Uri {
  return vscode.Uri.from({
    scheme: SCHEME,
    path: `/${path.posix.basename(source.path)} (listing)`,
    query: source.toString(),
  });
}

function sourceOf(listing: vscode.Uri): vscode.Uri {
  return vscode.Uri.parse(listing.query, true);
}
