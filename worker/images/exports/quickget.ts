/**
 * What can be had, in the form of `quickget --list-csv` and `--list-json` (quickemu of 2026-04-30): a row for each
 * distribution, release and edition that a virtual machine can be made of. Pure.
 */
import type { CatalogueImage } from "../image-catalogue.ts";
import { isOffered } from "./image-names.ts";

const columns = ["Display Name", "OS", "Release", "Option", "Downloader", "PNG", "SVG"] as const;

/** A row, its values by the columns' names. Of pictures there is none. */
export type QuickgetRow = Record<(typeof columns)[number], string>;

/** Of what a machine can be installed from or started with. */
const bootable = ["installer", "netinst", "live"];

/**
 * The rows, by the name of their distribution, otherwise in the order in which images are given. Several architectures
 * of one edition are one row: there is no column for them, and `architecture=` in the query tells of each.
 */
export function quickgetRows(images: readonly CatalogueImage[]): QuickgetRow[] {
  const rows = new Map<string, QuickgetRow>();
  for (const image of images) {
    if (!isOffered(image) || !bootable.includes(image.type)) continue;
    const { title, distribution, version, series, type, edition } = image;
    const release = version === "" ? series : version;
    // A medium that installs from the network is an edition there; an installer's or a live system's own name is one.
    const option = type === "netinst" ? (edition ?? "netinst") : (edition ?? "");
    const row = {
      "Display Name": field(title),
      OS: field(distribution),
      Release: field(release),
      Option: field(option),
      Downloader: "",
      PNG: "",
      SVG: "",
    };
    const key = [row.OS, row.Release, row.Option].join(",");
    if (!rows.has(key)) rows.set(key, row);
  }
  return [...rows.values()].toSorted((one, other) =>
    one.OS === other.OS ? 0 : one.OS < other.OS ? -1 : 1,
  );
}

/** The rows as CSV. Its readers split at every comma, so that no field has one, nor quotes. */
export function quickgetCsv(rows: readonly QuickgetRow[]): string {
  const lines = rows.map((row) => columns.map((column) => row[column]).join(","));
  return [columns.join(","), ...lines].map((line) => `${line}\n`).join("");
}

function field(text: string): string {
  return text.replace(/[,\n\r]/g, " ");
}
