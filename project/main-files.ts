/** Which of several files are programs of their own, and which are only parts of others. */

/**
 * The files that no other includes; of those that include each other and that none of these reaches, the first.
 *
 * @param keys of the files, in the order in which they come first
 * @param includes by key: the other files that a file reads, itself or by what it includes
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
