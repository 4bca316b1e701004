import { expect, test, vi } from "vitest";
import { seeded } from "../../../scripts/random.ts";
import { type CountBatch, giveUpMs, type Taken } from "../../../worker/statistics/batch.ts";
import { CountReports, everyMs } from "../../../worker/statistics/count-reports.ts";
import { nearlyFullRows, RedirectCounts } from "../../../worker/statistics/redirect-counts.ts";
import { drawnRedirects, take } from "./drawn-redirects.ts";
import { StatisticsWorld } from "./statistics-world.ts";

const start = Date.parse("2026-03-01T12:30:00Z");
const redirect = {
  mirror: "one.example",
  repository: "debian",
  country: "DE",
  fileClass: "package",
  size: 1000,
} as const;

function reporting(send: (batch: CountBatch) => Promise<Taken>) {
  const counts = new RedirectCounts();
  const log = vi.fn();
  return {
    counts,
    log,
    reports: new CountReports({ counts, isolate: () => "a", send, log }),
  };
}

test("counts are sent every half minute, and nothing where there are none", async () => {
  const sent: CountBatch[] = [];
  const { counts, reports } = reporting(async (batch) => {
    sent.push(batch);
    return "counted";
  });
  await reports.flush(start);
  counts.count(redirect, start);
  await reports.flush(start + 1);
  counts.count(redirect, start + 2);
  await reports.flush(start + everyMs - 1);
  expect(sent).toHaveLength(1);
  await reports.flush(start + everyMs + 1);
  expect(sent.map(({ isolate, number }) => `${isolate} ${number}`)).toEqual(["a 1", "a 2"]);
  expect(sent.map(({ counted }) => counted.rows[5])).toEqual([1, 1]);
});

test("a table that is nearly full doesn't wait", async () => {
  const sent: CountBatch[] = [];
  const { counts, reports } = reporting(async (batch) => {
    sent.push(batch);
    return "counted";
  });
  counts.count(redirect, start);
  await reports.flush(start);
  for (let at = 0; at < nearlyFullRows; at++) {
    expect(reports.isPressing).toBe(false);
    counts.count({ ...redirect, mirror: `mirror${at}` }, start);
  }
  expect(reports.isPressing).toBe(true);
  await reports.flush(start + 1);
  expect(sent).toHaveLength(2);
  expect(reports.isPressing).toBe(false);
});

test("a batch of which nothing is heard is sent again as it was, and what came meanwhile behind it", async () => {
  const sent: CountBatch[] = [];
  const answers: ((taken: Taken | Promise<Taken>) => void)[] = [];
  const { counts, reports } = reporting((batch) => {
    sent.push(batch);
    return new Promise((resolve) => answers.push(resolve));
  });
  counts.count(redirect, start);
  const first = reports.flush(start);
  counts.count(redirect, start + 1);
  await reports.flush(start + 59_000);
  expect(sent).toHaveLength(1);
  const again = reports.flush(start + 60_000);
  expect(sent).toHaveLength(2);
  expect(sent[1]).toBe(sent[0]);
  answers[1]?.("known");
  await again;
  const second = reports.flush(start + 60_001);
  expect(sent.map(({ number }) => number)).toEqual([1, 1, 2]);
  // The first answer comes after all: it speaks of the first batch, not of the one on its way.
  answers[0]?.("counted");
  await first;
  answers[2]?.(Promise.reject(new Error("gone")));
  await second;
  void reports.flush(start + 60_001 + everyMs);
  expect(sent.map(({ number }) => number)).toEqual([1, 1, 2, 2]);
});

test("what could not be told for six hours is given up, and said", async () => {
  const { counts, reports, log } = reporting(() => Promise.reject(new Error("gone")));
  counts.count(redirect, start);
  await reports.flush(start);
  await reports.flush(start + giveUpMs + 1);
  expect(log.mock.calls.map(([sentence]) => sentence)).toEqual([
    "statistics not told, kept: gone",
    "statistics lost: 1 redirects could not be told",
  ]);
});

test("calls that fail before or after the store has the batch: each redirect is counted once", async () => {
  const random = seeded(160);
  const world = new StatisticsWorld(start);
  const drawn = drawnRedirects({ seed: 161, mirrors: 12, repositories: 3 });
  const model = new Map<string, number>();
  const isolates = ["a", "b", "c"].map((isolate) => {
    const counts = new RedirectCounts();
    const send = async (batch: CountBatch): Promise<Taken> => {
      if (random() < 0.3) throw new Error("did not arrive");
      // As it comes: through JSON, in place of a structured clone.
      const taken = await world.statistics.take(JSON.parse(JSON.stringify(batch)));
      if (random() < 0.3) throw new Error("nothing heard");
      return taken;
    };
    const log = () => undefined;
    return { counts, reports: new CountReports({ counts, isolate: () => isolate, send, log }) };
  });
  let counted = 0;
  for (let step = 0; step < 400; step++) {
    world.now += 10_000;
    for (const { counts, reports } of isolates) {
      for (let at = 0; at < 5; at++) {
        const one = take(drawn);
        counts.count(one, world.now);
        model.set(one.mirror, (model.get(one.mirror) ?? 0) + 1);
        counted++;
      }
      await reports.flush(world.now);
    }
    if (random() < 0.1) await world.ring();
    if (random() < 0.05) world.restart();
  }
  // Until all have got rid of what they had.
  for (let step = 0; step < 60; step++) {
    world.now += 30_000;
    for (const { reports } of isolates) await reports.flush(world.now);
  }
  expect(isolates.map(({ counts }) => counts.rows)).toEqual([0, 0, 0]);
  const totals = world.statistics.totals();
  expect(new Map(totals.map(({ mirror, redirects }) => [mirror, redirects]))).toEqual(model);
  expect(totals.reduce((sum, { redirects }) => sum + redirects, 0)).toBe(counted);
});
