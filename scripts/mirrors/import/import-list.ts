/** An upstream list into the sites of the mirror list. Pure: files come in and go out as values. */

import type { Site } from "../../../worker/list/site.ts";
import type { Gazetteer } from "../places/gazetteer.ts";
import { findPlace } from "../places/place.ts";
import type { Entry, ParsedList, Remark } from "./entry.ts";
import { mergeEntry } from "./merge.ts";
import { placeBySiblings } from "./siblings.ts";
import type { ImportSummary } from "./summary.ts";

export interface Imported {
  /** New and changed sites by name. */
  changed: Map<string, Site>;
  summary: ImportSummary;
}

/** What an import goes by besides the upstream list. */
export interface ImportContext {
  /** The sites there are, by name. */
  existing: ReadonlyMap<string, Site>;
  /** Hosts of the repositories' origins: they are never mirrors of themselves. */
  originHosts: ReadonlySet<string>;
  gazetteer: Gazetteer;
  /** Why a site can't be part of the list; undefined where it can. Asked once for each, before it is taken. */
  refusal: (site: Site) => string | undefined;
}

/** @param title the upstream list's, for the summary */
export function importList(title: string, list: ParsedList, context: ImportContext): Imported {
  const { existing, originHosts, gazetteer, refusal } = context;
  const changed = new Map<string, Site>();
  const summary: ImportSummary = {
    list: title,
    read: list.read,
    written: 0,
    merged: 0,
    unchanged: 0,
    notUsed: [...list.notUsed],
    partsNotUsed: [...list.partsNotUsed],
    approximated: [],
    unplaced: [],
    doubted: [...list.doubted],
    kept: [],
  };
  for (const entry of list.entries) {
    const reason = notAMirror(entry, originHosts);
    if (reason !== undefined) {
      summary.notUsed.push({ label: entry.label, why: reason });
      continue;
    }
    const before = changed.get(entry.name) ?? existing.get(entry.name);
    const place = findPlace(entry.place, gazetteer);
    const remark = (why: string): Remark => ({ label: entry.label, why });
    const merged = mergeEntry(before, entry, place);
    if (!merged.site) {
      summary.notUsed.push(remark(merged.refused ?? "it can't be merged"));
      continue;
    }
    const isNew = before === undefined;
    const hasChanged = isNew || JSON.stringify(before) !== JSON.stringify(merged.site);
    const refused = hasChanged ? refusal(merged.site) : undefined;
    if (refused !== undefined) {
      summary.notUsed.push(remark(refused));
      continue;
    }
    if (hasChanged) changed.set(entry.name, merged.site);
    if (isNew) summary.written++;
    else if (hasChanged) summary.merged++;
    else summary.unchanged++;

    summary.kept.push(...merged.kept.map(remark));
    summary.doubted.push(...merged.doubted.map(remark));
    if (isNew && underOrigin(entry.name, originHosts)) {
      summary.doubted.push(remark("run by the project itself, in a cloud or behind a CDN"));
    }
    if (!merged.placed) continue;
    if (place.precision === "approximate") summary.approximated.push(remark(place.reason ?? ""));
    if (place.precision === "unplaced") summary.unplaced.push(remark(place.reason ?? ""));
    if (place.doubt !== undefined) summary.doubted.push(remark(place.doubt));
  }
  const label = new Map(list.entries.map((entry) => [entry.name, entry.label]));
  for (const { site, by } of placeBySiblings(new Map([...existing, ...changed]), originHosts)) {
    changed.set(site.name, site);
    const why = `took ${site.city} from ${by}, which has the same owner`;
    summary.doubted.push({ label: label.get(site.name) ?? site.name, why });
  }
  // What a later entry or a sibling has placed since is no longer approximate.
  const names = new Map(list.entries.map((entry) => [entry.label, entry.name]));
  summary.approximated = summary.approximated.filter((remark) => {
    const name = names.get(remark.label) ?? "";
    return (changed.get(name) ?? existing.get(name))?.approximate === true;
  });
  return { changed, summary };
}

function notAMirror(entry: Entry, originHosts: ReadonlySet<string>): string | undefined {
  return originHosts.has(entry.name) ? "it is the origin itself" : undefined;
}

function underOrigin(host: string, originHosts: ReadonlySet<string>): boolean {
  return [...originHosts].some((origin) => host.endsWith(`.${origin}`));
}
