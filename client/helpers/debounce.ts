/** Debouncing: runs work once no request for it has come for a while. */

export interface AfterPause {
  /** Requests the work, and starts the delay anew. */
  readonly soon: () => void;
  readonly dispose: () => void;
}

export function afterPause(work: () => void, milliseconds: number): AfterPause {
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
