/** `GET /api/v1/files`: which packages have a file. */
import { describedSuites } from "./described.ts";
import { choiceNames, PackageParameters } from "./package-parameters.ts";
import type { PackagesAsked } from "./packages-asked.ts";
import { QuestionRefused } from "./question-refused.ts";
import { formats, isCut, nextUrl } from "./search-packages.ts";
import { sendJson, sendLines } from "./send.ts";
import { checkAnswered, checkFilesRead, checkRefusal } from "./told.ts";

const defaultLimit = 100;
/** Files of one page. */
export const maxFoundLimit = 1000;

const matches = ["path", "end", "name", "glob"] as const;
type Match = (typeof matches)[number];

const names = ["path", "match", "limit", "after", "format", ...choiceNames];

export async function findFiles(asked: PackagesAsked): Promise<Response> {
  const given = new PackageParameters(asked.query, names);
  const path = given.text("path");
  if (path === undefined) {
    throw new QuestionRefused(400, "path= is missing: /usr/bin/mc, bin/mc, mc or lib*.so.6.");
  }
  const after = given.text("after");
  const match = given.one("match", matches) ?? matchOf(path);
  const choice = given.choice();
  const answer = await asked.service.files(path, match, {
    ...choice,
    limit: given.number("limit", defaultLimit, maxFoundLimit),
    ...(after !== undefined && { after }),
  });
  checkRefusal({ ...answer, isEmpty: answer.files.length === 0 });
  const { files, total, isAtLeast, next, refused } = answer;
  checkAnswered(answer, choice);
  const isText = given.one("format", formats) === "text";
  const isEmpty = files.length === 0 && after === undefined;
  // Lines have no place for who didn't answer.
  checkFilesRead(answer, isEmpty, isText ? "some" : "all");
  if (isText) {
    const lines = files.flatMap((file) => file.owners.map((owner) => `${owner}: /${file.path}`));
    return sendLines(asked.request, [...new Set(lines)], nextUrl(asked, answer.next));
  }
  return sendJson(asked.request, {
    ...describedSuites(answer),
    ...(refused !== undefined && { refused }),
    match,
    total,
    ...(isAtLeast && { atLeast: true }),
    truncated: isCut(answer),
    next: nextUrl(asked, next) ?? null,
    files: files.map((file) => ({
      path: `/${file.path}`,
      packages: file.owners,
      repository: file.repository,
      suite: file.suite,
    })),
  });
}

/** What was meant, where nobody says it. */
function matchOf(path: string): Match {
  if (/[*?]/.test(path)) return "glob";
  if (path.startsWith("/")) return "path";
  return path.includes("/") ? "end" : "name";
}
