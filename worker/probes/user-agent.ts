/** Who we say we are when we ask mirrors and origins. */

/**
 * The User-Agent of probes, with a link to the page that explains them.
 *
 * @param publicUrl base URL of the service, ends in `/`; empty where the operator hasn't told it
 */
export function userAgent(publicUrl: string): string {
  return publicUrl === "" ? "Nearmirror-Probe/1" : `Nearmirror-Probe/1 (+${publicUrl}probes)`;
}
