import assert from "node:assert/strict";
import fc from "fast-check";
import { MessageFinder } from "../../../server/protocol/framing.ts";

const frame = (body: string): string => `Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`;

/** The bodies that are found in a stream that comes in pieces of these sizes. */
function found(stream: string, sizes: readonly number[] = []): string[] {
  const finder = new MessageFinder();
  const bytes = Buffer.from(stream);
  const bodies: string[] = [];
  let at = 0;
  for (const size of [...sizes, bytes.length]) {
    for (const message of finder.push(bytes.subarray(at, at + size))) {
      const text = Buffer.from(message).toString();
      bodies.push(text.slice(text.indexOf("\r\n\r\n") + 4));
    }
    at += size;
  }
  return bodies;
}

describe("the messages of a stream", () => {
  it("are found, however the stream is divided into chunks", () => {
    const bodies = fc.array(fc.string({ unit: "grapheme", maxLength: 20 }), { maxLength: 5 });
    fc.assert(
      fc.property(bodies, fc.array(fc.nat(30)), (texts, sizes) => {
        assert.deepEqual(found(texts.map(frame).join(""), sizes), texts);
      }),
    );
  });

  it("may have other headers and any case", () => {
    assert.deepEqual(found("content-length:2\r\nContent-Type: x\r\n\r\n{}"), ["{}"]);
  });

  it("are found after data that isn't a message", () => {
    const one = frame("{}");
    const nonsense = [
      "hello\r\n\r\n",
      "Content-Length: x\r\n\r\n",
      "Content-Length: -1\r\n\r\n",
      "Content-Length: 99999999999\r\n\r\n",
      "Content-Length",
      `Content-Length: ${"1".repeat(2000)}`,
      "Content-Length: 1\n\n",
      "\0\xff\r\n".repeat(100),
    ];
    for (const text of nonsense) {
      assert.deepEqual(found(text + one + one), ["{}", "{}"], text);
      assert.deepEqual(found(one + text + one), ["{}", "{}"], text);
    }
  });

  it("that are shorter than their header says spoil the next message only", () => {
    const bodies = found(`Content-Length: 3\r\n\r\n{}${frame("[1]")}${frame("[2]")}`);
    assert.equal(bodies.at(-1), "[2]");
  });
});
