/** Finds the messages in a stream of bytes, and skips other bytes, at which the protocol library would give up. */

/** A header with a greater length, in bytes, is skipped. */
const MAX_LENGTH = 512 * 1024 * 1024;

/** Maximum length of a header in bytes. */
const MAX_HEADER = 1024;

const FIELD = "content-length:";

/** Takes pieces of a stream, and returns whole messages with their headers. */
export class MessageFinder {
  private buffered = new Uint8Array(0);
  /** Pieces of an incomplete message; joining them each time would take quadratic time. */
  private pieces: Uint8Array[] = [];
  private missing = 0;

  push(piece: Uint8Array): Uint8Array[] {
    this.pieces.push(piece);
    this.missing -= piece.length;
    if (this.missing > 0) return [];
    const bytes = join([this.buffered, ...this.pieces]);
    this.pieces = [];
    const { messages, rest, missing } = split(bytes);
    this.buffered = rest;
    this.missing = missing;
    return messages;
  }
}

function split(bytes: Uint8Array): {
  messages: Uint8Array[];
  rest: Uint8Array<ArrayBuffer>;
  missing: number;
} {
  const messages: Uint8Array[] = [];
  let at = 0;
  for (;;) {
    let start = find(bytes, at, FIELD);
    if (start < 0) {
      // The end of the bytes may be the first part of the field's name.
      return { messages, rest: bytes.slice(Math.max(at, bytes.length - FIELD.length)), missing: 0 };
    }
    const end = find(bytes.subarray(0, start + MAX_HEADER), start, "\r\n\r\n");
    if (end < 0) {
      if (bytes.length - start < MAX_HEADER) return { messages, rest: bytes.slice(start), missing: 0 };
      at = start + FIELD.length;
      continue;
    }
    // Of several beginnings, only the last one belongs to the header that ends here.
    for (let next = start; next >= 0; next = find(bytes.subarray(0, end), next + 1, FIELD)) start = next;
    const value = /^\s*(\d+)\s*$/.exec(textOf(bytes.subarray(start + FIELD.length, end)).split("\r\n")[0]);
    const length = value ? Number(value[1]) : -1;
    if (length < 0 || length > MAX_LENGTH) {
      at = start + FIELD.length;
      continue;
    }
    const next = end + 4 + length;
    if (next > bytes.length) return { messages, rest: bytes.slice(start), missing: next - bytes.length };
    messages.push(bytes.slice(start, next));
    at = next;
  }
}

/** The position of a lower-case ASCII text in bytes, ignoring case; -1 if there is none. */
function find(bytes: Uint8Array, from: number, text: string): number {
  search: for (let at = from; at + text.length <= bytes.length; at++) {
    for (let index = 0; index < text.length; index++) {
      const byte = bytes[at + index];
      const lower = byte >= 0x41 && byte <= 0x5a ? byte | 0x20 : byte;
      if (lower !== text.charCodeAt(index)) continue search;
    }
    return at;
  }
  return -1;
}

function textOf(bytes: Uint8Array): string {
  return String.fromCharCode(...bytes);
}

function join(pieces: Uint8Array[]): Uint8Array<ArrayBuffer> {
  const joined = new Uint8Array(pieces.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const piece of pieces) {
    joined.set(piece, at);
    at += piece.length;
  }
  return joined;
}
