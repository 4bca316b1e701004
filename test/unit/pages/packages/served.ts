/** Pages of packages as they are answered. */
import { servePackages } from "../../../../worker/pages/packages/serve-packages.ts";
import { standInSources } from "./stand-in.ts";

export const base = "https://near.example/";

export interface Served {
  status: number;
  text: string;
  headers: Headers;
}

/** @param path with its query */
export async function served(
  path: string,
  sources = standInSources(),
  headers: Record<string, string> = {},
): Promise<Served> {
  const [pathname = "", query = ""] = path.split(/\?(.*)/s);
  const request = { headers: new Headers({ "Accept-Language": "en", ...headers }) };
  const answer = await servePackages(
    { request, path: pathname, query, base, now: Date.UTC(2026, 11, 1) },
    sources,
  );
  if (answer === undefined) throw new Error(`${path} is no page.`);
  return { status: answer.status, text: await answer.text(), headers: answer.headers };
}

/** What links of a page lead to, unescaped. */
export function linksOf(text: string): string[] {
  return [...text.matchAll(/<a [^>]*href="([^"]*)"/g)].map(([, one = ""]) =>
    one.replaceAll("&amp;", "&").replaceAll("&#39;", "'").replaceAll("&quot;", '"'),
  );
}
