/**
 * `avm/disassemble`: the code of a contract as text, with the Noir source of each line. The client sends the artifact,
 * so the server reads no file.
 */

import {
  chooseFunction,
  describeCode,
  describeFunction,
  type Contract,
} from "../../disassembler/contract.ts";
import { disassemble } from "../../disassembler/disassemble.ts";
import { bytesOfBase64 } from "../../artifact/encodings.ts";
import { readBytecode } from "../../artifact/input.ts";

export interface DisassembleParams {
  /** The bytes of an artifact, or of bytecode in any form, as base64. */
  readonly content: string;
  /** Name of the artifact's function; absent if it has only one. */
  readonly function?: string;
}

export type DisassembleResult =
  | { readonly error: string }
  /** The artifact has several functions; the dispatch comes first. */
  | { readonly functions: readonly { readonly name: string; readonly bytes: number }[] }
  | DisassembledCode;

export interface DisassembledCode {
  /** Name of the function; undefined for bytecode without an artifact. */
  readonly name: string | undefined;
  readonly text: string;
  readonly noir: readonly { readonly path: string; readonly text: string }[];
  /** Source places: an index into {@link noir}, line and column (UTF-16), both from 0. */
  readonly places: readonly (readonly [file: number, line: number, column: number])[];
  /** Chains of inlined calls that lead to a place: indices into {@link places}, outermost first. */
  readonly ways: readonly (readonly number[])[];
  /** Lines of the text from 0, ascending, each with the index of its chain of locations in {@link ways}. */
  readonly lines: readonly (readonly [line: number, way: number])[];
}

export function disassembleContract({ content, function: name }: DisassembleParams): DisassembleResult {
  const bytes = bytesOfBase64(content);
  if ("error" in bytes) return bytes;
  const input = readBytecode(bytes);
  if ("error" in input) return input;
  if (input.kind === "code") return textOf(describeCode(input.bytes), undefined);
  const { artifact } = input;
  if (name === undefined && artifact.functions.length > 1)
    return { functions: artifact.functions.map((one) => ({ name: one.name, bytes: one.size })) };
  const chosen = chooseFunction(artifact, name);
  if ("error" in chosen) return chosen;
  const contract = describeFunction(artifact, chosen);
  return "error" in contract ? contract : textOf(contract, chosen.name);
}

function textOf({ model, debug, program }: Contract, name: string | undefined): DisassembledCode {
  const { text, lineOf } = disassemble(model);
  const noir: { path: string; text: string }[] = [];
  const files = new Map<string, number>();
  const places: [number, number, number][] = [];
  const placeIndex = new Map<string, number>();
  const ways: number[][] = [];
  const wayOf = new Map<number, number>();
  const lines: [number, number][] = [];
  for (let index = 0; debug && index < program.count; index++) {
    const location = debug.locationOf[index];
    if (location < 0) continue;
    let way = wayOf.get(location);
    if (way === undefined) {
      wayOf.set(location, (way = ways.length));
      ways.push(
        debug.frames(location).map(({ path, file, line, column }) => {
          let number = files.get(path);
          if (number === undefined) {
            files.set(path, (number = noir.length));
            noir.push({ path, text: new TextDecoder().decode(file.bytes) });
          }
          const key = `${number}:${line}:${column}`;
          let place = placeIndex.get(key);
          if (place === undefined) {
            placeIndex.set(key, (place = places.length));
            places.push([number, line, column]);
          }
          return place;
        }),
      );
    }
    if (ways[way].length > 0) lines.push([lineOf[index], way]);
  }
  return { name, text, noir, places, ways, lines };
}
