/**
 * Finds the file that an `.include` reads: in the library, beside the including file, or in one of the project's
 * folders.
 */

import type { IncludeRequest, UnreadInclude } from "../../assembler/expand/includes.ts";
import { suggestInclude } from "../../project/include-suggestion.ts";
import { findInclude, type FoundFile, type IncludeLookup } from "../../project/include-lookup.ts";
import type { Places } from "../../project/places.ts";
import type { Document } from "../documents/document.ts";
import { uriPlaces } from "../documents/uri-places.ts";
import type { FileProvider } from "./file-provider.ts";
import type { OpenDocuments } from "./open-documents.ts";
import type { ProgramSettings } from "./projects.ts";

export class IncludeResolver {
  private readonly documents: OpenDocuments;
  private readonly library: string | undefined;
  private readonly places: Places;

  constructor(documents: OpenDocuments, provider: FileProvider) {
    this.documents = documents;
    this.library = provider.library;
    this.places = uriPlaces(provider, (uri) => documents.opened(uri) !== undefined);
  }

  /**
   * The included file, or an error.
   *
   * @param read returns files that were read already
   */
  find(
    inclusion: IncludeRequest,
    settings: ProgramSettings,
    read: (uri: string) => Document | undefined = () => undefined,
  ): Document | UnreadInclude {
    const found = this.locate(inclusion, settings);
    if ("error" in found) return found;
    const document = read(found.place) ?? this.documents.get(found.place, found.real);
    if (!("error" in document) || this.places.exists(found.place)) return document;
    return { ...document, likely: () => suggestInclude(inclusion, this.lookupOf(settings), this.places) };
  }

  /** The URIs of the file to read, whether it exists or not. */
  locate(inclusion: IncludeRequest, settings: ProgramSettings): FoundFile | { readonly error: string } {
    return findInclude(inclusion, this.lookupOf(settings), this.places);
  }

  private lookupOf({ folders, roots }: ProgramSettings): IncludeLookup {
    return { folders, roots, library: this.library };
  }
}
