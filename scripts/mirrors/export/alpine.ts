/** Alpine's `mirrors.yaml` (aports, `main/alpine-mirrors`): a list of mirrors with place, bandwidth and URLs. */
import { stringify } from "yaml";
import { countryName } from "../../../worker/list/countries.ts";
import type { ExportForm } from "./form.ts";
import { type ListedMirror, webUrls } from "./listed-mirror.ts";

export const alpineForm: ExportForm = {
  called: "Alpine's mirrors.yaml",
  of: "repository",
  kinds: ["apk"],
  says: [
    "country",
    "city",
    "capacity",
    "http",
    "https",
    "http beside https",
    "another path by http",
    "rsync",
  ],
  write: ({ mirrors }) =>
    new Map([
      ["mirrors.yaml", stringify(mirrors.map(entryOf), { lineWidth: 0, indentSeq: false })],
    ]),
};

function entryOf(mirror: ListedMirror) {
  const { site, rsync } = mirror;
  const location = placeText(site);
  return {
    name: site.name,
    ...(location !== "" && { location }),
    ...(site.capacity !== undefined && { bandwidth: bandwidthText(site.capacity) }),
    urls: [...webUrls(mirror), ...(rsync === undefined ? [] : [rsync])],
  };
}

/** `10Gbit/s`, or `100Mbit/s`. @param capacity Mbit/s */
function bandwidthText(capacity: number): string {
  return capacity % 1000 === 0 ? `${capacity / 1000}Gbit/s` : `${capacity}Mbit/s`;
}

/** `Frankfurt, Germany`, or what of it is known. A city state is named once. */
export function placeText({ city, country }: ListedMirror["site"]): string {
  const state = country === undefined ? undefined : countryName(country);
  return [...new Set([city, state])].filter((part) => part !== undefined).join(", ");
}
