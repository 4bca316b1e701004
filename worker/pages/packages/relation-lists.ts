/** What a package needs, provides and excludes, and what needs it: each name leads to what it is. */
import { relationKinds } from "../../formats/package-record.ts";
import { type Html, html, type Piece, raw, sentence } from "../../http/html.ts";
import type { PackageDetail, PlacedPackage } from "../../search/package-service.ts";
import { href, type Visit } from "../frame/visit.ts";
import { byDistribution } from "../home-page.ts";
import type { PackagesPageSources, SearchedRepository } from "./packages-page.ts";
import { addressOf, type PackagesQuery, packageAddress } from "./packages-query.ts";
import { apart, plainLine } from "./shown-text.ts";
import { wordsOf } from "./texts.ts";

/** Entries of one relation that stand in the page: a metapackage needs thousands. */
const maxEntries = 150;
/** Entries that are seen at once; the rest opens. */
const maxOpen = 40;

/** Relations of one place. @param api address of the same for programs */
export function relationLists(
  place: PlacedPackage,
  {
    repositories,
    namesIn,
    at,
  }: Pick<PackagesPageSources, "repositories" | "namesIn"> & { at?: string },
  api: string,
  visit: Visit,
): Html | false {
  const words = wordsOf(visit);
  const { record, kind, repository } = place;
  const own = distributionOf(repository, repositories);
  const among = { repositories: own, ...(at !== undefined && { at }) };
  const lists = relationKinds.flatMap((relation) => {
    const entries = record.relations?.[relation] ?? [];
    if (entries.length === 0) return [];
    const items = entries
      .slice(0, maxEntries)
      .map((entry) => html`<li>${linked(entry, namesIn(kind, entry), among, visit)}</li> `);
    const list = [foldable(items, visit), furtherOf(entries.length - items.length, api, visit)];
    return [html`<dt>${words.relations[relation]}</dt><dd>${list}</dd>\n`];
  });
  return (
    lists.length > 0 &&
    html`<h2 id="relations">${words.relationsTitle}</h2>
<p class="quiet">${sentence(words.relationsOf, { version: apart(record.version), architecture: apart(record.architecture) })}</p>
<dl class="facts relations">${lists}</dl>`
  );
}

/** Repositories of one distribution: what a package of `debian-security` needs is in `debian`. */
function distributionOf(name: string, repositories: readonly SearchedRepository[]): string[] {
  const group = byDistribution(repositories).find(({ all }) =>
    all.some((one) => one.name === name),
  );
  return group === undefined ? [name] : group.all.map((one) => one.name);
}

/** The entry with its names as links to what has them, or provides them. */
function linked(
  entry: string,
  names: readonly string[],
  among: Pick<PackagesQuery, "repositories" | "at">,
  visit: Visit,
): Html {
  const pieces: Piece[] = [];
  let from = 0;
  for (const name of names) {
    const at = entry.indexOf(name, from);
    if (name === "" || at === -1) continue;
    const address = addressOf({ q: name, ...among, isExact: true });
    pieces.push(
      plainLine(entry.slice(from, at)),
      html`<a href="${href(visit, address)}">${plainLine(name)}</a>`,
    );
    from = at + name.length;
  }
  return html`<bdi>${pieces}${plainLine(entry.slice(from))}</bdi>`;
}

function foldable(items: readonly Html[], visit: Visit): Html {
  const list = (some: readonly Html[]) => html`<ul>${some}</ul>`;
  if (items.length <= maxOpen) return list(items);
  const more = items.slice(maxOpen);
  const words = wordsOf(visit).more.replace("{count}", visit.shown.number(more.length));
  return html`${list(items.slice(0, maxOpen))}<details><summary>${words}</summary>${list(more)}</details>`;
}

function furtherOf(count: number, api: string, visit: Visit): Html | false {
  const words = wordsOf(visit);
  const link = html`<a href="${api}">${words.json}</a>`;
  return (
    count > 0 &&
    html`<p>${sentence(words.furtherNames, { count: visit.shown.number(count), api: link })}</p>`
  );
}

/** Packages that need it by its name. */
export function neededBy(
  { neededBy: { names, total } }: Pick<PackageDetail, "neededBy">,
  { repository, at }: { repository: string; at?: string },
  api: string,
  visit: Visit,
): Html | false {
  if (total === 0) return false;
  const words = wordsOf(visit);
  const shown = names.slice(0, maxEntries);
  const count =
    total === 1
      ? words.neededByOne
      : words.neededByCount.replace("{count}", visit.shown.number(total));
  const items = shown.map(
    (name) =>
      html`<li><a href="${href(visit, packageAddress(repository, name, at))}">${apart(name)}</a></li>${raw(" ")}`,
  );
  return html`<h2 id="needed-by">${words.neededBy}</h2>
<p class="quiet">${count}</p>
<ul class="names">${items}</ul>${furtherOf(total - shown.length, api, visit)}`;
}
