/** Gentoo's `distfiles.xml` and `rsync.xml` (api.gentoo.org): mirrors in groups by country, with a URI for each protocol. */
import { SaxesParser } from "saxes";
import {
  type Entry,
  type EntryRepository,
  emptyList,
  type ParsedList,
  tidyUrl,
  WrongForm,
} from "./entry.ts";

/** A `mirror` element as it is read. */
interface ReadMirror {
  name: string;
  country: string;
  uris: { protocol: string; ipv4: boolean; ipv6: boolean; partial: boolean; text: string }[];
}

/** @throws WrongForm where the file isn't such a list */
export function parseGentooList(text: string, repository: string): ParsedList {
  const mirrors = readMirrors(text);
  const list = emptyList();
  for (const mirror of mirrors) {
    list.read++;
    const entry = entryOf(mirror, repository, list);
    if (typeof entry === "string") list.notUsed.push({ label: mirror.name, why: entry });
    else list.entries.push(entry);
  }
  return list;
}

function entryOf(
  { name, country, uris }: ReadMirror,
  repository: string,
  list: ParsedList,
): Entry | string {
  const carried: EntryRepository = { urls: {} };
  const web = uris.filter(({ protocol }) => protocol === "http" || protocol === "https");
  for (const { protocol, text, partial } of uris) {
    const url = tidyUrl(text, protocol);
    if (partial)
      list.partsNotUsed.push({ label: name, why: `${text}: the list says that it is partial` });
    else if (url === undefined || !["http", "https", "rsync"].includes(protocol)) {
      list.partsNotUsed.push({ label: name, why: `${text}: neither http, https nor rsync` });
    } else if (protocol === "https") carried.urls.https ??= url;
    else if (protocol === "http") carried.urls.http ??= url;
    else carried.rsync ??= url;
  }
  const base = carried.urls.https ?? carried.urls.http;
  if (base === undefined) return "neither http nor https";
  const host = new URL(base).hostname;
  const [v4, v6] = [web.some(({ ipv4 }) => ipv4), web.some(({ ipv6 }) => ipv6)];
  return {
    label: name,
    name: host,
    place: { host, ...(country !== "" && { country }) },
    ...(name !== host && { sponsor: { name } }),
    ...(v4 !== v6 && { families: [v4 ? ("ipv4" as const) : ("ipv6" as const)] }),
    repositories: { [repository]: carried },
  };
}

function readMirrors(text: string): ReadMirror[] {
  const parser = new SaxesParser();
  const mirrors: ReadMirror[] = [];
  let country = "";
  let mirror: ReadMirror | undefined;
  let uri: ReadMirror["uris"][number] | undefined;
  let inside = "";
  parser.on("opentag", ({ name, attributes }) => {
    const value = (attribute: string) => String(attributes[attribute] ?? "");
    inside = name;
    if (name === "mirrorgroup") country = value("country").toUpperCase();
    else if (name === "mirror") mirror = { name: "", country, uris: [] };
    else if (name === "uri") {
      uri = {
        protocol: value("protocol"),
        ipv4: value("ipv4") === "y",
        ipv6: value("ipv6") === "y",
        partial: value("partial") === "y",
        text: "",
      };
    }
  });
  parser.on("text", (part) => {
    if (inside === "name" && mirror !== undefined) mirror.name += part.trim();
    if (inside === "uri" && uri !== undefined) uri.text += part.trim();
  });
  parser.on("closetag", ({ name }) => {
    inside = "";
    if (name === "uri" && uri !== undefined) mirror?.uris.push(uri);
    if (name === "mirror" && mirror !== undefined) mirrors.push(mirror);
  });
  try {
    parser.write(text).close();
  } catch (error) {
    throw new WrongForm(`it is no XML (${error instanceof Error ? error.message : error})`);
  }
  if (mirrors.length === 0) throw new WrongForm("it has no `mirror`");
  return mirrors;
}
