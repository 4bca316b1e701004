/**
 * Adds up what all isolates counted: hours for eight days, days for two years. Each is kept twice, by mirror and by
 * country, each with repository and class: of mirrors and countries together there would be 30 times as many counts.
 */
import type { ObjectAlarm } from "../runtime/object-alarm.ts";
import { answerOf } from "./answer.ts";
import { type CountBatch, giveUpMs, knownMs, type Taken } from "./batch.ts";
import { type Counts, hourMs, hourOf, hoursPerDay, otherName } from "./counted.ts";
import { type DataPoints, writePoints } from "./data-points.ts";
import { fewRedirects, toldTotal } from "./few.ts";
import type { Listed, MirrorTotal, StatisticsAnswer, StatisticsQuestion } from "./question.ts";
import { readStatisticsQuestion } from "./read-question.ts";
import { type CountedRows, rowLength } from "./redirect-counts.ts";
import { daysKept, hoursKept } from "./retention.ts";
import type { Period, StatisticsStore } from "./statistics-store.ts";
import { statsText } from "./stats-text.ts";
import { addTo, firstOf, keyOf, type Tally, trimmed, type View, views } from "./tally.ts";

/**
 * Counts of a period that is over; what is more is told at `(other)`. The bundled list has 3,738 pairs of mirror and
 * repository. With these bounds all that is kept is below 64 MB (`test/unit/statistics/size.test.ts`).
 */
export const maxCounts: Readonly<Record<View, number>> = { mirror: 4096, country: 1536 };
/** Counts of a period that goes on, and of which the smallest may still grow: 160 KB. */
export const maxOpenCounts = 16_384;
/** An hour or a day is cut to its bound when it has been over for so long, ms: isolates tell late. */
export const openMs = hourMs;
/** Batches wait for so long to be added up, ms, unless somebody asks. */
export const waitMs = 60_000;
/** More than so many don't wait: 64 of 400 counts take 20 ms, and 1.5 MB. */
export const maxWaiting = 64;

/** What this needs of a Durable Object. */
export interface StatisticsOf {
  store: StatisticsStore;
  alarm: ObjectAlarm;
  /** Unix ms. */
  now(): number;
  /** Gets each batch that is counted, too; absent: the platform has nothing that takes it. */
  points?: DataPoints;
  /** As `fewRedirects`, which it is where this is absent. */
  few?: number;
}

export class RedirectStatistics {
  readonly #store: StatisticsStore;
  readonly #alarm: ObjectAlarm;
  readonly #now: () => number;
  readonly #points: DataPoints | undefined;
  readonly #few: number;

  constructor({ store, alarm, now, points, few = fewRedirects }: StatisticsOf) {
    this.#few = few;
    this.#points = points;
    this.#store = store;
    this.#alarm = alarm;
    this.#now = now;
  }

