/** `POST /api/v1/packages`: many names at once. */
import { list, record, text } from "../../runtime/json-values.ts";
import { reasonOf } from "../../runtime/reason.ts";
import { describedResult, describedSuites } from "./described.ts";
import { checked, choiceNames, PackageParameters } from "./package-parameters.ts";
import type { PackagesAsked } from "./packages-asked.ts";
import { QuestionRefused } from "./question-refused.ts";
import { sendJson } from "./send.ts";
import { checkAnswered, checkRefusal } from "./told.ts";

/** Names of one question: as many as an installed system's list has in a few questions. */
export const maxNames = 1000;
/** Bytes of the body: a thousand names of 128 characters, quoted. */
export const maxBodyBytes = 256 * 1024;

/** All packages of these very names, and the names that there are none of. */
export async function manyPackages(asked: PackagesAsked): Promise<Response> {
  const given = new PackageParameters(asked.query, choiceNames);
  const names = readNames(await bodyOf(asked.request));
  const choice = given.choice();
  const answer = await asked.service.named(names, { ...choice, isBrief: true });
  checkRefusal({ ...answer, isEmpty: answer.results.length === 0 });
  checkAnswered(answer, choice);
  const found = new Set(answer.results.map(({ name }) => name));
  return sendJson(asked.request, {
    ...describedSuites(answer),
    ...(answer.refused !== undefined && { refused: answer.refused }),
    total: answer.total,
    missing: names.filter((name) => !found.has(name)),
    results: answer.results.map((result) => describedResult(result, asked.base)),
  });
}

function readNames(body: string): string[] {
  const shape = 'Send {"names": ["mc", "zlib1g"]}.';
  let names: string[];
  try {
    names = list(record(JSON.parse(body), "the body").names, "names").map((name, at) =>
      text(name, `names[${at}]`),
    );
  } catch (error) {
    throw new QuestionRefused(400, `The body can't be taken: ${reasonOf(error)}. ${shape}`);
  }
  if (names.length === 0) throw new QuestionRefused(400, `names is empty. ${shape}`);
  if (names.length > maxNames) {
    throw new QuestionRefused(
      400,
      `names has ${names.length} entries; ${maxNames} at most. Ask in several requests.`,
    );
  }
  names.forEach((name, at) => {
    if (checked(`names[${at}]`, name) === "") {
      throw new QuestionRefused(400, `names[${at}] is empty. Leave it out.`);
    }
  });
  return [...new Set(names)];
}

/** Reads no more than may be. */
async function bodyOf(request: Request): Promise<string> {
  const tooLong = () =>
    new QuestionRefused(
      413,
      `The body has more than ${maxBodyBytes} bytes. Ask in several requests.`,
    );
  if (Number(request.headers.get("Content-Length") ?? 0) > maxBodyBytes) throw tooLong();
  const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: false });
  let body = "";
  let bytes = 0;
  try {
    for await (const chunk of request.body ?? []) {
      bytes += chunk.byteLength;
      if (bytes > maxBodyBytes) break;
      body += decoder.decode(chunk, { stream: true });
    }
    if (bytes <= maxBodyBytes) body += decoder.decode();
  } catch {
    throw new QuestionRefused(400, "The body ended early, or isn't UTF-8.");
  }
  if (bytes > maxBodyBytes) throw tooLong();
  return body;
}
