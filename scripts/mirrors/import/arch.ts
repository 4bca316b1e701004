/**
 * Arch Linux's mirror status (`https://archlinux.org/mirrors/status/json/`): a URL for each scheme of each mirror, with
 * what Arch's own checks found.
 */
import {
  type Entry,
  type EntryRepository,
  emptyList,
  type ParsedList,
  tidyUrl,
  WrongForm,
} from "./entry.ts";
import { maps, parseJson, record, word } from "./unknown-values.ts";

/** One URL of the list. */
interface StatusUrl {
  /** As it ends up in our list: with a slash at its end. */
  url: string;
  protocol: string;
  country?: string;
  hasIsos: boolean;
  ipv4: boolean;
  ipv6: boolean;
}

/**
 * Reads the list; all URLs of a host are one entry.
 * @param repository ours that the list is of
 * @throws WrongForm where the file isn't the status
 */
export function parseArchStatus(text: string, repository: string): ParsedList {
  const root = record(parseJson(text));
  const list = emptyList();
  const checkedAt = Date.parse(word(root.last_check) ?? "");
  if (Number.isNaN(checkedAt)) throw new WrongForm("it has no `last_check`");
  list.madeAt = checkedAt;
  const hosts = new Map<string, StatusUrl[]>();
  const unused = new Map<string, string>();
  for (const fields of maps(root.urls, "`urls`")) {
    const label = word(fields.url) ?? "?";
    const host = URL.canParse(label) ? new URL(label).hostname : label;
    const read = readUrl(fields);
    if ("why" in read) unused.set(host, `${label}: ${read.why}`);
    else hosts.set(host, [...(hosts.get(host) ?? []), read]);
  }
  for (const [host, urls] of hosts) {
    const why = unused.get(host);
    if (why !== undefined) list.partsNotUsed.push({ label: host, why });
    unused.delete(host);
    const entry = entryOf(host, urls, repository, list);
    if (entry === undefined) list.notUsed.push({ label: host, why: "neither http nor https" });
    else list.entries.push(entry);
  }
  for (const [label, why] of unused) list.notUsed.push({ label, why });
  list.read = list.entries.length + list.notUsed.length;
  return list;
}

function readUrl(fields: Record<string, unknown>): StatusUrl | { why: string } {
  const protocol = word(fields.protocol) ?? "";
  if (!["http", "https", "rsync"].includes(protocol)) return { why: `${protocol} is not used` };
  const url = tidyUrl(word(fields.url) ?? "", protocol);
  if (url === undefined) return { why: "not a usable URL" };
  if (fields.active !== true) return { why: "Arch's list says that it isn't active" };
  if (word(fields.last_sync) === undefined) return { why: "Arch's checks found no copy there" };
  const country = word(fields.country_code);
  return {
    url,
    protocol,
    ...(country !== undefined && { country }),
    hasIsos: fields.isos === true,
    ipv4: fields.ipv4 === true,
    ipv6: fields.ipv6 === true,
  };
}

function entryOf(
  host: string,
  found: readonly StatusUrl[],
  repository: string,
  list: ParsedList,
): Entry | undefined {
  const carried: EntryRepository = { urls: {} };
  for (const { protocol, url } of found) {
    const place = protocol === "rsync" ? carried.rsync : urlOf(carried, protocol);
    if (place !== undefined) {
      list.partsNotUsed.push({ label: host, why: `${url}: a second ${protocol} address` });
    } else if (protocol === "rsync") carried.rsync = url;
    else if (protocol === "https") carried.urls.https = url;
    else carried.urls.http = url;
  }
  const web = found.filter(({ protocol }) => protocol !== "rsync");
  if (web.length === 0) return undefined;
  if (!web.some(({ hasIsos }) => hasIsos)) carried.exclude = ["iso/"];
  const [v4, v6] = [web.some(({ ipv4 }) => ipv4), web.some(({ ipv6 }) => ipv6)];
  const country = web.find((one) => one.country !== undefined)?.country;
  return {
    label: host,
    name: host,
    place: { host, ...(country !== undefined && { country }) },
    ...(v4 !== v6 && { families: [v4 ? "ipv4" : "ipv6"] }),
    repositories: { [repository]: carried },
  };
}

function urlOf({ urls }: EntryRepository, protocol: string): string | undefined {
  return protocol === "https" ? urls.https : urls.http;
}
