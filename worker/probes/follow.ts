/** One question with its redirects, which are judged as a client's downloader would meet them. */
import type { Ask, NoReply, Question, Reply } from "./ask.ts";
import type { Failure } from "./observation.ts";

/** Redirects followed for one file. Mirror networks need one or two; curl gives up after 50, apt after 10. */
export const maxRedirects = 4;

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
export async function follow(
  ask: Ask,
  question: Question,
  ownHosts: readonly string[],
): Promise<Followed> {
  // As the parser writes it, so that a redirect to itself is seen as one.
  const seen = new Set([new URL(question.url).href]);
  const found: Omit<Followed, "end"> = { requests: 0 };
  let url = question.url;
  let spentMs = 0;
  for (;;) {
    const leftMs = question.deadlineMs - spentMs;
    if (leftMs <= 0) {
      const detail = `Its redirects took longer than ${question.deadlineMs} ms.`;
      return { ...found, end: { failure: { kind: "timeout", detail, url, ms: spentMs } } };
    }
    const answer = await ask({ ...question, url, deadlineMs: leftMs });
    found.requests++;
    spentMs += Math.max(0, answer.totalMs);
    if (isNoReply(answer)) {
      return { ...found, end: { failure: failureOf(answer, url, spentMs) } };
    }
    if (found.requests === 1) {
      found.firstMs = answer.headersMs;
      if (answer.certificateUntil !== undefined) found.certificateUntil = answer.certificateUntil;
    }
    if (!isRedirect(answer)) return { ...found, end: { reply: answer, url } };
    const next = judgeRedirect(answer, url, seen, ownHosts);
    if ("failure" in next) {
      return { ...found, end: { failure: { ...next.failure, ms: spentMs } } };
    }
    url = next.url;
    seen.add(url);
    const { host } = new URL(url);
    if (host === new URL(question.url).host) delete found.elsewhere;
    else found.elsewhere = host;
  }
}

/** Tells no reply from a reply. */
export function isNoReply(answer: Reply | NoReply): answer is NoReply {
  return "failed" in answer;
}

function failureOf({ failed, detail }: NoReply, url: string, ms: number): Failure {
  return { kind: failed, detail, url, ms };
}

function isRedirect({ status }: Reply): boolean {
  return status >= 300 && status < 400 && status !== 304;
}

function judgeRedirect(
  reply: Reply,
  url: string,
  seen: ReadonlySet<string>,
  ownHosts: readonly string[],
): { url: string } | { failure: Failure } {
  const location = reply.headers.get("Location");
  const refuse = (kind: Failure["kind"], detail: string): { failure: Failure } => ({
    failure: {
      kind,
      detail,
      url,
      status: reply.status,
      ...(location !== null && { header: `Location: ${location.slice(0, maxShownLocation)}` }),
    },
  });
  if (location === null || !URL.canParse(location, url)) {
    return refuse("status", `It answers ${reply.status} without a place to go to.`);
  }
  const next = new URL(location, url);
  // A fragment is never sent, and must not make a loop look like a way.
  next.hash = "";
  if (next.protocol !== "https:" && next.protocol !== "http:") {
    return refuse("status", `It redirects to ${next.protocol}, which no client follows.`);
  }
  // Back to us goes first: what is wrong with a mirror that points here is the loop, whatever the scheme.
  if (ownHosts.includes(next.host) || ownHosts.includes(withPort(next))) {
    return refuse("loop", "It redirects back to this service.");
  }
  if (new URL(url).protocol === "https:" && next.protocol === "http:") {
    return refuse("downgrade", "It redirects from https to http.");
  }
  if (seen.has(next.href)) return refuse("loop", "Its redirects go round in a circle.");
  if (seen.size > maxRedirects)
    return refuse("loop", `It redirects more than ${maxRedirects} times.`);
  return { url: next.href };
}

/** Characters of a Location kept as evidence. */
const maxShownLocation = 200;

/** `URL.host` leaves a scheme's own port out; a configuration may name it. */
function withPort(url: URL): string {
  return `${url.hostname}:${url.port || (url.protocol === "https:" ? "443" : "80")}`;
}
