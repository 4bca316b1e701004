import { join } from "node:path";
import { expect, test } from "vitest";
import { seeded } from "../../../scripts/random.ts";
import type { CountBatch } from "../../../worker/statistics/batch.ts";
import { type CountedRedirect, hourOf } from "../../../worker/statistics/counted.ts";
import type { By, StatisticsQuestion } from "../../../worker/statistics/question.ts";
import { RedirectCounts } from "../../../worker/statistics/redirect-counts.ts";
import { maxCounts, maxWaiting, waitMs } from "../../../worker/statistics/redirect-statistics.ts";
import { daysKept, hoursKept } from "../../../worker/statistics/retention.ts";
import { brokenContract } from "../operate/contract.ts";
import { temporaryFolder } from "../temporary-folder.ts";
import { drawnRedirects, take } from "./drawn-redirects.ts";
import { StatisticsWorld } from "./statistics-world.ts";

const hour = 3_600_000;
const start = Date.parse("2026-03-01T22:30:00Z");

/** Makes batches of what is counted. */
class Isolate {
  readonly counts = new RedirectCounts();
  readonly #name: string;
  #number = 0;

  constructor(name: string) {
    this.#name = name;
  }

  batch(takenAt: number): CountBatch {
    this.#number++;
    return { isolate: this.#name, number: this.#number, takenAt, counted: this.counts.take() };
  }
}

const question = (more: Partial<StatisticsQuestion> = {}): StatisticsQuestion => ({
  per: "hour",
  from: hourOf(start),
  to: hourOf(start) + 4,
  only: {},
  limit: 1000,
  ...more,
});

/** What a redirect is by that axis. */
function nameBy(by: By, { mirror, repository, country, fileClass }: CountedRedirect): string {
  if (by === "mirror") return mirror;
  if (by === "repository") return repository;
  if (by === "class") return fileClass;
  return country !== undefined && /^[A-Z]{2}$/.test(country) ? country : "unknown";
}

test("sums by each axis and filter are those of a plain list of all redirects", async () => {
  const world = new StatisticsWorld(start);
  const isolates = [new Isolate("a"), new Isolate("b")];
  const drawn = drawnRedirects({ seed: 7, mirrors: 20, repositories: 4 });
  const list: { at: number; redirect: CountedRedirect }[] = [];
  for (let at = 0; at < 20; at++) {
    // Over midnight.
    world.now = start + at * 9 * 60_000;
    for (const isolate of isolates) {
      for (let n = 0; n < 50; n++) {
        const redirect = take(drawn);
        isolate.counts.count(redirect, world.now);
        list.push({ at: world.now, redirect });
      }
      expect(await world.statistics.take(isolate.batch(world.now))).toBe("counted");
    }
    if (at % 7 === 3) await world.ring();
  }
  const cases: Partial<StatisticsQuestion>[] = [
    ...(["mirror", "repository", "country", "class"] as const).map((by) => ({ by })),
    { by: "mirror", only: { repository: "repository2" } },
    { by: "mirror", only: { class: "image" } },
    { by: "repository", only: { mirror: "mirror3.example" } },
    { by: "country", only: { repository: "repository0", class: "package" } },
    { by: "repository", only: { country: "DE" } },
    { only: { mirror: "mirror3.example", repository: "repository1" } },
    { by: "class", per: "day", from: hourOf(start) / 24 - 1, to: hourOf(start) / 24 + 1 },
  ];
  for (const one of cases) {
    const day = Math.floor(hourOf(start) / 24);
    const asked = question(one.per === "day" ? { ...one, from: day, to: day + 2 } : one);
    const [answer] = world.statistics.answer([asked]);
    const periodMs = asked.per === "day" ? 24 * hour : hour;
    const rows = new Map<string, number[]>();
    let bytes = 0;
    let unsized = 0;
    for (const { at, redirect } of list) {
      const only = Object.entries(asked.only);
      if (only.some(([by, name]) => nameBy(by as By, redirect) !== name)) continue;
      bytes += redirect.size ?? 0;
      unsized += redirect.size === undefined ? 1 : 0;
      const name = asked.by === undefined ? "" : nameBy(asked.by, redirect);
      const series = rows.get(name) ?? new Array<number>(asked.to - asked.from).fill(0);
      const period = Math.floor(at / periodMs) - asked.from;
      series[period] = (series[period] ?? 0) + 1;
      rows.set(name, series);
    }
    expect(rows.size).toBeGreaterThan(0);
    expect(answer?.all.total).toMatchObject({ bytes, unsized });
    const told = answer?.rows.map(({ name, redirects }) => [name, redirects] as const) ?? [];
    if (asked.by === undefined) expect(answer?.all.redirects).toEqual(rows.get(""));
    else expect(new Map(told)).toEqual(rows);
  }
});

test("rows beyond the limit are told together, the largest are told", async () => {
  const world = new StatisticsWorld(start);
  const isolate = new Isolate("a");
  for (let mirror = 1; mirror <= 9; mirror++) {
    for (let n = 0; n < mirror; n++) {
      const redirect = { mirror: `m${mirror}`, repository: "debian", country: "DE", size: 10 };
      isolate.counts.count({ ...redirect, fileClass: "package" }, start);
    }
  }
  await world.statistics.take(isolate.batch(start));
  const [answer] = world.statistics.answer([question({ by: "mirror", limit: 2 })]);
  expect(answer?.rows.map(({ name, total }) => [name, total.redirects])).toEqual([
    ["m9", 9],
    ["m8", 8],
  ]);
  expect(answer?.further).toEqual({ rows: 7, total: { redirects: 28, bytes: 280, unsized: 0 } });
  const [none] = world.statistics.answer([question({ only: { mirror: "m0" } })]);
  expect(none?.unknown).toBe("mirror");
});

test("a batch that comes twice, or too late, is not counted", async () => {
  const world = new StatisticsWorld(start);
  const isolate = new Isolate("a");
  const redirect = { mirror: "m", repository: "debian", country: "DE", size: 1 } as const;
  isolate.counts.count({ ...redirect, fileClass: "package" }, start);
  const batch = isolate.batch(start);
  expect(await world.statistics.take(batch)).toBe("counted");
  expect(await world.statistics.take(batch)).toBe("known");
  world.restart();
  await world.ring();
  expect(await world.statistics.take(batch)).toBe("known");
  world.now += 7 * hour + 1;
  await world.ring();
  expect(await world.statistics.take(batch)).toBe("late");
  expect(world.statistics.totals()).toEqual([{ mirror: "m", redirects: 1, bytes: 1, unsized: 0 }]);
});

test("an isolate whose clock is ahead counts in the hour that is", async () => {
  const world = new StatisticsWorld(start);
  const isolate = new Isolate("a");
  const redirect = { mirror: "m", repository: "debian", country: "DE", size: 1 } as const;
  isolate.counts.count({ ...redirect, fileClass: "package" }, start + 50 * hour);
  await world.statistics.take(isolate.batch(start));
  const [answer] = world.statistics.answer([question()]);
  expect(answer?.all.redirects).toEqual([1, 0, 0, 0]);
});

test("batches wait for a minute, or for company", async () => {
  const world = new StatisticsWorld(start);
  const isolate = new Isolate("a");
  const redirect = { mirror: "m", repository: "debian", country: "DE", size: 1 } as const;
  for (let at = 1; at < maxWaiting; at++) {
    isolate.counts.count({ ...redirect, fileClass: "package" }, start);
    await world.statistics.take(isolate.batch(start));
    expect(world.store.waiting).toBe(at);
  }
  expect(world.alarmAt).toBe(start + waitMs);
  isolate.counts.count({ ...redirect, fileClass: "package" }, start);
  await world.statistics.take(isolate.batch(start));
  expect(world.store.waiting).toBe(0);
  isolate.counts.count({ ...redirect, fileClass: "package" }, start);
  await world.statistics.take(isolate.batch(start));
  await world.ring();
  expect(world.store.waiting).toBe(0);
  // Next at the beginning of the next hour, to cut and forget.
  expect(world.alarmAt).toBe(Date.parse("2026-03-01T23:01:00Z"));
});

test("hours are kept for eight days, days for two years", async () => {
  const world = new StatisticsWorld(start);
  const isolate = new Isolate("a");
  const redirect = { mirror: "m", repository: "debian", country: "DE", size: 1 } as const;
  const count = async () => {
    isolate.counts.count({ ...redirect, fileClass: "package" }, world.now);
    await world.statistics.take(isolate.batch(world.now));
    await world.ring();
  };
  const sums = () => {
    const to = hourOf(world.now) + 1;
    const answers = world.statistics.answer([
      question({ from: hourOf(start), to }),
      question({ per: "day", from: Math.floor(hourOf(start) / 24), to: Math.ceil(to / 24) }),
    ]);
    return answers.map(({ all }) => all.total.redirects);
  };
  await count();
  world.now += hoursKept * hour;
  await count();
  expect(sums()).toEqual([2, 2]);
  world.now += hour;
  await world.ring();
  expect(sums()).toEqual([1, 2]);
  world.now = start + daysKept * 24 * hour;
  await world.ring();
  expect(sums()).toEqual([0, 2]);
  world.now += 24 * hour;
  await world.ring();
  expect(sums()).toEqual([0, 1]);
  expect(world.statistics.totals()).toEqual([{ mirror: "m", redirects: 2, bytes: 2, unsized: 0 }]);
});

test("a period that is over is cut to its bound: the largest stay, repositories' sums stay exact", async () => {
  const world = new StatisticsWorld(start);
  const counted = { mirrors: ["x"], repositories: ["debian", "fedora"], rows: [] as number[] };
  const many = maxCounts.mirror + 300;
  for (let at = 1; at <= many; at++) {
    counted.mirrors[at - 1] = `m${at}`;
    counted.rows.push(hourOf(start), at, 1 + (at % 2), 0, 0, at, 10 * at, 0);
  }
  await world.statistics.take({ isolate: "a", number: 1, takenAt: start, counted });
  const asked = [question({ by: "mirror", limit: 10_000 }), question({ by: "repository" })];
  const [whole, sums] = world.statistics.answer(asked);
  expect(whole?.rows).toHaveLength(many);
  await world.ring();
  // It goes on for an hour: what is small may grow.
  expect(world.statistics.answer(asked)[0]?.rows).toHaveLength(many);
  world.now += 2 * hour;
  await world.ring();
  const [cut, after] = world.statistics.answer(asked);
  expect(after).toEqual(sums);
  expect(cut?.all).toEqual(whole?.all);
  // One count each for the others of both repositories.
  expect(cut?.rows).toHaveLength(maxCounts.mirror - 1);
  expect(cut?.rows.find(({ name }) => name === `m${many}`)?.total.redirects).toBe(many);
  const smallest = (302 * 303) / 2;
  expect(cut?.rows.find(({ name }) => name === "(other)")?.total.redirects).toBe(smallest);
});

test("the object ends at every step of its writing: nothing is lost, nothing counted twice", async () => {
  const random = seeded(3);
  const file = join(temporaryFolder("nearmirror-statistics-"), "statistics.sqlite");
  const world = new StatisticsWorld(start, { file });
  const isolate = new Isolate("a");
  let counted = 0;
  let mishaps = 0;
  for (let step = 1; step <= 60; step++) {
    world.now += 60_000;
    for (let at = 0; at < 3; at++) {
      const mirror = `m${Math.floor(random() * 50)}`;
      const redirect = { mirror, repository: "debian", country: "DE", size: 1 };
      isolate.counts.count({ ...redirect, fileClass: "package" }, world.now);
      counted++;
    }
    const batch = isolate.batch(world.now);
    world.sqlite.breakAt(1 + (step % 15), step % 2 === 0 ? "dies" : "throws");
    const work = async () => {
      await world.statistics.take(batch);
      await world.ring();
    };
    await work().catch(() => mishaps++);
    world.sqlite.reopen();
    world.restart();
    await work();
  }
  expect(mishaps).toBeGreaterThan(40);
  const totals = world.statistics.totals();
  expect(totals.reduce((sum, { redirects }) => sum + redirects, 0)).toBe(counted);
  const [answer] = world.statistics.answer([question({ by: "mirror" })]);
  expect(answer?.all.total.redirects).toBe(counted);
});

test("what is told as JSON is as the API's document says", async () => {
  const world = new StatisticsWorld(start);
  const isolate = new Isolate("a");
  const redirect = { mirror: "m1", repository: "debian", country: "DE", size: 10 } as const;
  isolate.counts.count({ ...redirect, fileClass: "package" }, start);
  isolate.counts.count({ ...redirect, mirror: "gone", fileClass: "image" }, start);
  await world.statistics.take(isolate.batch(start));
  const mirrors = [
    { name: "m1", capacity: 3000 },
    { name: "m2", capacity: 1000 },
  ];
  const listed = { mirrors, repositories: ["debian", "fedora"] };
  const path = "/api/v1/stats";
  for (const query of [
    "",
    "by=mirror&limit=1",
    "by=country&per=day&repository=debian",
    "mirror=m2",
  ]) {
    const told = world.statistics.text(query, listed);
    if ("reason" in told) throw new Error(told.reason);
    const body: unknown = JSON.parse(told.text);
    const answer = { status: 200, type: "application/json", body };
    expect(brokenContract({ method: "GET", path }, answer)).toBeUndefined();
  }
  const wrong = { status: 200, type: "application/json", body: { per: "week" } };
  expect(brokenContract({ method: "GET", path }, wrong)).toBeDefined();
  const told = world.statistics.text("by=mirror", listed);
  expect("text" in told && JSON.parse(told.text)).toMatchObject({
    rows: [
      { name: "gone", share: 0.5 },
      { name: "m1", share: 0.5, bytesShare: 0.5, expectedShare: 0.75 },
    ],
  });
  expect(world.statistics.text("mirror=m3", listed)).toEqual({
    reason: "mirror=m3 is not there. Did you mean m1? There are: m1, m2.",
  });
});

test("names keep their numbers where adding up failed, and the object goes on", async () => {
  const world = new StatisticsWorld(start);
  const isolate = new Isolate("a");
  const redirect = { repository: "debian", country: "DE", size: 1, fileClass: "package" } as const;
  const count = async (mirror: string) => {
    isolate.counts.count({ ...redirect, mirror }, start);
    await world.statistics.take(isolate.batch(start));
  };
  await count("first");
  // A name, another, then the first tally.
  world.sqlite.breakAt(3, "throws");
  expect(() => world.statistics.totals()).toThrow("disk is full");
  await count("second");
  const before = world.statistics.totals();
  world.restart();
  expect(world.statistics.totals()).toEqual(before);
  expect(before.map(({ mirror, redirects }) => [mirror, redirects])).toEqual([
    ["first", 1],
    ["second", 1],
  ]);
});
