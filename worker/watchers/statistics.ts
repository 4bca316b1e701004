/** The Durable Object that adds up redirects. What it does is `RedirectStatistics`'. */
import { DurableObject } from "cloudflare:workers";
import { toldPage } from "../pages/statistics/told-page.ts";
import { durableAlarm } from "../runtime/durable-alarm.ts";
import { durableSql } from "../runtime/durable-sql.ts";
import type { CountBatch, Taken } from "../statistics/batch.ts";
import type { Listed, MirrorTotal } from "../statistics/question.ts";
import { RedirectStatistics } from "../statistics/redirect-statistics.ts";
import { StatisticsStore } from "../statistics/statistics-store.ts";
import type { PageWish, ToldPage } from "../statistics/told-page.ts";
import type { Bindings } from "./bindings.ts";

/** What this needs of the Worker's variables and bindings. */
export type StatisticsEnv = Pick<Bindings, "ANALYTICS">;

/** There is one, named `statistics`. */
export class Statistics extends DurableObject<StatisticsEnv> {
  readonly #statistics: RedirectStatistics;

  constructor(state: DurableObjectState, env: StatisticsEnv) {
    super(state, env);
    this.#statistics = new RedirectStatistics({
      store: new StatisticsStore(durableSql(state.storage)),
      alarm: durableAlarm(state.storage),
      now: () => Date.now(),
      ...(env.ANALYTICS && { points: env.ANALYTICS }),
    });
  }

  /** As `RedirectStatistics.take`. */
  async take(batch: CountBatch): Promise<Taken> {
    return this.#statistics.take(batch);
  }

  /** For the page at `/statistics`. */
  async page(wish: PageWish): Promise<ToldPage> {
    return toldPage(wish, (questions) => this.#statistics.answer(questions), Date.now());
  }

  /** As `RedirectStatistics.text`. */
  async text(query: string, listed: Listed): Promise<{ text: string } | { reason: string }> {
    return this.#statistics.text(query, listed);
  }

  /** As `RedirectStatistics.fullText`. */
  async fullText(query: string, listed: Listed): Promise<{ text: string } | { reason: string }> {
    return this.#statistics.fullText(query, listed);
  }

  /** As `RedirectStatistics.totals`. */
  async totals(): Promise<MirrorTotal[]> {
    return this.#statistics.totals();
  }

  override async alarm(): Promise<void> {
    await this.#statistics.alarm();
  }
}
