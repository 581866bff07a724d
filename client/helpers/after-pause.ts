/** Work that waits until nothing has happened for a while. */

export interface AfterPause {
  /** Asks for the work; who asks again in the meantime lets it wait anew. */
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
