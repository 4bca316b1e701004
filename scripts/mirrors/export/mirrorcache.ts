/** MirrorCache's table of servers as CSV, in the columns of its database: `hostname,urldir,enabled,country,region`. */
import type { ExportForm } from "./form.ts";
import { type ListedMirror, mainUrl } from "./listed-mirror.ts";
import { continentOf } from "./regions.ts";

export const mirrorCacheForm: ExportForm = {
  called: "MirrorCache's table of servers",
  of: "repository",
  saysOut: true,
  // MirrorCache finds out by itself which schemes a server has.
  says: ["country", "http"],
  write: ({ mirrors }) =>
    new Map([
      [
        "mirrors.csv",
        `${["hostname,urldir,enabled,country,region", ...mirrors.map(rowOf)].join("\n")}\n`,
      ],
    ]),
};

function rowOf(mirror: ListedMirror): string {
  const { host, pathname } = new URL(mirror.urls.http ?? mainUrl(mirror));
  const folder = pathname.length > 1 ? pathname.replace(/\/$/, "") : pathname;
  const country = mirror.site.country ?? "";
  const cells = [host, folder, mirror.isOut ? "f" : "t", country, continentOf(country) ?? ""];
  const [name = "", ...rest] = cells.map((cell) => cell.replaceAll(",", "%2C"));
  const [path = "", ...words] = rest;
  return [name, path, ...words.map((word) => word.toLowerCase())].join(",");
}
