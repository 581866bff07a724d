/** Debouncing: runs work once no request for it has come for a while. */

export interface Debounced {
  /** Requests the work, and starts the delay anew. */
  readonly soon: () => void;
  readonly dispose: () => void;
}

export function debounce(work: () => void, milliseconds: number): Debounced {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const dispose = (): void => clearTimeout(timer);
  return {
    soon: () => {
      dispose();
      timer = setTimeout(work, milliseconds);
    },
    dispose,
  };
}
