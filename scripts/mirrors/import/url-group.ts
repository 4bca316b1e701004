/** Lists that name URLs one by one: those of one host become one entry. */
import type { ToldPlace } from "../places/place.ts";
import { type Entry, emptyList, type ParsedList, tidyUrl } from "./entry.ts";

/** One URL of such a list. */
export interface ListedUrl {
  /** As the list has it. */
  url: string;
  /** Where: `line 12`. */
  where: string;
  place?: Omit<ToldPlace, "host">;
  sponsor?: Entry["sponsor"];
  /** Why it isn't used, where the list itself says so. */
  why?: string;
}

/**
 * One entry a host, in the order of their first URLs. A URL that can't be used is a part that is left out; a host that
 * has none left isn't used.
 *
 * @param repository ours that the list is of
 */
export function groupUrls(urls: readonly ListedUrl[], repository: string): ParsedList {
  const list = emptyList();
  const entries = new Map<string, Entry>();
  const faults = new Map<string, string>();
  for (const { url, where, place = {}, sponsor, why } of urls) {
    const label = `${url} (${where})`;
    const host = URL.canParse(url) ? new URL(url).hostname : url;
    const scheme = (["https", "http", "rsync"] as const).find(
      (one) => tidyUrl(url, one) !== undefined,
    );
    const tidy = scheme === undefined ? undefined : tidyUrl(url, scheme);
    const fault = why ?? (tidy === undefined ? "neither http, https nor rsync" : undefined);
    if (fault !== undefined || tidy === undefined || scheme === undefined) {
      faults.set(host, `${label}: ${fault}`);
      continue;
    }
    const entry: Entry = entries.get(host) ?? {
      label: host,
      name: host,
      place: { host, ...place },
      ...(sponsor && { sponsor }),
      repositories: { [repository]: { urls: {} } },
    };
    entries.set(host, entry);
    const carried = entry.repositories[repository];
    if (carried === undefined) continue;
    const before = scheme === "rsync" ? carried.rsync : carried.urls[scheme];
    if (before !== undefined && before !== tidy) {
      list.partsNotUsed.push({ label: host, why: `${tidy}: a second ${scheme} address` });
    } else if (scheme === "rsync") carried.rsync = tidy;
    else carried.urls[scheme] = tidy;
  }
  for (const [host, entry] of entries) {
    const fault = faults.get(host);
    faults.delete(host);
    if (fault !== undefined) list.partsNotUsed.push({ label: host, why: fault });
    const { urls: own } = entry.repositories[repository] ?? { urls: {} };
    if (own.https === undefined && own.http === undefined) {
      list.notUsed.push({ label: host, why: "neither http nor https" });
    } else list.entries.push(entry);
  }
  for (const [label, why] of faults) list.notUsed.push({ label, why });
  list.read = list.entries.length + list.notUsed.length;
  return list;
}
