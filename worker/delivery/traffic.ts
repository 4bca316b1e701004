/** What clients were answered, counted by this isolate alone. */

/** What an answer was, by its status. */
export type Outcome = "redirect" | "bytes" | "unchanged" | "refused" | "failed";
export const outcomes: readonly Outcome[] = ["redirect", "bytes", "unchanged", "refused", "failed"];

/** Answers of one route and repository. */
export interface TrafficCount {
  /** As in the table of URLs: `plain`, `again`, `pinned`, `page`. */
  route: string;
  /** Empty where the route has several. */
  repository: string;
  answers: Record<Outcome, number>;
  /** Bytes of bodies whose length was told. */
  bytes: number;
}

/**
 * Repositories counted apart on each route, of all lists that follow one another; what comes for more of them is counted
 * together, under the empty name. The bundled list has 29.
 */
export const maxCounted = 256;

export class Traffic {
  /** By route, which the service's own table names, and repository. */
  readonly #counts = new Map<string, Map<string, TrafficCount>>();

  /** Of every route and repository that was asked for. */
  get counts(): TrafficCount[] {
    return [...this.#counts.values()].flatMap((of) => [...of.values()]);
  }

  /** Counts an answer when it is there, and passes it on. @param method of the request: a HEAD has no body */
  count<Answer extends Response | Promise<Response>>(
    route: string,
    repository: string,
    method: string,
    answer: Answer,
  ): Answer | Promise<Response> {
    if (answer instanceof Promise) {
      return answer.then((response) => {
        this.#note(this.#of(route, repository), response, method);
        return response;
      });
    }
    this.#note(this.#of(route, repository), answer, method);
    return answer;
  }

  #note(count: TrafficCount, response: Response, method: string): void {
    const outcome = outcomeOf(response.status);
    count.answers[outcome]++;
    if (outcome !== "bytes" || method === "HEAD") return;
    const length = Number(response.headers.get("Content-Length") ?? 0);
    if (Number.isSafeInteger(length)) count.bytes += length;
  }

  #of(route: string, repository: string): TrafficCount {
    const ofRoute = this.#counts.get(route) ?? new Map<string, TrafficCount>();
    const known = ofRoute.get(repository);
    if (known !== undefined) return known;
    if (ofRoute.size >= maxCounted && repository !== "") return this.#of(route, "");
    const answers = { redirect: 0, bytes: 0, unchanged: 0, refused: 0, failed: 0 };
    const count = { route, repository, answers, bytes: 0 };
    this.#counts.set(route, ofRoute.set(repository, count));
    return count;
  }
}

function outcomeOf(status: number): Outcome {
  if (status === 304) return "unchanged";
  if (status < 300) return "bytes";
  if (status < 400) return "redirect";
  return status < 500 ? "refused" : "failed";
}
