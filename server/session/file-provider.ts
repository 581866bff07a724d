/**
 * The interface through which a session reads files that aren't open in the editor: from disk, or through the client.
 */

/** Maximum number of files of a workspace to check. */
export const MAX_WORKSPACE_FILES = 2_000;

export interface FileProvider {
  /**
   * The text of a file, or an error.
   *
   * @param real the URI with all links resolved, when it was decided that the file may be read. If the file system has links, only
   * this one is read, and a link in it is an error
   */
  read(uri: string, real: string): { readonly text: string } | { readonly error: string };
  /** The bytes of a file, or an error; as {@link read}. Absent if only texts can be read. */
  bytes?(uri: string, real: string): Uint8Array | { readonly error: string };
  /** A value that changes when the file changes; undefined if it doesn't exist. Cheap. */
  stamp(uri: string): string | undefined;
  /**
   * The URI of a file or folder with all links resolved; undefined if it doesn't exist. Absent if the file system has
   * no links.
   */
  real?(uri: string): string | undefined;
  /** The URI of the folder for `.include <…>`, with a slash at its end; absent if there is none. */
  readonly library?: string;
  /** The URI of the folder with the pages of diagnostic codes, with a slash at its end; absent if there is none. */
  readonly pages?: string;
  /**
   * URIs of the source files in and below a folder, at most {@link MAX_WORKSPACE_FILES}. Absent if they can't be
   * listed.
   */
  find?(folder: string): Promise<readonly string[]>;
  /** Names of a folder's entries, those of folders with a slash at the end. Absent if they can't be listed. */
  list?(folder: string): Promise<readonly string[]>;
  /** As {@link list}, as far as it is known without waiting. Absent if that can't be known. */
  names?(folder: string): readonly string[];
  /** Drops cached data of files that changed on disk. */
  forget?(uris: readonly string[]): void;
  /** For a provider that reads asynchronously: true while it does; {@link read} then returns an error. */
  isReading?(): boolean;
  /** Sets the function to call when an asynchronous read has ended. */
  onRead?(listener: () => void): void;
}
