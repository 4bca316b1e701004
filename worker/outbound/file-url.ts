/**
 * URL of a file: the one place where a decoded path becomes part of a URL.
 *
 * All but unreserved characters is escaped (RFC 3986 section 2.3), also the `+` and `:` that a path may hold as
 * they are: apt asks for `%2b` as well, and some object stores take a bare `+` for a blank.
 *
 * @param base ends in `/`
 * @param path decoded, without a leading slash; `%3a` in it is a file's own name and becomes `%253a`
 */
export function fileUrl(base: string, path: string): string {
  // Half a surrogate pair isn't a character, and would make the escaping throw.
  return base + path.toWellFormed().split("/").map(encodeURIComponent).join("/");
}
