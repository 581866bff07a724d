/** Decides which of several files are programs, and which are only included by others. */

/**
 * Returns the files that no other file includes. In a cycle of includes that no such file reaches, the first file is returned.
 *
 * @param keys identifies the files, in the order that decides which of a cycle is the first
 * @param includes by key: the other files that a file includes, directly or indirectly
 */
export function mainFiles(
  keys: readonly string[],
  includes: ReadonlyMap<string, readonly string[]>,
): ReadonlySet<string> {
  const included = new Set([...includes.values()].flat());
  const mains = new Set(keys.filter((key) => !included.has(key)));
  const reached = new Set([...mains].flatMap((key) => includes.get(key) ?? []));
  for (const key of keys) {
    if (mains.has(key) || reached.has(key)) continue;
    mains.add(key);
    for (const other of includes.get(key) ?? []) reached.add(other);
  }
  return mains;
}
