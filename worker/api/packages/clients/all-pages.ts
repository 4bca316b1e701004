/** Answers that other services give at once, gathered from pages. */
import type {
  FilesAnswer,
  PackageResult,
  PackageService,
  PackagesAnswer,
  SuiteChoice,
} from "../../../search/package-service.ts";
import { QuestionRefused } from "../question-refused.ts";

/** Results of one page that is gathered. */
const pageResults = 200;
/** Files of one page that is gathered. */
const pageFiles = 10_000;
/** Pages that one question may take: two thousand results, and as many files as the largest packages have. */
const maxPages = 10;

/** All results of a question that is asked page by page. Throws `QuestionRefused` where there are too many. */
export async function allResults(
  ask: (page: { limit: number; after?: string }) => Promise<PackagesAnswer>,
): Promise<PackagesAnswer> {
  const results: PackageResult[] = [];
  let after: string | undefined;
  for (let page = 0; page < maxPages; page++) {
    const answer = await ask({ limit: pageResults, ...(after !== undefined && { after }) });
    results.push(...answer.results);
    after = answer.next;
    if (after === undefined) return { ...answer, results, total: results.length };
  }
  throw new QuestionRefused(
    400,
    `There are more than ${results.length} packages of that. Ask more narrowly, or page by page at /api/v1/packages.`,
  );
}

/** All files of a package; the same. */
export async function allFilesOf(
  service: PackageService,
  name: string,
  choice: SuiteChoice,
): Promise<FilesAnswer> {
  const files: FilesAnswer["files"][number][] = [];
  let after: string | undefined;
  for (let page = 0; page < maxPages; page++) {
    const answer = await service.filesOf(name, {
      ...choice,
      limit: pageFiles,
      ...(after !== undefined && { after }),
    });
    files.push(...answer.files);
    after = answer.next;
    if (after === undefined) return { ...answer, files, total: files.length };
  }
  throw new QuestionRefused(
    400,
    `${name} has more than ${files.length} files. Ask page by page at /api/v1/packages/${encodeURIComponent(name)}/files.`,
  );
}
