/** How the rules of the image catalogue read names, for people who write rules. Pure. */
import { usablePath } from "../../worker/formats/index-reader.ts";
import { sumsLine } from "../../worker/formats/sums/sums-line.ts";
import { titleOfDistribution } from "../../worker/images/distribution-titles.ts";
import { rulesOf } from "../../worker/images/genisolist/image-rules.ts";
import type { ImageRule } from "../../worker/images/genisolist/read-sections.ts";
import type { Image } from "../../worker/images/image.ts";
import { imageOf } from "../../worker/images/image-of.ts";
import { inCanonicalOrder } from "../../worker/images/image-order.ts";
import { permanentPaths } from "../../worker/images/links/link-names.ts";
import type { Releases } from "../../worker/images/releases.ts";

/** What the rules say of one name. */
export interface Classified extends Image {
  /** Whose rule knows it; `null`: none does, and it is listed as `other`. */
  by: "nearmirror" | "rules" | null;
  /** The permanent link that leads to it among these names; absent: none does. */
  link?: string;
}

export interface ClassifyOptions {
  /** Under which the names are looked at: rules go by it where a name alone says too little. */
  repository: string;
  /** Of a genisolist.ini. */
  rules: readonly ImageRule[];
  releases: Releases;
}

/** What the rules say of each, in the order given. @param paths inside the repository */
export function classify(
  paths: readonly string[],
  { repository, rules, releases }: ClassifyOptions,
): Classified[] {
  const further = rulesOf(rules);
  const read = paths.map((path) => {
    const own = imageOf({ repository, path }, releases);
    if (isKnown(own, repository)) return { ...own, repository, by: "nearmirror" as const };
    const image = imageOf({ repository, path }, releases, further);
    return { ...image, repository, by: isKnown(image, repository) ? ("rules" as const) : null };
  });
  const links = permanentPaths(inCanonicalOrder(read));
  return read.map((image) => {
    const { repository: _, ...told } = image;
    const link = links.get(image);
    return link === undefined ? told : { ...told, link: `/images/${link}` };
  });
}

/** What no rule knows has its repository's name, and no series: each rule's images have one. */
function isKnown({ distribution, series }: Image, repository: string): boolean {
  return distribution !== repository || series !== "";
}

/** A line for people. */
export function shownClassified(image: Classified): string {
  const { path, by, link, distribution, version, series, codename, architecture } = image;
  if (by === null) return `${path}: no rule knows it; it is listed as other`;
  const { type, edition, part, format, isPreview } = image;
  const release = [series === version ? "" : `series ${series}`, codename ?? ""];
  const beside = release.filter((one) => one !== "").join(", ");
  const said = [
    [titleOfDistribution(distribution), version, beside === "" ? "" : `(${beside})`]
      .filter((one) => one !== "")
      .join(" "),
    architecture === "" ? "no architecture" : architecture,
    edition === undefined ? type : `${type} ${edition}`,
    part === undefined ? "" : `part ${part}`,
    format === "" ? "no format" : format,
    isPreview === true ? "preview" : "",
    by === "rules" ? "by the rules given" : "",
    link ?? "",
  ];
  return `${path}: ${said.filter((one) => one !== "").join("; ")}`;
}

/** Lines with the hash of an algorithm that isn't verified here: their names are as good. */
const otherSum = /^[ \t]*(?:[0-9a-f]{32,128} [ *]?(.+)|[A-Z0-9-]+ \((.+)\) = [0-9a-f]{32,128})$/i;

/**
 * The names of a text: of a list of sums those that it lists, else each line is one. Comments and blank lines are none.
 *
 * @param folder of the list, inside the repository; empty: its root
 * @returns what can't be a path inside a repository as well, as `wrong`
 */
export function namesIn(text: string, folder: string): { names: string[]; wrong: string[] } {
  const lines = text
    .split("\n")
    .map((line) => line.replace(/\r$/, ""))
    .filter((line) => line.trim() !== "" && !line.startsWith("#"));
  const listed = lines.flatMap((line) => {
    const name = sumsLine(line)?.name ?? otherSum.exec(line)?.slice(1).find(Boolean);
    return name === undefined ? [] : [name.replace(/^\.\//, "")];
  });
  const found = listed.length > 0 ? listed : lines.map((line) => line.trim());
  const base = folder === "" ? "" : `${folder.replace(/^\/+|\/+$/g, "")}/`;
  const names = [...new Set(found.map((name) => base + name))];
  return { names: names.filter(usablePath), wrong: names.filter((one) => !usablePath(one)) };
}
