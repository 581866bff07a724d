/** The second thread of `placing.ts`: places one part of a text, and ends. */

import { workerData } from "node:worker_threads";
import { rememberShapes } from "../grammar/tree-cache.ts";
import { instructionSet } from "../isa/instruction-set.ts";
import { placeRear, type PlacedPart } from "../assembler/straight-line.ts";
import { usualShapes } from "./installation.ts";
import type { PlacingJob, PlacingThreadData } from "./placing.ts";

const { port, done } = workerData as PlacingThreadData;

rememberShapes(usualShapes());

port.once("message", ({ bytes, start, target }: PlacingJob) => {
  let part: PlacedPart | undefined;
  try {
    part = placeRear(bytes, start, instructionSet(target));
  } finally {
    // Without a part all is done over there, and what is wrong comes out there too.
    port.postMessage(part, part && buffersOf(part));
    Atomics.store(done, 0, 1);
    Atomics.notify(done, 0);
    port.close();
  }
});

/** The large arrays, which needn't be copied. */
function buffersOf({ statements, lineOf, waitingLabels, waitingValues }: PlacedPart): ArrayBuffer[] {
  const { pcs, opcodes, modes, firsts, values } = statements;
  const arrays = [pcs, opcodes, modes, firsts, values, lineOf, waitingLabels, waitingValues];
  return arrays.map(({ buffer }) => buffer as ArrayBuffer);
}
