/** What the page of packages is asked for, and the addresses of its other states and of packages. Pure. */
import { type Kind, kinds } from "../../formats/kinds.ts";
import type { PackageQuery, SuiteChoice } from "../../search/package-service.ts";
import { type SearchField, searchFields } from "../../search/suite-question.ts";

/** Characters of a search: a path of a file may have as many. */
export const maxSearch = 300;
/** Characters of any other value: times, names of suites, the token of a page. */
const maxValue = 4000;
/** Values of a list; a longer one isn't a person's. */
const maxValues = 50;

/** Names that the page takes of its query, besides `lang`. */
export const takes = [
  "q",
  "in",
  "repository",
  "suite",
  "kind",
  "architecture",
  "exact",
  "at",
  "after",
] as const;

/** The page's state. */
export interface PackagesQuery extends SuiteChoice {
  q: string;
  /** Empty: all of them. */
  fields: readonly SearchField[];
  isExact: boolean;
  after?: string;
}

/** Lists that are chosen from. */
export const choices = ["repositories", "suites", "kinds", "architectures"] as const;
export type Choice = (typeof choices)[number];
const nameOf = {
  repositories: "repository",
  suites: "suite",
  kinds: "kind",
  architectures: "architecture",
} as const satisfies Record<Choice, string>;

/** What is asked; a sentence: what of it can't be. Control characters are blanks. */
export function readPackagesQuery(query: string): PackagesQuery | string {
  const values = new URLSearchParams(query);
  const q = (values.get("q") ?? "").replace(/\p{Cc}+/gu, " ").trim();
  for (const name of takes) {
    const most = name === "q" ? maxSearch : maxValue;
    const long = values.getAll(name).some((one) => one.trim().length > most);
    if (long) return `${name}= takes ${most} characters.`;
  }
  const list = (name: string) =>
    [...new Set(values.getAll(name).flatMap((one) => one.split(",")))]
      .map((one) => one.trim())
      .filter((one) => one !== "");
  for (const name of ["in", ...Object.values(nameOf)]) {
    if (list(name).length > maxValues) return `${name}= takes ${maxValues} values.`;
  }
  const wrongField = list("in").find((one) => !searchFields.some((field) => field === one));
  if (wrongField !== undefined) return `in=${wrongField} is none of ${searchFields.join(", ")}.`;
  const names = list("kind");
  const wrongKind = names.find((one) => !isKind(one));
  if (wrongKind !== undefined) {
    return `kind=${wrongKind} is none of ${Object.keys(kinds).join(", ")}.`;
  }
  const fields = searchFields.filter((field) => list("in").includes(field));
  const at = values.get("at")?.trim() ?? "";
  const after = values.get("after") ?? "";
  return {
    q,
    fields: fields.length === searchFields.length ? [] : fields,
    repositories: list("repository"),
    suites: list("suite"),
    kinds: names.filter(isKind),
    architectures: list("architecture"),
    isExact: ["1", "true", "yes", "on"].includes(values.get("exact") ?? ""),
    ...(at !== "" && { at }),
    ...(after !== "" && { after }),
  };
}

function isKind(name: string): name is Kind {
  return Object.hasOwn(kinds, name);
}

/** As the service is asked. */
export function asked(query: PackagesQuery, limit: number): PackageQuery {
  const { fields, isExact, ...rest } = query;
  return {
    ...rest,
    fields: fields.length === 0 ? searchFields : fields,
    ...(isExact && { isExact: true }),
    isBrief: true,
    limit,
  };
}

/** What of the state is written into addresses; the rest is as nobody chose anything. */
type Change = Partial<PackagesQuery>;

/** @returns without its `?`; empty where nothing is asked */
export function searchOf(query: Change): string {
  const search = new URLSearchParams();
  if (query.q) search.set("q", query.q);
  for (const field of query.fields ?? []) search.append("in", field);
  for (const choice of choices) {
    for (const value of query[choice] ?? []) search.append(nameOf[choice], value);
  }
  if (query.isExact) search.set("exact", "1");
  if (query.at !== undefined) search.set("at", query.at);
  if (query.after !== undefined) search.set("after", query.after);
  return search.toString();
}

/** The page in another state. A change begins with the first page. */
export function addressOf(query: Change, change: Change = {}): string {
  const { after: _, ...rest } = query;
  const search = searchOf({ ...rest, ...change });
  return search === "" ? "/packages" : `/packages?${search}`;
}

/** The same without its past state. */
export function ofNow({ at: _, ...rest }: PackagesQuery): PackagesQuery {
  return rest;
}

/** The page of one package. @param at as `SuiteChoice.at` */
export function packageAddress(repository: string, name: string, at?: string): string {
  const path = `/packages/${encodeURIComponent(repository)}/${encodeURIComponent(name.toWellFormed())}`;
  return at === undefined ? path : `${path}?at=${encodeURIComponent(at)}`;
}
