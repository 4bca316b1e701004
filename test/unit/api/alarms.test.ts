/** One place collects all alarms; health, metrics and the page tell the same. */
import { describe, expect, it } from "vitest";
import {
  type Alarm,
  AlarmBoard,
  type AlarmSources,
  collectAlarms,
} from "../../../worker/api/alarms.ts";
import { health } from "../../../worker/api/health.ts";
import { metrics } from "../../../worker/api/metrics.ts";
import { Traffic } from "../../../worker/delivery/traffic.ts";
import type { FleetHealth } from "../../../worker/health/fleet-answers.ts";
import { visitOf } from "../../../worker/pages/frame/visit.ts";
import { homePage } from "../../../worker/pages/home-page.ts";
import { mirrorsPage } from "../../../worker/pages/mirrors/mirrors-page.ts";
import type { SnapshotAlarm } from "../../../worker/repositories/chain/snapshot-alarms.ts";
import { openRepositories, openViews } from "../../../worker/views/views.ts";
import { readPrometheus } from "../../workerd/prometheus.ts";

const now = Date.parse("2026-03-01T12:00:00Z");

function listed(name: string, verify: "checksums" | undefined) {
  return {
    name,
    kind: "apt" as const,
    title: name,
    origin: `http://${name}.example/${name}/`,
    architectures: ["amd64"],
    roots: ["dists/stable/InRelease"],
    keys: [],
    setup: {},
    ...(verify && { verify }),
  };
}

const views = openViews({
  roster: { version: now - 1000, mirrors: [] },
  catalogue: {
    version: 1,
    repositories: [listed("debian", "checksums"), listed("extra", undefined)],
  },
});

const well: FleetHealth = {
  probing: "all",
  list: 1,
  published: 1,
  stored: true,
  probers: [{ name: "weur-0", mirrors: 2, secondsAgo: 1, alive: true }],
  alarms: [],
  notices: [],
};

const badRoot: SnapshotAlarm = {
  kind: "root",
  root: "dists/stable/InRelease",
  file: "dists/stable/InRelease",
  since: now - 60_000,
  said: "No good signature by a pinned key.",
};

/** All is well, but for what a test gives. */
function sources(
  given: Partial<AlarmSources> = {},
  fleet: Partial<FleetHealth> = {},
): AlarmSources {
  const answers = {
    mirrors: async () => [],
    mirror: async () => null,
    changes: async () => [],
    metrics: async () => "",
    health: async () => ({ ...well, ...fleet }),
  };
  return {
    views,
    fleet: answers,
    snapshots: { object: () => ({ alarms: async () => [] }) },
    payload: { bytes: {} },
    now: () => now,
    ...given,
  };
}

const failing = {
  "a root that fails verification": {
    given: {
      snapshots: {
        object: (name: string) => ({ alarms: async () => (name === "debian" ? [badRoot] : []) }),
      },
    },
    name: "root debian dists/stable/InRelease",
    detail: "No good signature by a pinned key.",
  },
  "an origin that can't be reached": {
    given: {
      payload: {
        bytes: {
          reachable: {
            unreachableSince: (server: string) =>
              server === "http://extra.example" ? now - 5000 : undefined,
          },
        },
      },
    },
    name: "origin extra",
    detail: "http://extra.example/extra/ could not be reached from here.",
  },
  "a list on disk that is refused": {
    given: { listProblem: async () => "mirrors/a.yaml:7:1: wrong" },
    name: "list refused",
    detail: "mirrors/a.yaml:7:1: wrong",
  },
  "a repository with a name that the service itself uses": {
    given: { views: { ...views, ...openRepositories([listed("images", undefined)]) } },
    name: "name images",
    detail:
      "The repository hides what the service itself has at /images. Give it another name in the mirror list, and publish the list.",
  },
  "a disk that is nearly full": {
    given: {
      machine: async () => ({ diskFreeBytes: 5, diskMarginBytes: 7, notes: [] }),
    },
    name: "disk full",
    detail:
      "The store's disk has 5 bytes left, and 7 are to stay: nothing is cached and no new metadata is stored.",
  },
  "files that are nearly all open": {
    given: { machine: async () => ({ openFiles: 91, openFilesLimit: 100, notes: [] }) },
    name: "open files",
    detail: "91 of 100 files are open: at the limit nobody can connect.",
  },
  "a part of the store that was moved away": {
    given: { machine: async () => ({ notes: ["do/x.sqlite was damaged."] }) },
    name: "store",
    detail: "do/x.sqlite was damaged.",
  },
  "views that were refused": {
    given: { refusedViews: () => ({ since: now - 20_000, detail: "roster 99 is older than 100" }) },
    name: "views",
    detail: "roster 99 is older than 100",
  },
  "a watched origin of a repository that isn't verified": {
    given: {
      snapshots: {
        object: (name: string) => ({ alarms: async () => (name === "extra" ? [badRoot] : []) }),
      },
    },
    name: "root extra dists/stable/InRelease",
    detail: "No good signature by a pinned key.",
  },
  "a blind Prober": {
    fleet: {
      alarms: [
        { name: "blind weur-0", since: "2026-03-01T11:59:00.000Z", detail: "3 of 4 failed" },
      ],
    },
    name: "blind weur-0",
    detail: "3 of 4 failed",
  },
  "a repository's object that can't be asked": {
    given: {
      snapshots: {
        object: (name: string) => ({
          alarms: () =>
            name === "debian" ? Promise.reject(new Error("gone")) : Promise.resolve([]),
        }),
      },
    },
    name: "repository debian",
    detail: "What follows debian could not be reached: metadata goes on by the last snapshot.",
  },
  "views that KV lacks": {
    fleet: { stored: false },
    name: "roster not stored",
    detail: "The last roster is not in KV yet.",
  },
};

