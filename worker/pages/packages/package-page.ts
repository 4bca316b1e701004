/** The page at `/packages/{repository}/{name}`: all that is known of one package. */
import { type Html, html, type Piece, sentence } from "../../http/html.ts";
import type { PackageDetail, PlacedPackage, SuiteChoice } from "../../search/package-service.ts";
import { silenceOf } from "../../search/silence.ts";
import type { Page } from "../frame/document.ts";
import { href, type Visit } from "../frame/visit.ts";
import { answeredSuites, pinnedNote } from "./answered.ts";
import { advisoryList, elsewhereTable, homepageOf } from "./elsewhere-table.ts";
import { digests, download, install } from "./get-package.ts";
import { missingPackage } from "./missing-package.ts";
import { filesPerPage, packageFiles } from "./package-files.ts";
import type { PackagesPageSources } from "./packages-page.ts";
import { addressOf, packageAddress } from "./packages-query.ts";
import { packagesStyle } from "./packages-style.ts";
import { neededBy, relationLists } from "./relation-lists.ts";
import { wrongSearchPage } from "./search-page.ts";
import { apart, code, paragraphs, plainLine } from "./shown-text.ts";
import { wordsOf } from "./texts.ts";
import { versionTable } from "./version-table.ts";

/** Which package is looked at. */
export interface PackageAsked {
  repository: string;
  name: string;
  /** As `SuiteChoice.at`. */
  at?: string;
  /** A later page of its files. */
  after?: string;
  /** The service's own URL, ends in `/`. */
  base: string;
}

/** The choice of one repository, in all its suites. */
export function choiceOf({ repository, at }: Pick<PackageAsked, "repository" | "at">): SuiteChoice {
  return {
    repositories: [repository],
    suites: [],
    kinds: [],
    architectures: [],
    ...(at !== undefined && { at }),
  };
}

/** Later pages of its files have the files alone. */
export async function packagePage(
  visit: Visit,
  asked: PackageAsked,
  sources: PackagesPageSources,
): Promise<Page> {
  const { repository, name, after } = asked;
  const { service, repositories } = sources;
  const listed = repositories.find((one) => one.name === repository);
  if (listed === undefined) return missingPackage(visit, asked, sources, { lacks: "repository" });
  const choice = choiceOf(asked);
  const paging = { ...choice, limit: filesPerPage, ...(after !== undefined && { after }) };
  const files = service.filesOf(name, paging);
  const words = wordsOf(visit);
  const title = words.packageTitle
    .replace("{name}", () => plainLine(name))
    .replace("{repository}", () => plainLine(listed.title));
  const filesPart = async () =>
    packageFiles(await files, { ...asked, isLater: after !== undefined }, visit);
  if (after !== undefined) {
    const back = packageAddress(repository, name, asked.at);
    const heading = sentence(words.filesOf, { name: apart(name) });
    const link = sentence(words.toPackage, { name: apart(name) });
    const main = html`${crumbs(asked, listed.title, visit)}<h1 id="files">${heading}</h1>
<p><a href="${href(visit, back)}">${link}</a></p>
${await filesPart()}`;
    return { title, main, style: packagesStyle };
  }
  const [detail, listedFiles] = await Promise.all([service.detail(name, choice), filesPart()]);
  const places = detail.places.filter((one) => one.repository === repository);
  const [first] = places;
  if (first === undefined) {
    if (detail.refused !== undefined) return wrongSearchPage(visit, detail.refused);
    // Other repositories' suites may be asked for the same thing, and don't decide whether it is here.
    const unanswered = detail.unanswered.filter((one) => one.repository === repository);
    const silence = silenceOf({ ...detail, unanswered }, asked.at);
    const lacks =
      silence === "never" ? "past" : unanswered.length > 0 ? "answer" : ("name" as const);
    return missingPackage(visit, asked, sources, { lacks, unanswered });
  }
  const summary = first.record.summary;
  return {
    title,
    ...(summary !== undefined && { description: plainLine(summary) }),
    main: bodyOf(visit, { asked, detail, first, places, files: listedFiles, sources }),
    style: packagesStyle,
    head: html`<link rel="alternate" type="application/rss+xml" href="${feedOf(asked)}">\n`,
  };
}

