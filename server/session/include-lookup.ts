/** Which file an `.include` reads: of the library, or beside the file that includes, or in one of the project's folders. */

import { findInclude, type Include } from "../../project/include-lookup.ts";
import type { Places } from "../../project/places.ts";
import type { Document } from "../documents/document.ts";
import { uriPlaces } from "../documents/uri-places.ts";
import type { FileProvider } from "./file-provider.ts";
import type { OpenDocuments } from "./open-documents.ts";
import type { ProgramSettings } from "./projects.ts";

export class IncludeLookup {
  private readonly documents: OpenDocuments;
  private readonly library: string | undefined;
  private readonly places: Places;

  constructor(documents: OpenDocuments, provider: FileProvider) {
    this.documents = documents;
    this.library = provider.library;
    this.places = uriPlaces(provider, (uri) => documents.opened(uri) !== undefined);
  }

  /**
   * The file that is included, or why it can't be read.
   *
   * @param read gives files that were read already
   */
  find(
    inclusion: Include,
    settings: ProgramSettings,
    read: (uri: string) => Document | undefined = () => undefined,
  ): Document | { readonly error: string } {
    const found = this.locate(inclusion, settings);
    return "error" in found ? found : (read(found.uri) ?? this.documents.get(found.uri));
  }

  /** The URI of the file that would be read, whether it is there or not. */
  locate(
    { from, path, standard }: Include,
    { folders, roots }: ProgramSettings,
  ): { readonly uri: string } | { readonly error: string } {
    const lookup = { folders, roots, library: this.library };
    const found = findInclude({ from, path, standard }, lookup, this.places);
    return "error" in found ? found : { uri: found.place };
  }
}
