/** Answers a question from the stored tallies: a sum over the packed counts of each period. */
import { type Counts, countryName, fileClasses, namedCountry, otherName } from "./counted.ts";
import { ToldCounts } from "./few.ts";
import {
  type By,
  type Series,
  type StatisticsAnswer,
  type StatisticsQuestion,
  viewFor,
} from "./question.ts";
import type { StatisticsStore } from "./statistics-store.ts";
import { classOf, firstOf, repositoryOf, unpack } from "./tally.ts";

/** The number in a key that stands for `by`. */
const parts: Readonly<Record<By, (key: number) => number>> = {
  mirror: firstOf,
  country: firstOf,
  repository: repositoryOf,
  class: classOf,
};

/** @param few as `ToldCounts` takes it; 1: all is told */
export function answerOf(
  store: StatisticsStore,
  question: StatisticsQuestion,
  few: number,
): StatisticsAnswer {
  const { per, from, to, by, only, limit } = question;
  const view = viewFor(question);
  const length = Math.max(0, to - from);
  const all = seriesOf(length);
  const wanted: { part: (key: number) => number; number: number }[] = [];
  for (const [name, text] of namesIn(only)) {
    const number = numberOf(store, name, text);
    if (number === undefined) {
      return { all, rows: [], further: { rows: 0, total: nothing() }, unknown: name };
    }
    wanted.push({ part: parts[name], number });
  }
  if (view === undefined) throw new RangeError("mirrors aren't kept by country");
  const rows: (Series | undefined)[] = [];
  const part = by === undefined ? undefined : parts[by];
  for (const { at, packed } of store.packed(per, view, from, to)) {
    const told = new ToldCounts(view, few, (key, counts) => {
      for (let each = 0; each < wanted.length; each++) {
        const filter = wanted[each];
        if (filter !== undefined && filter.part(key) !== filter.number) return;
      }
      addAt(all, at - from, counts);
      if (part === undefined) return;
      const number = part(key);
      const series = rows[number] ?? seriesOf(length);
      rows[number] = series;
      addAt(series, at - from, counts);
    });
    unpack(packed, (key, counts) => told.add(key, counts));
    told.end();
  }
  const sorted = rows
    .flatMap((series, number) => (series ? [{ name: nameOf(store, by, number), ...series }] : []))
    .sort(
      (one, other) =>
        other.total.redirects - one.total.redirects || (one.name < other.name ? -1 : 1),
    );
  const total = nothing();
  for (const row of sorted.slice(limit)) add(total, row.total);
  const further = { rows: Math.max(0, sorted.length - limit), total };
  return { all, rows: sorted.slice(0, limit), further };
}

function namesIn(only: StatisticsQuestion["only"]): [By, string][] {
  const names: [By, string][] = [];
  for (const by of ["mirror", "repository", "country", "class"] as const) {
    const name = only[by];
    if (name !== undefined) names.push([by, name]);
  }
  return names;
}

function numberOf(store: StatisticsStore, by: By, name: string): number | undefined {
  if (by === "country") return namedCountry(name);
  if (by === "class") {
    const at = fileClasses.map(String).indexOf(name);
    return at < 0 ? undefined : at;
  }
  return name === otherName ? 0 : store.numberOf(by, name, false);
}

function nameOf(store: StatisticsStore, by: By | undefined, number: number): string {
  if (by === "country") return countryName(number);
  if (by === "class") return fileClasses[number] ?? otherName;
  return (by && store.nameOf(by, number)) ?? otherName;
}

function nothing(): Counts {
  return { redirects: 0, bytes: 0, unsized: 0 };
}

function seriesOf(length: number): Series {
  const zeros = () => new Array<number>(length).fill(0);
  return { total: nothing(), redirects: zeros(), bytes: zeros() };
}

function addAt(series: Series, at: number, counts: Counts): void {
  add(series.total, counts);
  series.redirects[at] = (series.redirects[at] ?? 0) + counts.redirects;
  series.bytes[at] = (series.bytes[at] ?? 0) + counts.bytes;
}

function add(to: Counts, { redirects, bytes, unsized }: Counts): void {
  to.redirects += redirects;
  to.bytes += bytes;
  to.unsized += unsized;
}
