/** A list in another form, and what of the list that form can't say. Pure. */
import { nearestWord } from "../../../worker/list/nearest-word.ts";
import { type Fact, lostFacts, sitesOf } from "./facts.ts";
import type { ExportForm } from "./form.ts";
import { allMirrors, type ListedMirror, mirrorsOf, type WholeList } from "./listed-mirror.ts";

/** What is asked for. */
export interface AskedExport {
  /** The form's name, for what is told. */
  format: string;
  form: ExportForm;
  /** Ours that the list is of; of a site's form only this one. */
  repository?: string;
  /** Unix milliseconds. */
  now: number;
  /** What a running service's checks found, by `mirror repository`. */
  checks?: ReadonlyMap<string, ListedMirror["checks"]>;
}

/** A list, written. */
export interface WrittenList {
  /** Texts by their names: one, unless the form is a folder. */
  files: ReadonlyMap<string, string>;
  /** Sites that are in it. */
  mirrors: number;
  /** Sites that aren't, all or in part, by the reason: `private`. */
  leftOut: Readonly<Record<string, number>>;
  /** Mirrors of which the form can't say something, by what that is. */
  lost: { fact: Fact; mirrors: number }[];
}

/** @returns a sentence where the list can't be written in that form */
export function writeList(list: WholeList, asked: AskedExport): WrittenList | { fault: string } {
  const { form, now, checks } = asked;
  const found = wantedOf(list, asked);
  if ("fault" in found) return found;
  const outOf = new Map<string, ListedMirror[]>();
  const mirrors: ListedMirror[] = [];
  for (const mirror of found.mirrors) {
    const why = reasonAgainst(form, mirror);
    if (why !== undefined) outOf.set(why, [...(outOf.get(why) ?? []), mirror]);
    else {
      const known = checks?.get(`${mirror.site.name} ${mirror.repository.name}`);
      mirrors.push(known === undefined ? mirror : { ...mirror, checks: known });
    }
  }
  const files = form.write({ mirrors, now });
  const leftOut = [...outOf].map(([why, those]) => [why, sitesOf(those)] as const);
  return {
    files,
    mirrors: sitesOf(mirrors),
    leftOut: Object.fromEntries(leftOut),
    lost: lostFacts(mirrors, form.says),
  };
}

function wantedOf(
  list: WholeList,
  { format, form, repository: name, now, checks }: AskedExport,
): { mirrors: ListedMirror[] } | { fault: string } {
  if (form.needsChecks && checks === undefined) {
    const fault = `${form.called} tells what checks found of mirrors, and files have none of that: name a running service, or take another form.`;
    return { fault };
  }
  if (name === undefined) {
    if (form.of === "site") return { mirrors: allMirrors(list, now) };
    const fault = `--format ${format} needs --repository NAME: ${form.called} is of one repository.`;
    return { fault };
  }
  const repository = list.repositories.find((one) => one.name === name);
  if (repository === undefined) {
    const nearest = nearestWord(
      name,
      list.repositories.map((one) => one.name),
    );
    const advice = nearest === undefined ? "" : ` Did you mean ${nearest}?`;
    return { fault: `There is no repository ${name} in this list.${advice}` };
  }
  if (form.kinds !== undefined && !form.kinds.includes(repository.kind)) {
    const fault = `${form.called} can't be of ${name}: its programs read repositories of the kind ${form.kinds.join(" or ")}, and ${name} is ${repository.kind}.`;
    return { fault };
  }
  return { mirrors: mirrorsOf(list, repository, now) };
}

/** Why a mirror isn't in the list; undefined where it is. */
function reasonAgainst(form: ExportForm, mirror: ListedMirror): string | undefined {
  if (mirror.isOut && !form.saysOut) return "drained or disabled";
  if (mirror.site.private && !form.saysPrivate) return "private";
  if (mirror.site.country === undefined && form.needsCountry) return "without a country";
  return form.refuses?.(mirror);
}

/** What isn't in it, in one line; undefined where everything is. */
export function lossText(format: string, { lost, leftOut }: WrittenList): string | undefined {
  const said: string[] = [];
  if (lost.length > 0) {
    const each = lost.map(({ fact, mirrors }) => `${fact} (${mirrors})`).join(", ");
    said.push(`${format} can't say, of so many mirrors: ${each}.`);
  }
  const missing = Object.entries(leftOut);
  if (missing.length > 0) {
    said.push(`Left out: ${missing.map(([why, count]) => `${count} ${why}`).join(", ")}.`);
  }
  return said.length === 0 ? undefined : said.join(" ");
}
