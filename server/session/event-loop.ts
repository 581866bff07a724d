/** Runs long work in slices, one per turn of the event loop, so that messages are read in between. */

import { runSlice, type Paused } from "../../program/cooperative.ts";

/** Maximum number of turns from the arrival of a message to its answer. */
const TURNS_PER_MESSAGE = 12;

/** Waiting slices; one queue for all sessions of the process, because it has one event loop. */
class SliceQueue {
  private readonly waiting: (() => void)[] = [];
  private requestTurn: (() => void) | undefined;
  /** Number of turns left for messages. */
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
 * Runs work in the next turn. A timer would wait at least a millisecond, in a browser four.
 *
 * @returns a function that cancels it
 */
export function inNextTurn(work: () => void): () => void {
  let entry: (() => void) | undefined = work;
  slices.add(() => entry?.());
  return () => {
    entry = undefined;
  };
}

/** Runs work after the messages that have arrived, with their answers. Returns a function that cancels it. */
export function afterMessages(work: () => void): () => void {
  letMessagesPass();
  return inNextTurn(work);
}

/** Resolves in the next turn, after messages that have arrived. */
export function nextTurn(): Promise<void> {
  return new Promise((resolve) => void inNextTurn(resolve));
}

/** Called when a message arrives: the message is read and answered before the next slice. */
export function letMessagesPass(): void {
  slices.letMessagesPass();
}

/** Runs work in slices, one per turn. */
export async function inSlices<Result>(work: Paused<Result>): Promise<Result>;
/** The same; undefined if the result isn't wanted any more before it is there. */
export async function inSlices<Result>(
  work: Paused<Result>,
  isWanted: () => boolean,
): Promise<Result | undefined>;
export async function inSlices<Result>(
  work: Paused<Result>,
  isWanted = () => true,
): Promise<Result | undefined> {
  while (isWanted()) {
    const done = runSlice(work);
    if (done) return done.result;
    await new Promise<void>((next) => inNextTurn(next));
  }
  return undefined;
}

/**
 * Requests another turn: with `setImmediate` if it exists, else with a message channel. On Node, a message channel
 * would be read up to a thousand messages first.
 */
function turnRequester(takeTurn: () => void): () => void {
  const node = globalThis as { setImmediate?: (work: () => void) => unknown };
  if (node.setImmediate) return () => void node.setImmediate!(takeTurn);
  const { port1, port2 } = new MessageChannel();
  (port1 as { onmessage?: () => void }).onmessage = takeTurn;
  return () => port2.postMessage(0);
}
