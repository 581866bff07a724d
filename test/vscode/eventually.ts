/** Waits for asynchronous changes in an editor. Runs in Node and in a browser. */

/** Polls until there is a result; fails after a number of milliseconds. */
export async function eventually<Result>(
  what: string,
  ask: () => Result | undefined | PromiseLike<Result | undefined>,
  patience: number,
): Promise<Result> {
  const end = Date.now() + patience;
  for (;;) {
    const result = await ask();
    if (result !== undefined) return result;
    if (Date.now() > end) throw new Error(`waited ${patience / 1000} s in vain: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
