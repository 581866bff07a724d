/** `textDocument/semanticTokens/full`, `/delta` and `/range`: keeps the last answer for the next delta. */

import type { Connection, SemanticTokens, SemanticTokensDelta } from "vscode-languageserver";
import {
  allNumbersOf,
  documentTokens,
  semanticTokens,
  type DocumentTokens,
} from "../features/semantic-tokens.ts";
import type { Paused } from "../../program/cooperative.ts";
import type { Answering } from "./answering.ts";

/**
 * Registers the requests.
 *
 * @returns a function that drops the kept answer of a document
 */
export function serveSemanticTokens(connection: Connection, { inPieces }: Answering): (uri: string) => void {
  const sent = new Map<string, { readonly id: string; readonly tokens: DocumentTokens }>();
  let lastId = 0;

  function remember(uri: string, tokens: DocumentTokens): string {
    const id = String(++lastId);
    sent.set(uri, { id, tokens });
    return id;
  }

  function* allTokens(uri: string, tokens: DocumentTokens): Paused<SemanticTokens> {
    const data = yield* allNumbersOf(tokens);
    return { resultId: remember(uri, tokens), data };
  }

  function orEmpty<Result>(result: Result | null): Result | SemanticTokens {
    return result ?? { data: [] };
  }

  connection.languages.semanticTokens.on(async (params, token) =>
    orEmpty(
      await inPieces(params, token, function* (snapshot) {
        const { tokens } = yield* documentTokens(snapshot);
        return yield* allTokens(params.textDocument.uri, tokens);
      }),
    ),
  );
  connection.languages.semanticTokens.onRange(async (params, token) =>
    orEmpty(await inPieces(params, token, (snapshot) => semanticTokens(snapshot, params.range))),
  );
  connection.languages.semanticTokens.onDelta(async (params, token) => {
    const { uri } = params.textDocument;
    const before = sent.get(uri);
    return orEmpty(
      await inPieces(params, token, function* (snapshot): Paused<SemanticTokens | SemanticTokensDelta> {
        const { tokens, edits } = yield* documentTokens(snapshot, before?.tokens);
        if (before?.id !== params.previousResultId) return yield* allTokens(uri, tokens);
        return { resultId: remember(uri, tokens), edits };
      }),
    );
  });
  return (uri) => sent.delete(uri);
}
