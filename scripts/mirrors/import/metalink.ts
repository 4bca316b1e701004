/**
 * A metalink as MirrorManager answers (`mirrors.fedoraproject.org/metalink?repo=...`): one file's URL at each mirror, with
 * the mirror's country. It has the mirrors for the network that asked, so several answers are one list.
 */
import { SaxesParser } from "saxes";
import { type EntryRepository, emptyList, type ParsedList, tidyUrl, WrongForm } from "./entry.ts";

/** A URL of the answer, and the country that it gives. */
interface FoundUrl {
  url: string;
  country?: string;
}

/**
 * Where a repository's own path begins in a URL: Fedora's `releases/44/`, `updates/44/`, `development/rawhide/`, or the
 * number of a release with its part (`9/Everything/`, `10/BaseOS/`, `10-stream/BaseOS/`). What stands before is the mirror's.
 */
const ownPath =
  /\/(?:(?:releases|updates|development)\/[^/]+|\d+(?:\.\d+)?(?:-stream)?)\/[A-Z][A-Za-z]+\/.*repodata\/repomd\.xml$/;

/**
 * Reads the answer; all URLs of a host are one entry.
 * @param repository ours that it is of
 * @throws WrongForm where the file is no metalink of a `repomd.xml`
 */
export function parseMetalink(text: string, repository: string): ParsedList {
  const { urls, pubdate } = readXml(text);
  const list = emptyList();
  const madeAt = Date.parse(pubdate ?? "");
  if (!Number.isNaN(madeAt)) list.madeAt = madeAt;
  const hosts = new Map<string, { carried: EntryRepository; country?: string | undefined }>();
  const unused = new Map<string, string>();
  for (const { url, country } of urls) {
    if (!URL.canParse(url)) {
      unused.set(url, "not a usable URL");
      continue;
    }
    const { hostname, protocol } = new URL(url);
    const start = ownPath.exec(url)?.index;
    const scheme = protocol.slice(0, -1);
    const base = start === undefined ? undefined : tidyUrl(url.slice(0, start + 1), scheme);
    if (base === undefined) {
      unused.set(hostname, `${url}: where the repository begins isn't told by its path`);
      continue;
    }
    const host = hosts.get(hostname) ?? { carried: { urls: {} } };
    host.country ??= country;
    hosts.set(hostname, host);
    take(host.carried, scheme, base);
  }
  for (const [host, { carried, country }] of hosts) {
    if (Object.keys(carried.urls).length === 0) {
      unused.set(host, "neither http nor https");
      hosts.delete(host);
      continue;
    }
    const place = { host, ...(country !== undefined && { country }) };
    list.entries.push({ label: host, name: host, place, repositories: { [repository]: carried } });
  }
  for (const [label, why] of unused) {
    (hosts.has(label) ? list.partsNotUsed : list.notUsed).push({ label, why });
  }
  list.read = list.entries.length + list.notUsed.length;
  return list;
}

function take(carried: EntryRepository, scheme: string, base: string): void {
  if (scheme === "https") carried.urls.https ??= base;
  else if (scheme === "http") carried.urls.http ??= base;
  else if (scheme === "rsync") carried.rsync ??= base;
}

function readXml(text: string): { urls: FoundUrl[]; pubdate?: string } {
  const urls: FoundUrl[] = [];
  let pubdate: string | undefined;
  let open: FoundUrl | undefined;
  let isMetalink = false;
  const parser = new SaxesParser();
  parser.on("error", (error) => {
    throw new WrongForm(`it is no XML (${error.message})`);
  });
  parser.on("opentag", ({ name, attributes }) => {
    if (name === "metalink") {
      isMetalink = true;
      pubdate = attributes.pubdate;
    }
    if (name !== "url") return;
    const country = attributes.location;
    open = { url: "", ...(country !== undefined && { country }) };
  });
  parser.on("text", (part) => {
    if (open !== undefined) open.url += part.trim();
  });
  parser.on("closetag", ({ name }) => {
    if (name === "url" && open !== undefined) urls.push(open);
    if (name === "url") open = undefined;
  });
  parser.write(text).close();
  if (!isMetalink) throw new WrongForm("it has no element `metalink`");
  return { urls, ...(pubdate !== undefined && { pubdate }) };
}
