/** Text that is written as bytes: numbers cost no string each, so that a million lines take a fraction of a second. */

const SPACE = 32;
const PLUS = 43;
const COMMA = 44;
const ZERO = 48;
const OPEN = 91;
const CLOSE = 93;
const LOWER_P = 112;
const LOWER_S = 115;
const LINE_FEED = 10;
const CHUNK = 1 << 18;
/** Of one line without its comments; longer texts make room for themselves. */
const ROOM = 1 << 12;

const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
const encoder = new TextEncoder();

export class TextBuffer {
  /** Number of line feeds so far: the line that is being written, from 0. */
  line = 0;
  private bytes: Uint8Array;
  private at = 0;
  private lineStart = 0;
  private readonly chunks: string[] = [];

  /** `capacity` is a guess at the number of characters. */
  constructor(capacity = 0) {
    this.bytes = new Uint8Array(ROOM + Math.min(capacity, CHUNK));
  }

  /** One ASCII character. */
  code(code: number): void {
    this.bytes[this.at++] = code;
  }

  /** A comma and a space. */
  separator(): void {
    const { bytes, at } = this;
    bytes[at] = COMMA;
    bytes[at + 1] = SPACE;
    this.at = at + 2;
  }

  /** A memory operand: `[1]`, `[[1]]`, `[sp+1]` or `[[sp+1]]`. */
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

  /** ASCII text; at most {@link ROOM} characters on one line come in this way. */
  ascii(text: string): void {
    const { bytes } = this;
    let { at } = this;
    for (let index = 0; index < text.length; index++) bytes[at++] = text.charCodeAt(index);
    this.at = at;
  }

  /** Any text; what would break the line becomes a space. */
  text(text: string): void {
    text = text.replace(/[\r\n]/g, " ");
    this.reserve(text.length * 3);
    this.at += encoder.encodeInto(text, this.bytes.subarray(this.at)).written;
  }

  /** ASCII characters that were encoded before. */
  raw(encoded: Uint8Array): void {
    const { bytes, at } = this;
    for (let index = 0; index < encoded.length; index++) bytes[at + index] = encoded[index];
    this.at = at + encoded.length;
  }

  /** An unsigned 32-bit number in decimal. */
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

  /** An unsigned 32-bit number in hexadecimal, with leading zeros up to `width` digits, at most 8. */
  hexadecimal(value: number, width: number): void {
    const digits = Math.max(8 - (Math.clz32(value | 1) >>> 2), width);
    for (let shift = (digits - 1) * 4; shift >= 0; shift -= 4) {
      const digit = (value >>> shift) & 15;
      this.bytes[this.at++] = digit < 10 ? 48 + digit : 87 + digit;
    }
  }

  /** Spaces up to a column, or `gap` of them where the line reaches further. The line is ASCII so far. */
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

  /** All that was written since the last time, or from the start. */
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
