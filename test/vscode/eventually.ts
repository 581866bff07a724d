/** Waiting for what an editor does in its own time. It runs in Node and in a browser. */

/** Asks again and again until there is an answer; fails after so many milliseconds. */
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
