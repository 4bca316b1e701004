/** The object that adds up redirects, with SQLite in memory, a clock and an alarm that tests move. */
import type { DataPoints } from "../../../worker/statistics/data-points.ts";
import { RedirectStatistics } from "../../../worker/statistics/redirect-statistics.ts";
import { StatisticsStore } from "../../../worker/statistics/statistics-store.ts";
import { BreakableSqlite } from "../runtime/sqlite.ts";

export class StatisticsWorld {
  /** Unix ms. */
  now: number;
  alarmAt: number | null = null;
  readonly sqlite: BreakableSqlite;
  store: StatisticsStore;
  statistics: RedirectStatistics;

  readonly #points: DataPoints | undefined;
  readonly #few: number;

  /** @param options.file of the database; absent: in memory. `few`: absent: all is told to everybody */
  constructor(
    now: number,
    {
      file = ":memory:",
      points,
      few = 1,
    }: { file?: string; points?: DataPoints; few?: number } = {},
  ) {
    this.#points = points;
    this.#few = few;
    this.now = now;
    this.sqlite = new BreakableSqlite(file);
    this.store = new StatisticsStore(this.sqlite.sql);
    this.statistics = this.#open();
  }

  /** The object is evicted, and begins again with what it stored. */
  restart(): void {
    this.store = new StatisticsStore(this.sqlite.sql);
    this.statistics = this.#open();
  }

  /** Rings the alarm, whenever it is set for. */
  async ring(): Promise<void> {
    this.alarmAt = null;
    await this.statistics.alarm();
  }

  #open(): RedirectStatistics {
    return new RedirectStatistics({
      store: this.store,
      alarm: {
        get: async () => this.alarmAt,
        set: async (at) => {
          this.alarmAt = at;
        },
        delete: async () => {
          this.alarmAt = null;
        },
      },
      now: () => this.now,
      few: this.#few,
      ...(this.#points && { points: this.#points }),
    });
  }
}
