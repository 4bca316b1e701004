/** `mirrorz.json` and `mirrorz.d.json` (mirrorz.org, version 1.7): a document a site, with all that the site mirrors. */
import { type Site, schemes } from "../../../worker/list/site.ts";
import type { ExportForm, ListToWrite } from "./form.ts";
import { type ListedMirror, mainUrl } from "./listed-mirror.ts";

export const mirrorzForm: ExportForm = {
  called: "sites' mirrorz.json",
  of: "site",
  isFolder: true,
  says: ["http", "https"],
  write: (list) =>
    documents(list, "mirrorz.json", (site, mirrors) => documentOf(site, mirrors, () => true)),
};

export const mirrorzDForm: ExportForm = {
  called: "sites' mirrorz.d.json",
  of: "site",
  isFolder: true,
  saysPrivate: true,
  says: [
    "country",
    "networks",
    "AS number",
    "address families",
    "http",
    "https",
    "http beside https",
  ],
  write: (list) =>
    documents(list, "mirrorz.d.json", (site, mirrors) => ({
      extension: "D",
      endpoints: [endpointOf(site, mirrors)],
      ...documentOf(site, mirrors, (mirror) => isAtAll(mirror, mirrors)),
    })),
};

function documents(
  { mirrors }: ListToWrite,
  ending: string,
  write: (site: Site, mirrors: readonly ListedMirror[]) => object,
): Map<string, string> {
  const bySite = Map.groupBy(mirrors, ({ site }) => site.name);
  return new Map(
    [...bySite].flatMap(([name, ofSite]) => {
      const [first] = ofSite;
      if (first === undefined) return [];
      const text = JSON.stringify(write(first.site, ofSite), undefined, 2);
      return [[`${name}.${ending}`, `${text}\n`] as const];
    }),
  );
}

/** The site's own URL: that of https where it has one. The format wants no slash at its end. */
function siteUrl({ base }: Site): string {
  return (base.https ?? base.http ?? "").replace(/\/$/, "");
}

/** @param isBelow whether a repository is at one path below the site's URL by all schemes that the document names */
function documentOf(
  site: Site,
  mirrors: readonly ListedMirror[],
  isBelow: (mirror: ListedMirror) => boolean,
) {
  const url = siteUrl(site);
  return {
    version: 1.7,
    site: {
      url,
      abbr: site.name,
      name: site.sponsor?.name ?? site.name,
      ...(site.sponsor?.url !== undefined && { homepage: site.sponsor.url }),
    },
    info: [],
    mirrors: mirrors.map((mirror) => ({
      cname: mirror.repository.name,
      desc: mirror.repository.title,
      url: isBelow(mirror) ? urlBelow(url, mainUrl(mirror)) : mainUrl(mirror).replace(/\/$/, ""),
      // When the copy was made isn't known.
      status: "U",
      upstream: mirror.repository.origin,
    })),
  };
}

/** Whether a repository has every scheme that the site has, at one path. */
function isAtAll({ urls }: ListedMirror, mirrors: readonly ListedMirror[]): boolean {
  const paths = schemes
    .filter((scheme) => mirrors.some((one) => one.urls[scheme] !== undefined))
    .map((scheme) => urls[scheme]?.slice(scheme.length));
  return new Set(paths).size === 1;
}

/** As a path below the site's URL, or whole where it isn't there. */
function urlBelow(site: string, url: string): string {
  const below = url.startsWith(`${site}/`) ? url.slice(site.length) : url;
  return below === "/" ? below : below.replace(/\/$/, "");
}

/** The one endpoint: with which schemes and families, for which country and networks. */
function endpointOf(site: Site, mirrors: readonly ListedMirror[]) {
  const has = (scheme: "https" | "http") => mirrors.some(({ urls }) => urls[scheme] !== undefined);
  const lacks = (family: "ipv4" | "ipv6") => site.families?.includes(family) === false;
  return {
    label: site.name,
    public: site.private !== true,
    resolve: new URL(siteUrl(site)).host,
    filter: [
      ...(lacks("ipv4") ? [] : ["V4"]),
      ...(lacks("ipv6") ? [] : ["V6"]),
      ...(has("https") ? ["SSL"] : []),
      ...(has("http") ? ["NOSSL"] : []),
    ],
    range: [
      ...(site.country === undefined ? [] : [`COUNTRY:${site.country}`]),
      ...(site.asn === undefined ? [] : [`AS${site.asn}`]),
      ...(site.prefixes ?? []),
    ],
  };
}