function feedOf({ repository, name }: PackageAsked): string {
  return `${packageAddress(repository, name)}/feed.xml`;
}

/** What the body is made of. */
interface PackageFacts {
  asked: PackageAsked;
  detail: PackageDetail;
  /** What a client would install. */
  first: PlacedPackage;
  places: readonly PlacedPackage[];
  files: Html;
  sources: PackagesPageSources;
}

function bodyOf(
  visit: Visit,
  { asked, detail, first, places, files, sources }: PackageFacts,
): Html {
  const words = wordsOf(visit);
  const { repository, name, base, at } = asked;
  const { record } = first;
  const title = sources.repositories.find((one) => one.name === repository)?.title ?? repository;
  const past = at === undefined ? "" : `&at=${encodeURIComponent(at)}`;
  const api = `/api/v1/packages/${encodeURIComponent(name)}?repository=${encodeURIComponent(repository)}${past}`;
  return html`${crumbs(asked, title, visit)}<h1>${apart(name)}</h1>
${record.summary !== undefined && html`<p class="lead" dir="auto">${plainLine(record.summary)}</p>`}
${pinnedNote(at, href(visit, packageAddress(repository, name)), visit)}
${record.description !== undefined && record.description !== record.summary && html`<section lang="en">${paragraphs(record.description)}</section>`}
${facts(first, asked, visit)}
${install(first, title, visit)}
${download(first, base, visit)}${digests(places, visit)}
${versionTable(places, api, visit)}
${elsewhereTable(detail, sources.repositories, visit)}
${advisoryList(detail, visit)}
${relationLists(first, { ...sources, ...(at !== undefined && { at }) }, api, visit)}
${neededBy(detail, asked, api, visit)}
<h2 id="files">${words.files}</h2>
${files}
${answeredSuites(detail, api, visit)}
<p class="quiet"><a href="${feedOf(asked)}">${words.feed}</a> · <a href="${api}">${words.json}</a></p>`;
}

function crumbs({ at }: PackageAsked, title: string, visit: Visit): Html {
  const words = wordsOf(visit);
  const link = href(visit, addressOf(at === undefined ? {} : { at }));
  return html`<p class="crumbs"><a href="${link}">${words.packages}</a> &rsaquo; ${apart(title)}</p>\n`;
}

/** In the order in which people look for them. */
function facts(
  { suite, component, record, purl }: PlacedPackage,
  { repository, at }: PackageAsked,
  visit: Visit,
): Html {
  const words = wordsOf(visit);
  const { shown } = visit;
  const { version, architecture, size, installedSize, source, sourceVersion } = record;
  const where = component === undefined ? suite : `${suite} (${component})`;
  const sourceName = source ?? record.name;
  const sourceLink = html`<a href="${href(visit, addressOf({ q: sourceName, repositories: [repository], ...(at !== undefined && { at }) }))}">${apart(sourceName)}</a>`;
  // An address isn't shown: who reads the page can find it in the index.
  const maintainer = record.maintainer?.replace(/\s*<[^>]*>/g, "").trim();
  const told: readonly (readonly [string, Piece])[] = [
    [
      words.version,
      html`<strong>${apart(version)}</strong> · ${apart(where)} · ${apart(architecture)}`,
    ],
    [words.size, size !== undefined && shown.size(size)],
    [words.installedSize, installedSize !== undefined && shown.size(installedSize)],
    [words.homepage, record.homepage !== undefined && homepageOf(record.homepage)],
    [words.licence, record.license !== undefined && apart(record.license)],
    [words.section, record.section !== undefined && apart(record.section)],
    [
      words.source,
      source !== undefined && [
        sourceLink,
        sourceVersion !== undefined && [" ", apart(sourceVersion)],
      ],
    ],
    [words.maintainer, maintainer !== undefined && maintainer !== "" && apart(maintainer)],
    [words.purl, code(purl)],
  ];
  return html`<dl class="facts">${told
    .filter(([, value]) => value !== false)
    .map(([name, value]) => html`<dt>${name}</dt><dd>${value}</dd>\n`)}</dl>`;
}
