/** Arch Linux's mirror status as JSON (`https://archlinux.org/mirrors/status/json/`), which reflector reads. */
import type { Scheme } from "../../../worker/geo/scheme.ts";
import { countryName } from "../../../worker/list/countries.ts";
import { schemes } from "../../../worker/list/site.ts";
import type { ExportForm, ListToWrite } from "./form.ts";
import type { ListedMirror } from "./listed-mirror.ts";

/** Seconds after which Arch's own page calls a mirror out of date: a day. */
const cutoffSeconds = 86_400;

export const archStatusForm: ExportForm = {
  called: "Arch Linux's mirror status",
  of: "repository",
  kinds: ["pacman"],
  needsChecks: true,
  saysOut: true,
  says: [
    "country",
    "http",
    "https",
    "http beside https",
    "another path by http",
    "rsync",
    "address families",
    "that it has no images",
  ],
  write: (list) => new Map([["status.json", archStatus(list)]]),
};

/**
 * `last_sync` is the moment of writing where the service found the newest state at the mirror, and null where it did not:
 * when a mirror itself synced last isn't known. Nor are Arch's measures of duration, delay and score.
 */
function archStatus({ mirrors, now }: ListToWrite): string {
  const at = new Date(now).toISOString();
  const urls = mirrors.flatMap((mirror) => [
    ...schemes.flatMap((scheme) => {
      const url = mirror.urls[scheme];
      return url === undefined ? [] : [statusOf(mirror, { scheme, url, at })];
    }),
    ...(mirror.rsync === undefined
      ? []
      : [statusOf(mirror, { scheme: "rsync", url: mirror.rsync, at })]),
  ]);
  const status = {
    cutoff: cutoffSeconds,
    last_check: at,
    num_checks: 1,
    check_frequency: 60,
    urls,
    version: 3,
  };
  return `${JSON.stringify(status, undefined, 2)}\n`;
}

function statusOf(
  { site, carried, checks, isOut }: ListedMirror,
  { scheme, url, at }: { scheme: Scheme | "rsync"; url: string; at: string },
) {
  // By rsync the copy is the same as by the others.
  const check = scheme === "rsync" ? (checks?.https ?? checks?.http) : checks?.[scheme];
  const isFresh = check?.isFresh === true;
  return {
    url,
    protocol: scheme,
    last_sync: isFresh ? at : null,
    completion_pct: null,
    delay: isFresh ? 0 : null,
    duration_avg: null,
    duration_stddev: null,
    score: null,
    active: !isOut,
    country: site.country === undefined ? "" : countryName(site.country),
    country_code: site.country ?? "",
    isos: carried.exclude?.includes("iso/") !== true,
    ipv4: site.families?.includes("ipv4") ?? true,
    ipv6: site.families?.includes("ipv6") ?? true,
    details: null,
  };
}
