/**
 * `Mirrors.masterlist` of Debian and its relatives: stanzas of `Field: value`, separated by empty lines.
 * `Archive-http: /debian/` says that http://site/debian/ has the archive. Debian's list doesn't speak of https;
 * Parrot's and grml's have `Archive-https`.
 */
import { ownValue } from "../../../worker/runtime/own-value.ts";
import { type Entry, type EntryRepository, emptyList, type ParsedList, tidyUrl } from "./entry.ts";

interface Stanza {
  line: number;
  /** Values by field, in order; a field may occur again (`Sponsor`, `Country`). */
  fields: Map<string, string[]>;
}

/** A stanza about a site. */
interface SiteStanza extends Stanza {
  site: string;
  /** Names it in what the import says. */
  label: string;
}

/** Debian's repositories by the list's prefix of their fields. */
const debianFields = { Archive: "debian", CDImage: "debian-cd", Security: "debian-security" };
/** Schemes in which a repository's path is given. */
const listedSchemes = ["http", "https"] as const;

/** `Type` of a stanza that is one site: how it gets its copy, and who gets theirs from it. */
const ofOneSite = /^(?:leaf|push|(?:push-)?(?:primary|secondary))$/i;

/** Kinds of content the list has and we don't. */
const otherContents: Readonly<Record<string, string>> = {
  CDImage: "images",
  Security: "security updates",
  Ports: "debian-ports",
  Old: "debian-archive (old releases)",
};

/** Fields that hold nothing a mirror's file wants; `Comment` is for people reading the list itself. */
const readOtherwise = /^(Site|Country|Location|Sponsor|Type|Comment|Includes)$/;

/**
 * Reads the list. What of it isn't Debian's own is told apart by nothing but its paths: an archive that is at `/parrot/`
 * nearly everywhere isn't Debian's.
 *
 * @param architectures each repository's own: an obsolete one that the list still names is left out
 * @param archive the repository that the list's `Archive` is of. Absent: Debian's, and `CDImage` and `Security` with it
 * @throws Error where it must be said whose archive it is
 */
export function parseDebianList(
  text: string,
  architectures: Readonly<Record<string, readonly string[]>>,
  archive?: string,
): ParsedList {
  const prefixes: Readonly<Record<string, string>> =
    archive === undefined ? debianFields : { Archive: archive };
  const list = emptyList();
  if (archive === undefined) mustBeDebians(text);
  for (const stanza of stanzas(text)) {
    list.read++;
    const site = stanza.fields.get("Site")?.[0];
    const label = `${site ?? "?"} (line ${stanza.line})`;
    if (site === undefined || !/^[a-z0-9.-]+$/i.test(site)) {
      list.notUsed.push({ label, why: "no usable Site field" });
      continue;
    }
    const type = stanza.fields.get("Type")?.[0];
    if (type !== undefined && !ofOneSite.test(type)) {
      list.notUsed.push({
        label,
        why: /origin/i.test(type) ? "it is an origin, not a mirror" : `Type: ${type}, not one site`,
      });
      continue;
    }
    const entry = readStanza({ ...stanza, site, label }, prefixes, architectures, list);
    if (Object.keys(entry.repositories).length > 0) list.entries.push(entry);
    else list.notUsed.push({ label, why: "no repository of ours by http or https" });
  }
  return list;
}

