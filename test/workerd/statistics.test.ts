/** Statistics from the redirect to the answer, with the real object: its storage, its alarm, its calls. */
import { env, evictDurableObject, reset, runDurableObjectAlarm } from "cloudflare:test";
import { beforeEach, expect, test } from "vitest";
import { openStatistics } from "../../worker/watchers/open-statistics.ts";
import type { Statistics } from "../../worker/watchers/statistics.ts";
import { readPrometheus } from "./prometheus.ts";
import { allListed, clients, makeEdge } from "./services.ts";
import { mirrors, views } from "./views.ts";

declare global {
  namespace Cloudflare {
    interface Env {
      STATISTICS: DurableObjectNamespace<Statistics>;
    }
  }
}

const base = "http://near.example/";
const file = "debian/pool/main/c/coreutils/coreutils_9.7-3_amd64.deb";
const stub = () => env.STATISTICS.get(env.STATISTICS.idFromName("statistics"));

interface Told {
  redirects: number;
  bytes: number;
  rows: { name: string; redirects: number; share: number; expectedShare?: number }[];
}

/** An edge whose clock goes as the object's does. */
function counted() {
  const statistics = openStatistics(env);
  if (statistics === undefined) throw new Error("there is no STATISTICS");
  const edge = makeEdge(undefined, views(), { now: () => Date.now(), statistics });
  const ask = async (query: string) => {
    const response = await edge.fetch(`${base}api/v1/stats?${query}`);
    expect(response.status).toBe(200);
    return response.json<Told>();
  };
  /** The same of all that was counted, as it is told to who may read it. */
  const all = async (query: string) => {
    const listed = {
      mirrors: mirrors.map(({ name, capacity }) => ({ name, capacity })),
      repositories: ["debian"],
    };
    const told = await stub().fullText(query, listed);
    if ("reason" in told) throw new Error(told.reason);
    const answer: Told = JSON.parse(told.text);
    return answer;
  };
  return { edge, statistics, ask, all };
}

beforeEach(() => reset());

test("a redirect is told by mirror, repository, country and class, and in the figures", async () => {
  const { edge, statistics, ask, all } = counted();
  const response = await edge.fetch(base + file, { from: clients.germany });
  expect(response.status).toBe(302);
  const { host } = new URL(response.headers.get("Location") ?? "");
  // Neither a look by HEAD nor metadata is a download from a mirror.
  await edge.fetch(base + file, { from: clients.japan, method: "HEAD" });
  await edge.fetch(`${base}debian/dists/trixie/InRelease`, { from: clients.germany });
  await statistics.reports.flush(Date.now());
  const size = allListed(file)?.size;
  const told = await all("by=mirror");
  expect(told).toMatchObject({ redirects: 1, bytes: size });
  const [row] = told.rows;
  const mirror = mirrors.find(({ name }) => name === row?.name);
  expect(
    Object.values(mirror?.carries.debian ?? {}).some((url) => String(url).includes(host)),
  ).toBe(true);
  expect(row).toMatchObject({ redirects: 1, share: 1 });
  const capacities = mirrors.reduce((sum, { capacity }) => sum + capacity, 0);
  expect(row?.expectedShare).toBeCloseTo((mirror?.capacity ?? 0) / capacities, 5);
  expect((await all("by=country")).rows).toMatchObject([{ name: "DE", redirects: 1 }]);
  expect((await all("by=repository")).rows).toMatchObject([{ name: "debian", redirects: 1 }]);
  expect((await all("by=class&per=day")).rows).toMatchObject([{ name: "package", redirects: 1 }]);
  const figures = readPrometheus(await (await edge.fetch(`${base}metrics`)).text());
  const samples = (name: string) =>
    figures.get(name)?.samples.map(({ labels, value }) => [labels.mirror, value]);
  expect(samples("nearmirror_mirror_redirects_total")).toEqual([[row?.name, 0]]);
  expect(samples("nearmirror_mirror_expected_bytes_total")).toEqual([[row?.name, 0]]);
  // One redirect is somebody's: everybody reads nothing of it.
  for (const query of ["by=mirror", "by=country", "by=class&per=day", "country=DE"]) {
    expect(await ask(query)).toMatchObject({ redirects: 0, bytes: 0 });
  }
});

test("what is counted outlives the object, and a batch that comes again is not counted again", async () => {
  const { edge, statistics, all } = counted();
  await edge.fetch(base + file, { from: clients.germany });
  const taken = {
    isolate: "one",
    number: 1,
    takenAt: Date.now(),
    counted: statistics.counts.take(),
  };
  expect(await stub().take(taken)).toBe("counted");
  await runDurableObjectAlarm(stub());
  await evictDurableObject(stub());
  expect(await stub().take(taken)).toBe("known");
  expect(await all("by=mirror")).toMatchObject({ redirects: 1 });
});

test("no address and no file's name is told", async () => {
  const { edge, statistics } = counted();
  await edge.fetch(base + file, { from: clients.germany });
  const text = JSON.stringify(statistics.counts.take());
  expect(text).not.toContain(clients.germany);
  expect(text).not.toContain("coreutils");
  expect(text).toContain("debian");
});

test("an answer may be kept for a minute, and is asked for by its ETag", async () => {
  const { edge } = counted();
  const response = await edge.fetch(`${base}api/v1/stats`);
  expect(response.headers.get("Cache-Control")).toBe("public, max-age=60");
  const etag = response.headers.get("ETag") ?? "";
  const again = await edge.fetch(`${base}api/v1/stats`, { headers: { "If-None-Match": etag } });
  expect(again.status).toBe(304);
});

test.each([
  [
    "by=mirorr",
    "by=mirorr is not there. Did you mean mirror? There are: mirror, repository, country, class.",
  ],
  ["repositry=debian", "repositry= means nothing here. Did you mean repository=? "],
  ["repository=debain", "repository=debain is not there. Did you mean debian? "],
  ["mirror=nowhere.example", "mirror=nowhere.example is not there. "],
  ["by=country&mirror=one", "Mirrors aren't counted by country: "],
])("%s is refused, with what was most likely meant", async (query, reason) => {
  const { edge } = counted();
  const response = await edge.fetch(`${base}api/v1/stats?${query}`);
  expect(response.status).toBe(400);
  expect(await response.text()).toContain(reason);
});

test("of a listed mirror that nobody was sent to there are zeros", async () => {
  const { ask } = counted();
  expect(await ask(`mirror=${mirrors[0]?.name}`)).toMatchObject({ redirects: 0, bytes: 0 });
});

test("a client that asks anew and anew is refused before the object is", async () => {
  const { edge } = counted();
  const statuses: number[] = [];
  for (let at = 1; at <= 70; at++) {
    statuses.push((await edge.fetch(`${base}api/v1/stats?limit=${at}`)).status);
  }
  expect(statuses.slice(0, 60).every((status) => status === 200)).toBe(true);
  expect(statuses.at(-1)).toBe(503);
});
