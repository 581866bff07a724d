/** `textDocument/semanticTokens/full`, `/delta` and `/range`: keeps the last answer for the next delta. */

import type { Connection, SemanticTokens, SemanticTokensDelta } from "vscode-languageserver";
import {
  allNumbersOf,
  documentTokens,
  semanticTokens,
  type DocumentTokens,
} from "../features/semantic-tokens.ts";
import type { Answering } from "./answering.ts";

/**
 * Registers the requests.
 *
 * @returns a function that drops the kept answer of a document
 */
export function serveSemanticTokens(connection: Connection, { about }: Answering): (uri: string) => void {
  const sent = new Map<string, { readonly id: string; readonly tokens: DocumentTokens }>();
  let lastId = 0;

  function remember(uri: string, tokens: DocumentTokens): string {
    const id = String(++lastId);
    sent.set(uri, { id, tokens });
    return id;
  }

  function allTokens(tokens: DocumentTokens, resultId: string): SemanticTokens {
    return { resultId, data: allNumbersOf(tokens) };
  }

  function orEmpty<Result>(result: Result | null): Result | SemanticTokens {
    return result ?? { data: [] };
  }

  connection.languages.semanticTokens.on((params, token) => {
    const { uri } = params.textDocument;
    const answered = about(params, token, (snapshot) => {
      const { tokens } = documentTokens(snapshot);
      return allTokens(tokens, remember(uri, tokens));
    });
    return orEmpty(answered);
  });
  connection.languages.semanticTokens.onRange((params, token) =>
    orEmpty(about(params, token, (snapshot) => semanticTokens(snapshot, params.range))),
  );
  connection.languages.semanticTokens.onDelta((params, token) => {
    const { uri } = params.textDocument;
    const before = sent.get(uri);
    const answered = about(params, token, (snapshot): SemanticTokens | SemanticTokensDelta => {
      const { tokens, edits } = documentTokens(snapshot, before?.tokens);
      const resultId = remember(uri, tokens);
      return before?.id === params.previousResultId ? { resultId, edits } : allTokens(tokens, resultId);
    });
    return orEmpty(answered);
  });
  return (uri) => sent.delete(uri);
}
