/**
 * Ubuntu's `mirrors.txt` style list: `#LOC:XX` headers, then one URL a line. Some lines are of Ubuntu's ports or of its
 * images, by their names.
 */
import { type Entry, emptyList, type ParsedList, tidyUrl, WrongForm } from "./entry.ts";

/**
 * Reads the list; each URL is an entry.
 * @throws WrongForm where no line is a URL
 */
export function parseUbuntuList(text: string): ParsedList {
  if (text.trim() !== "" && !/^\s*[a-z]+:\/\/\S/m.test(text))
    throw new WrongForm("no line is a URL");
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
    const repository = repositoryOf(url);
    list.entries.push({
      label,
      name: host,
      place: { host, ...(country !== undefined && { country }) },
      repositories: { [repository]: { urls: { [scheme]: url } } },
    });
  }
  // A host listed by both schemes is met by http first: https then confirms, where the other way round
  // `schemes: [https]` would have been written and would stand.
  const plainFirst = ({ repositories }: Entry) =>
    Object.values(repositories).some(({ urls }) => urls.http !== undefined) ? 0 : 1;
  list.entries.sort((a, b) => plainFirst(a) - plainFirst(b));
  return list;
}

function repositoryOf(url: string): string {
  if (url.includes("ubuntu-ports")) return "ubuntu-ports";
  return /ubuntu-releases|releases\.ubuntu/.test(url) ? "ubuntu-releases" : "ubuntu";
}
