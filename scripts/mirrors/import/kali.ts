/** A list of `host/path` lines, as Kali's mirrors are passed on: without scheme, country or date. */
import { emptyList, type ParsedList, tidyUrl, WrongForm } from "./entry.ts";

/** A line: a host, and the path there. */
const hostAndPath = /^[a-z0-9-]+(?:\.[a-z0-9-]+)+(?:\/\S*)?$/i;

/**
 * Reads the list. http is what such lists are of: a mirror that has https besides is found by another list.
 * @param repository ours that the list is of
 * @throws WrongForm where no line is a host and a path
 */
export function parseHostPaths(text: string, repository: string): ParsedList {
  const list = emptyList();
  for (const [index, raw] of text.split(/\r?\n/).entries()) {
    const line = raw.trim();
    if (line === "" || line.startsWith("#")) continue;
    list.read++;
    const label = `${line} (line ${index + 1})`;
    const url = hostAndPath.test(line) ? tidyUrl(`http://${line}`, "http") : undefined;
    if (url === undefined) {
      list.notUsed.push({ label, why: "no host and path" });
      continue;
    }
    const host = new URL(url).hostname;
    const urls = { http: url };
    list.entries.push({
      label,
      name: host,
      place: { host },
      repositories: { [repository]: { urls } },
    });
  }
  if (list.read > 0 && list.entries.length === 0)
    throw new WrongForm("no line is a host and a path");
  return list;
}
