/**
 * tunasync's status (`/static/tunasync.json`): what one site mirrors, by name, with how each sync ended. The file says
 * neither the site nor paths: the site is told with it, and paths are usual ones, its name below the site.
 */
import { emptyList, type ParsedList, tidyUrl, WrongForm } from "./entry.ts";
import { maps, parseJson, word } from "./unknown-values.ts";

/** How a job may end that leaves a copy worth sending people to. */
const good = new Set(["success", "syncing", "pre-syncing"]);

/** What is read with the file. */
export interface TunasyncSite {
  /** Base URL of the site. */
  site: string;
  /** Names of our repositories. */
  known: readonly string[];
  /** mirrorz' name for other names that sites use. */
  names: Readonly<Record<string, string>>;
}

/** @throws WrongForm where the file isn't a status, or the site is no URL */
export function parseTunasync(text: string, { site, known, names }: TunasyncSite): ParsedList {
  const scheme = site.startsWith("https:") ? "https" : "http";
  const base = tidyUrl(site, scheme);
  if (base === undefined) throw new WrongForm(`${site} is no http or https URL of a site`);
  const jobs = maps(parseJson(text), "of jobs");
  if (!jobs.some((job) => "last_update_ts" in job || "status" in job)) {
    throw new WrongForm("no job has a `status`");
  }
  const list = emptyList();
  list.read = 1;
  const host = new URL(base).hostname;
  const repositories: ParsedList["entries"][number]["repositories"] = {};
  let newest = Number.NEGATIVE_INFINITY;
  for (const job of jobs) {
    const name = word(job.name) ?? "";
    const status = word(job.status) ?? "";
    if (typeof job.last_update_ts === "number")
      newest = Math.max(newest, job.last_update_ts * 1000);
    const ours = [name, names[name] ?? name].find((one) => known.includes(one));
    if (name === "") list.partsNotUsed.push({ label: host, why: "a job without a name" });
    else if (ours === undefined)
      list.partsNotUsed.push({ label: host, why: `${name}: not a repository of ours` });
    else if (!good.has(status))
      list.partsNotUsed.push({
        label: host,
        why: `${name}: its last sync is ${status || "not told"}`,
      });
    else repositories[ours] = { urls: { [scheme]: `${base}${name}/` } };
  }
  if (Number.isFinite(newest) && newest > 0) list.madeAt = newest;
  if (Object.keys(repositories).length === 0)
    list.notUsed.push({ label: host, why: "nothing of it is a repository of ours" });
  else list.entries.push({ label: host, name: host, place: { host }, repositories });
  return list;
}
