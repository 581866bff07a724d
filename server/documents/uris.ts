/** URIs of documents. Clients escape them in different ways, so they are compared by what they mean. */

/** Equal for URIs of the same file. */
export function keyOf(uri: string): string {
  try {
    return decodeURIComponent(uri);
  } catch {
    return uri;
  }
}

/** The URI of a path as it is written in an `.include` of another file; undefined where it has no place. */
export function resolveUri(from: string, path: string): string | undefined {
  try {
    // Half of a surrogate pair is nothing that a URI can hold.
    const escaped = path
      .replaceAll("\\", "/")
      .split("/")
      .map((segment) => encodeURIComponent(segment))
      .join("/");
    // A path may start with a drive's letter.
    return new URL(/^[A-Za-z]%3A\//.test(escaped) ? `/${escaped}` : escaped, from).href;
  } catch {
    return undefined;
  }
}

/** The last part of a URI, as people read it: what would break a line, turn it round or hide is shown as `\ufffd`. */
export function fileNameOf(uri: string): string {
  return shownUri(uri.slice(uri.lastIndexOf("/") + 1));
}

/** The whole of it. */
export function shownUri(uri: string): string {
  return keyOf(uri).replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, "\ufffd");
}

/** Where a file of this name may be, from the folder of a document upwards. */
export function* placesUpwards(uri: string, name: string): Iterable<string> {
  let last: string | undefined;
  for (let next = resolveUri(uri, name); next !== undefined && next !== last;) {
    yield next;
    last = next;
    next = resolveUri(next, `../${name}`);
  }
}
