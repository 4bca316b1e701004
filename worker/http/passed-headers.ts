/** Headers of a server that reach the client. */

/** Headers of the origin that a client gets as they are. */
export const passedHeaders = ["Content-Type", "Content-Length", "Last-Modified", "ETag"] as const;
export function copyHeaders(from: Headers, to: Headers, names: readonly string[]): void {
  for (const name of names) {
    const value = from.get(name);
    if (value !== null) to.set(name, value);
  }
}
