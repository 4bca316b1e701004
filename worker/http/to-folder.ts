/** The answer to a folder that was asked for without its slash. */

/**
 * 301 to the folder itself. Its `Location` is a path (RFC 9110 section 10.2.2): which host the client asked is the
 * client's word, and an answer that repeats it could be kept by a cache in front for everybody.
 *
 * @param path of the folder, with a slash before it and without one behind it; its slashes are single ones
 */
export function toFolder(path: string): Response {
  return new Response(null, {
    status: 301,
    headers: { Location: `${path}/`, "Cache-Control": "no-cache" },
  });
}
