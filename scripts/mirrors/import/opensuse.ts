/**
 * MirrorCache's table of servers as CSV: `hostname,urldir,enabled,country,region`, the columns of its database's `server`
 * (openSUSE/MirrorCache). MirrorCache finds out itself which schemes a server has, so the table has none.
 */
import { type Entry, emptyList, type ParsedList, tidyUrl, WrongForm } from "./entry.ts";

/** Columns that are needed. */
const columns = ["hostname", "urldir", "country"] as const;

/**
 * Reads the table. http is assumed of each server, as MirrorCache does before it has asked.
 * @param repository ours that the list is of
 * @throws WrongForm where the columns aren't there
 */
export function parseMirrorCacheTable(text: string, repository: string): ParsedList {
  const [header = "", ...rows] = text.split(/\r?\n/);
  const names = header.split(",");
  const missing = columns.find((column) => !names.includes(column));
  if (missing !== undefined) throw new WrongForm(`its first line has no column ${missing}`);
  const list = emptyList();
  for (const [index, row] of rows.entries()) {
    if (row.trim() === "") continue;
    list.read++;
    const cells = row.split(",");
    const cell = (column: string) => cells[names.indexOf(column)]?.trim() ?? "";
    const label = `${cell("hostname")} (line ${index + 2})`;
    const url = tidyUrl(`http://${cell("hostname")}/${cell("urldir").replace(/^\//, "")}`, "http");
    if (url === undefined || cells.length !== names.length) {
      list.notUsed.push({ label, why: "no hostname and urldir" });
    } else if (cell("enabled") === "f") {
      list.notUsed.push({ label, why: "not enabled there" });
    } else list.entries.push(entryOf(label, url, cell("country"), repository));
  }
  return list;
}

function entryOf(label: string, url: string, country: string, repository: string): Entry {
  const host = new URL(url).hostname;
  return {
    label,
    name: host,
    place: { host, ...(country !== "" && { country: country.toUpperCase() }) },
    repositories: { [repository]: { urls: { http: url } } },
  };
}
