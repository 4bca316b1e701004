/** The import command's reading and writing. */
import { readFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { checkList, nameOfFile } from "../../../worker/list/check.ts";
import type { Problem } from "../../../worker/list/problem.ts";
import type { RepositoryFile, Site } from "../../../worker/list/site.ts";
import { parts } from "../../program/parts.ts";
import { type CityRecord, Gazetteer, type StateRecord } from "../places/gazetteer.ts";
import { readListFiles, withTexts } from "../read-list.ts";
import { writeFiles } from "../write-files.ts";
import { editedSiteText, newSiteText } from "../write-site.ts";
import { withAge } from "./age.ts";
import { emptyList, type ParsedList, WrongForm } from "./entry.ts";
import { importList } from "./import-list.ts";
import { type ListKind, listForms } from "./lists.ts";
import { SiteJudge } from "./site-judge.ts";
import type { ImportSummary } from "./summary.ts";
import { parseJson, record, word } from "./unknown-values.ts";

/** What is imported. */
export interface Upstream {
  kind: ListKind;
  /** Our repository that the list is of. Absent: the usual one of the list's form, or what the list itself says. */
  repository?: string;
  /** When the list was made (`2021`, `2021-06`, `2021-06-30`), for one that doesn't say it itself. Absent: it is current. */
  dated?: string;
  /** mirrorz: the path of its cname.json. Absent: sites' names are taken as they are. */
  names?: string;
  /** tunasync: base URL of the site that the file is of. */
  site?: string;
}

/**
 * Imports upstream files into the list in `dir` and writes what changed. What is written has passed the list's check,
 * as a whole; an entry that wouldn't pass is left out, and told in the summary.
 * @returns the summary, or the errors of the list as it is: an import into a broken list would guess.
 * @throws when a file can't be read or written, or has no entry at all: then nothing was written.
 */
export async function runImport(
  upstream: Upstream,
  files: readonly string[],
  dir: string,
  now: number,
): Promise<ImportSummary | Problem[]> {
  const present = await readListFiles(dir);
  const checked = checkList(present, now);
  if (checked.errors.length > 0) return checked.errors;

  const known = new Map(checked.repositories.map((repository) => [repository.name, repository]));
  const { kind, repository, dated } = upstream;
  if (repository !== undefined && !known.has(repository)) {
    throw new Error(
      `There is no repository ${repository}. Write mirror-list/repositories/${repository}.yaml first. Nothing was imported.`,
    );
  }
  const names = upstream.names === undefined ? {} : await readNames(upstream.names);
  const lists: ParsedList[] = [];
  for (const file of files) {
    const list = parseList(upstream, { file, text: await readFile(file, "utf8"), names }, known);
    lists.push(withAge(list, dated, now));
  }

  const existing = new Map<string, Site>(checked.sites.map((site) => [site.name, site]));
  const judge = new SiteJudge(checked.sites, known, now);
  const { changed, summary } = importList(kind, ofKnown(joined(lists), known), {
    existing,
    originHosts: new Set(checked.repositories.map(({ origin }) => new URL(origin).hostname)),
    gazetteer: loadGazetteer(),
    refusal: (site) => judge.refusal(site),
  });

  const sources = new Map(present.mirrors.map((source) => [nameOfFile(source), source]));
  const texts = new Map<string, string>();
  for (const [name, site] of changed) {
    const before = existing.get(name);
    const source = sources.get(name);
    const text =
      before && source ? editedSiteText(source.document, before, site) : newSiteText(site);
    texts.set(source?.file ?? join(dir, "mirrors", `${name}.yaml`), text);
  }
  const { errors } = checkList(withTexts(present, texts), now);
  if (errors.length > 0) return errors;
  await writeFiles(texts);
  return summary;
}

/** A file as it was read. */
interface ReadFile {
  file: string;
  text: string;
  /** mirrorz' names of repositories. */
  names: Readonly<Record<string, string>>;
}

/** @throws Error with a sentence where the file is none of that list, or has no entry */
function parseList(
  { kind, repository, site }: Upstream,
  { file, text, names }: ReadFile,
  known: ReadonlyMap<string, RepositoryFile>,
): ParsedList {
  const form = listForms[kind];
  const architectures = Object.fromEntries(
    [...known].map(([name, listed]) => [name, listed.architectures ?? []]),
  );
  try {
    const list = form.read({
      text,
      name: basename(file),
      architectures,
      names,
      ...(site !== undefined && { site }),
      ...(repository !== undefined && { repository }),
    });
    if (list.read > 0) return list;
  } catch (error) {
    if (!(error instanceof WrongForm)) throw error;
    throw new Error(`${file} isn't ${form.called}: ${error.message}. Nothing was imported.`);
  }
  throw new Error(
    `${file} has no entry; it should be ${form.called}. Is it the right file, and was it fetched whole? Nothing was imported.`,
  );
}

/** @throws Error with a sentence where the file isn't mirrorz' cname.json */
async function readNames(file: string): Promise<Record<string, string>> {
  try {
    const fields = Object.entries(record(parseJson(await readFile(file, "utf8"))));
    const names = fields.flatMap(([name, value]) => {
      const cname = word(value);
      return cname === undefined ? [] : [[name, cname] as const];
    });
    if (names.length === 0) throw new WrongForm("it names nothing");
    return Object.fromEntries(names);
  } catch (error) {
    if (!(error instanceof WrongForm)) throw error;
    throw new Error(
      `${file} isn't mirrorz' cname.json (JSON of names by names): ${error.message}. Nothing was imported.`,
    );
  }
}

/** The list's entries without repositories that ours has no file of. */
function ofKnown(list: ParsedList, known: ReadonlyMap<string, RepositoryFile>): ParsedList {
  const kept: ParsedList = { ...list, entries: [] };
  for (const entry of list.entries) {
    const offered = Object.entries(entry.repositories);
    const ours = offered.filter(([name]) => known.has(name));
    for (const [name] of offered) {
      if (known.has(name)) continue;
      const why = `${name}: not imported, no such repository in this list`;
      kept.partsNotUsed.push({ label: entry.label, why });
    }
    if (ours.length === 0) kept.notUsed.push({ label: entry.label, why: "no repository of ours" });
    else kept.entries.push({ ...entry, repositories: Object.fromEntries(ours) });
  }
  return kept;
}

let gazetteer: Gazetteer | undefined;

/** GeoNames from the npm package, once. A third of a second: only commands that place things load it. */
export function loadGazetteer(): Gazetteer {
  if (gazetteer !== undefined) return gazetteer;
  // Not `import`: under Vitest that would put 17 MB of JSON through the bundler's transforms, for seconds.
  const cities: CityRecord[] = JSON.parse(readFileSync(parts.cities, "utf8"));
  const states: StateRecord[] = JSON.parse(readFileSync(parts.divisions, "utf8"));
  gazetteer = new Gazetteer(cities, states);
  return gazetteer;
}

function joined(lists: readonly ParsedList[]): ParsedList {
  const all = emptyList();
  for (const list of lists) {
    all.read += list.read;
    all.entries.push(...list.entries);
    all.notUsed.push(...list.notUsed);
    all.partsNotUsed.push(...list.partsNotUsed);
    all.doubted.push(...list.doubted);
  }
  return all;
}
