/** Long work in slices, one in each turn of the event loop, so that messages are read in between. */

import { runSlice, type Paused } from "../../program/cooperative.ts";

/** How many turns a message takes from its arrival to its answer, at most. */
const TURNS_PER_MESSAGE = 12;

/** Slices that wait for their turn; one queue for all sessions of the process, as there is one event loop. */
class SliceQueue {
  private readonly waiting: (() => void)[] = [];
  private requestTurn: (() => void) | undefined;
  /** Turns that are left to messages. */
  private turnsForMessages = 0;

  add(work: () => void): void {
    this.requestTurn ??= turnRequester(() => this.takeTurn());
    this.waiting.push(work);
    this.requestTurn();
  }

  letMessagesPass(): void {
    this.turnsForMessages = TURNS_PER_MESSAGE;
  }

  private takeTurn(): void {
    if (this.turnsForMessages === 0) return this.waiting.shift()?.();
    this.turnsForMessages--;
    this.requestTurn?.();
  }
}

const slices = new SliceQueue();

/**
 * Runs a piece of work in the next turn. A timer would wait for a millisecond at least, a browser's for four.
 *
 * @returns cancels it
 */
export function inNextTurn(work: () => void): () => void {
  let entry: (() => void) | undefined = work;
  slices.add(() => entry?.());
  return () => {
    entry = undefined;
  };
}

/** A message has come in: it is read and answered before the next slice. */
export function letMessagesPass(): void {
  slices.letMessagesPass();
}

/** Runs work in slices, one in each turn. */
export async function inSlices<Result>(work: Paused<Result>): Promise<Result> {
  for (;;) {
    const done = runSlice(work);
    if (done) return done.result;
    await new Promise<void>((next) => inNextTurn(next));
  }
}

/**
 * How another turn is requested: by `setImmediate` on Node, which would read up to a thousand messages of a channel
 * first, else by a message channel.
 */
function turnRequester(takeTurn: () => void): () => void {
  const node = globalThis as { setImmediate?: (work: () => void) => unknown };
  if (node.setImmediate) return () => void node.setImmediate!(takeTurn);
  const { port1, port2 } = new MessageChannel();
  (port1 as { onmessage?: () => void }).onmessage = takeTurn;
  return () => port2.postMessage(0);
}
