/** The headers that tell a file's SHA-256. */

/** Values for `Repr-Digest` (RFC 9530) and the older `Digest` (RFC 3230), of the whole file whatever part is sent. */
export interface Digests {
  repr: string;
  digest: string;
}

const known = new WeakMap<Uint8Array, Digests>();

/** The header values of a hash; spelled out once for as long as that hash is in memory. */
export function digestsOf(sha256: Uint8Array): Digests {
  const had = known.get(sha256);
  if (had !== undefined) return had;
  const base64 = btoa(String.fromCharCode(...sha256));
  const digests = { repr: `sha-256=:${base64}:`, digest: `SHA-256=${base64}` };
  known.set(sha256, digests);
  return digests;
}

/** Adds them to an answer that is a file, or part of one. */
export function tellDigests(headers: Headers, sha256: Uint8Array): void {
  const { repr, digest } = digestsOf(sha256);
  headers.set("Repr-Digest", repr);
  headers.set("Digest", digest);
}
