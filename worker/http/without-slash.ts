/** The answer to a page that was asked for with a slash behind it. */

/** As in `to-folder.ts`. */
const printable = /^[!-~]+$/;

/**
 * 308, which keeps the method and the body of a question. Its `Location` is relative, for the reasons of `toFolder`.
 *
 * @param path of the page, without its slash
 * @param query without its `?`
 */
export function withoutSlash(path: string, query: string): Response {
  const name = path.slice(path.lastIndexOf("/") + 1);
  return new Response(null, {
    status: 308,
    headers: {
      Location: `../${name}${printable.test(query) ? `?${query}` : ""}`,
      "Cache-Control": "no-cache",
    },
  });
}
