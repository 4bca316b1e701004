/** What can be asked of the statistics, and what is answered. */
import type { Counts } from "./counted.ts";
import type { Declared } from "./expected-share.ts";
import type { View } from "./tally.ts";
import type { PageWish, ToldPage } from "./told-page.ts";

/** By what an answer has a row each. */
export type By = "mirror" | "repository" | "country" | "class";
export const bys: readonly By[] = ["mirror", "repository", "country", "class"];

/** How long a period is. */
export type Per = "hour" | "day";
export const pers: readonly Per[] = ["hour", "day"];

export interface StatisticsQuestion {
  per: Per;
  /** Periods since 1970 in UTC, the first one and the one behind the last. */
  from: number;
  to: number;
  /** Absent: one sum of all. */
  by?: By;
  /** Only what these say. `mirror` together with a country isn't kept. */
  only: Readonly<Partial<Record<By, string>>>;
  /** Rows of their own; all further ones are told together. */
  limit: number;
}

/** Counts of each period, in their order. */
export interface Series {
  total: Counts;
  redirects: number[];
  bytes: number[];
}

export interface StatisticsAnswer {
  all: Series;
  /** Those with the most redirects first; none where `by` is absent. */
  rows: ({ name: string } & Series)[];
  /** Of all further rows, together. */
  further: { rows: number; total: Counts };
  /** What the question names and what was never counted. */
  unknown?: By;
}

/** By which of the two views a question is answered; undefined: by neither. */
export function viewFor({ by, only }: Pick<StatisticsQuestion, "by" | "only">): View | undefined {
  const ofCountry = by === "country" || only.country !== undefined;
  const ofMirror = by === "mirror" || only.mirror !== undefined;
  if (ofCountry && ofMirror) return undefined;
  return ofCountry ? "country" : "mirror";
}

/** What is listed now, whether or not anything was counted of it. */
export interface Listed {
  mirrors: readonly Declared[];
  repositories: readonly string[];
}

/** What the pages and the API ask; a test answers it itself. */
export interface StatisticsAnswers {
  /** The JSON that a query of `/api/v1/stats` asks for, or what in the query can't be answered. */
  text(query: string, listed: Listed): Promise<{ text: string } | { reason: string }>;
  /** The page at `/statistics`, without its frame. */
  page(wish: PageWish): Promise<ToldPage>;
  /** Since the beginning, by mirror. */
  totals(): Promise<MirrorTotal[]>;
}

/** All that was counted of a mirror. */
export type MirrorTotal = { mirror: string } & Counts;
