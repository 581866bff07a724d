/** `avm/listing`: the listing of a program, with the source line of each of its lines. */

import { listingRows } from "../../assembler/output/listing.ts";
import type { Paused } from "../../program/cooperative.ts";
import type { Snapshot } from "../language/snapshot.ts";
import { fileNameOf } from "../documents/uris.ts";
import { assembled, type NotAssembled } from "./assembled.ts";

export interface Listing {
  readonly text: string;
  /** URIs of the files whose lines the listing contains. */
  readonly files: readonly string[];
  /** For each line of the listing: index into {@link files} and line from 0; null if it shows no source line. */
  readonly sources: readonly (readonly [file: number, line: number] | null)[];
}

export function* listing(snapshot: Snapshot): Paused<Listing | NotAssembled> {
  const found = assembled(snapshot);
  if ("errors" in found) return found;
  const rows = yield* listingRows(found.assembly, fileNameOf);
  const numbers = new Map<string, number>();
  const sources = rows.map(({ source }): [number, number] | null => {
    if (!source) return null;
    let number = numbers.get(source.file);
    if (number === undefined) numbers.set(source.file, (number = numbers.size));
    return [number, source.line];
  });
  return { text: [...rows.map(({ text }) => text), ""].join("\n"), files: [...numbers.keys()], sources };
}
