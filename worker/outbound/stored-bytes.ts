/** Bytes as a server stores them, whatever its `Content-Encoding` says. */

/**
 * Options of workerd's `fetch` that keep it from unpacking a body (observed: workerd 1.20261102 unpacks all that is
 * labelled `gzip` or `br`, though `Accept-Encoding: identity` was asked). Object stores and web servers label stored
 * `.gz` files so; apt, dnf and zypper take the bytes as they come, and lists tell the size and hash of those.
 * Node's `fetch` doesn't know the option and unpacks: `scripts/probe/open-by-node.ts`.
 */
export const asStored = { encodeResponseBody: "manual" } as const;

/** An answer whose body the platform unpacks: without what was said of the packed one, its length and its label. */
export function unpacked(response: Response): Response {
  if (!response.headers.has("Content-Encoding")) return response;
  const headers = new Headers(response.headers);
  headers.delete("Content-Encoding");
  headers.delete("Content-Length");
  const { status, statusText } = response;
  return new Response(response.body, { status, statusText, headers });
}
