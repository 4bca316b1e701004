/** The answer to a folder that was asked for without its slash. */

/**
 * 301 to the folder itself. Its `Location` is relative to what was asked (RFC 9110 section 10.2.2): which host the client
 * asked is the client's word, and an answer that repeats it could be kept by a cache in front for everybody; which path a
 * proxy in front has before ours isn't known here. With the dot a name with a colon is no scheme (RFC 3986 section 4.2).
 *
 * @param path of the folder, with a slash before it and without one behind it; its slashes are single ones
 */
export function toFolder(path: string): Response {
  const name = path.slice(path.lastIndexOf("/") + 1);
  return new Response(null, {
    status: 301,
    headers: { Location: `./${name}/`, "Cache-Control": "no-cache" },
  });
}
