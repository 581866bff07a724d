/** Reads the client's capabilities from its first message, and decides which features the server offers. */

import {
  TextDocumentSyncKind,
  type ClientCapabilities,
  type InitializeParams,
  type ServerCapabilities,
} from "vscode-languageserver";
import { PROJECT_FILE } from "../../project/file-name.ts";
import { KINDS } from "../features/code-action.ts";
import { TRIGGER } from "../features/on-type-formatting.ts";
import { LEGEND } from "../features/semantic-tokens.ts";
import type { PositionEncoding } from "../documents/positions.ts";

/** This server's own options in the first message. */
export function optionsIn({ initializationOptions }: InitializeParams): {
  readonly avm?: unknown;
  readonly diagnostics?: unknown;
  readonly checked?: unknown;
  readonly commands?: unknown;
  readonly library?: unknown;
  readonly pages?: unknown;
} {
  return (initializationOptions as object | null | undefined) ?? {};
}

/** The settings in the first message, either directly or under the name of the section. */
export function settingsIn(params: InitializeParams): unknown {
  const options = optionsIn(params);
  return options.avm ?? options;
}

/** True if the client pulls diagnostics. Such a client isn't sent any, or it would show every diagnostic twice. */
export function wantsPull(params: InitializeParams): boolean {
  return optionsIn(params).diagnostics === "pull";
}

/** URIs of the folders that are open in the client. */
export function workspaceOf({ workspaceFolders, ...params }: InitializeParams): string[] {
  if (workspaceFolders) return workspaceFolders.map(({ uri }) => uri);
  // Older clients only support one folder.
  const { rootUri } = params as { readonly rootUri?: string | null };
  return rootUri ? [rootUri] : [];
}

/** The notifications that the server asks the client for: changed settings, and files that change on disk. */
export function registrationsFor({ workspace }: ClientCapabilities): object[] {
  const watched = ["**/*.avm", `**/${PROJECT_FILE}`];
  return [
    ...(workspace?.didChangeConfiguration?.dynamicRegistration
      ? [
          {
            id: "avm.settings",
            method: "workspace/didChangeConfiguration",
            registerOptions: { section: "avm" },
          },
        ]
      : []),
    ...(workspace?.didChangeWatchedFiles?.dynamicRegistration
      ? [
          {
            id: "avm.files",
            method: "workspace/didChangeWatchedFiles",
            registerOptions: { watchers: watched.map((globPattern) => ({ globPattern })) },
          },
        ]
      : []),
  ];
}

/** Whether the client asks for an action's edit when the user chooses the action. */
export function resolvesEdits({ textDocument }: ClientCapabilities): boolean {
  const { dataSupport, resolveSupport } = textDocument?.codeAction ?? {};
  return dataSupport === true && resolveSupport?.properties.includes("edit") === true;
}

export function capabilities(
  client: ClientCapabilities,
  encoding: PositionEncoding,
  push: boolean,
  knowsWorkspace: boolean,
): ServerCapabilities {
  return {
    positionEncoding: encoding,
    textDocumentSync: { openClose: true, change: TextDocumentSyncKind.Incremental },
    hoverProvider: true,
    completionProvider: {
      triggerCharacters: [".", "#", "[", ",", " ", '"', "<", "/"],
      resolveProvider: true,
    },
    signatureHelpProvider: { triggerCharacters: [" ", ","] },
    definitionProvider: true,
    declarationProvider: true,
    referencesProvider: true,
    documentHighlightProvider: true,
    linkedEditingRangeProvider: true,
    renameProvider: client.textDocument?.rename?.prepareSupport ? { prepareProvider: true } : true,
    documentSymbolProvider: true,
    workspaceSymbolProvider: true,
    foldingRangeProvider: true,
    selectionRangeProvider: true,
    documentLinkProvider: {},
    codeActionProvider: { codeActionKinds: [...KINDS], resolveProvider: resolvesEdits(client) },
    documentFormattingProvider: true,
    documentRangeFormattingProvider: true,
    documentOnTypeFormattingProvider: { firstTriggerCharacter: TRIGGER },
    inlayHintProvider: true,
    codeLensProvider: { resolveProvider: true },
    callHierarchyProvider: true,
    semanticTokensProvider: { legend: LEGEND, full: { delta: true }, range: true },
    ...(knowsWorkspace && {
      workspace: {
        fileOperations: {
          willRename: {
            filters: [
              { pattern: { glob: "**/*.avm", matches: "file" } },
              { pattern: { glob: "**/*", matches: "folder" } },
            ],
          },
        },
      },
    }),
    ...(!push && {
      diagnosticProvider: {
        identifier: "avm",
        interFileDependencies: true,
        workspaceDiagnostics: knowsWorkspace,
      },
    }),
  };
}
