/** Follows the redirects of one question, as `judgeRedirect` lets it. */
import { judgeRedirect, type RedirectRefusal } from "./judge-redirect.ts";

/** Redirects followed for one file. Mirror networks need one or two; curl gives up after 50, apt after 10. */
export const maxRedirects = 4;

/** An answer, as far as following it takes. */
interface Redirecting {
  status: number;
  headers: Headers;
}

export interface Following<Answer extends Redirecting, None extends { failed: string }> {
  /** At the origin or mirror as it is listed. */
  url: string;
  /** As in `Redirect`. */
  ownHosts: readonly string[];
  /** Asks one URL and follows nothing; `failed`: there is no answer, and that is the end. */
  ask: (url: string) => Promise<Answer | None>;
  /** Ends the body of a redirect that is left behind or refused. */
  drop?: (answer: Answer) => Promise<unknown> | undefined;
  /** Whether a redirect to that URL is the answer by itself. */
  isAnswer?: (to: string) => boolean;
}

/** What following ended in, and where; `answer` of a refusal is the redirect, its body dropped. */
export type Followed<Answer, None> = { url: string } & (
  | { answer: Answer }
  | { none: None }
  | (RedirectRefusal & { answer: Answer })
);

/** Asks and follows, at most `maxRedirects` times. Rejects where `ask` does. */
export async function followRedirects<Answer extends Redirecting, None extends { failed: string }>(
  question: Following<Answer, None>,
): Promise<Followed<Answer, None>> {
  const { url: listed, ownHosts, ask, drop, isAnswer } = question;
  let seen: Set<string> | undefined;
  let url = listed;
  for (;;) {
    const answer = await ask(url);
    if (isNone(answer)) return { url, none: answer };
    if (!isRedirect(answer)) return { url, answer };
    const location = answer.headers.get("Location");
    const judged = judgeRedirect({ listed, from: url, location, ownHosts });
    if ("to" in judged && isAnswer?.(judged.to)) return { url, answer };
    await drop?.(answer);
    if ("refused" in judged) return { url, answer, ...judged };
    // As the parser writes it, so that a redirect to itself is seen as one.
    seen ??= new Set([new URL(listed).href]);
    if (seen.has(judged.to)) {
      return { url, answer, refused: "circle", reason: "redirects round in a circle" };
    }
    if (seen.size > maxRedirects) {
      const reason = `redirects more than ${maxRedirects} times`;
      return { url, answer, refused: "hops", reason };
    }
    url = judged.to;
    seen.add(url);
  }
}

function isNone<Answer extends object, None extends { failed: string }>(
  answer: Answer | None,
): answer is None {
  return "failed" in answer;
}

/** 304 is no redirect, whatever its `Location` says. */
function isRedirect({ status }: Redirecting): boolean {
  return status >= 300 && status < 400 && status !== 304;
}
