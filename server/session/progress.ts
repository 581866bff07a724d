/** Progress notifications for long work. Work that takes less than a second isn't reported. */

/** A piece of work as the client shows it. */
export interface Progress {
  /** From 0 to 100. */
  report(percentage: number): void;
  done(): void;
}

/** Has the client show that something goes on; undefined where it can't. */
export type BeginProgress = (title: string) => Promise<Progress | undefined>;

/** How long work goes on before the user is told, in milliseconds. */
const SHOWN_AFTER_MS = 1000;
/** The least time between two reports, in milliseconds. */
const REPORT_INTERVAL_MS = 200;

/**
 * Begins to watch a piece of work, which says how far it is and when it ends. Nothing in it throws or rejects.
 *
 * @param clock tells the time in milliseconds
 */
export function watched(
  title: string,
  begin: BeginProgress | undefined,
  clock = (): number => performance.now(),
): Progress {
  const started = clock();
  let shown: Promise<Progress | undefined> | undefined;
  let last = 0;
  let ended = false;
  return {
    report: (percentage) => {
      const now = clock();
      if (ended || now - started < SHOWN_AFTER_MS || now - last < REPORT_INTERVAL_MS) return;
      last = now;
      shown ??= begin?.(title).catch(() => undefined);
      void shown?.then((progress) => {
        if (!ended) progress?.report(Math.round(percentage));
      });
    },
    done: () => {
      ended = true;
      void shown?.then((progress) => progress?.done());
    },
  };
}
