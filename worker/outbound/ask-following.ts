/** One question with its redirects, which are judged as a client's downloader would meet them. */
import { followRedirects } from "../outbound/follow-redirects.ts";
import type { RedirectRefusal } from "../outbound/judge-redirect.ts";
import type { Ask, NoReply, Question, Reply } from "./ask.ts";
import type { Failure } from "./failure.ts";

/** The last answer, or why there is none that counts. */
export interface Followed {
  requests: number;
  /** Headers of the first answer, ms; absent where there was none. */
  firstMs?: number;
  /** When the certificate of the first server ends, Unix ms. */
  certificateUntil?: number;
  /** Host (and port) that the answer came from in the end, where it is another than the one asked. */
  elsewhere?: string;
  /** What it ended in. */
  end: { reply: Reply; url: string } | { failure: Failure };
}

/**
 * Asks and follows redirects, all within the question's one deadline.
 *
 * @param ownHosts `host` or `host:port` that we are reached under: a mirror that redirects there would have us
 *   redirect to it again
 */
export async function askFollowing(
  ask: Ask,
  question: Question,
  ownHosts: readonly string[],
): Promise<Followed> {
  const found: Omit<Followed, "end"> = { requests: 0 };
  let spentMs = 0;
  const ended = await followRedirects<Reply, NoReply>({
    url: question.url,
    ownHosts,
    ask: async (url) => {
      const leftMs = question.deadlineMs - spentMs;
      if (leftMs <= 0) {
        const detail = `Its redirects took longer than ${question.deadlineMs} ms.`;
        return { failed: "timeout", detail, totalMs: 0 };
      }
      const answer = await ask({ ...question, url, deadlineMs: leftMs });
      found.requests++;
      spentMs += Math.max(0, answer.totalMs);
      if (found.requests === 1 && !isNoReply(answer)) {
        found.firstMs = answer.headersMs;
        if (answer.certificateUntil !== undefined) found.certificateUntil = answer.certificateUntil;
      }
      return answer;
    },
  });
  const { url } = ended;
  const elsewhere = otherHost(question.url, url);
  if (elsewhere !== undefined) found.elsewhere = elsewhere;
  if ("none" in ended) return { ...found, end: { failure: failureOf(ended.none, url, spentMs) } };
  if (!("refused" in ended)) return { ...found, end: { reply: ended.answer, url } };
  return { ...found, end: { failure: refusalOf(ended, ended.answer, url, spentMs) } };
}

/** Host of the URL that answered, where it is another than the one asked. */
function otherHost(asked: string, answered: string): string | undefined {
  // Nearly always: parsing both is a good part of a check's time.
  if (answered === asked) return undefined;
  const { host } = new URL(answered);
  return host === new URL(asked).host ? undefined : host;
}

/** Tells no reply from a reply. */
export function isNoReply(answer: Reply | NoReply): answer is NoReply {
  return "failed" in answer;
}

function failureOf({ failed, detail }: NoReply, url: string, ms: number): Failure {
  return { kind: failed, detail, url, ms };
}

const kindOf: Readonly<Record<RedirectRefusal["refused"], Failure["kind"]>> = {
  nowhere: "status",
  scheme: "status",
  own: "loop",
  circle: "loop",
  hops: "loop",
  downgrade: "downgrade",
  inside: "inside",
};

/** A redirect that isn't followed, with its evidence. */
function refusalOf(
  { refused, reason }: RedirectRefusal,
  { status, headers }: Reply,
  url: string,
  ms: number,
): Failure {
  const location = headers.get("Location");
  return {
    kind: kindOf[refused],
    detail: `It ${reason}.`,
    url,
    status,
    ms,
    ...(location !== null && { header: `Location: ${location.slice(0, maxShownLocation)}` }),
  };
}

/** Characters of a Location kept as evidence. */
const maxShownLocation = 200;
