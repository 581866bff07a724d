/** How a session reads what is not open in the editor: from disk, or through the client. */

/** More files of a workspace than this are not looked at. */
export const MAX_WORKSPACE_FILES = 2_000;

export interface FileProvider {
  /** The text of a file, or why there is none. */
  read(uri: string): { readonly text: string } | { readonly error: string };
  /** The bytes of a file, or why there are none. Absent if only texts can be read. */
  bytes?(uri: string): Uint8Array | { readonly error: string };
  /** Something that changes when the file does; undefined if there is no such file. Cheap. */
  stamp(uri: string): string | undefined;
  /** The URI of what a file or folder is when links are followed; undefined if there is none. Absent where there are no links. */
  real?(uri: string): string | undefined;
  /** The URI of the folder that `.include <…>` reads from, with a slash at its end; absent if there is none. */
  readonly library?: string;
  /** The URI of the folder with a page for each code of diagnostics, with a slash at its end; absent if there is none. */
  readonly pages?: string;
  /** URIs of the source files in a folder and below, {@link MAX_WORKSPACE_FILES} at most. Absent if that can't be known. */
  find?(folder: string): Promise<readonly string[]>;
  /** Names of what is in a folder, a slash behind those of folders. Absent if that can't be known. */
  list?(folder: string): Promise<readonly string[]>;
  /** As {@link list}, as far as it is known without waiting. Absent if that can't be known. */
  names?(folder: string): readonly string[];
  /** Files changed on disk: what the provider remembers of them is old. */
  forget?(uris: readonly string[]): void;
  /** Of a provider that has to wait for what it reads: true while it does. {@link read} then says that there is nothing. */
  isReading?(): boolean;
  /** Sets who is told when something was read that wasn't there before. */
  onRead?(listener: () => void): void;
}
