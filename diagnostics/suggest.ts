/** "Did you mean": the known name nearest to a misspelt one. */

/** Maximum length of a name that gets a suggestion. Longer names are rarely mistyped by a letter or two, and comparing takes time. */
export const MAX_COMPARED_LENGTH = 64;

/**
 * The candidate nearest to `name` by edit distance, ignoring case; undefined if none is near. Near means at most one
 * edit for every three characters, but at least one edit is allowed. For a name of one character, only its other case
 * is near, because an edit would replace it entirely.
 */
export function nearest(name: string, candidates: Iterable<string>): string | undefined {
  if (name.length > MAX_COMPARED_LENGTH) return undefined;
  const wanted = name.toLowerCase();
  const bound = wanted.length === 1 ? 0 : Math.max(1, Math.floor(wanted.length / 3));
  let best: string | undefined;
  let bestDistance = bound + 1;
  for (const candidate of candidates) {
    if (Math.abs(candidate.length - name.length) >= bestDistance) continue;
    const distance = editDistance(wanted, candidate.toLowerCase(), bestDistance);
    if (distance < bestDistance) {
      best = candidate;
      bestDistance = distance;
    }
  }
  return best;
}

/** Damerau-Levenshtein distance (a swap of neighbours counts one), at most `bound`. */
function editDistance(a: string, b: string, bound: number): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    let smallest = i;
    for (let j = 1; j <= b.length; j++) {
      const cost = a[i - 1] === b[j - 1] ? 0 : 1;
      let distance = Math.min(last[j] + 1, row[j - 1] + 1, last[j - 1] + cost);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) {
        distance = Math.min(distance, beforeLast[j - 2] + 1);
      }
      row.push(distance);
      smallest = Math.min(smallest, distance);
    }
    if (smallest >= bound) return bound;
    beforeLast = last;
    last = row;
  }
  return last[b.length];
}

/** `, did you mean X?` or nothing. */
export function didYouMean(suggestion: string | undefined): string {
  return suggestion === undefined ? "" : `; did you mean \`${suggestion}\`?`;
}
