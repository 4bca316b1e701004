/** `GET /api/v1/packages`: packages by what somebody typed, or by a package URL. */
import type { PackageResult, PackagesAnswer, SuiteChoice } from "../../search/package-service.ts";
import { type SearchField, searchFields } from "../../search/suite-question.ts";
import { describedResult, describedSuites } from "./described.ts";
import { choiceNames, PackageParameters } from "./package-parameters.ts";
import type { PackagesAsked } from "./packages-asked.ts";
import { isOfPurl, readPurl } from "./purl.ts";
import { QuestionRefused } from "./question-refused.ts";
import { sendJson, sendLines } from "./send.ts";
import { checkAnswered, checkFilesRead, checkRefusal } from "./told.ts";

export const defaultLimit = 20;
/** Results of one page: each names all of its versions. */
export const maxLimit = 200;
/** Of `q`, characters: longer texts are no search, and each word is looked up. */
export const maxQueryLength = 300;

/** Where is looked without `in=`: files besides where a path was typed. */
const usualFields: readonly SearchField[] = ["name", "description", "provides", "command"];

export const formats = ["json", "text"] as const;

const searchNames = ["q", "purl", "in", "exact", "limit", "after", "format", ...choiceNames];

/** What was found, best first, with the states of the suites that it is of. */
export async function searchPackages(asked: PackagesAsked): Promise<Response> {
  const given = new PackageParameters(asked.query, searchNames);
  const answer = given.has("purl") ? await byPurl(given, asked) : await byWords(given, asked);
  checkRefusal({ ...answer, isEmpty: answer.results.length === 0 });
  checkAnswered(answer, given.choice());
  const isText = given.one("format", formats) === "text";
  const isOfFiles = given.list("in").includes("file") || (given.text("q") ?? "").includes("/");
  // Lines have no place for who didn't answer.
  checkFilesRead(answer, isOfFiles && answer.results.length === 0, isText ? "some" : "all");
  if (isText) {
    return sendLines(asked.request, answer.results.map(lineOf), nextUrl(asked, answer.next));
  }
  return sendJson(asked.request, describedAnswer(answer, asked));
}

async function byWords(
  given: PackageParameters,
  { service }: PackagesAsked,
): Promise<PackagesAnswer> {
  const q = given.text("q");
  if (q === undefined) {
    throw new QuestionRefused(
      400,
      "q= is missing: a name, a command, words, or a file's path. Or purl= with a package URL.",
    );
  }
  if (q.length > maxQueryLength) {
    throw new QuestionRefused(400, `q= has ${q.length} characters; ${maxQueryLength} at most.`);
  }
  const fields = given.some("in", searchFields);
  const after = given.text("after");
  return await service.search({
    ...given.choice(),
    q,
    fields: fields.length > 0 ? fields : fieldsFor(q),
    ...(given.flag("exact") && { isExact: true }),
    isBrief: true,
    limit: given.number("limit", defaultLimit, maxLimit),
    ...(after !== undefined && { after }),
  });
}

function fieldsFor(q: string): readonly SearchField[] {
  return q.includes("/") ? searchFields : usualFields;
}

async function byPurl(
  given: PackageParameters,
  { service }: PackagesAsked,
): Promise<PackagesAnswer> {
  for (const name of ["q", "in", "exact", "after"]) {
    if (given.has(name)) {
      throw new QuestionRefused(
        400,
        `${name}= means nothing beside purl=, which names one package.`,
      );
    }
  }
  const purl = readPurl(given.text("purl") ?? "");
  const choice: SuiteChoice = given.choice();
  const answer = await service.named([purl.name], { ...choice, isBrief: true });
  const results = answer.results.flatMap((result): PackageResult[] => {
    const places = result.places.filter((place) => isOfPurl(place.purl, purl));
    return places.length === 0 ? [] : [{ ...result, places }];
  });
  return { ...answer, results, total: results.length };
}

/** An answer with its results, and where the rest is. */
export function describedAnswer(answer: PackagesAnswer, asked: PackagesAsked) {
  const { results, total, isAtLeast, next, refused } = answer;
  return {
    ...describedSuites(answer),
    ...(refused !== undefined && { refused }),
    total,
    ...(isAtLeast && { atLeast: true }),
    truncated: isCut(answer),
    next: nextUrl(asked, next) ?? null,
    results: results.map((result) => describedResult(result, asked.base)),
  };
}

/**
 * Whether there is more than an answer has: another page, or what `refused` tells. The last page of a list that nobody
 * counted to its end has all of its end.
 */
export function isCut({ next, refused }: Pick<PackagesAnswer, "next" | "refused">): boolean {
  return next !== undefined || refused !== undefined;
}

/** The URL of the page behind this one; `undefined`: there is none. @param next as the service has it */
export function nextUrl(
  { path, query }: Pick<PackagesAsked, "path" | "query">,
  next: string | undefined,
): string | undefined {
  if (next === undefined) return undefined;
  const search = new URLSearchParams(query);
  search.delete("after");
  // Escaped as little as may be: a query has 1,024 bytes, and the place of a page takes most of them.
  const others = search.size === 0 ? "" : `${search}&`;
  return `${path}?${others}after=${encodeURIComponent(next)}`;
}

/** Name, version, where, summary: behind tabs, for `cut` and `read`. */
function lineOf({ name, repository, places }: PackageResult): string {
  const [first] = places;
  const cells = [
    name,
    first?.record.version,
    `${repository}/${first?.suite ?? ""}`,
    first?.record.summary,
  ];
  return cells.map((cell) => (cell ?? "").replace(/\p{Cc}+/gu, " ")).join("\t");
}
