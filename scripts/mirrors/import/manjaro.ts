/** Manjaro's `mirrors.json`: a country by its name, a URL without its scheme's rest, and the protocols it is reached by. */
import { countryCode } from "../places/place.ts";
import { type ParsedList, WrongForm } from "./entry.ts";
import { maps, parseJson, word, words } from "./unknown-values.ts";
import { groupUrls, type ListedUrl } from "./url-group.ts";

/** @throws WrongForm where the file isn't the list */
export function parseManjaroList(text: string, repository: string): ParsedList {
  const mirrors = maps(parseJson(text), "of mirrors");
  if (!mirrors.some((mirror) => "protocols" in mirror))
    throw new WrongForm("no mirror has `protocols`");
  const urls = mirrors.flatMap((mirror, at): ListedUrl[] => {
    const url = word(mirror.url) ?? "?";
    const name = (word(mirror.country) ?? "").replaceAll("_", " ");
    const country = countryCode(name);
    const place = country === undefined ? {} : { country };
    const where = `mirror ${at + 1}`;
    const protocols = words(mirror.protocols);
    if (protocols.length === 0) return [{ url, where, place }];
    return protocols.map((protocol) => ({
      url: url.replace(/^[a-z]+(?=:)/i, protocol),
      where,
      place,
    }));
  });
  return groupUrls(urls, repository);
}
