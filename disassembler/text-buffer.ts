/** A text that is built as bytes, without a string for each number: a million lines take a fraction of a second. */

const SPACE = 32;
const PLUS = 43;
const COMMA = 44;
const ZERO = 48;
const OPEN = 91;
const CLOSE = 93;
const LOWER_P = 112;
const LOWER_S = 115;
const LINE_FEED = 10;
/** Number of bytes after which the buffer is decoded to a part of the text. */
const CHUNK = 1 << 18;
/** Free bytes that are guaranteed at the start of a line, enough for a statement without its comment. Longer texts grow the buffer. */
const ROOM = 1 << 12;

const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
const encoder = new TextEncoder();

export class TextBuffer {
  /** Number of the current line, counted from 0. */
  line = 0;
  private bytes: Uint8Array;
  private at = 0;
  private lineStart = 0;
  private readonly chunks: string[] = [];

  /** @param capacity the expected number of characters */
  constructor(capacity = 0) {
    this.bytes = new Uint8Array(ROOM + Math.min(capacity, CHUNK));
  }

  /** Writes one ASCII character. */
  code(code: number): void {
    this.bytes[this.at++] = code;
  }

  /** Writes a comma and a space. */
  separator(): void {
    const { bytes, at } = this;
    bytes[at] = COMMA;
    bytes[at + 1] = SPACE;
    this.at = at + 2;
  }

  /** Writes a memory operand: `[1]`, `[[1]]`, `[sp+1]` or `[[sp+1]]`. */
  memory(indirect: boolean, relative: boolean, address: number): void {
    const { bytes } = this;
    let { at } = this;
    bytes[at++] = OPEN;
    if (indirect) bytes[at++] = OPEN;
    if (relative) {
      bytes[at++] = LOWER_S;
      bytes[at++] = LOWER_P;
      bytes[at++] = PLUS;
    }
    this.at = at;
    this.decimal(address);
    at = this.at;
    bytes[at++] = CLOSE;
    if (indirect) bytes[at++] = CLOSE;
    this.at = at;
  }

  /** Writes ASCII text, at most {@link ROOM} characters on one line. */
  ascii(text: string): void {
    const { bytes } = this;
    let { at } = this;
    for (let index = 0; index < text.length; index++) bytes[at++] = text.charCodeAt(index);
    this.at = at;
  }

  /** Writes any text. Line breaks become spaces. */
  text(text: string): void {
    text = text.replace(/[\r\n]/g, " ");
    this.reserve(text.length * 3);
    this.at += encoder.encodeInto(text, this.bytes.subarray(this.at)).written;
  }

  /** Writes encoded ASCII characters. */
  raw(encoded: Uint8Array): void {
    const { bytes, at } = this;
    for (let index = 0; index < encoded.length; index++) bytes[at + index] = encoded[index];
    this.at = at + encoded.length;
  }

  /** Writes an unsigned 32-bit number in decimal. */
  decimal(value: number): void {
    const { bytes } = this;
    if (value < 10) {
      bytes[this.at++] = ZERO + value;
      return;
    }
    let digits = 2;
    for (let limit = 100; value >= limit; limit *= 10) digits++;
    const end = this.at + digits;
    for (let at = end - 1; at > this.at; at--) {
      const rest = Math.floor(value / 10);
      bytes[at] = ZERO + (value - rest * 10);
      value = rest;
    }
    bytes[this.at] = ZERO + value;
    this.at = end;
  }

  /** Writes an unsigned 32-bit number in hexadecimal, with leading zeros up to `width` digits, at most 8. */
  hexadecimal(value: number, width: number): void {
    const digits = Math.max(8 - (Math.clz32(value | 1) >>> 2), width);
    for (let shift = (digits - 1) * 4; shift >= 0; shift -= 4) {
      const digit = (value >>> shift) & 15;
      this.bytes[this.at++] = digit < 10 ? 48 + digit : 87 + digit;
    }
  }

  /** Writes spaces up to a column, or `gap` spaces if the line is longer. The line must be ASCII so far. */
  column(column: number, gap: number): void {
    const target = Math.max(this.lineStart + column, this.at + gap);
    while (this.at < target) this.bytes[this.at++] = SPACE;
  }

  endLine(): void {
    this.bytes[this.at++] = LINE_FEED;
    this.line++;
    if (this.at >= CHUNK) this.flush();
    else this.reserve(0);
    this.lineStart = this.at;
  }

  /** Returns the text since the last call of `take`. */
  take(): string {
    this.flush();
    this.lineStart = 0;
    const { chunks } = this;
    return chunks.splice(0).join("");
  }

  private reserve(room: number): void {
    const needed = this.at + room + ROOM;
    if (needed <= this.bytes.length) return;
    const larger = new Uint8Array(Math.max(needed, Math.min(2 * this.bytes.length, CHUNK + 2 * ROOM)));
    larger.set(this.bytes);
    this.bytes = larger;
  }

  private flush(): void {
    this.chunks.push(decoder.decode(this.bytes.subarray(0, this.at)));
    this.at = 0;
  }
}
