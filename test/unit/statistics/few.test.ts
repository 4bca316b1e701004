/** What everybody may read of counts: nothing that says what few did, and no sum that betrays it. */
import { expect, it } from "vitest";
import { hourMs } from "../../../worker/statistics/counted.ts";
import { fewRedirects, ToldCounts, toldTotal } from "../../../worker/statistics/few.ts";
import { RedirectCounts } from "../../../worker/statistics/redirect-counts.ts";
import { keyOf } from "../../../worker/statistics/tally.ts";
import { drawnRedirects, take } from "./drawn-redirects.ts";
import { StatisticsWorld } from "./statistics-world.ts";

const now = Date.UTC(2026, 10, 30, 12);
const listed = { mirrors: [], repositories: ["repository0", "repository1"] };

interface Told {
  redirects: number;
  bytes: number;
  unsized: number;
  series: { redirects: number[]; bytes: number[] };
  rows?: (Told & { name: string })[];
  further?: { redirects: number };
}

/** Redirects of three hours, told by the hour and the day. */
async function world(count: number, few = fewRedirects): Promise<StatisticsWorld> {
  const made = new StatisticsWorld(now, { few });
  const drawn = drawnRedirects({ seed: 7, mirrors: 3, repositories: 2 });
  const counts = new RedirectCounts();
  for (let at = 0; at < count; at += 1) {
    counts.count({ ...take(drawn), country: at % 7 === 0 ? "DE" : "FR" }, now - (at % 3) * hourMs);
  }
  await made.statistics.take({ isolate: "a", number: 1, takenAt: now, counted: counts.take() });
  return made;
}

function told(of: StatisticsWorld, query: string, isFull = false): Told {
  const { statistics } = of;
  const got = isFull ? statistics.fullText(query, listed) : statistics.text(query, listed);
  if ("reason" in got) throw new Error(got.reason);
  return JSON.parse(got.text);
}

const bys = ["", "by=mirror", "by=country", "by=repository", "by=class"];
const only = [
  "",
  "class=package",
  "repository=repository0",
  "country=DE",
  "country=DE&class=image",
  "mirror=mirror1.example",
];
const questions = ["per=hour", "per=day"].flatMap((per) =>
  bys.flatMap((by) =>
    only
      .filter((one) => !(one.includes("country") && by === "by=mirror"))
      .filter((one) => !(one.includes("mirror") && by === "by=country"))
      .map((one) => [per, by, one].filter((part) => part !== "").join("&")),
  ),
);

it("each figure of each answer is a multiple of the threshold, and sums are those of what is told", async () => {
  const of = await world(5000);
  let figures = 0;
  for (const query of questions) {
    const answer = told(of, query);
    const all = [answer, ...(answer.rows ?? [])];
    for (const { redirects, series } of all) {
      expect([redirects, ...series.redirects].filter((one) => one % fewRedirects !== 0)).toEqual(
        [],
      );
      expect(series.redirects.reduce((sum, one) => sum + one, 0)).toBe(redirects);
      figures += redirects;
    }
    if (answer.rows === undefined) continue;
    const rows = answer.rows.reduce((sum, one) => sum + one.redirects, 0);
    expect(rows + (answer.further?.redirects ?? 0), query).toBe(answer.redirects);
  }
  expect(figures).toBeGreaterThan(10_000);
  // Nearly all is told, though not of whom.
  const [some, whole] = [told(of, "per=day").redirects, told(of, "per=day", true).redirects];
  expect(whole).toBe(5000);
  expect(whole - some).toBeLessThan(3 * fewRedirects);
});

it("one redirect more of few changes nothing that everybody reads", async () => {
  const few = await world(30);
  expect(told(few, "by=country", true).rows).toMatchObject([
    { name: "FR", redirects: 25 },
    { name: "DE", redirects: 5 },
  ]);
  for (const query of questions) expect(told(few, query)).toMatchObject({ redirects: 0, bytes: 0 });
  // Somebody from Japan is one among many: neither its row nor a total says so.
  const [before, after] = [await world(5000), await world(5000)];
  const counts = new RedirectCounts();
  const redirect = { mirror: "mirror1.example", repository: "repository0", country: "JP" } as const;
  counts.count({ ...redirect, fileClass: "image", size: 777 }, now);
  await after.statistics.take({ isolate: "b", number: 1, takenAt: now, counted: counts.take() });
  const names = told(after, "by=country").rows?.map(({ name }) => name);
  expect(names).not.toContain("JP");
  const changed = questions.filter((query) => {
    const [one, two] = [told(before, query), told(after, query)];
    return one.redirects !== two.redirects;
  });
  expect(changed).toEqual([]);
  expect(told(after, "country=JP", true)).toMatchObject({ redirects: 1, bytes: 777 });
});

it("what is left over is told at (other) of its class, and nowhere where it is few", () => {
  const taken: [number, number, number][] = [];
  const counts = new ToldCounts("country", 10, (key, one) =>
    taken.push([key, one.redirects, one.bytes]),
  );
  const [de, fr] = [83, 148];
  const other = 677;
  counts.add(keyOf(de, 1, 0), { redirects: 14, bytes: 1400, unsized: 0 });
  counts.add(keyOf(fr, 1, 0), { redirects: 8, bytes: 80, unsized: 0 });
  counts.add(keyOf(fr, 2, 0), { redirects: 9, bytes: 90, unsized: 0 });
  counts.add(keyOf(fr, 2, 1), { redirects: 3, bytes: 30, unsized: 0 });
  counts.end();
  expect(taken).toEqual([
    [keyOf(de, 1, 0), 10, 1000],
    // Four of Germany's and eight of France's.
    [keyOf(other, 1, 0), 10, 400],
    // Two of these and nine of the other repository.
    [keyOf(other, 0, 0), 10, 155],
  ]);
});

it("a total that everybody reads again and again grows by multiples alone", () => {
  const totals = Array.from({ length: 300 }, (_, at) =>
    toldTotal({ redirects: at, bytes: at * 7_000_000, unsized: at }, 50),
  );
  for (const [at, one] of totals.entries()) {
    const before = totals[at - 1] ?? one;
    expect(one.redirects - before.redirects === 0 || one.redirects - before.redirects === 50).toBe(
      true,
    );
    expect(one.bytes).toBeGreaterThanOrEqual(before.bytes);
    expect(one.bytes % 500_000_000).toBe(0);
  }
  expect(totals.at(-1)).toEqual({ redirects: 250, bytes: 2_000_000_000, unsized: 250 });
});
