/** What answers in the world's place, in a process of its own: its work isn't the edge's. */

/** Where it tells how many questions were asked of it; no mirror has such a path. */
export const askedPath = "/asked-of-the-world";

/**
 * Every mirror and origin: has each file that HEAD asks for.
 *
 * @param fileBytes of each file
 * @param directoryPage what the origin has at each folder; absent: nothing
 */
export function worldWorker(fileBytes: number, directoryPage?: string): string {
  return `const directoryPage = ${JSON.stringify(directoryPage ?? null)};
let asked = 0;
export default {
  fetch({ method, url }) {
    if (url.endsWith("${askedPath}")) return new Response(String(asked));
    asked++;
    if (method === "HEAD") return new Response(null, { headers: { "Content-Length": "${fileBytes}" } });
    if (directoryPage === null || !url.endsWith("/")) return new Response(null, { status: 404 });
    return new Response(directoryPage, { headers: { "Content-Type": "text/html" } });
  },
};
`;
}
