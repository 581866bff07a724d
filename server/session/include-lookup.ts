/** Which file an `.include` reads: of the library, or beside the file that includes, or in one of the project's folders. */

import { OUTSIDE } from "../../project/file-name.ts";
import type { Document } from "../documents/document.ts";
import { keyOf, resolveUri } from "../documents/uris.ts";
import type { FileProvider } from "./file-provider.ts";
import type { OpenDocuments } from "./open-documents.ts";
import type { ProgramSettings } from "./projects.ts";

/** What an `.include` says, and the file that it is in. */
export interface Inclusion {
  readonly from: string;
  readonly path: string;
  /** Written `<…>`. */
  readonly standard: boolean;
}

export class IncludeLookup {
  private readonly documents: OpenDocuments;
  private readonly provider: FileProvider;

  constructor(documents: OpenDocuments, provider: FileProvider) {
    this.documents = documents;
    this.provider = provider;
  }

  /**
   * The file that is included, or why it can't be read.
   *
   * @param read gives files that were read already
   */
  find(
    inclusion: Inclusion,
    settings: ProgramSettings,
    read: (uri: string) => Document | undefined = () => undefined,
  ): Document | { readonly error: string } {
    const found = this.locate(inclusion, settings);
    return "error" in found ? found : (read(found.uri) ?? this.documents.get(found.uri));
  }

  /** The URI of the file that would be read, whether it is there or not. */
  locate(
    { from, path, standard }: Inclusion,
    { folders, roots }: ProgramSettings,
  ): { readonly uri: string } | { readonly error: string } {
    const { library } = this.provider;
    if (standard && library === undefined) return { error: "there is no standard library here" };
    const uris = (standard ? [library!] : [from, ...folders]).flatMap((base) => resolveUri(base, path) ?? []);
    if (uris.length === 0) return { error: "the path leads nowhere from here" };
    const uri = uris.length === 1 ? uris[0] : (uris.find((one) => this.documents.exists(one)) ?? uris[0]);
    return standard || this.isInside(uri, roots) ? { uri } : { error: OUTSIDE };
  }

  /** Whether a file is in one of these folders, and not only by a link. */
  private isInside(uri: string, roots: readonly string[]): boolean {
    const { provider } = this;
    const isIn = (file: string, folders: readonly string[]): boolean =>
      folders.some((folder) => keyOf(file).startsWith(keyOf(folder)));
    if (!isIn(uri, roots)) return false;
    const real = provider.real?.(uri) ?? uri;
    // A folder may be open by a link.
    return isIn(real, roots) || isIn(real, roots.flatMap((root) => provider.real?.(root) ?? [])); // prettier-ignore
  }
}
