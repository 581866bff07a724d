/** Lists by key. */

/** Adds an item to the list of a key; a new list for each item would take quadratic time. */
export function addTo<Key, Item>(lists: Map<Key, Item[]>, key: Key, item: Item): void {
  const list = lists.get(key);
  if (list) list.push(item);
  else lists.set(key, [item]);
}
