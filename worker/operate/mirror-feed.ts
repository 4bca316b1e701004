/** The feed at `/mirrors/{name}/feed.xml`: changes of one mirror's states, for whoever looks after it (RSS 2.0). */
import { networkOf } from "../accounts/client-network.ts";
import { changeText } from "../events/happenings.ts";
import type { MirrorDescription } from "../health/fleet-answers.ts";
import { problem } from "../http/problem.ts";
import { rssDate, rssElement, xmlText } from "../http/rss.ts";
import type { Office } from "./office.ts";
import { feedsRate, rateHeaders } from "./request-rate.ts";

/** Readers ask again after this, s. */
const keptSeconds = 300;
/** Changes that are told: readers ask several times a day. */
const items = 50;

/** The mirror whose feed a path is; undefined: it is none. */
export function feedOf(pathname: string): string | undefined {
  const name = /^\/mirrors\/([^/]+)\/feed\.xml$/.exec(pathname)?.[1];
  return name === undefined ? undefined : decodeURIComponent(name);
}

/**
 * The feed, which anybody may read, as the mirror's page.
 *
 * @param from `base` is the service's own URL, `address` the reader's
 */
export async function answerFeed(
  request: Request,
  name: string,
  from: { base: string; address: string },
  office: Office,
): Promise<Response> {
  if (request.method !== "GET") {
    const detail = `${request.method} is not answered here. Use GET.`;
    return problem(405, { detail, headers: { Allow: "GET, HEAD" } });
  }
  const rate = office.rates.take(feedsRate, networkOf(from.address), office.now());
  const rated = rateHeaders([rate]);
  if (rate.isOver) {
    const detail = `Feeds are asked for too often from this address: wait ${rate.seconds} s. They may be kept for ${keptSeconds} s.`;
    return problem(429, { detail, headers: { ...rated, "Retry-After": String(rate.seconds) } });
  }
  if (office.others.mirror === undefined) {
    return problem(404, { detail: "Nothing is probed here, so that there are no changes." });
  }
  let described: MirrorDescription | null;
  try {
    described = await office.others.mirror(name);
  } catch {
    const headers = { "Retry-After": "60" };
    return problem(503, { detail: "Fleet can't be reached just now. Ask again shortly.", headers });
  }
  if (described === null) {
    return problem(404, { detail: `There is no mirror ${name.slice(0, 120)} in the list.` });
  }
  return new Response(feedText(described, from.base, office.now()), {
    headers: {
      "Content-Type": "application/rss+xml; charset=utf-8",
      "Cache-Control": `public, max-age=${keptSeconds}`,
      "X-Content-Type-Options": "nosniff",
      ...rated,
    },
  });
}

/**
 * RSS 2.0. An item's `guid` is made of what happened and when: it stays the same, though Fleet's own numbers begin anew
 * with another store.
 *
 * @param base ends in `/`
 * @param now Unix ms, where nothing ever happened
 */
export function feedText(
  { name, history }: Pick<MirrorDescription, "name" | "history">,
  base: string,
  now: number,
): string {
  const page = `${base}mirrors/${encodeURIComponent(name)}`;
  const told = history.slice(0, items);
  const built = told[0]?.at ?? new Date(now).toISOString();
  return `<?xml version="1.0" encoding="utf-8"?>
<rss version="2.0" xmlns:atom="http://www.w3.org/2005/Atom"><channel>
${rssElement("title", `${name} · Nearmirror`)}
${rssElement("link", page)}
${rssElement("description", `Changes of the mirror ${name}: up, down, stale, drained.`)}
${rssElement("language", "en")}
${rssElement("lastBuildDate", rssDate(built))}
${rssElement("ttl", String(keptSeconds / 60))}
<atom:link href="${xmlText(`${page}/feed.xml`)}" rel="self" type="application/rss+xml"/>
${told.map((one) => itemText(one, { name, page })).join("\n")}
</channel></rss>
`;
}

function itemText(
  { at, repository, scheme, family, axis, from, to, why }: MirrorDescription["history"][number],
  { name, page }: { name: string; page: string },
): string {
  const where = repository === "" ? name : `${name}, ${repository} over ${scheme}`;
  const guid = [name, at, repository, scheme, family, axis, from, to].map(encodeURIComponent);
  return `<item>${rssElement("title", `${where}: ${changeText({ axis, from, to })}`)}${rssElement("link", `${page}#history`)}${rssElement("description", why)}${rssElement("pubDate", rssDate(at))}<guid isPermaLink="false">${xmlText(`nearmirror:${guid.join(":")}`)}</guid></item>`;
}
