/**
 * MirrorManager's hosts as JSON: the record that mirrormanager2 writes of a host (`Host.__json__`), and what its database
 * has besides, by its names: `categories` with `urls`, `netblocks`, `countries_allowed`, `latitude`, `longitude`.
 */
import type { ExportForm } from "./form.ts";
import { exactPoint, type ListedMirror, webUrls } from "./listed-mirror.ts";

export const mirrorManagerForm: ExportForm = {
  called: "MirrorManager's hosts",
  of: "repository",
  needsCountry: true,
  saysPrivate: true,
  saysOut: true,
  says: [
    "country",
    "coordinates",
    "capacity",
    "sponsor",
    "AS number",
    "networks",
    "countries it is for",
    "http",
    "https",
    "http beside https",
    "another path by http",
    "rsync",
  ],
  write: ({ mirrors, now }) => {
    const hosts = { timestamp: Math.floor(now / 1000), hosts: mirrors.map(hostOf) };
    return new Map([["hosts.json", `${JSON.stringify(hosts, undefined, 2)}\n`]]);
  },
};

/** The category has the repository's name. `user_active` is what a mirror's own people switch, `admin_active` ours. */
function hostOf(mirror: ListedMirror, index: number) {
  const { site, repository, rsync, isOut } = mirror;
  const point = exactPoint(site);
  const urls = [...webUrls(mirror), ...(rsync === undefined ? [] : [rsync])];
  return {
    id: index + 1,
    name: site.name,
    site: {
      id: index + 1,
      name: site.sponsor?.name ?? site.name,
      ...(site.sponsor?.url !== undefined && { org_url: site.sponsor.url }),
    },
    admin_active: !isOut,
    user_active: true,
    country: site.country ?? null,
    bandwidth_int: site.capacity ?? null,
    comment: null,
    last_checked_in: null,
    last_crawled: null,
    private: site.private === true,
    internet2: false,
    internet2_clients: false,
    asn: site.asn ?? null,
    asn_clients: site.asn !== undefined,
    max_connections: 1,
    last_crawl_duration: 0,
    latitude: point?.latitude ?? null,
    longitude: point?.longitude ?? null,
    netblocks: (site.prefixes ?? []).map((netblock) => ({ netblock, name: null })),
    countries_allowed: (site.scope?.countries ?? []).map((country) => ({ country })),
    categories: [
      {
        name: repository.name,
        always_up2date: false,
        urls: urls.map((url) => ({ url, private: false })),
      },
    ],
  };
}
