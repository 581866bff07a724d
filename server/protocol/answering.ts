/** Answers requests with a feature and a snapshot, or with an error of the protocol. Never throws. */

import {
  ErrorCodes,
  LSPErrorCodes,
  ResponseError,
  type CancellationToken,
  type Position,
} from "vscode-languageserver";
import type { Snapshot } from "../language/snapshot.ts";
import type { Session } from "../session/session.ts";

interface AboutDocument {
  readonly textDocument: { readonly uri: string };
}

export interface Answering {
  /** Answers a request with the session. */
  answer: <Result>(
    token: CancellationToken,
    work: (current: Session) => Result,
  ) => Result | ResponseError<void>;
  /** Answers a request about a document with a feature; null if the document isn't open. */
  about: <Result>(
    params: AboutDocument,
    token: CancellationToken,
    feature: (snapshot: Snapshot) => Result,
  ) => Result | null | ResponseError<void>;
  /**
   * Answers a request about a document with a feature that needs whole programs, once the index of the workspace's
   * includes is complete.
   */
  inPrograms: <Result>(
    params: AboutDocument,
    token: CancellationToken,
    feature: (snapshot: Snapshot) => Result,
  ) => Promise<Result | null | ResponseError<void>>;
  /** Answers a request about a document with a feature that takes what the checker finds, however long that takes. */
  checked: <Result>(
    params: AboutDocument,
    token: CancellationToken,
    feature: (snapshot: Snapshot) => Result,
  ) => Promise<Result | null | ResponseError<void>>;
  /** Answers a request about a position with a feature. */
  at: <Result>(
    params: AboutDocument & { readonly position: Position },
    token: CancellationToken,
    feature: (snapshot: Snapshot, position: Position) => Result,
  ) => Result | null | ResponseError<void>;
}

/**
 * @param current the session; undefined before the first message and after the last
 * @param failed receives the errors that features throw
 */
export function answering(current: () => Session | undefined, failed: (error: unknown) => void): Answering {
  const answer: Answering["answer"] = (token, work) => {
    const session = current();
    if (!session) return new ResponseError(ErrorCodes.ServerNotInitialized, "The server is not initialized.");
    if (token.isCancellationRequested) {
      return new ResponseError(LSPErrorCodes.RequestCancelled, "The request was cancelled.");
    }
    try {
      return work(session);
    } catch (error) {
      failed(error);
      return new ResponseError(
        ErrorCodes.InternalError,
        error instanceof Error ? error.message : String(error),
      );
    }
  };
  const about: Answering["about"] = (params, token, feature) => {
    if (typeof member(member(params, "textDocument"), "uri") !== "string")
      return malformed("textDocument.uri", "a text");
    return answer(token, (session) => {
      const snapshot = session.snapshot(params.textDocument.uri);
      return snapshot ? feature(snapshot) : null;
    });
  };
  const at: Answering["at"] = (params, token, feature) => {
    for (const name of ["line", "character"]) {
      const number = member(member(params, "position"), name);
      if (!Number.isInteger(number) || (number as number) < 0) {
        return malformed(`position.${name}`, "a number from 0");
      }
    }
    return about(params, token, (snapshot) => feature(snapshot, params.position));
  };
  const inPrograms: Answering["inPrograms"] = async (params, token, feature) => {
    await current()?.whenIndexed().catch(failed);
    return about(params, token, feature);
  };
  const checked: Answering["checked"] = async (params, token, feature) => {
    const uri = member(member(params, "textDocument"), "uri");
    if (typeof uri === "string")
      await current()
        ?.whenChecked(uri, () => current() !== undefined && !token.isCancellationRequested)
        .catch(failed);
    return about(params, token, feature);
  };
  return { answer, about, inPrograms, checked, at };
}

/** Reads a property of a value whose type the client may have violated. */
function member(value: unknown, name: string): unknown {
  return typeof value === "object" && value !== null ? (value as Record<string, unknown>)[name] : undefined;
}

function malformed(parameter: string, wanted: string): ResponseError<void> {
  return new ResponseError(ErrorCodes.InvalidParams, `The parameter \`${parameter}\` has to be ${wanted}.`);
}
