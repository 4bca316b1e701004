/** What a plan warns of besides the service's own warnings: what needs the gazetteer, the statistics or the network. */
import { checkPlace, nameOfFile } from "../../worker/list/check.ts";
import type { EntryChange } from "../../worker/list/diff.ts";
import { nameIn } from "../../worker/list/entries.ts";
import { readSite } from "../../worker/list/schema.ts";
import type { Site } from "../../worker/list/site.ts";
import { items, said } from "../client/answers.ts";
import type { ServiceClient } from "../client/service-client.ts";
import { loadGazetteer } from "../mirrors/import/run-import.ts";
import type { YamlSource } from "../mirrors/source.ts";
import type { PlacedFault } from "../program/report.ts";
import type { Call } from "../program/syntax.ts";
import { checkUrls } from "./check-urls.ts";
import type { FolderList } from "./folder-list.ts";

/** Share of all redirects from which on the end of a mirror is felt by the others: one in fifty. */
const muchLoad = 0.02;
/** Rows of the statistics: as many as the service gives. */
const maxStatisticsRows = 2000;

interface Planned {
  client: ServiceClient;
  list: FolderList;
  changes: readonly EntryChange[];
}

export async function planWarnings(call: Call, planned: Planned): Promise<PlacedFault[]> {
  const moved = changedSites(planned, ["country", "latitude", "longitude", "base"]);
  const warnings = [...placeWarnings(moved), ...(await loadWarnings(planned))];
  if (!call.has("check-urls")) return warnings;
  return [...warnings, ...(await checkUrls(moved, call.terminal))];
}

/** A mirror that is added, or has another place or other URLs. */
export interface ChangedSite {
  entry: string;
  site: Site;
  source: YamlSource;
}

function changedSites({ list, changes }: Planned, fields: readonly string[]): ChangedSite[] {
  const wanted = new Set(
    changes.flatMap(({ place, what, fields: changed = [] }) => {
      if (!place.startsWith("mirrors/") || what === "removed") return [];
      const isWanted = ({ field }: { field: string }) => fields.includes(field.split("/")[1] ?? "");
      return what === "added" || changed.some(isWanted) ? [nameIn(place)] : [];
    }),
  );
  if (wanted.size === 0) return [];
  return list.files.mirrors.flatMap((source) => {
    const name = nameOfFile(source);
    const site = wanted.has(name) ? readSite(source) : [];
    return Array.isArray(site) ? [] : [{ entry: `mirrors/${name}`, site, source }];
  });
}

/** The gazetteer has 17 MB of JSON: it isn't read for nothing. */
function placeWarnings(sites: readonly ChangedSite[]): PlacedFault[] {
  const placed = sites.filter(({ site }) => site.latitude !== undefined);
  if (placed.length === 0) return [];
  const gazetteer = loadGazetteer();
  return placed.flatMap(({ entry, site, source }) => {
    const { error, warning } = checkPlace(source, site, (...place) => gazetteer.awayFrom(...place));
    const found = error ?? warning;
    if (found === undefined) return [];
    const { file, line, column, message } = found;
    return [{ entry, pointer: "/latitude", at: `${file}:${line}:${column}`, detail: message }];
  });
}

/** Mirrors that go while many clients are sent to them. A service without statistics tells nothing, and nor does this. */
async function loadWarnings({ client, changes }: Planned): Promise<PlacedFault[]> {
  const gone = changes.filter(
    ({ place, what }) => what === "removed" && place.startsWith("mirrors/"),
  );
  if (gone.length === 0) return [];
  const shares = await sharesOf(client);
  return gone.flatMap(({ place }) => {
    const share = shares.get(nameIn(place)) ?? 0;
    if (share < muchLoad) return [];
    const detail = `${Math.round(share * 100)} % of the last day's redirects lead to it: drain it first, so that the others take over step by step.`;
    return [{ entry: place, pointer: "", detail }];
  });
}

async function sharesOf(client: ServiceClient): Promise<Map<string, number>> {
  try {
    const path = `/api/v1/stats/all?by=mirror&limit=${maxStatisticsRows}`;
    const { body } = await client.ask("GET", path);
    return new Map(
      items(body, "rows").map((row) => [said(row, "name"), Number(said(row, "share"))]),
    );
  } catch {
    return new Map();
  }
}
