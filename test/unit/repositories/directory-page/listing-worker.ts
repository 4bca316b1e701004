/** A Worker that reads an origin's folder by the code under test, for tests against real web servers. */
import { readDirectoryPage } from "../../../../worker/repositories/directory-page/read-directory-page.ts";

/** Without a cache, as some platforms are. */
const cache = {
  match: () => Promise.reject(new Error("there is no cache")),
  put: () => Promise.reject(new Error("there is no cache")),
};

export default {
  async fetch(request: Request): Promise<Response> {
    if (request.method === "GET") return new Response("ready");
    const url = await request.text();
    const context = {
      fetch: (to: string, init: RequestInit) => fetch(to, init),
      ownHosts: [],
      cache,
    };
    const asker = { host: "near.example", cdnLoop: null };
    const background = { waitUntil: () => undefined };
    return Response.json(await readDirectoryPage({ url, asker }, context, { now: 1, background }));
  },
};
