/** Files that only the client can read: the server asks for each once, and again when it changes. */

import type { FileProvider } from "./file-provider.ts";
import { keyOf, resolveUri } from "../documents/uris.ts";

export type ReadAnswer = { readonly text: string } | { readonly error: string };

const UNREAD: ReadAnswer = { error: "it is still being read" };

/**
 * @param ask returns the text of a file, or an error
 * @param find returns the URIs of the source files in a folder
 * @param list returns the names of a folder's entries
 * @param library URI of the standard library's folder, with a slash at its end
 */
export function remoteFiles(
  ask: (uri: string) => Promise<ReadAnswer>,
  find: (folder: string) => Promise<readonly string[]>,
  list: (folder: string) => Promise<readonly string[]>,
  library: string | undefined,
): FileProvider {
  /** Answers by key; undefined while a file is being read. */
  const known = new Map<string, { readonly stamp: string; readonly answer: ReadAnswer } | undefined>();
  /** Names of what is in folders with a file that isn't there, by key. */
  const folders = new Map<string, readonly string[]>();
  let listener = (): void => undefined;
  let reading = 0;
  let stamps = 0;

  /** Lists the folder of a missing file, for suggestions, before the file is reported as missing. */
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
          // Tells the listener once, after all reads: the content of one file names further files.
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
