/** The page of images over a small catalogue that looks like the real one. */
import { Clients } from "../../../../worker/clients/clients.ts";
import { unknownPlace } from "../../../../worker/geo/client.ts";
import type { Image } from "../../../../worker/images/image.ts";
import {
  composeCatalogue,
  type ImageCatalogue,
} from "../../../../worker/images/image-catalogue.ts";
import type { Views } from "../../../../worker/mirrors/compiled-list.ts";
import { serveImages } from "../../../../worker/pages/images/serve-images.ts";
import { readSettings } from "../../../../worker/settings/settings.ts";
import type { KnownTorrents } from "../../../../worker/torrents/torrent-answer.ts";
import { openViews } from "../../../../worker/views/views.ts";
import { image, moment } from "../../images/generated-catalogue.ts";
import { smallViews } from "../../scripts/service/small-views.ts";

const releases = [
  {
    series: "13",
    version: "13.2.0",
    codename: "trixie",
    released: "2025-08-09",
    eol: "2028-08-09",
    lts: "2030-06-30",
  },
  {
    series: "12",
    version: "12.12.0",
    codename: "bookworm",
    released: "2023-06-10",
    eol: "2026-06-10",
    lts: "2028-06-30",
  },
  {
    series: "10",
    version: "10.13.0",
    codename: "buster",
    released: "2019-07-06",
    eol: "2022-09-10",
    lts: "2024-06-30",
  },
];

/** Debian's installers, with a set of DVDs, and Ubuntu's, which has an edition and no support dates. */
export function someImages(): Image[] {
  const debian = releases.flatMap(({ series, version, codename, released, eol, lts }) =>
    ["amd64", "arm64", "i386", "riscv64"].flatMap((architecture) => {
      const common = {
        series,
        version,
        codename,
        architecture,
        released: Date.parse(released),
        endOfLife: Date.parse(eol),
        endOfLongSupport: Date.parse(lts),
      };
      const folder = `${version}/${architecture}`;
      return [
        image({
          ...common,
          path: `${folder}/iso-cd/debian-${version}-${architecture}-netinst.iso`,
        }),
        ...[1, 2].map((part) =>
          image({
            ...common,
            part,
            type: "installer" as const,
            path: `${folder}/iso-dvd/debian-${version}-${architecture}-DVD-${part}.iso`,
          }),
        ),
      ];
    }),
  );
  const { endOfLife: _e, endOfLongSupport: _l, sha256: _s, ...bare } = image();
  const ubuntu = ["desktop", "live-server"].map((edition) => ({
    ...bare,
    distribution: "ubuntu",
    series: "24.04",
    version: "24.04.3",
    codename: "noble",
    type: "installer" as const,
    edition,
    sha512: "cd".repeat(64),
    path: `noble/ubuntu-24.04.3-${edition}-amd64.iso`,
  }));
  return [...debian, ...ubuntu];
}

/** Of one repository that the small views have, so that mirrors are known. */
export function someCatalogue(images: readonly Image[] = someImages()): ImageCatalogue {
  const snapshot = {
    repository: "isos",
    id: "20261130T110000Z-00112233",
    generation: 7,
    at: moment,
  };
  return composeCatalogue([{ snapshot, images }]);
}

/** With a second mirror of the images, far from the first. */
function twoMirrors(): Views {
  const { roster, catalogue } = smallViews("http://origin.example/");
  const isos = { http: "http://far.example:8080/cd/" };
  const mirrors = roster.mirrors.map((mirror) =>
    mirror.name === "far.example"
      ? { ...mirror, state: "up" as const, carries: { ...mirror.carries, isos } }
      : mirror,
  );
  return { roster: { ...roster, mirrors }, catalogue };
}

const views = openViews(twoMirrors());
const places: Readonly<Record<string, string>> = { "5.1.2.3": "DE", "1.2.3.4": "JP" };

/** An answer of the page, to a client at that address. */
export function pageOf(
  query: string,
  {
    catalogue = someCatalogue(),
    headers = {},
    from = "5.1.2.3",
    now = moment,
    torrents,
    isCertain = true,
    nowhere = "here",
  }: {
    catalogue?: ImageCatalogue;
    headers?: Record<string, string>;
    from?: string;
    now?: number;
    torrents?: KnownTorrents;
    /** What is foreseen of the first in the ranking, and where there is none. */
    isCertain?: boolean;
    nowhere?: "here" | "nowhere";
  } = {},
): Promise<Response> {
  const settings = readSettings({ CLIENT_PLACE: "database", TRUSTED_PROXIES: "any" });
  const locate = { country: (address: string) => places[address], asn: () => undefined };
  const clients = new Clients(
    views.roster,
    settings,
    { locate, platform: false, ownPlace: unknownPlace },
    () => undefined,
  );
  const request = new Request(`http://near.example/images?${query}`, {
    headers: { "X-Forwarded-For": from, ...headers },
  });
  return serveImages(
    {
      request,
      query,
      base: "http://near.example/",
      foresee: async ({ repository }) => {
        const opened = views.byName.get(repository);
        const top = opened && clients.of(request).top(views.roster, opened, "http", "");
        const mirror = top?.[0]?.open.resource;
        return mirror === undefined ? nowhere : { mirror, isCertain };
      },
    },
    {
      views,
      images: { catalogue: async () => catalogue },
      payload: { torrents: { known: async () => torrents } },
      now: () => now,
    },
    { waitUntil: () => undefined },
  );
}
