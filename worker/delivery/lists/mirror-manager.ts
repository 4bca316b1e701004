/** `/mirrorlist` and `/metalink` as MirrorManager's clients ask for them: parameters, choice of places, answers in text. */
import { readAddress } from "../../geo/address.ts";
import { countryPlace } from "../../geo/countries.ts";
import type { Scheme } from "../../geo/scheme.ts";
import type { Repository } from "../../repositories/catalogue.ts";
import { type ChannelWords, channelNames } from "./channels.ts";
import { inOrder, type Source, schemeOf } from "./source.ts";

/** What a request for a repository's list says. */
export interface ListQuestion extends ChannelWords {
  /** Upper case, each once; `GLOBAL` among them: everywhere. Empty: the client's own place decides. */
  countries: string[];
  /** Absent: the scheme that the client came with. */
  schemes?: Scheme[];
  /** The list is for this address, not for the one that asks. */
  ip?: string;
}

/** Why a request can't be answered. */
export interface ListRefusal {
  status: 400 | 404;
  /** Lines for a person; each begins with `#`, so that whoever takes it for a list finds no URL. */
  text: string;
}

/** MirrorManager's own sentence, without the parameter it has and we don't. */
const nothingAsked = "# repo= and arch= must be specified";

function words(values: readonly string[]): string[] {
  return values.flatMap((value) => value.split(",")).map((word) => word.trim());
}

/** Reads a query string without its `?`. */
export function readListQuestion(query: string): ListQuestion | ListRefusal {
  const given = new URLSearchParams(query);
  const repo = given.get("repo") ?? "";
  const arch = given.get("arch") ?? "";
  if (repo === "" || arch === "") return { status: 400, text: nothingAsked };
  const release = given.get("release") ?? "";
  const ip = given.get("ip") ?? "";
  if (ip !== "" && readAddress(ip) === undefined) {
    return { status: 400, text: "# error: ip= is not an IPv4 or IPv6 address" };
  }
  const asked = words(given.getAll("protocol")).filter((word) => word !== "");
  const schemes = [...new Set(asked.flatMap(schemesNamed))];
  if (asked.length > 0 && schemes.length === 0) {
    return { status: 400, text: "# error: protocol= is https, http or both" };
  }
  const countries = words(given.getAll("country"))
    .map((word) => word.toUpperCase())
    .filter((word) => word !== "");
  return {
    repo,
    arch,
    ...(release === "" ? {} : { release }),
    countries: [...new Set(countries)],
    ...(schemes.length === 0 ? {} : { schemes }),
    ...(ip === "" ? {} : { ip }),
  };
}

/** Tells a refusal from a question. */
export function isListRefusal(value: ListQuestion | ListRefusal): value is ListRefusal {
  return "status" in value;
}

/** MirrorManager has rsync and ftp too; we have no client of theirs, and what else is named counts. */
function schemesNamed(word: string): Scheme[] {
  const name = word.toLowerCase();
  if (name === "both") return ["https", "http"];
  return name === "https" || name === "http" ? [name] : [];
}

/** `# repo = ... arch = ...`, without what a request could break out of the line with. */
function headOf({ repo, arch }: ChannelWords): string {
  const plain = (text: string) => text.replace(/[^\x21-\x7e]/g, "?").slice(0, 64);
  return `# repo = ${plain(repo)} arch = ${plain(arch)} `;
}

/** No such channel: MirrorManager's words, and the list of what there is. */
export function unknownChannel(
  asked: ChannelWords,
  repositories: readonly Repository[],
): ListRefusal {
  const lines = [
    `${headOf(asked)}error: invalid repo or arch`,
    "# following repositories are available:",
    ...channelNames(repositories).map((name) => `# ${name}`),
  ];
  return { status: 404, text: lines.join("\n") };
}

/** The places chosen, and how, in MirrorManager's words. */
export interface Chosen<Of extends Source> {
  sources: readonly Of[];
  how: string;
}

/**
 * Those of the countries asked for alone; where none is there, those of their continents; else all (as
 * mirrorlist-server does). Ranked among themselves by the client's own place.
 */
export function inCountries<Of extends Source>(
  sources: readonly Of[],
  countries: readonly string[],
): Chosen<Of> {
  const ranked = inOrder(sources);
  if (countries.includes("GLOBAL")) return { sources: ranked, how: "country = global " };
  const told = (found: readonly Of[]) => {
    const names = [...new Set(found.map(({ country }) => country))];
    return { sources: [...found], how: names.map((name) => `country = ${name} `).join("") };
  };
  const there = ranked.filter(({ country = "" }) => countries.includes(country));
  if (there.length > 0) return told(there);
  const continents = new Set(
    countries.map((name) => countryPlace(name)?.continent).filter((name) => name !== undefined),
  );
  const near = ranked.filter(({ country = "" }) => {
    const continent = countryPlace(country)?.continent;
    return continent !== undefined && continents.has(continent);
  });
  if (near.length > 0) return told(near);
  return { sources: ranked, how: countries.length === 0 ? "" : "country = global " };
}

/**
 * The list as text: a line that tells how it came about, then base URLs, ours first (for the reasons, see
 * `repository-metalink.ts`; here no hash holds a mirror to anything, so that a mirror's metadata is asked for only
 * when ours can't be had: by dnf, and by libzypp to 17.36. A newer libzypp asks the others first, and so gets no others:
 * `takesOnePlace`). No line is empty: libzypp 17.37 takes such a line for a broken URL and the whole list
 * for invalid.
 *
 * @param own our base URL, ends in `/`; has the client's own scheme whatever `protocol=` says
 */
export function mirrorListText(
  asked: ListQuestion,
  own: string,
  { sources, how }: Chosen<Source>,
): string {
  const protocol = asked.schemes === undefined ? "" : `protocol = ${asked.schemes.join(",")} `;
  const urls = [own, ...sources.map(({ url }) => url)];
  return `${`${headOf(asked)}${how}${protocol}`.trimEnd()}\n${urls.join("\n")}\n`;
}

/** libzypp's list of places, of 17.37 and newer: it looks for `url` in an array of objects. */
export function zyppList(own: string, { sources }: Chosen<Source>): string {
  return `${JSON.stringify([own, ...sources.map(({ url }) => url)].map((url) => ({ url })))}\n`;
}

/** Those of the schemes asked for. A place that has both is in the list twice, as its own two sources. */
export function ofSchemes<Of extends Source>(
  sources: readonly Of[],
  schemes: readonly Scheme[] | undefined,
): Of[] {
  return sources.filter(({ url }) => schemes?.some((scheme) => scheme === schemeOf(url)) ?? true);
}
