/** Redirects as clients all over the world would make them, drawn from a seed. */
import { oneOf, seeded } from "../../../scripts/random.ts";
import { type CountedRedirect, fileClasses } from "../../../worker/statistics/counted.ts";

const countries = ["DE", "US", "CN", "BR", "ZA", "", "AA", "ZZ", "T1", "usa"];

/** How many names are drawn from. */
export interface Drawn {
  seed: number;
  mirrors: number;
  repositories: number;
}

/** Draws redirects, each at a time of its own. */
export function* drawnRedirects({
  seed,
  mirrors,
  repositories,
}: Drawn): Generator<CountedRedirect> {
  const random = seeded(seed);
  const names = Array.from({ length: mirrors }, (_, at) => `mirror${at}.example`);
  const of = Array.from({ length: repositories }, (_, at) => `repository${at}`);
  for (;;) {
    yield {
      mirror: oneOf(random, names),
      repository: oneOf(random, of),
      country: oneOf(random, countries) || undefined,
      fileClass: oneOf(random, fileClasses),
      size: random() < 0.1 ? undefined : Math.floor(random() ** 8 * 5e9),
    };
  }
}

export function take(drawn: Generator<CountedRedirect>): CountedRedirect {
  const next: IteratorResult<CountedRedirect, unknown> = drawn.next();
  if (next.done === true) throw new Error("the draw is endless");
  return next.value;
}
