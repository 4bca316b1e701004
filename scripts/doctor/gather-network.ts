/** Asks the origins of a list, each once: are they reached from here? */
import type { Views } from "../../worker/mirrors/compiled-list.ts";
import { reasonOfFetch } from "../health/reason-of-fetch.ts";
import type { OriginFacts } from "./facts.ts";

/** For each origin, ms. */
const askMs = 10_000;

/** All at once: a list has some dozen repositories at most. */
export async function askOrigins(views: Views | undefined): Promise<OriginFacts[]> {
  const repositories = views?.catalogue.repositories ?? [];
  return await Promise.all(repositories.map(({ name, origin }) => askOrigin(name, origin)));
}

async function askOrigin(repository: string, origin: string): Promise<OriginFacts> {
  try {
    const response = await fetch(origin, { method: "HEAD", signal: AbortSignal.timeout(askMs) });
    await response.body?.cancel();
    const said = Date.parse(response.headers.get("Date") ?? "");
    const date = Number.isNaN(said) ? {} : { date: { said, at: Date.now() } };
    // A folder that isn't listed is 403 or 404, and the origin was reached.
    if (response.status >= 500)
      return { repository, origin, fault: `it answers ${response.status}`, ...date };
    return { repository, origin, ...date };
  } catch (error) {
    const isLate = error instanceof Error && error.name === "TimeoutError";
    const fault = isLate ? `no answer within ${askMs / 1000} s` : reasonOfFetch(error);
    return { repository, origin, fault };
  }
}
