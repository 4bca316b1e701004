/** A small list in which every fact that a form may say, or lose, is there. */

import type { WholeList } from "../../../../scripts/mirrors/export/listed-mirror.ts";
import type { Kind } from "../../../../worker/formats/kinds.ts";
import type { RepositoryFile, Site } from "../../../../worker/list/site.ts";

export const now = Date.parse("2026-11-30T12:00:00Z");

/** A repository of each kind, by the kind's name. */
export const repositories: RepositoryFile[] = (
  ["apt", "rpm", "pacman", "apk", "images", "files"] satisfies Kind[]
).map((kind) => ({
  name: kind,
  kind,
  title: `A & B of ${kind}`,
  origin: `https://origin.example/${kind}/`,
}));

const carried = (more: object = {}) =>
  Object.fromEntries(repositories.map(({ name }) => [name, { path: `pub/${name}/`, ...more }]));

export const sites: Site[] = [
  {
    name: "both.example.de",
    country: "DE",
    city: "Frankfurt am Main",
    latitude: 50.11,
    longitude: 8.68,
    capacity: 20_000,
    asn: 64_496,
    prefixes: ["192.0.2.0/24"],
    sponsor: { name: 'Example & Sons, "the" <firm>', url: "https://example.de/" },
    base: {
      https: "https://both.example.de/",
      http: "http://both.example.de/",
      rsync: "rsync://both.example.de/",
    },
    repositories: carried({ rsync: "module/", architectures: ["amd64"] }),
  },
  {
    name: "four.example.us",
    country: "US",
    city: "Potsdam",
    latitude: 44.67,
    longitude: -74.98,
    capacity: 1500,
    families: ["ipv4"],
    base: { http: "http://four.example.us/" },
    repositories: carried({ exclude: ["iso/"] }),
  },
  {
    name: "secure.example.hk",
    country: "HK",
    city: "Hong Kong",
    scope: { countries: ["HK", "MO"] },
    base: { https: "https://secure.example.hk/" },
    repositories: carried(),
  },
  {
    name: "apart.example.kr",
    country: "KR",
    latitude: 37.57,
    longitude: 126.98,
    approximate: true,
    base: { https: "https://apart.example.kr/", http: "http://apart.example.kr/" },
    repositories: carried({ http: "plain/" }),
  },
  {
    name: "assumed.example.it",
    country: "IT",
    base: { https: "https://assumed.example.it/", http: "http://assumed.example.it/" },
    repositories: carried({ assumed: ["https"] }),
  },
  {
    name: "nowhere.example",
    base: { https: "https://nowhere.example:8443/" },
    repositories: carried(),
  },
  {
    name: "inside.example.fr",
    country: "FR",
    private: true,
    prefixes: ["198.51.100.0/24"],
    base: { https: "https://inside.example.fr/" },
    repositories: carried(),
  },
  {
    name: "out.example.jp",
    country: "JP",
    state: { is: "drained", by: "ann", why: "disk" },
    base: { https: "https://out.example.jp/" },
    repositories: carried(),
  },
  {
    name: "back.example.jp",
    country: "JP",
    city: "Tokyo",
    state: { is: "disabled", by: "ann", why: "disk", until: "2026-11-01" },
    base: { https: "https://back.example.jp/" },
    repositories: carried(),
  },
];

export const list: WholeList = { sites, repositories };
