/** URIs of documents. Clients escape them in different ways, so they are compared by their decoded form. */

/** A key that is equal for all URIs of the same file. */
export function keyOf(uri: string): string {
  try {
    return decodeURIComponent(uri);
  } catch {
    return uri;
  }
}

/** The URI of a path in an `.include` of another file; undefined if the path isn't valid. */
export function resolveUri(from: string, path: string): string | undefined {
  try {
    // A URI can't contain half of a surrogate pair.
    const escaped = path
      .replaceAll("\\", "/")
      .split("/")
      .map((segment) => encodeURIComponent(segment))
      .join("/");
    // A path may start with a drive letter.
    return new URL(/^[A-Za-z]%3A\//.test(escaped) ? `/${escaped}` : escaped, from).href;
  } catch {
    return undefined;
  }
}

/** The last part of a URI for messages; line breaks, direction marks and invisible characters are shown as `\ufffd`. */
export function fileNameOf(uri: string): string {
  return shownUri(uri.slice(uri.lastIndexOf("/") + 1));
}

/** The whole URI for messages. */
export function shownUri(uri: string): string {
  return keyOf(uri).replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, "\ufffd");
}
