/** `Mirrors.masterlist` of Debian and its relatives (choose-mirror): stanzas of `Field: value`. */
import { countryName } from "../../../worker/list/countries.ts";
import { schemes } from "../../../worker/list/site.ts";
import type { ExportForm } from "./form.ts";
import { type ListedMirror, mainUrl } from "./listed-mirror.ts";

export const debianForm: ExportForm = {
  called: "Debian's Mirrors.masterlist",
  of: "repository",
  kinds: ["apt"],
  says: [
    "country",
    "city",
    "sponsor",
    "architectures",
    "http",
    "https",
    "http beside https",
    "another path by http",
    "rsync",
  ],
  refuses: (mirror) =>
    new URL(mainUrl(mirror)).port === "" ? undefined : "at a port of their own",
  write: ({ mirrors }) => new Map([["Mirrors.masterlist", mirrors.map(stanzaOf).join("\n")]]),
};

/** URLs at the site's own host: a stanza has one. */
function stanzaOf(mirror: ListedMirror): string {
  const { site, carried, urls, rsync } = mirror;
  const { host } = new URL(mainUrl(mirror));
  const fields: [string, string | undefined][] = [
    ["Site", host],
    ["Country", site.country && `${site.country} ${countryName(site.country)}`],
    ["Location", site.city],
    ["Type", "leaf"],
    ["Archive-architecture", carried.architectures?.join(" ")],
    ...schemes.map((scheme): [string, string | undefined] => [
      `Archive-${scheme}`,
      pathAt(host, urls[scheme]),
    ]),
    ["Archive-rsync", pathAt(host, rsync)?.slice(1)],
    ["Sponsor", site.sponsor && [site.sponsor.name, site.sponsor.url ?? ""].join(" ").trim()],
  ];
  return fields
    .flatMap(([name, value]) =>
      value === undefined || value === "" ? [] : [`${name}: ${value.replace(/\s+/g, " ")}\n`],
    )
    .join("");
}

function pathAt(host: string, url: string | undefined): string | undefined {
  if (url === undefined) return undefined;
  // An rsync URL is no special one: its path is read all the same.
  const read = new URL(url);
  return read.host === host ? read.pathname : undefined;
}
