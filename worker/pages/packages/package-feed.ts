/** The feed at `/packages/{repository}/{name}/feed.xml`: new versions of one package (RSS 2.0). */
import { compressed } from "../../http/compressed.ts";
import { badRequest, notFound, unavailable } from "../../http/errors.ts";
import { rssDate, rssElement, xmlText } from "../../http/rss.ts";
import type { PlacedPackage } from "../../search/package-service.ts";
import type { PackageChange } from "../../search/suite-question.ts";
import type { PageQuestion } from "../frame/held-pages.ts";
import { type Visit, visitOf } from "../frame/visit.ts";
import { choiceOf } from "./package-page.ts";
import type { PackagesPageSources } from "./packages-page.ts";
import { packageAddress } from "./packages-query.ts";
import { plainLine } from "./shown-text.ts";
import { wordsOf } from "./texts.ts";

/** Readers ask again after this, s: a suite is published every few minutes at most. */
const keptSeconds = 900;
/** Versions that are told; of one there is a change for each architecture. */
const maxItems = 50;
const maxChanges = 400;

/** A version of a suite. */
export interface FeedItem {
  suite: string;
  version: string;
  architectures: readonly string[];
  /** Unix ms. */
  at: number;
}

/** What a feed is of. */
export interface FeedOf {
  repository: string;
  name: string;
}

/** Whoever follows a package gets the version that there is now, too, where it is known when it came. */
export async function answerPackageFeed(
  asked: PageQuestion,
  of: FeedOf,
  { service, repositories }: PackagesPageSources,
): Promise<Response> {
  const { path, query, request, base, compresses } = asked;
  const visit = visitOf({ path, query, headers: request.headers });
  if (typeof visit === "string") return badRequest(400, visit);
  const listed = repositories.find(({ name }) => name === of.repository);
  if (listed === undefined) return notFound(path, "No repository of that name has packages here.");
  const choice = choiceOf(of);
  const [named, { changes }] = await Promise.all([
    service.named([of.name], choice),
    service.changes([of.name], { ...choice, limit: maxChanges }),
  ]);
  const places = named.results
    .filter(({ repository, name }) => repository === of.repository && name === of.name)
    .flatMap((one) => one.places);
  if (places.length === 0 && changes.length === 0) {
    if (named.unanswered.some(({ repository }) => repository === of.repository)) {
      return unavailable(`The suites of ${of.repository} have not answered. Ask again shortly.`);
    }
    const hint = `${of.repository} has no package of that name in the suites that are read here.`;
    return notFound(path, hint);
  }
  const items = feedItems(changes, places);
  const answer = new Response(feedText(visit, { ...of, title: listed.title }, items, base), {
    headers: {
      "Content-Type": "application/rss+xml; charset=utf-8",
      "Content-Language": visit.language,
      "Cache-Control": `public, max-age=${keptSeconds}`,
      "X-Content-Type-Options": "nosniff",
      ...(!visit.isChosen && { Vary: "Accept-Language" }),
    },
  });
  return compresses ? compressed(request.headers.get("Accept-Encoding"), answer) : answer;
}

/** Newest first; architectures of one version are one item, dated by the first of them. */
export function feedItems(
  changes: readonly (PackageChange & { suite: string })[],
  places: readonly PlacedPackage[],
): FeedItem[] {
  const items = new Map<string, FeedItem>();
  const add = (suite: string, version: string, architecture: string, at: number) => {
    const key = JSON.stringify([suite, version]);
    const known = items.get(key) ?? { suite, version, architectures: [], at };
    const architectures = [...new Set([...known.architectures, architecture])];
    items.set(key, { ...known, architectures, at: Math.min(known.at, at) });
  };
  for (const { suite, version, architecture, at } of changes) add(suite, version, architecture, at);
  const changed = new Set(items.keys());
  for (const { suite, record, since } of places) {
    const { version, architecture } = record;
    // When it came is known better by its change.
    if (since === undefined || changed.has(JSON.stringify([suite, version]))) continue;
    add(suite, version, architecture, since);
  }
  return [...items.values()].sort((one, other) => other.at - one.at).slice(0, maxItems);
}

/** @param base the service's own URL, ends in `/` */
export function feedText(
  visit: Visit,
  { repository, name, title }: FeedOf & { title: string },
  items: readonly FeedItem[],
  base: string,
): string {
  const words = wordsOf(visit);
  const page = base + packageAddress(repository, name).slice(1);
  const filled = (text: string) =>
    plainLine(text.replace("{name}", () => name).replace("{repository}", () => title));
  const newest = items[0];
  return `<?xml version="1.0" encoding="utf-8"?>
<rss version="2.0" xmlns:atom="http://www.w3.org/2005/Atom"><channel>
${rssElement("title", filled(words.feedTitle))}
${rssElement("link", page)}
${rssElement("description", filled(words.feedDescription))}
${rssElement("language", visit.language)}
${newest === undefined ? "" : `${rssElement("lastBuildDate", rssDate(newest.at))}\n`}${rssElement("ttl", String(keptSeconds / 60))}
<atom:link href="${xmlText(`${page}/feed.xml`)}" rel="self" type="application/rss+xml"/>
${items.map((one) => itemText(one, { repository, name, page })).join("\n")}
</channel></rss>
`;
}

/** Its `guid` is made of what it is: the same, however the suite's store begins anew. */
function itemText(
  { suite, version, architectures, at }: FeedItem,
  { repository, name, page }: FeedOf & { page: string },
): string {
  const guid = [repository, suite, name, version].map((one) =>
    encodeURIComponent(one.toWellFormed()),
  );
  const title = plainLine(`${name} ${version} (${suite})`);
  const text = plainLine(`${suite}: ${architectures.join(", ")}`);
  return `<item>${rssElement("title", title)}${rssElement("link", `${page}#versions`)}${rssElement("description", text)}${rssElement("pubDate", rssDate(at))}<guid isPermaLink="false">${xmlText(`nearmirror:${guid.join(":")}`)}</guid></item>`;
}
