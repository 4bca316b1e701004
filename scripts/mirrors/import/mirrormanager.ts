/**
 * MirrorManager's hosts as JSON. A record is what MirrorManager writes of a host on its message bus (`Host.__json__` of
 * mirrormanager2: name, site, country, bandwidth_int, asn, private, admin_active, user_active). That record has no URL:
 * `categories`, `netblocks`, `countries_allowed`, `latitude` and `longitude` are as its database calls them. MirrorManager
 * publishes no file with all of it.
 */
import type { Entry, EntryRepository, ParsedList } from "./entry.ts";
import { emptyList, tidyUrl, WrongForm } from "./entry.ts";
import { maps, number, parseJson, record, word, words } from "./unknown-values.ts";

/** Repositories of ours by the names of Fedora's own categories; others are called as ours are. */
const ofCategory: ReadonlyMap<string, string> = new Map([
  ["Fedora Linux", "fedora"],
  ["Fedora EPEL", "epel"],
]);

/**
 * Reads `{"hosts": […]}`, a message that has it, or the list alone. Each host is an entry.
 * @param repository ours that is imported: a category of its name, or the only one that the file has
 * @throws WrongForm where the file has no hosts, or none of its categories is the repository's
 */
export function parseMirrorManager(text: string, repository: string): ParsedList {
  const root = parseJson(text);
  const message = record(root);
  const hosts = maps(
    Array.isArray(root) ? root : (message.hosts ?? record(message.msg).hosts),
    "`hosts`",
  );
  if (!hosts.some((host) => "bandwidth_int" in host || "admin_active" in host))
    throw new WrongForm("no host has `bandwidth_int` or `admin_active`");
  const list = emptyList();
  const sentAt = number(message.timestamp);
  if (sentAt !== undefined) list.madeAt = sentAt * 1000;
  const category = categoryOf(hosts, repository);
  for (const host of hosts) {
    list.read++;
    const label = word(host.name) ?? `host ${list.read}`;
    const read = readHost(host, label, { repository, category, list });
    if (typeof read === "string") list.notUsed.push({ label, why: read });
    else list.entries.push(read);
  }
  return list;
}

/** What a host is read for, and where its parts that are left out are told. */
interface Wanted {
  repository: string;
  category: string | undefined;
  list: ParsedList;
}

/** The category that is the repository's; undefined where no host has any. */
function categoryOf(
  hosts: readonly Record<string, unknown>[],
  repository: string,
): string | undefined {
  const names = new Set(hosts.flatMap((host) => categoriesOf(host).map(({ name }) => name)));
  const meant = [...names].find((name) => (ofCategory.get(name) ?? name) === repository);
  const [only, ...others] = names;
  if (meant !== undefined || only === undefined || others.length === 0) return meant ?? only;
  throw new WrongForm(
    `it has the categories ${[...names].join(", ")}, and none of them is ${repository}'s by its name`,
  );
}

function categoriesOf(host: Record<string, unknown>) {
  const all = Array.isArray(host.categories) ? maps(host.categories, "`categories`") : [];
  return all.map(({ name, urls }) => ({
    name: word(name) ?? "?",
    urls: Array.isArray(urls) ? maps(urls, "`urls`") : [],
  }));
}

function readHost(
  host: Record<string, unknown>,
  label: string,
  { repository, category, list }: Wanted,
): Entry | string {
  if (host.admin_active === false || host.user_active === false)
    return "MirrorManager's record says that it isn't active";
  const categories = categoriesOf(host);
  if (categories.length === 0)
    return "its record has no URL: `categories` with `urls` aren't there";
  const carried: EntryRepository = { urls: {} };
  for (const { name, urls } of categories) {
    if (name !== category) {
      list.partsNotUsed.push({ label, why: `${name}: not the category that is imported` });
      continue;
    }
    for (const one of urls) {
      const url = word(one.url) ?? "?";
      const why = one.private === true ? "for other mirrors alone" : take(carried, url);
      if (why !== undefined) list.partsNotUsed.push({ label, why: `${url}: ${why}` });
    }
  }
  const base = carried.urls.https ?? carried.urls.http;
  if (base === undefined) return `no http or https URL of ${category}`;
  const name = new URL(base).hostname;
  const [latitude, longitude] = [number(host.latitude), number(host.longitude)];
  const country = word(host.country);
  const sponsor = word(record(host.site).name);
  const page = word(record(host.site).org_url);
  const capacity = number(host.bandwidth_int);
  const asn = number(host.asn);
  const prefixes = named(host.netblocks, "netblock");
  const countries = named(host.countries_allowed, "country");
  return {
    label,
    name,
    place: {
      host: name,
      ...(country !== undefined && { country }),
      ...(latitude !== undefined && longitude !== undefined && { point: { latitude, longitude } }),
    },
    ...(sponsor !== undefined &&
      sponsor !== name && { sponsor: { name: sponsor, ...(page && { url: page }) } }),
    ...(capacity !== undefined && capacity > 0 && { capacity }),
    ...(asn !== undefined && asn > 0 && { asns: [asn] }),
    ...(prefixes.length > 0 && { prefixes }),
    ...(countries.length > 0 && { countries: countries.map((one) => one.toUpperCase()) }),
    ...(host.private === true && { private: true }),
    repositories: { [repository]: carried },
  };
}

/** @returns why the URL isn't taken; undefined where it is */
function take(carried: EntryRepository, url: string): string | undefined {
  const [https, http, rsync] = ["https", "http", "rsync"].map((scheme) => tidyUrl(url, scheme));
  if (https !== undefined) carried.urls.https ??= https;
  else if (http !== undefined) carried.urls.http ??= http;
  else if (rsync !== undefined) carried.rsync ??= rsync;
  else return "neither http, https nor rsync";
  return undefined;
}

/** Texts of a list, or of a field of its rows, as the database has them. */
function named(value: unknown, field: string): string[] {
  if (!Array.isArray(value)) return [];
  return [...words(value), ...value.flatMap((row) => word(record(row)[field]) ?? [])];
}
