/** Text that is written as bytes: numbers cost no string each, so that a million lines take a fraction of a second. */

const SPACE = 32;
const ZERO = 48;
const LINE_FEED = 10;
const CHUNK = 1 << 18;
/** Of one line without its comments; longer texts make room for themselves. */
const ROOM = 1 << 12;

const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
const encoder = new TextEncoder();

export class TextBuffer {
  /** Number of line feeds so far: the line that is being written, from 0. */
  line = 0;
  private bytes = new Uint8Array(ROOM);
  private at = 0;
  private lineStart = 0;
  private readonly chunks: string[] = [];

  /** One ASCII character. */
  code(code: number): void {
    this.bytes[this.at++] = code;
  }

  /** ASCII text; at most {@link ROOM} characters on one line come in this way. */
  ascii(text: string): void {
    const { bytes } = this;
    let { at } = this;
    for (let index = 0; index < text.length; index++) bytes[at++] = text.charCodeAt(index);
    this.at = at;
  }

  /** Any text without line feeds. */
  text(text: string): void {
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
    let digits = 1;
    for (let limit = 10; value >= limit; limit *= 10) digits++;
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
