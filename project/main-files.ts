/** Decides which of several files are programs, and which are only included by others. */

/**
 * Returns the files that no other file includes. In a cycle of includes that no such file reaches, the first file is returned.
 *
 * @param keys identifies the files, in the order that decides which of a cycle is the first
 * @param includes by key: the other files that a file includes, at least those that it includes directly
 */
export function mainFiles(
  keys: readonly string[],
  includes: ReadonlyMap<string, readonly string[]>,
): ReadonlySet<string> {
  const included = new Set([...includes.values()].flat());
  const mains = new Set(keys.filter((key) => !included.has(key)));
  const reached = new Set<string>();
  for (const key of mains) addIncluded(key, includes, reached);
  for (const key of keys) {
    if (reached.has(key) || mains.has(key)) continue;
    mains.add(key);
    addIncluded(key, includes, reached);
  }
  return mains;
}

/** Adds the files that a file includes, directly or indirectly. Doesn't follow files that are already in `reached`. */
function addIncluded(
  main: string,
  includes: ReadonlyMap<string, readonly string[]>,
  reached: Set<string>,
): void {
  const pending = [main];
  while (pending.length > 0) {
    for (const key of includes.get(pending.pop()!) ?? []) {
      if (reached.has(key)) continue;
      reached.add(key);
      pending.push(key);
    }
  }
}
