/** Registers the requests that answer with edits: rename, code actions, formatting and moved files. */

import {
  CodeActionTriggerKind,
  LSPErrorCodes,
  MessageType,
  ResponseError,
  ShowMessageNotification,
  type Connection,
} from "vscode-languageserver";
import { codeActionResolve, codeActions, documentOfAction } from "../features/code-action.ts";
import { formatting } from "../features/formatting.ts";
import { onTypeFormatting } from "../features/on-type-formatting.ts";
import { prepareRename } from "../features/prepare-rename.ts";
import { rangeFormatting } from "../features/range-formatting.ts";
import { rename } from "../features/rename.ts";
import type { Answering } from "./answering.ts";
import { resolvesEdits } from "./initialization.ts";
import type { ServedClient } from "./served-client.ts";

export function serveEditing(
  connection: Connection,
  client: ServedClient,
  { answer, inPrograms, inPieces }: Answering,
): void {
  connection.onPrepareRename((params, token) =>
    inPrograms(params, token, (snapshot) => {
      const found = prepareRename(snapshot, params.position);
      return found && "refused" in found ? refusal(found) : found;
    }),
  );
  connection.onRenameRequest((params, token) =>
    inPieces(
      params,
      token,
      function* (snapshot) {
        const edit = yield* rename(snapshot, params.position, params.newName);
        return "refused" in edit ? refusal(edit) : edit;
      },
      "indexed",
    ),
  );
  connection.workspace.onWillRenameFiles(async ({ files }, token) => {
    await client.session?.whenIndexed();
    const edit = answer(token, (current) => current.moveFiles(files));
    return edit instanceof ResponseError ? null : edit;
  });
  connection.onCodeAction((params, token) =>
    inPrograms(params, token, (snapshot) =>
      codeActions(snapshot, params.range, {
        only: params.context.only,
        automatic: params.context.triggerKind === CodeActionTriggerKind.Automatic,
        resolves: resolvesEdits(client.capabilities),
      }).map((action) => client.pages.linkIn(action)),
    ),
  );
  connection.onCodeActionResolve(async (action, token) => {
    const uri = documentOfAction(action);
    if (uri === undefined) return action;
    const about = { textDocument: { uri } };
    const resolved = await inPieces(
      about,
      token,
      (snapshot) => codeActionResolve(snapshot, action),
      "indexed",
    );
    if (!resolved || !("refused" in resolved)) return resolved ?? action;
    // As an error of the protocol, the message would only appear in the editor's log.
    const message = `"${action.title}" isn't done. ${resolved.refused}`;
    await connection.sendNotification(ShowMessageNotification.type, { type: MessageType.Warning, message });
    return action;
  });
  connection.onDocumentFormatting((params, token) => inPieces(params, token, formatting));
  connection.onDocumentRangeFormatting((params, token) =>
    inPieces(params, token, (snapshot) => rangeFormatting(snapshot, params.range)),
  );
  connection.onDocumentOnTypeFormatting((params, token) =>
    inPieces(params, token, (snapshot) => onTypeFormatting(snapshot, params.position, params.ch)),
  );
}

/** An error whose message the client shows to the user. */
function refusal({ refused }: { readonly refused: string }): ResponseError<void> {
  return new ResponseError(LSPErrorCodes.RequestFailed, refused);
}
