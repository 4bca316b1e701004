/** The answer to a folder that was asked for without its slash. */

/** What a URL has of characters; a header takes no others, and a client can send any. */
const printable = /^[!-~]+$/;

/**
 * 301 to the folder itself. Its `Location` is relative to what was asked (RFC 9110 section 10.2.2): which host the client
 * asked is the client's word, and an answer that repeats it could be kept by a cache in front for everybody; which path a
 * proxy in front has before ours isn't known here. With the dot a name with a colon is no scheme (RFC 3986 section 4.2).
 *
 * @param path of the folder, with a slash before it and without one behind it; its slashes are single ones
 * @param query without its `?`: a language or a search that was asked for is asked for there too
 */
export function toFolder(path: string, query: string): Response {
  const name = path.slice(path.lastIndexOf("/") + 1);
  return new Response(null, {
    status: 301,
    headers: {
      Location: `./${name}/${printable.test(query) ? `?${query}` : ""}`,
      "Cache-Control": "no-cache",
    },
  });
}
