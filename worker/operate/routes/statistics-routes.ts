/** All that was counted, over HTTP. What everybody may read of it is the edge's (`api/stats.ts`). */

import { problem } from "../../http/problem.ts";
import { defaultCapacity } from "../../list/site.ts";
import type { Declared } from "../../statistics/expected-share.ts";
import { needing } from "../answer-api.ts";
import type { ApiRequest, ApiRoute } from "../api-route.ts";
import { statisticsAnswer, statisticsQuery } from "../public-operations.ts";

export const statisticsRoutes: readonly ApiRoute[] = [
  {
    method: "GET",
    path: "/api/v1/stats/all",
    says: "Read where clients are redirected to, with small counts too",
    more: "As `/api/v1/stats`, where counts are told in multiples of 50. Of a small service these figures say what single people fetched: give them to nobody.",
    needs: needing("statistics.read"),
    query: statisticsQuery,
    gives: { 200: statisticsAnswer },
    refuses: [404, 503],
    answer: async (request) => await answered(request),
  },
];

async function answered({ office, query }: ApiRequest) {
  const { statistics } = office.others;
  if (statistics === undefined) return problem(404, { detail: "No statistics are kept here." });
  const listed = await listedIn(office, query.get("repository"));
  let got: Awaited<ReturnType<typeof statistics>>;
  try {
    got = await statistics(query.toString(), listed);
  } catch {
    const detail = "What adds up redirects can't be reached just now. Ask again shortly.";
    return problem(503, { detail, headers: { "Retry-After": "5" } });
  }
  if ("reason" in got) return problem(400, { detail: got.reason });
  const body: unknown = JSON.parse(got.text);
  return { status: 200, body };
}

/** What is listed now, of one repository or of all. */
async function listedIn(
  office: ApiRequest["office"],
  repository: string | null,
): Promise<{ mirrors: Declared[]; repositories: string[] }> {
  const list = await office.list.inForce();
  const mirrors: Declared[] = [];
  const repositories: string[] = [];
  for (const [place, value] of list?.entries ?? []) {
    const name = place.slice(place.indexOf("/") + 1);
    if (place.startsWith("repositories/")) repositories.push(name);
    if (!place.startsWith("mirrors/") || typeof value === "string") continue;
    const { capacity = defaultCapacity } = value;
    const isCarrying = repository === null || Object.hasOwn(Object(value.repositories), repository);
    mirrors.push({ name, capacity: isCarrying ? Number(capacity) : 0 });
  }
  return { mirrors, repositories };
}
