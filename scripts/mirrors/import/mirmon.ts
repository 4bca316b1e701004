/**
 * mirmon's list, which `mirrorbits export mirmon` writes: a line a URL, with a country's code before it and an address
 * behind it (mirrorbits 0.5, `cli/commands.go`). Columns are apart by tabs or blanks. MirrorBrain's `mb export` writes it
 * too, and `mirmon-apache` besides.
 */

import type { ParsedList } from "./entry.ts";
import { WrongForm } from "./entry.ts";
import { groupUrls, type ListedUrl } from "./url-group.ts";

/** @throws WrongForm where no line is a country and a URL */
export function parseMirmon(text: string, repository: string): ParsedList {
  const urls: ListedUrl[] = [];
  for (const [index, raw] of text.split(/\r?\n/).entries()) {
    const line = raw.trim();
    if (line === "" || line.startsWith("#")) continue;
    const columns = line.split(/\s+/);
    // mirmon's form `apache` has the scheme before the country.
    if (/^(?:https?|ftp|rsync)$/.test(columns[0] ?? "")) columns.shift();
    const [country = "", url = ""] = columns;
    const where = `line ${index + 1}`;
    if (!/^[a-z]{2}$/i.test(country) || !URL.canParse(url)) continue;
    urls.push({ url, where, place: { country: country.toUpperCase() } });
  }
  if (urls.length === 0) throw new WrongForm("no line is a country's code and a URL");
  return groupUrls(urls, repository);
}
