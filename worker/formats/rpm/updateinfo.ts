/** rpm-md's updateinfo.xml: the advisories of a repository. */
import type { IndexReader } from "../index-reader.ts";
import type { Advisory } from "../package-record.ts";
import { isWord, oneLine } from "../record-text.ts";
import { evrOf } from "./evr.ts";
import { childOf, childrenOf, type XmlElement, XmlEntries } from "./xml-entries.ts";

/** Left out is an advisory without an id. A package without name, version and architecture isn't among its packages. */
export function updateinfoReader(sink: (one: Advisory) => void): IndexReader {
  const list = { root: "updates", otherwise: "no list of advisories", entries: ["update"] };
  return new XmlEntries(list, (update) => {
    const id = oneLine(childOf(update, "id")?.text);
    if (!isWord(id)) return "has no id, or none that is one";
    const severity = oneLine(childOf(update, "severity")?.text);
    const issued = timeOf(childOf(update, "issued")?.attributes.date);
    sink({
      id,
      type: update.attributes.type ?? "",
      title: oneLine(childOf(update, "title")?.text) ?? id,
      // Bodhi writes `None` for none.
      ...(severity !== undefined && severity !== "None" && { severity }),
      ...(issued !== undefined && { issued }),
      references: referencesOf(update),
      packages: packagesOf(update),
    });
    return undefined;
  });
}

/** `2021-05-18 05:37:59` in UTC, a day alone, or Unix seconds as of SUSE; Unix seconds. */
function timeOf(date: string | undefined): number | undefined {
  const text = date?.trim() ?? "";
  if (/^\d{9,11}$/.test(text)) return Number(text);
  const [, day, time = "00:00:00"] =
    /^(\d{4}-\d\d-\d\d)(?:[ T](\d\d:\d\d:\d\d)(?:Z|\.\d+| UTC)?)?$/.exec(text) ?? [];
  const ms = day === undefined ? Number.NaN : Date.parse(`${day}T${time}Z`);
  return Number.isNaN(ms) ? undefined : ms / 1000;
}

/** Of what kinds of reference the id is one that people search by; others name the advisory itself. */
const referenceTypes: ReadonlySet<string> = new Set(["cve", "bugzilla"]);

function referencesOf(update: XmlElement): string[] {
  const ids = childrenOf(childOf(update, "references"), "reference").flatMap(({ attributes }) => {
    const { type = "", id = "", title = "" } = attributes;
    if (!referenceTypes.has(type)) return [];
    const named = id !== "" ? id : (/^CVE-\d+-\d+/.exec(title)?.[0] ?? "");
    return isWord(named) ? [named] : [];
  });
  return [...new Set(ids)];
}

function packagesOf(update: XmlElement): Advisory["packages"] {
  const collections = childrenOf(childOf(update, "pkglist"), "collection");
  const packages = collections.flatMap((one) => childrenOf(one, "package"));
  return packages.flatMap(({ attributes }) => {
    const { name, arch: architecture } = attributes;
    const version = evrOf(attributes);
    const isWhole = isWord(name) && isWord(version) && isWord(architecture);
    return isWhole ? [{ name, version, architecture }] : [];
  });
}
