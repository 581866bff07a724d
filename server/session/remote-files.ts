/** Files that only the client can read: each is asked for once, and again where it changed. */

import type { FileProvider } from "./file-provider.ts";
import { keyOf, resolveUri } from "../documents/uris.ts";

export type ReadAnswer = { readonly text: string } | { readonly error: string };

const UNREAD: ReadAnswer = { error: "it is still being read" };

/**
 * @param ask gives the text of a file, or why there is none
 * @param find gives the URIs of the source files in a folder
 * @param list gives the names of what is in a folder
 * @param library URI of the folder of the standard library, with a slash at its end
 */
export function remoteFiles(
  ask: (uri: string) => Promise<ReadAnswer>,
  find: (folder: string) => Promise<readonly string[]>,
  list: (folder: string) => Promise<readonly string[]>,
  library: string | undefined,
): FileProvider {
  /** By key; undefined while it is being read. */
  const known = new Map<string, { readonly stamp: string; readonly answer: ReadAnswer } | undefined>();
  /** Names of what is in folders with a file that isn't there, by key. */
  const folders = new Map<string, readonly string[]>();
  let listener = (): void => undefined;
  let reading = 0;
  let stamps = 0;

  /** Gets the names that a misspelt one is compared with, before it is said that a file isn't there. */
  const listAround = async (uri: string): Promise<void> => {
    const folder = resolveUri(uri, "./");
    if (!uri.endsWith(".avm") || folder === undefined || folders.has(keyOf(folder))) return;
    const entries = await list(folder).catch(() => []);
    folders.set(keyOf(folder), entries);
  };
  const request = (uri: string): void => {
    const key = keyOf(uri);
    known.set(key, undefined);
    reading++;
    ask(uri)
      .catch((error: unknown): ReadAnswer => ({
        error: error instanceof Error ? error.message : String(error),
      }))
      .then(async (answer) => {
        if ("error" in answer) await listAround(uri);
        return answer;
      })
      .then(
        (answer) => {
          reading--;
          known.set(key, { stamp: String(++stamps), answer });
          // Together: one file tells which others are needed.
          if (reading === 0) listener();
        },
        () => undefined,
      );
  };
  const answerTo = (uri: string): { readonly stamp: string; readonly answer: ReadAnswer } | undefined => {
    const key = keyOf(uri);
    if (!known.has(key)) request(uri);
    return known.get(key);
  };

  return {
    ...(library !== undefined && { library }),
    read: (uri) => answerTo(uri)?.answer ?? UNREAD,
    stamp: (uri) => {
      const found = answerTo(uri);
      return found && "text" in found.answer ? found.stamp : undefined;
    },
    forget: (uris) => {
      for (const uri of uris) known.delete(keyOf(uri));
      if (uris.length > 0) folders.clear();
    },
    find,
    list,
    names: (folder) => folders.get(keyOf(folder)) ?? [],
    isReading: () => reading > 0,
    onRead: (told) => {
      listener = told;
    },
  };
}
