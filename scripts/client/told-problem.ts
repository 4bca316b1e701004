/** A service's problem (RFC 9457) as the program tells it: what, where, and what to do. */
import { exitCodes } from "../program/exit-codes.ts";
import { plainText } from "../program/plain-text.ts";
import { Failure, type PlacedFault } from "../program/report.ts";

export interface ProblemAnswer {
  status: number;
  headers: Headers;
  text: string;
  /** Of the service. */
  url: string;
  /** Of what anybody may read, where the service says in plain text what is wrong. */
  isPublic: boolean;
}

/** The failure that an answer which isn't a success tells. */
export function failureOf({ status, headers, text, url, isPublic }: ProblemAnswer): Failure {
  const problem = problemIn(text);
  const request = headers.get("Nearmirror-Request") ?? undefined;
  const { detail, errors, ...more } = problem ?? {};
  const sentence = sentenceIn(headers, text);
  const said =
    typeof detail === "string"
      ? plainText(detail)
      : (sentence ?? `${url} answers ${status}, and not as this program's service does.`);
  const isOurs = problem !== undefined || (isPublic && sentence !== undefined);
  for (const known of ["type", "title", "status"]) Reflect.deleteProperty(more, known);
  const retry = headers.get("Retry-After");
  return new Failure(said, {
    exit: exitOf(status),
    status,
    errors: Array.isArray(errors) ? errors.map(faultIn) : [],
    advice: adviceOf(status, { isOurs, retry, request }),
    more: { ...more, ...(request !== undefined && { request }) },
  });
}

function problemIn(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null && "detail" in value
      ? { ...value }
      : undefined;
  } catch {
    return undefined;
  }
}

/** Of a problem's `errors`. */
export function faultIn(value: unknown): PlacedFault {
  const of = (field: string): string | undefined => {
    const one: unknown = Reflect.get(Object(value), field);
    return typeof one === "string" ? plainText(one) : undefined;
  };
  const [entry, pointer] = [of("entry"), of("pointer")];
  return {
    ...(entry !== undefined && { entry }),
    ...(pointer !== undefined && { pointer }),
    detail: of("detail") ?? "Not said.",
  };
}

function exitOf(status: number): number {
  if (status === 401 || status === 403) return exitCodes.forbidden;
  if (status === 412 || status === 428) return exitCodes.conflict;
  if (status === 429 || status >= 500) return exitCodes.unreachable;
  return exitCodes.failed;
}

function adviceOf(
  status: number,
  {
    isOurs,
    retry,
    request,
  }: { isOurs: boolean; retry: string | null; request: string | undefined },
): string | undefined {
  if (!isOurs) return "Check the URL: it is that of the service, not of a page below it.";
  if (status === 401) return "Ask an admin for a token, and store it by `login --with-token`.";
  if (status === 403) return "`whoami` tells what this token may do; an admin can give more.";
  if (status === 412) return "Give the same command again: it reads the list anew.";
  if (status === 429 || status === 503) {
    return retry === null ? "Try again later." : `Try again in ${retry} s.`;
  }
  if (status >= 500 && request !== undefined) {
    return `The service's log has the reason at request ${request}.`;
  }
  return undefined;
}

/** Characters of a plain answer at most: what is longer is some other server's page. */
const maxSentence = 500;

/** What the service says in plain text, as the edge does of what anybody may read. */
function sentenceIn(headers: Headers, text: string): string | undefined {
  const isPlain = headers.get("Content-Type")?.startsWith("text/plain") ?? false;
  const said = plainText(text.trim());
  return isPlain && said !== "" && said.length <= maxSentence ? said : undefined;
}
