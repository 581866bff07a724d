/** A long text is placed by two threads, where the machine has two processors. */

import { existsSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { MessageChannel, receiveMessageOnPort, Worker, type MessagePort } from "node:worker_threads";
import type { TargetName } from "../isa/table.ts";
import type { Helper, PlacedPart } from "../assembler/straight-line.ts";

/** What the thread starts with. */
export interface PlacingThreadData {
  readonly port: MessagePort;
  /** 1 once the part is on its way. */
  readonly done: Int32Array;
}

/** What the thread is asked to do. */
export interface PlacingJob {
  readonly bytes: Uint8Array;
  readonly start: number;
  readonly target: TargetName;
}

const THREAD = join(import.meta.dirname, "placing-thread.cjs");

/** Who helps with one text that threads can share; undefined where all is done here. */
export function findHelper(): Helper | undefined {
  // There is no bundle where the command runs from its sources.
  if (availableParallelism() < 2 || !existsSync(THREAD)) return undefined;
  try {
    return new PlacingThread();
  } catch {
    // There may be no more threads, or none allowed.
    return undefined;
  }
}

/** Milliseconds and times the front part's that the rear part may take; it may have met with an accident. */
const PATIENCE = { least: 1000, times: 10 };

class PlacingThread implements Helper {
  private readonly done = new Int32Array(new SharedArrayBuffer(4));
  private readonly port: MessagePort;

  constructor() {
    const { port1, port2 } = new MessageChannel();
    this.port = port1;
    const data: PlacingThreadData = { port: port2, done: this.done };
    const worker = new Worker(THREAD, { workerData: data, transferList: [port2] });
    // Nobody waits for it any longer than `place` says, and without it all is done here.
    worker.on("error", () => undefined);
    worker.unref();
  }

  place(bytes: Uint8Array, start: number, target: TargetName): () => PlacedPart | undefined {
    const job: PlacingJob = { bytes, start, target };
    this.port.postMessage(job);
    const began = performance.now();
    return () => {
      const patience = PATIENCE.least + PATIENCE.times * (performance.now() - began);
      Atomics.wait(this.done, 0, 0, patience);
      const received = receiveMessageOnPort(this.port);
      this.port.close();
      return received?.message as PlacedPart | undefined;
    };
  }
}
