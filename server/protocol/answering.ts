/** Answers requests with a feature and a snapshot, or with an error of the protocol. Never throws. */

import {
  ErrorCodes,
  LSPErrorCodes,
  ResponseError,
  type CancellationToken,
  type Position,
} from "vscode-languageserver";
import { findingStructure } from "../language/scopes.ts";
import type { Snapshot } from "../language/snapshot.ts";
import type { Paused } from "../../program/cooperative.ts";
import { inSlices } from "../session/event-loop.ts";
import type { Session } from "../session/session.ts";
import { property } from "../../artifact/json.ts";

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
  /**
   * Answers a request about a document with a feature that may take long: in slices, so that other requests are answered
   * meanwhile. If an edit changes the program before the end, the answer is an error that says so.
   *
   * @param after what has to be done first, as for {@link inPrograms} and {@link checked}
   */
  inPieces: <Result>(
    params: AboutDocument,
    token: CancellationToken,
    feature: (snapshot: Snapshot) => Paused<Result>,
    after?: "indexed" | "checked",
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
  const internal = (error: unknown): ResponseError<void> => {
    failed(error);
    return new ResponseError(
      ErrorCodes.InternalError,
      error instanceof Error ? error.message : String(error),
    );
  };
  const answer: Answering["answer"] = (token, work) => {
    const session = current();
    if (!session) return new ResponseError(ErrorCodes.ServerNotInitialized, "The server is not initialized.");
    if (token.isCancellationRequested) return cancelled();
    try {
      return work(session);
    } catch (error) {
      return internal(error);
    }
  };
  const about: Answering["about"] = (params, token, feature) => {
    if (typeof property(property(params, "textDocument"), "uri") !== "string")
      return malformed("textDocument.uri", "a text");
    return answer(token, (session) => {
      const snapshot = session.snapshot(params.textDocument.uri);
      return snapshot ? feature(snapshot) : null;
    });
  };
  const at: Answering["at"] = (params, token, feature) => {
    for (const name of ["line", "character"]) {
      const number = property(property(params, "position"), name);
      if (!Number.isInteger(number) || (number as number) < 0) {
        return malformed(`position.${name}`, "a number from 0");
      }
    }
    return about(params, token, (snapshot) => feature(snapshot, params.position));
  };
  const whenIndexed = async (): Promise<void> => current()?.whenIndexed().catch(failed);
  const whenChecked = async (params: AboutDocument, token: CancellationToken): Promise<void> => {
    const uri = property(property(params, "textDocument"), "uri");
    if (typeof uri === "string")
      await current()
        ?.whenChecked(uri, () => current() !== undefined && !token.isCancellationRequested)
        .catch(failed);
  };
  const inPrograms: Answering["inPrograms"] = async (params, token, feature) => {
    await whenIndexed();
    return about(params, token, feature);
  };
  const checked: Answering["checked"] = async (params, token, feature) => {
    await whenChecked(params, token);
    return about(params, token, feature);
  };
  const inPieces: Answering["inPieces"] = async (params, token, feature, after) => {
    if (after === "indexed") await whenIndexed();
    if (after === "checked") await whenChecked(params, token);
    const begun = about(params, token, (snapshot) => ({ snapshot, work: feature(snapshot) }));
    if (begun === null || begun instanceof ResponseError) return begun;
    const { snapshot, work } = begun;
    try {
      const isWanted = (): boolean => snapshot.isCurrent() && !token.isCancellationRequested;
      const done = await inSlices(prepared(snapshot, work), isWanted);
      if (done) return done.result;
      return token.isCancellationRequested
        ? cancelled()
        : new ResponseError(LSPErrorCodes.ContentModified, "The text has changed in the meantime.");
    } catch (error) {
      return internal(error);
    }
  };
  return { answer, about, inPrograms, checked, inPieces, at };
}

function cancelled(): ResponseError<void> {
  return new ResponseError(LSPErrorCodes.RequestCancelled, "The request was cancelled.");
}

/** The work of a feature, after the steps that most features have in common. */
function* prepared<Result>({ files }: Snapshot, work: Paused<Result>): Paused<{ readonly result: Result }> {
  for (const { file } of files) yield* findingStructure(file);
  return { result: yield* work };
}

function malformed(parameter: string, wanted: string): ResponseError<void> {
  return new ResponseError(ErrorCodes.InvalidParams, `The parameter \`${parameter}\` has to be ${wanted}.`);
}
