/** `/api/v1/stats`: where clients were redirected to, by hour and day. The object that adds up writes the text. */
import { QuestionBudget } from "../delivery/question-budget.ts";
import { answerOrReason } from "../health/fleet-questions.ts";
import { notModified } from "../http/conditional.ts";
import { badRequest, notFound, unavailable } from "../http/errors.ts";
import { LastUsed } from "../runtime/last-used.ts";
import { sha256Of } from "../runtime/sha256.ts";
import type { StatisticsAnswers } from "../statistics/question.ts";
import type { OpenViews } from "../views/views.ts";
import { declaredMirrors } from "./declared-mirrors.ts";

/** An answer is given again for so long, ms, and caches may keep it as long: isolates tell every half minute. */
const heldMs = 60_000;
/** Answers held, bytes: one has 400 KB at most. */
const heldBytes = 768 * 1024;
/** Questions of one isolate to the one object, which takes up to 50 ms for one. */
const askRate = { burst: 60, perMinute: 120 };

/** What answering takes. */
export interface StatsServices {
  /** Absent: nobody adds up. */
  statistics?: StatisticsAnswers;
  views: Pick<OpenViews, "roster" | "repositories">;
  /** Unix ms. */
  now(): number;
}

interface Held {
  text: string;
  etag: string;
  /** Unix ms. */
  at: number;
}

/** Of each isolate's statistics. */
const heldOf = new WeakMap<StatisticsAnswers, { texts: LastUsed<Held>; budget: QuestionBudget }>();

/** The sums that a query asks for. 400 says what in it can't be answered. */
export async function stats(
  { query, request }: { query: string; request: { readonly headers: Headers } },
  { statistics, views, now: clock }: StatsServices,
): Promise<Response> {
  if (statistics === undefined) return notFound("/api/v1/stats", "No statistics are kept here.");
  const now = clock();
  const { texts, budget } = heldOf.get(statistics) ?? {
    texts: new LastUsed<Held>(heldBytes),
    budget: new QuestionBudget(askRate),
  };
  heldOf.set(statistics, { texts, budget });
  const known = texts.get(query);
  if (known !== undefined && Math.abs(now - known.at) < heldMs) return send(known, request);
  if (!budget.take("", now)) {
    return unavailable("Too many questions about statistics come at once.");
  }
  const listed = {
    mirrors: declaredMirrors(views, new URLSearchParams(query).get("repository") ?? ""),
    repositories: views.repositories.map(({ name }) => name),
  };
  const got = await answerOrReason(statistics.text(query, listed), "Statistics");
  if ("reason" in got) return unavailable(`No statistics can be told now: ${got.reason}.`);
  if ("reason" in got.answer) return badRequest(400, got.answer.reason);
  const { text } = got.answer;
  const made = { text, etag: `"${sha256Of(text).slice(0, 32)}"`, at: now };
  texts.set(query, made, text.length + query.length);
  return send(made, request);
}

function send({ text, etag }: Held, { headers }: { readonly headers: Headers }): Response {
  const told = {
    "Content-Type": "application/json",
    "Cache-Control": `public, max-age=${heldMs / 1000}`,
    ETag: etag,
  };
  if (notModified(headers, { etag, lastModified: null })) {
    return new Response(null, { status: 304, headers: told });
  }
  return new Response(text, { headers: told });
}
