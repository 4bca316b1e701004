/** The User-Agent with which the service asks mirrors and origins. */

/**
 * The User-Agent of probes, with a link to the page that explains them.
 *
 * @param publicUrl base URL of the service, ends in `/`; empty where the operator hasn't set it
 */
export function userAgent(publicUrl: string): string {
  return named("Nearmirror-Probe/1", publicUrl);
}

/** The same of an edge that asks a mirror for a file which a client wants now. */
export function edgeAgent(publicUrl: string): string {
  return named("Nearmirror/1", publicUrl);
}

function named(name: string, publicUrl: string): string {
  return publicUrl === "" ? name : `${name} (+${publicUrl}probes)`;
}
