/**
 * Finds the messages in a stream of bytes, and skips bytes that are no message. The protocol library gives up at the
 * first such byte.
 */

/** Headers that announce a longer message are skipped, in bytes. */
const MAX_LENGTH = 512 * 1024 * 1024;

/** Headers end within this many bytes, or they are none. */
const MAX_HEADER = 1024;

const FIELD = "content-length:";

/** Takes pieces of a stream and gives whole messages back, each with its header. */
export class MessageFinder {
  private buffered = new Uint8Array(0);
  /** Pieces of a long message that is still coming; joining them each time would take quadratic time. */
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
      // The field's name may have come in part.
      return { messages, rest: bytes.slice(Math.max(at, bytes.length - FIELD.length)), missing: 0 };
    }
    const end = find(bytes.subarray(0, start + MAX_HEADER), start, "\r\n\r\n");
    if (end < 0) {
      if (bytes.length - start < MAX_HEADER) return { messages, rest: bytes.slice(start), missing: 0 };
      at = start + FIELD.length;
      continue;
    }
    // Only the last of several begins a header that ends here.
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

/** Where an ASCII text in lower case stands in bytes of any case, or -1. */
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
