/** Ubuntu's `mirrors.txt` style list: `#LOC:XX` headers, then one URL a line. */
import { type Entry, emptyList, type ParsedList, tidyUrl } from "./entry.ts";

/** Reads the list; each URL is an entry. */
export function parseUbuntuList(text: string): ParsedList {
  const list = emptyList();
  let country: string | undefined;
  for (const [index, raw] of text.split(/\r?\n/).entries()) {
    const line = raw.trim();
    if (line.startsWith("#")) {
      country = line.match(/^#LOC:(\S+)$/)?.[1] ?? country;
      continue;
    }
    if (line === "") continue;
    list.read++;
    const label = `${line} (line ${index + 1})`;
    const scheme = line.startsWith("https:") ? "https" : "http";
    const url = tidyUrl(line, scheme);
    if (url === undefined) {
      const why = line.startsWith("ftp:") ? "ftp is not used" : "no usable http or https URL";
      list.notUsed.push({ label, why });
      continue;
    }
    const host = new URL(url).hostname;
    const other = url.match(/ubuntu-(?:ports|releases)|releases\.ubuntu/)?.[0];
    if (other !== undefined) {
      list.notUsed.push({ label, why: `by its name it is ${other}, not the archive` });
      continue;
    }
    list.entries.push({
      label,
      name: host,
      place: { host, ...(country !== undefined && { country }) },
      repositories: { ubuntu: { urls: { [scheme]: url } } },
    });
  }
  // A host listed by both schemes is met by http first: https then confirms, where the other way round
  // `schemes: [https]` would have been written and would stand.
  const plainFirst = (entry: Entry) => (entry.repositories.ubuntu?.urls.http === undefined ? 1 : 0);
  list.entries.sort((a, b) => plainFirst(a) - plainFirst(b));
  return list;
}
