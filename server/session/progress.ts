/** Progress notifications for long work. Work that takes less than a second isn't reported. */

/** The client's display of a piece of work. */
export interface Progress {
  /** From 0 to 100. */
  report(percentage: number): void;
  done(): void;
}

/** Makes the client show that work has begun; undefined if the client can't. */
export type BeginProgress = (title: string) => Promise<Progress | undefined>;

/** The time after which the user sees the progress. */
const DISPLAY_DELAY_MS = 1000;
/** Minimum time between two reports. */
const REPORT_INTERVAL_MS = 200;

/**
 * Receives the progress of a piece of work, and shows it only if the work takes long. Never throws or rejects.
 *
 * @param clock returns the time in milliseconds
 */
export function delayedProgress(
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
      if (ended || now - started < DISPLAY_DELAY_MS || now - last < REPORT_INTERVAL_MS) return;
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
