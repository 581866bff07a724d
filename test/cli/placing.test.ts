import assert from "node:assert/strict";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import path from "node:path";
import { MessageChannel, receiveMessageOnPort, Worker } from "node:worker_threads";
import { parseSource } from "../../grammar/source-file.ts";
import { instructionSet } from "../../isa/instruction-set.ts";
import { assemble } from "../../assembler/assemble.ts";
import { encode } from "../../program/codec.ts";
import { placeRear } from "../../assembler/straight-line.ts";
import type { PlacingJob, PlacingThreadData } from "../../cli/placing.ts";
import { LONG_TEXT } from "../../cli/arguments/source.ts";
import { avmasm, root, temporaryFolder } from "../support/command.ts";

const REAR = "b:\n  ADD [1], [2], [3]\n  SET [1], ff, #1\n  JUMP a\n";

describe("a long text", function () {
  this.timeout(60_000);

  /** What the thread answers, which the command waits for without hearing of anything else. */
  const answerTo = async (text: string): Promise<unknown> => {
    const { port1, port2 } = new MessageChannel();
    const done = new Int32Array(new SharedArrayBuffer(4));
    const data: PlacingThreadData = { port: port2, done };
    const thread = path.join(root, "dist/placing-thread.cjs");
    const worker = new Worker(thread, { workerData: data, transferList: [port2] });
    const job: PlacingJob = { bytes: Buffer.from(`a:\n${text}`), start: 3, target: "v6" };
    port1.postMessage(job);
    await once(worker, "exit");
    assert.equal(Atomics.load(done, 0), 1);
    const received = receiveMessageOnPort(port1);
    port1.close();
    assert.ok(received, "there is an answer");
    return received.message;
  };

  it("has its rear part placed by a thread of its own", async () => {
    const here = placeRear(Buffer.from(REAR), 0, instructionSet("v6"));
    assert.ok(here);
    assert.deepEqual(await answerTo(REAR), structuredClone(here));
  });

  it("which says so where it can't", async () => {
    assert.equal(await answerTo(`${REAR}  FROB\n`), undefined);
  });

  it("becomes the same bytes", () => {
    const routines = Array.from(
      { length: 200_000 },
      (_, index) =>
        `l${index}:\n        SET     [${index % 300}], ff, #${index} ; a comment that makes the line longer\n` +
        `        JUMPI   [1], l${(index * 7919) % 200_000}\n`,
    );
    const text = routines.join("");
    assert.ok(text.length > LONG_TEXT);
    const folder = temporaryFolder({ "long.avm": text });
    try {
      const { status, stderr } = avmasm(["build", "--no-check", "long.avm"], { cwd: folder.path });
      assert.match(stderr, /warning\[bytecode-too-large\]/);
      assert.equal(status, 0);
      const { program } = assemble(parseSource("long.avm", text));
      assert.ok(readFileSync(path.join(folder.path, "long.bin")).equals(encode(program)));
    } finally {
      folder.remove();
    }
  });
});
