/** Many clients ask the same of packages at once: the suite's object is asked once for all of them. */
import { env, reset, SELF } from "cloudflare:test";
import { afterEach, beforeEach, expect, type MockInstance, test, vi } from "vitest";
import { snapshotKey } from "../../worker/repositories/reader/snapshot-key.ts";
import { HeldAnswers } from "../../worker/search/ask/held-answers.ts";
import type { PackagesAnswer } from "../../worker/search/package-service.ts";
import type { SuiteState } from "../../worker/search/suite.ts";
import type {
  FoundPackage,
  SuiteAnswer,
  SuiteQuestion,
} from "../../worker/search/suite-question.ts";
import { viewsKey } from "../../worker/views/views-key.ts";
import { PackageSearch } from "../../worker/watchers/package-search.ts";

declare global {
  namespace Cloudflare {
    interface Env {
      VIEWS: KVNamespace;
    }
  }
}

const base = "http://near.example";
const root = "dists/now/InRelease";
/** For what is waited for, ms: the machine may be busy. */
const waitMs = 30_000;
/** Deadlines of the service take so many times as long: a busy machine sends fifty requests slower than suites may answer. */
const slower = 20;
const { setTimeout: platformTimeout } = globalThis;
let asked: string[];
/** Suites answer once it is. */
let isOpen: boolean;
/** One call for each request, which joins what is under way without awaiting anything before. */
let joined: MockInstance<HeldAnswers<PackagesAnswer>["of"]>;

beforeEach(async () => {
  vi.stubGlobal("fetch", async () => new Response("none", { status: 404 }));
  vi.stubGlobal("setTimeout", (work: () => void, ms = 0) =>
    platformTimeout(work, ms >= 1000 ? ms * slower : ms),
  );
  asked = [];
  isOpen = false;
  joined = vi.spyOn(HeldAnswers.prototype, "of");
  vi.spyOn(PackageSearch.prototype, "ask").mockImplementation(async (state, questions) => {
    asked.push(...questions.map(({ ask }) => ask));
    while (!isOpen) await scheduler.wait(5);
    return answered(state, questions);
  });
  const version = Date.parse("2030-01-01T00:00:00Z");
  const repositories = [
    {
      name: "shop",
      kind: "apt",
      title: "Shop",
      origin: "http://shop.example/",
      architectures: ["amd64"],
      roots: [root],
      keys: [],
      setup: {},
    },
  ];
  const views = { roster: { version, mirrors: [] }, catalogue: { version, repositories } };
  await env.VIEWS.put(viewsKey, JSON.stringify(views));
  await publish(1);
});
afterEach(async () => {
  vi.restoreAllMocks();
  vi.useRealTimers();
  await reset();
});

/** Id of a snapshot of that generation, below 10. */
const idOf = (generation: number) => `20261123T025500Z-0000000${generation}`;

async function publish(generation: number): Promise<void> {
  const snapshot = {
    repository: "shop",
    generation,
    id: idOf(generation),
    at: Date.parse("2026-11-23T02:55:00Z") + generation,
    roots: [{ path: root, files: [], manifest: "0".repeat(64) }],
  };
  await env.VIEWS.put(snapshotKey("shop"), JSON.stringify(snapshot));
}

function answered(state: SuiteState, questions: readonly SuiteQuestion[]): SuiteAnswer {
  const { repository, kind, suite, snapshot, at } = state;
  const found: FoundPackage = {
    record: { name: "mc", version: "1", architecture: "amd64" },
    why: [{ by: "name" }],
    rank: 1,
  };
  return {
    state: { repository, kind, suite, snapshot, at, indexes: [], untold: [] },
    found: questions.map(() => ({ packages: [found], total: 1 })),
  };
}

async function texts(path: string, init: RequestInit = {}): Promise<string> {
  const response = await SELF.fetch(`${base}${path}`, init);
  return await response.text();
}

/** So many requests wait for the answer. By looking: workerd crashes where an object's request settles a test's promise. */
const waiting = (requests: number) =>
  vi.waitFor(() => expect(joined).toHaveBeenCalledTimes(requests), waitMs);

test("the same search by many clients at once asks the suite once, and is held then", async () => {
  const answers = Array.from({ length: 50 }, () => texts("/api/v1/packages?q=mc"));
  await waiting(50);
  isOpen = true;
  const told = new Set(await Promise.all(answers));
  expect([...told]).toEqual([expect.stringContaining('"name":"mc"')]);
  expect(await texts("/api/v1/packages?q=mc")).toBe([...told][0]);
  expect(asked).toEqual(["search", "named"]);
});

test.each([
  ["that asked first", 0],
  ["that came later", 1],
])(
  "a client %s and leaves doesn't spoil the answer for those who wait with it",
  async (_, which) => {
    const leaving = new AbortController();
    const signals = [undefined, undefined, undefined];
    const clients = signals.map((_none, at) => async () => {
      const signal = at === which ? { signal: leaving.signal } : {};
      return await texts(`/api/v1/packages?q=from${which}`, signal).catch(() => "left");
    });
    const [first, ...others] = clients;
    const answers = [first?.()];
    await waiting(1);
    answers.push(...others.map((ask) => ask()));
    await waiting(3);
    leaving.abort();
    expect(await answers[which]).toBe("left");
    isOpen = true;
    const told = (await Promise.all(answers)).filter((_none, at) => at !== which);
    expect(told).toEqual(Array(2).fill(expect.stringContaining('"name":"mc"')));
    expect(asked).toEqual(["search", "named"]);
  },
);

test("a page is made once for clients that come after each other, and anew for another state", async () => {
  isOpen = true;
  vi.useFakeTimers({ toFake: ["Date"], now: Date.parse("2031-01-01T00:00:00Z") });
  const page = () => texts("/packages?q=held", { headers: { Accept: "text/html" } });
  const first = await page();
  expect(first).toContain(idOf(1));
  expect(await page()).toBe(first);
  expect(joined).toHaveBeenCalledTimes(1);
  await publish(2);
  // Stored snapshots are read again.
  vi.setSystemTime(Date.now() + 15_000);
  const second = await page();
  expect([second.includes(idOf(1)), second.includes(idOf(2))]).toEqual([false, true]);
});
