/** `avm/listing`: the listing of a program, and which line of it shows which line of the source. */

import { listingRows } from "../../assembler/output/listing.ts";
import type { Snapshot } from "../language/snapshot.ts";
import { fileNameOf } from "../documents/uris.ts";
import { assembled, type NotAssembled } from "./assembled.ts";

export interface Listing {
  readonly text: string;
  /** URIs of the files whose lines it shows. */
  readonly files: readonly string[];
  /** By line of the listing: index into {@link files} and the line there from 0; null where it shows none. */
  readonly sources: readonly (readonly [file: number, line: number] | null)[];
}

export function listing(snapshot: Snapshot): Listing | NotAssembled {
  const found = assembled(snapshot);
  if ("errors" in found) return found;
  const rows = listingRows(found.assembly, fileNameOf);
  const numbers = new Map<string, number>();
  const sources = rows.map(({ source }): [number, number] | null => {
    if (!source) return null;
    let number = numbers.get(source.file);
    if (number === undefined) numbers.set(source.file, (number = numbers.size));
    return [number, source.line];
  });
  return { text: [...rows.map(({ text }) => text), ""].join("\n"), files: [...numbers.keys()], sources };
}
