/** The headers that tell a file's SHA-256. */

/** Values for `Repr-Digest` (RFC 9530) and the older `Digest` (RFC 3230), of the whole file whatever part is sent. */
export interface Digests {
  repr: string;
  digest: string;
}

/** What has a hash, and keeps how it is spelled out. */
export interface Digested {
  sha256?: Uint8Array;
  digests?: Digests;
}

/** The header values of a file's hash; spelled out once for as long as the file is in memory. Undefined: it has none. */
export function digestsOf(file: Digested): Digests | undefined {
  if (file.digests !== undefined || file.sha256 === undefined) return file.digests;
  const digests = spelled(file.sha256);
  file.digests = digests;
  return digests;
}

function spelled(sha256: Uint8Array): Digests {
  const base64 = btoa(String.fromCharCode(...sha256));
  return { repr: `sha-256=:${base64}:`, digest: `SHA-256=${base64}` };
}

/** Adds them to an answer that is a file, or part of one. */
export function tellDigests(headers: Headers, sha256: Uint8Array): void {
  const { repr, digest } = spelled(sha256);
  headers.set("Repr-Digest", repr);
  headers.set("Digest", digest);
}
