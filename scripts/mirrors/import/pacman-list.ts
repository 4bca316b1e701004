/**
 * pacman's `mirrorlist` as Arch and its relatives publish it: `Server = URL` lines, commented out or not, below headings
 * of countries and cities (`## Germany`; Arch Linux ARM has `### Germany` and `## Aachen` below it).
 */
import { countryCode } from "../places/place.ts";
import { type ParsedList, WrongForm } from "./entry.ts";
import { groupUrls, type ListedUrl } from "./url-group.ts";

/** What stands for the repository and the architecture, at the end of each URL. */
const variables = /\/?\$(?:repo|arch|branch)(?:\/(?:os|\$repo|\$arch|\$branch))*\/?$/;

/** Headings under which URLs lead to several sites. */
const everywhere = /^(?:worldwide|geo-?ip|default|global|cdn)/i;

/** @throws WrongForm where no line has a server */
export function parsePacmanList(text: string, repository: string): ParsedList {
  const urls: ListedUrl[] = [];
  let country: string | undefined;
  let city: string | undefined;
  let isEverywhere = false;
  for (const [index, raw] of text.split(/\r?\n/).entries()) {
    const line = raw.trim();
    const [, server] = /^#?\s*Server\s*=\s*(\S+)/.exec(line) ?? [];
    if (server === undefined) {
      const [, heading] = /^#{1,3}\s+(?:Country\s*:\s*)?(\S.*)$/.exec(line) ?? [];
      if (heading === undefined) continue;
      // CachyOS names the country by its code: `tier=1 code=DE`.
      const [, ofCode] = /\bcode=([A-Z]{2})\b/.exec(heading) ?? [];
      const code = countryCode(ofCode ?? heading.replace(/\s*\(.*\)$/, "").trim());
      isEverywhere = everywhere.test(heading);
      if (code !== undefined || isEverywhere) [country, city] = [code, undefined];
      else if (country !== undefined) city = heading.trim();
      continue;
    }
    const url = server.replace(variables, "");
    const where = `line ${index + 1}`;
    const why = isEverywhere
      ? "its name leads to several sites"
      : /\$/.test(url)
        ? "its path has the architecture or the repository before other parts"
        : undefined;
    const place = {
      ...(country !== undefined && { country }),
      ...(city !== undefined && { city }),
    };
    urls.push({ url, where, place, ...(why !== undefined && { why }) });
  }
  if (urls.length === 0) throw new WrongForm("no line has a `Server`");
  return groupUrls(urls, repository);
}