it("is well while what was published is older than a list that has just been started with", async () => {
  const refusedViews = () => ({ since: now - 5000, detail: "roster 99 is older than 100" });
  expect((await collectAlarms(sources({ refusedViews }))).all).toEqual([]);
});

it("is well before the first roster is published", async () => {
  const alarms = await collectAlarms(sources({}, { published: null, stored: false }));
  expect(alarms.all).toEqual([]);
});

/** The first page, and the one of the service's state. */
function pagesOf(alarms: readonly Alarm[]): [string, string] {
  const visit = visitOf({ path: "/", query: "", headers: new Headers() });
  if (typeof visit === "string") throw new Error(visit);
  const state = mirrorsPage(visit, { views, alarms, search: "" });
  return [homePage(visit, views, alarms).main.text, state.main.text];
}

describe.each(Object.entries(failing))("%s", (_, one) => {
  it("is told by health, metrics and the page alike", async () => {
    const { given = {}, fleet = {}, name, detail } = { given: undefined, fleet: undefined, ...one };
    const alarms = await collectAlarms(sources(given, fleet));
    expect(alarms.all).toEqual([expect.objectContaining({ name, detail })]);
    const shown = await health(views, alarms, now).json();
    expect(shown).toMatchObject({
      status: "warning",
      alarms: [{ name, detail }],
      warnings: [`${name}: ${detail}`],
    });
    const answer = await metrics({
      views,
      fleet: undefined,
      counts: { unproven: 0 },
      traffic: [],
      alarms: alarms.all,
      now,
    });
    const samples = readPrometheus(await answer.text()).get("nearmirror_alarm")?.samples ?? [];
    expect(samples.map(({ labels, value }) => [labels.alarm, value])).toEqual([[name, 1]]);
    const [home, state] = pagesOf(alarms.all);
    expect(home).toContain("1 thing needs attention.");
    expect(state).toContain(`<li>${name}: ${detail.replaceAll("'", "&#39;")}`);
  });
});

it("is ok where nothing is wrong, with probing and without", async () => {
  const { fleet: _, ...unprobed } = sources();
  for (const from of [sources(), unprobed]) {
    const alarms = await collectAlarms(from);
    expect(await health(views, alarms, now).json()).toMatchObject({ status: "ok", warnings: [] });
    const [home, state] = pagesOf(alarms.all);
    expect(home).toContain("All is well.");
    expect(state).toContain("Nothing is wrong.");
  }
});

it("asks for all questions of a second once", async () => {
  let asked = 0;
  let at = now;
  const snapshots = {
    object: () => ({
      alarms: async () => {
        asked++;
        return [];
      },
    }),
  };
  const board = new AlarmBoard();
  const collect = () => board.collect(sources({ snapshots, now: () => at }));
  await Promise.all([collect(), collect(), collect()]);
  // Once for each of the two repositories.
  expect(asked).toBe(2);
  at += 1000;
  await collect();
  expect(asked).toBe(4);
});

it("traffic is counted by route, repository and outcome, with the bytes that were told", async () => {
  const traffic = new Traffic();
  const bytes = () => new Response("12345", { headers: { "Content-Length": "5" } });
  const redirect = () => new Response(null, { status: 302, headers: { Location: "http://m/" } });
  traffic.count("plain", "debian", "GET", redirect());
  traffic.count("plain", "debian", "GET", redirect());
  await traffic.count("plain", "debian", "GET", Promise.resolve(bytes()));
  traffic.count("plain", "debian", "HEAD", bytes());
  traffic.count("page", "", "GET", new Response("no", { status: 404 }));
  const answer = await metrics({
    views,
    fleet: undefined,
    counts: { unproven: 0 },
    traffic: traffic.counts,
    alarms: [],
    now,
  });
  const told = readPrometheus(await answer.text());
  const counted = told
    .get("nearmirror_answers_total")
    ?.samples.map(({ labels, value }) => [
      `${labels.route} ${labels.repository} ${labels.outcome}`,
      value,
    ]);
  expect(counted).toEqual([
    ["plain debian redirect", 2],
    ["plain debian bytes", 2],
    ["page  refused", 1],
  ]);
  const sent = told.get("nearmirror_answer_bytes_total")?.samples.map(({ value }) => value);
  expect(sent).toEqual([5, 0]);
});