  /** Takes an isolate's batch: once, however often it comes. It is stored when this settles. */
  async take(batch: CountBatch): Promise<Taken> {
    const now = this.#now();
    if (now - batch.takenAt > giveUpMs + (knownMs - giveUpMs) / 2) return "late";
    if (batch.number <= this.#store.lastNumber(batch.isolate)) return "known";
    this.#store.keep(batch, now);
    // Written once: what comes again is known.
    if (this.#points !== undefined) writePoints(this.#points, batch.counted);
    if (this.#store.waiting >= maxWaiting) this.#addUp();
    const rings = await this.#alarm.get();
    if (rings === null || rings > now + waitMs) await this.#alarm.set(now + waitMs);
    return "counted";
  }

  /** As everybody may read it. Rejects nothing: whoever asks reads the query first. */
  answer(questions: readonly StatisticsQuestion[]): StatisticsAnswer[] {
    this.#addUp();
    return questions.map((question) => answerOf(this.#store, question, this.#few));
  }

  /** As `StatisticsAnswers.text`: as everybody may read it. */
  text(query: string, listed: Listed): { text: string } | { reason: string } {
    return this.#textOf(query, listed, this.#few);
  }

  /** The same of all that was counted, for who may read the statistics. */
  fullText(query: string, listed: Listed): { text: string } | { reason: string } {
    return this.#textOf(query, listed, 1);
  }

  #textOf(query: string, listed: Listed, few: number): { text: string } | { reason: string } {
    const question = readStatisticsQuestion(query, this.#now());
    if ("reason" in question) return question;
    this.#addUp();
    return statsText(question, answerOf(this.#store, question, few), listed);
  }

  /** What was counted since the beginning, by mirror, as everybody may read it. */
  totals(): MirrorTotal[] {
    this.#addUp();
    const all = this.#store.tally({ level: "ever", at: 0, view: "mirror" });
    return [...all].map(([key, counts]) => ({
      mirror: this.#store.nameOf("mirror", firstOf(key)) ?? otherName,
      ...toldTotal(counts, this.#few),
    }));
  }

  /** Adds up, cuts what is over to its bound, and forgets what is too old. */
  async alarm(): Promise<void> {
    const now = this.#now();
    // Set first: where the rest fails, it is tried again then.
    await this.#alarm.set((hourOf(now) + 1) * hourMs + waitMs);
    this.#addUp();
    this.#store.transaction(() => this.#tidy(now));
  }

  #addUp(): void {
    const texts = this.#store.waitingTexts();
    if (texts.length === 0) return;
    const sums = new Sums(this.#store, hourOf(this.#now()));
    try {
      this.#store.transaction(() => {
        for (const text of texts) sums.add(JSON.parse(text));
        sums.write();
        this.#store.forgetWaiting();
      });
    } catch (error) {
      this.#store.forgetNames();
      throw error;
    }
  }

  #tidy(now: number): void {
    const over = hourOf(now - openMs);
    for (const [level, before] of [
      ["hour", over],
      ["day", Math.floor(over / hoursPerDay)],
    ] as const) {
      for (const view of views) {
        for (const at of this.#store.larger(level, view, before, maxCounts[view])) {
          const period = { level, at, view };
          this.#store.setTally(period, trimmed(this.#store.tally(period), view, maxCounts[view]));
        }
      }
    }
    this.#store.forget("hour", hourOf(now) - hoursKept);
    this.#store.forget("day", Math.floor(hourOf(now) / hoursPerDay) - daysKept);
    this.#store.forgetReporters(now - knownMs);
  }
}

/** Tallies that are being added to, each read once and written once. */
class Sums {
  readonly #store: StatisticsStore;
  readonly #thisHour: number;
  readonly #tallies = new Map<string, { period: Period; tally: Tally }>();

  constructor(store: StatisticsStore, thisHour: number) {
    this.#store = store;
    this.#thisHour = thisHour;
  }

  add({ mirrors, repositories, rows }: CountedRows): void {
    const numbered = (of: "mirror" | "repository", names: readonly string[]) =>
      names.map((name) => this.#store.numberOf(of, name, true) ?? 0);
    const mirrorNumbers = numbered("mirror", mirrors);
    const repositoryNumbers = numbered("repository", repositories);
    for (let at = 0; at + rowLength <= rows.length; at += rowLength) {
      const [hour = 0, mirror = 0, repository = 0, country = 0, fileClass = 0] = rows.slice(
        at,
        at + 5,
      );
      const counts = {
        redirects: rows[at + 5] ?? 0,
        bytes: rows[at + 6] ?? 0,
        unsized: rows[at + 7] ?? 0,
      };
      const inRepository = repositoryNumbers[repository - 1] ?? 0;
      const first = { mirror: mirrorNumbers[mirror - 1] ?? 0, country };
      // An isolate's clock that goes wrong makes no hours that are still to come.
      const counted = Math.min(hour, this.#thisHour);
      for (const view of views) {
        const key = keyOf(first[view], inRepository, fileClass);
        this.#count({ level: "hour", at: counted, view }, key, counts);
        this.#count({ level: "day", at: Math.floor(counted / hoursPerDay), view }, key, counts);
      }
      const ever = { level: "ever", at: 0, view: "mirror" } as const;
      this.#count(ever, keyOf(first.mirror, 0, 0), counts);
    }
  }

  write(): void {
    for (const { period, tally } of this.#tallies.values()) {
      this.#store.setTally(period, trimmed(tally, period.view, maxOpenCounts));
    }
  }

  #count(period: Period, key: number, counts: Counts): void {
    const name = `${period.level} ${period.at} ${period.view}`;
    let sums = this.#tallies.get(name);
    if (sums === undefined) {
      sums = { period, tally: this.#store.tally(period) };
      this.#tallies.set(name, sums);
    }
    addTo(sums.tally, key, counts);
  }
}
