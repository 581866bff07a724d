/** Turns of the event loop: work in pieces, between which whatever has come in is read. */

import type { Paused } from "../../analysis/cooperative.ts";

/** How long work goes on before whatever has come in has its turn, in milliseconds. */
const SLICE = 2;

/** Goes on with work for the length of a slice. Returns its result where it came to its end. */
export function goOn<Result>(work: Paused<Result>): { readonly result: Result } | undefined {
  const start = performance.now();
  do {
    const { done, value } = work.next();
    if (done === true) return { result: value };
  } while (performance.now() - start < SLICE);
  return undefined;
}

/** Waits for its turn; in the order in which it came. */
const waiting: (() => void)[] = [];
let next: (() => void) | undefined;
/** Turns in which nothing of what waits is done. */
let held = 0;
/** How many turns a message takes from its arrival to its answer, at most. */
const TURNS_OF_MESSAGE = 12;

/**
 * Runs a piece of work in the next turn. A timer would wait for a millisecond at least, a browser's for four.
 *
 * @returns takes it back
 */
export function inNextTurn(work: () => void): () => void {
  next ??= turns();
  let entry: (() => void) | undefined = work;
  waiting.push(() => entry?.());
  next();
  return () => {
    entry = undefined;
  };
}

/** A message has come in: it is read, and answered, before the next piece of work. */
export function letMessagesPass(): void {
  held = TURNS_OF_MESSAGE;
}

function take(): void {
  if (held > 0) {
    held--;
    next?.();
    return;
  }
  waiting.shift()?.();
}

/** What asks for another turn. Node reads up to a thousand messages of a channel in one, so there it is no way. */
function turns(): () => void {
  const node = globalThis as { setImmediate?: (work: () => void) => unknown };
  if (node.setImmediate) return () => void node.setImmediate!(take);
  const { port1, port2 } = new MessageChannel();
  (port1 as { onmessage?: () => void }).onmessage = take;
  return () => port2.postMessage(0);
}
