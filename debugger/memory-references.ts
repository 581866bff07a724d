/** Memory as the protocol sees it: references to cells, and cells as bytes. */

import { MEMORY_SIZE } from "../isa/limits.ts";

/** Number of bytes of a cell in `readMemory`: a field, big-endian. */
const CELL_BYTES = 32;
/** Maximum number of cells in one `readMemory`. */
const MAX_READ_CELLS = 65_536;

/** A cell of the memory of a contract call, which has a number. */
export interface CellPlace {
  readonly call: number;
  readonly address: number;
}

export function memoryReference({ call, address }: CellPlace): string {
  return `${call}:${address}`;
}

/** The cell that a reference names; undefined if the text isn't a reference. */
export function parseReference(reference: string): CellPlace | undefined {
  const found = /^(\d{1,9}):(\d{1,10})$/.exec(reference);
  return found ? { call: Number(found[1]), address: Number(found[2]) } : undefined;
}

/**
 * The bytes of memory from `offset` bytes after the beginning of a cell on: as many as are wanted, exist and fit into an
 * answer. `first` is the offset of the first one from the beginning of memory.
 */
export function memoryBytes(
  address: number,
  offset: number,
  wanted: number,
  valueOf: (address: number) => bigint,
): { readonly first: number; readonly data: Uint8Array } {
  const first = Math.max(0, address * CELL_BYTES + offset);
  const end = Math.min(first + Math.min(wanted, MAX_READ_CELLS * CELL_BYTES), MEMORY_SIZE * CELL_BYTES);
  const data = new Uint8Array(Math.max(0, end - first));
  for (let cell = Math.floor(first / CELL_BYTES); cell * CELL_BYTES < end; cell++)
    writeBytes(valueOf(cell), data, (cell + 1) * CELL_BYTES - first);
  return { first, data };
}

/** Writes a value's bytes, the lowest in front of `end`; those that lie outside of the array are left out. */
function writeBytes(value: bigint, bytes: Uint8Array, end: number): void {
  for (let rest = value, at = end - 1; rest > 0n; rest >>= 8n, at--) bytes[at] = Number(rest & 0xffn);
}

export function base64(bytes: Uint8Array): string {
  let binary = "";
  for (const byte of bytes) binary += String.fromCharCode(byte);
  return btoa(binary);
}