function readStanza(
  { fields, site, label }: SiteStanza,
  prefixes: Readonly<Record<string, string>>,
  architectures: Readonly<Record<string, readonly string[]>>,
  list: ParsedList,
): Entry {
  const field = (name: string) => fields.get(name)?.[0];
  const country = field("Country")?.slice(0, 2);
  const city = field("Location");
  const sponsor = readSponsors(fields.get("Sponsor") ?? []);
  const repositories: Record<string, EntryRepository> = {};
  const understood = new Set<string>();

  for (const [prefix, repository] of Object.entries(prefixes)) {
    for (const part of [...listedSchemes, "rsync", "architecture"])
      understood.add(`${prefix}-${part}`);
    const rsync = field(`${prefix}-rsync`);
    const urls: EntryRepository["urls"] = {};
    for (const scheme of listedSchemes) {
      const path = field(`${prefix}-${scheme}`);
      if (path === undefined) continue;
      const url = tidyUrl(`${scheme}://${site}/${path.replace(/^\//, "")}`, scheme);
      if (url !== undefined) urls[scheme] = url;
      else list.partsNotUsed.push({ label, why: `${prefix}-${scheme}: ${path}` });
    }
    if (Object.keys(urls).length === 0) {
      if (rsync !== undefined) {
        list.partsNotUsed.push({ label, why: `${repository} by rsync only: no client can use it` });
      }
      continue;
    }
    const rsyncUrl =
      rsync === undefined
        ? undefined
        : tidyUrl(`rsync://${site}/${rsync.replace(/^\//, "")}`, "rsync");
    const carried = carriedArchitectures(
      field(`${prefix}-architecture`),
      architectures[repository] ?? [],
    );
    repositories[repository] = {
      urls,
      ...(rsyncUrl !== undefined && { rsync: rsyncUrl }),
      ...(carried && { architectures: carried }),
    };
  }
  for (const name of fields.keys()) {
    if (understood.has(name) || readOtherwise.test(name)) continue;
    const [prefix = "", part] = name.split("-");
    const other = ownValue(otherContents, prefix);
    if (other === undefined) list.partsNotUsed.push({ label, why: `unknown field ${name}` });
    else if (part === "http" || part === "https") {
      list.partsNotUsed.push({ label, why: `${other}: not imported, no such repository` });
    }
  }
  return {
    label,
    name: site.toLowerCase(),
    place: {
      host: site.toLowerCase(),
      ...(country !== undefined && { country }),
      ...(city !== undefined && { city }),
    },
    ...(sponsor && { sponsor }),
    repositories,
  };
}

/** Throws where the archive is hardly anywhere at a path of Debian's. */
function mustBeDebians(text: string): void {
  const paths = [...text.matchAll(/^Archive-https?:[ \t]*(\S+)/gm)].map(([, path = ""]) => path);
  const debians = paths.filter((path) => /debian/i.test(path)).length;
  if (2 * debians >= paths.length) return;
  throw new Error(
    `The archive of this list is at ${paths[0]}, which isn't Debian's by its name. Say whose it is: --repository NAME, a repository of the list. Nothing was imported.`,
  );
}

/** The list's architectures that the repository has; undefined when that is all of them. */
function carriedArchitectures(
  listed: string | undefined,
  known: readonly string[],
): string[] | undefined {
  if (listed === undefined) return undefined;
  const words = new Set(listed.split(/\s+/));
  const carried = known.filter((word) => words.has(word));
  // The CD list's own architectures leave `multi-arch` (both PCs on one image) unsaid.
  const complete = known.every((word) => words.has(word) || word === "multi-arch");
  return complete || carried.length === 0 ? undefined : carried;
}

/** `Name https://page/`, several times: all the names, the first page. */
function readSponsors(values: readonly string[]): Entry["sponsor"] {
  const sponsors = values.map((value) => {
    const url = value.match(/https?:\/\/\S+/)?.[0];
    return { name: value.replace(/\s*<?https?:\/\/\S+/, "").trim(), url };
  });
  const name = sponsors
    .map((sponsor) => sponsor.name)
    .filter((text) => text !== "")
    .join(", ");
  const url = sponsors.find((sponsor) => sponsor.url !== undefined)?.url;
  if (name === "") return undefined;
  return { name, ...(url !== undefined && { url }) };
}

function stanzas(text: string): Stanza[] {
  const found: Stanza[] = [];
  let current: Stanza | undefined;
  let last: string[] | undefined;
  for (const [index, line] of text.split(/\r?\n/).entries()) {
    if (line.trim() === "") {
      current = undefined;
      continue;
    }
    const continued = line.match(/^\s+(.*)$/);
    if (continued && last && current) {
      last.push(`${last.pop() ?? ""} ${continued[1]}`);
      continue;
    }
    const [, name, value] = line.match(/^([\w-]+):\s*(.*?)\s*$/) ?? [];
    if (name === undefined || value === undefined) continue;
    if (!current) {
      current = { line: index + 1, fields: new Map() };
      found.push(current);
    }
    last = current.fields.get(name) ?? [];
    last.push(value);
    current.fields.set(name, last);
  }
  return found;
}
