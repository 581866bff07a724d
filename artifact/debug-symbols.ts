/**
 * Reads debug symbols: the Noir source location of each instruction. An artifact has them for each function as base64
 * of raw deflate of JSON. The keys are byte offsets in the AVM's bytecode.
 */

import { inflate } from "./deflate.ts";
import { bytesOfBase64 } from "./encodings.ts";
import { arrayOf, entriesOf, naturalOf, parseJson, property, type Unreadable } from "./json.ts";
import { MAX_DEBUG_BYTES, MAX_INLINING_DEPTH } from "./limits.ts";
import { columnAt, functionAround, lineAt, lineText, type NoirFile } from "./noir-source.ts";

/** A place in Noir source, in a function that was called or inlined. */
export interface NoirFrame {
  readonly path: string;
  /** The source file. */
  readonly file: NoirFile;
  /** Counted from 0. */
  readonly line: number;
  /** In UTF-16 units, counted from 0. */
  readonly column: number;
  /** The enclosing function, with its type if that is known. */
  readonly function: string | undefined;
  /** The text of the line, at most {@link MAX_LINE_CHARACTERS}. */
  readonly text: string;
}

/** True if two places are on one line of a source file. */
export function isSameLine(a: NoirFrame, b: NoirFrame): boolean {
  return a.line === b.line && a.path === b.path;
}

export interface DebugSymbols {
  /** The number of the location, by byte offset. */
  readonly locations: ReadonlyMap<number, number>;
  /** The inlined calls around a location, the outermost first, and last the place of the instruction itself. */
  readonly frames: (location: number) => readonly NoirFrame[];
}

/** Finds a source file of an artifact by its id in `file_map`. */
export type NoirFiles = (id: string) => NoirFile | undefined;

/** Reads the debug symbols of a function. Doesn't check that a statement starts at each offset. */
export function readDebugSymbols(symbols: string, files: NoirFiles): DebugSymbols | Unreadable {
  const json = inflateBase64(symbols);
  if ("error" in json) return json;
  const parsed = parseJson(json);
  if ("error" in parsed) return parsed;
  const infos = arrayOf(parsed.value, "debug_infos");
  const info = infos.length > 0 ? infos[0] : parsed.value;
  const tree = arrayOf(property(info, "location_tree"), "locations");
  const locations = new Map<number, number>();
  for (const [, byOffset] of entriesOf(info, "brillig_locations").slice(0, 1)) {
    for (const [key, location] of Object.entries(byOffset ?? {})) {
      const offset = Number(key);
      if (Number.isSafeInteger(offset) && typeof location === "number" && location in tree) {
        locations.set(offset, location);
      }
    }
  }
  return { locations, frames: framesOf(tree, files) };
}

function inflateBase64(text: string): Uint8Array | Unreadable {
  const deflated = bytesOfBase64(text);
  if ("error" in deflated) return deflated;
  const inflated = inflate(deflated, MAX_DEBUG_BYTES);
  if (inflated === "incomplete") return { error: "they are not deflated data, or not all of it" };
  if (inflated === "too large") return { error: `they inflate to more than ${MAX_DEBUG_BYTES >>> 20} MB` };
  return inflated;
}

function framesOf(tree: readonly unknown[], files: NoirFiles): DebugSymbols["frames"] {
  const frames = new Map<number, NoirFrame | undefined>();
  const frameOf = (location: number) => {
    if (!frames.has(location)) frames.set(location, readFrame(property(tree[location], "value"), files));
    return frames.get(location);
  };
  return (location) => {
    const found: NoirFrame[] = [];
    // The root of the tree is the program itself: it has no location and no parent.
    for (
      let at: number | undefined = location, depth = 0;
      at !== undefined && property(tree[at], "parent") !== null && depth < MAX_INLINING_DEPTH;
      at = naturalOf(tree[at], "parent"), depth++
    ) {
      const frame = frameOf(at);
      if (frame) found.push(frame);
    }
    return found.reverse();
  };
}

function readFrame(value: unknown, files: NoirFiles): NoirFrame | undefined {
  const start = naturalOf(property(value, "span"), "start");
  const id = naturalOf(value, "file");
  const file = id === undefined ? undefined : files(String(id));
  if (!file || start === undefined || start > file.bytes.length) return undefined;
  const line = lineAt(file, start);
  return {
    path: file.path,
    file,
    line,
    column: columnAt(file, line, start),
    function: functionAround(file, start),
    text: lineText(file, line),
  };
}
