/** Turns of the event loop: work in pieces, between which whatever has come in is read. */

/** Waits for its turn; in the order in which it came. */
const waiting: (() => void)[] = [];
let next: (() => void) | undefined;

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

/** What asks for another turn. Node reads up to a thousand messages of a channel in one, so there it is no way. */
function turns(): () => void {
  const take = (): void => waiting.shift()?.();
  const node = globalThis as { setImmediate?: (work: () => void) => unknown };
  if (node.setImmediate) return () => void node.setImmediate!(take);
  const { port1, port2 } = new MessageChannel();
  (port1 as { onmessage?: () => void }).onmessage = take;
  return () => port2.postMessage(0);
}
