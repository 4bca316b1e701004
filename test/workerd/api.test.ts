/** What operators and programs read: mirrors, one mirror, health, metrics, the page on probes. */
import { createExecutionContext, env, reset, runInDurableObject } from "cloudflare:test";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import type { FleetAnswers } from "../../worker/health/fleet-questions.ts";
import { FleetStore } from "../../worker/health/fleet-store.ts";
import { noWork, type Seen } from "../../worker/health/report.ts";
import { defaultRules } from "../../worker/health/rules.ts";
import { answer } from "../../worker/routes/answer.ts";
import { durableSql } from "../../worker/runtime/durable-sql.ts";
import { readPrometheus } from "./prometheus.ts";
import { makeEdge, start } from "./services.ts";
import { mirrors as listed, views } from "./views.ts";
import { apply, listedMirror, listOf, Network, probeAll } from "./watchers-network.ts";

const api = "http://near.example/api/v1/";
const stub = () => env.FLEET.get(env.FLEET.idFromName("fleet"));
const edge = makeEdge(undefined, views(listed, start - 90_000));

/** The real Fleet, with states made by reports. */
const fleet: FleetAnswers = {
  mirrors: (filter) => stub().mirrors(filter),
  mirror: (name, before) => stub().mirror(name, before),
  changes: () => stub().changes(),
  health: () => stub().health(),
  metrics: () => stub().metrics(),
};
const gone: FleetAnswers = {
  mirrors: () => Promise.reject(new Error("not there")),
  mirror: () => Promise.reject(new Error("not there")),
  changes: () => Promise.reject(new Error("not there")),
  health: () => Promise.reject(new Error("not there")),
  metrics: () => Promise.reject(new Error("not there")),
};

async function ask(
  url: string,
  from: FleetAnswers | undefined,
  method = "GET",
  headers: Record<string, string> = {},
): Promise<Response> {
  const { clients, history } = edge;
  return answer(
    new Request(url, { method, headers }),
    {
      views: edge.views,
      clients,
      history,
      now: () => start,
      payload: edge.payload,
      rules: defaultRules,
      ownId: "near.example",
      ...(from !== undefined && { fleet: from }),
    },
    createExecutionContext(),
  );
}

interface Shown {
  probing?: string;
  mirrors: { name: string; targets: { repository: string; state: string; scheme: string }[] }[];
}

async function mirrorsAt(query: string, from?: FleetAnswers): Promise<string[]> {
  const response = await ask(`${api}mirrors${query}`, from);
  expect(response.status).toBe(200);
  expect(response.headers.get("Cache-Control")).toBe("no-cache");
  const { mirrors }: Shown = await response.json();
  return mirrors.map(({ name }) => name);
}

function seen(mirror: string, ok: boolean, more: Partial<Seen["observation"]> = {}): Seen {
  const failure = {
    kind: "status",
    status: 503,
    detail: 'in "trouble"\n',
    url: "http://x/",
  } as const;
  return {
    target: { mirror, repository: "images", scheme: "http", family: "any" },
    own: true,
    run: ok ? 1 : 3,
    observation: {
      at: Date.now(),
      files: [],
      warnings: [],
      requests: 2,
      ms: 12.4,
      ...(!ok && { failure }),
      ...more,
    },
  };
}

const drained = { is: "drained", by: "ops@example.org", why: "moving" } as const;
const stale = { is: "stale", lagSeconds: 999, root: "SHA256SUMS" } as const;

beforeAll(async () => {
  const network = new Network();
  // For good: an alarm that fires late must not reach the internet either.
  vi.stubGlobal("fetch", network.fetch);
  vi.spyOn(console, "warn").mockImplementation(() => undefined);
  probeAll("weur");
  const mirrors = [
    listedMirror("down.example"),
    listedMirror("drained.example", drained),
    { ...listedMirror("stale.example"), country: "US" },
    listedMirror("unknown.example"),
    listedMirror("up.example"),
  ];
  await apply(listOf(mirrors));
  await runInDurableObject(stub(), (instance) => instance.alarm());
  await stub().report({
    prober: "weur-0",
    at: Date.now(),
    assignment: "",
    mirrors: 4,
    blind: "3 of 4 mirrors failed together.",
    work: { ...noWork, probes: 3, requests: 6, subrequests: 8, mostSubrequests: 8, alarms: 1 },
    seen: [
      seen("up.example", true),
      seen("stale.example", true, { freshness: stale }),
      seen("down.example", false),
    ],
  });
});
afterAll(() => reset());

describe("/api/v1/mirrors", () => {
  it.each([
    ["", ["down", "drained", "stale", "unknown", "up"]],
    ["?state=up", ["stale", "up"]],
    ["?state=down", ["down"]],
    ["?state=drained", ["drained"]],
    ["?state=unknown", ["unknown"]],
    ["?state=degraded", []],
    ["?freshness=stale", ["stale"]],
    ["?freshness=fresh", []],
    ["?country=us", ["stale"]],
    ["?scheme=https", []],
    ["?scheme=http&state=up&country=DE", ["up"]],
  ])("%s", async (query, names) => {
    expect(await mirrorsAt(query, fleet)).toEqual(names.map((name) => `${name}.example`));
  });

  it.each([
    ["?state=broken", "state=broken is none of unknown, up, degraded, down, drained, disabled."],
    ["?state=", "state= is none of"],
    ["?freshness=old", "fresh, lagging, stale"],
    ["?scheme=rsync", "https, http"],
    ["?repository=nothing", "none of debian, isos"],
    ["?country=Germany", "country=Germany is not a country's two letters."],
    [
      "?states=up",
      "states= filters nothing. Filters: repository, state, freshness, scheme, country. Pages: limit, after.",
    ],
    ["?limit=0", "limit=0 is not a number from 1 to 500."],
    ["?limit=501", "limit=501 is not a number from 1 to 500."],
    ["?limit=all", "limit=all is not a number from 1 to 500."],
    [`?after=${"a".repeat(256)}`, "after= takes the name of a mirror."],
  ])("%s is refused with a sentence, by an edge with Fleet and without", async (query, says) => {
    for (const from of [fleet, undefined]) {
      const response = await ask(`${api}mirrors${query}`, from);
      expect(response.status).toBe(400);
      expect(response.headers.get("Content-Type")).toMatch(/^text\/plain/);
      expect(await response.text()).toContain(says);
    }
  });

  it("tells the list where nothing is probed, by the same filters", async () => {
    expect(await mirrorsAt("")).toEqual(listed.map(({ name }) => name).toSorted());
    expect(await mirrorsAt("?state=drained")).toEqual(["drained.example"]);
    expect(await mirrorsAt("?country=JP")).toEqual(["tokyo.example"]);
    const shown: Shown = await (await ask(`${api}mirrors`, undefined)).json();
    expect(shown.probing).toBe("off");
  });

  it("comes in pages, each with the address of the next, and the filters go on", async () => {
    const names: string[] = [];
    const asked: string[] = [];
    let next: string | null = "/api/v1/mirrors?limit=2&scheme=http";
    while (next !== null && asked.length < 9) {
      asked.push(next);
      const page: Shown & { next: string | null } = await (
        await ask(`http://near.example${next}`, fleet)
      ).json();
      expect(page.mirrors.length).toBeLessThanOrEqual(2);
      names.push(...page.mirrors.map(({ name }) => name));
      next = page.next;
    }
    expect(names).toEqual(["down", "drained", "stale", "unknown", "up"].map((n) => `${n}.example`));
    expect(asked).toHaveLength(3);
    expect(asked[1]).toBe("/api/v1/mirrors?scheme=http&limit=2&after=drained.example");
  });

  it("is made once for those who ask in the same moment, and told by its tag", async () => {
    let described = 0;
    const counted: FleetAnswers = {
      ...fleet,
      mirrors: (filter) => {
        described++;
        return fleet.mirrors(filter);
      },
    };
    const first = await ask(`${api}mirrors`, counted);
    const tag = first.headers.get("ETag") ?? "";
    expect(tag).toMatch(/^"[0-9a-f]{32}"$/);
    for (let more = 0; more < 20; more++) await (await ask(`${api}mirrors`, counted)).text();
    expect(described).toBe(1);
    const again = await ask(`${api}mirrors`, counted, "GET", { "If-None-Match": tag });
    expect([again.status, await again.text(), again.headers.get("ETag")]).toEqual([304, "", tag]);
    const other = await ask(`${api}mirrors?state=up`, counted, "GET", { "If-None-Match": tag });
    expect(other.status).toBe(200);
  });

  it("without Fleet's answer can wait, and says what goes on", async () => {
    for (const url of [`${api}mirrors`, `${api}mirrors/up.example`]) {
      const response = await ask(url, gone);
      expect(response.status).toBe(503);
      expect(Number(response.headers.get("Retry-After"))).toBeGreaterThan(0);
      expect(await response.text()).toMatch(/^Fleet could not be reached. Redirects go on/);
    }
  });

  it("HEAD is as GET without a body; POST isn't answered", async () => {
    const head = await ask(`${api}mirrors`, fleet, "HEAD");
    expect([head.status, await head.text()]).toEqual([200, ""]);
    expect((await ask(`${api}mirrors`, fleet, "POST")).status).toBe(405);
  });
});

interface Told {
  name: string;
  targets: { state: string; since?: string; ms?: Record<string, number>; freshness?: string }[];
  operator?: Record<string, object>;
  known: { record: { state: string } | null }[];
  history: { id: number; at: string; to: string; why: string; evidence: { failure?: object } }[];
  older: number | null;
}

async function told(name: string, query = ""): Promise<Told> {
  const response = await ask(`${api}mirrors/${name}${query}`, fleet);
  expect(response.status).toBe(200);
  const body: Told = await response.json();
  return body;
}

describe("/api/v1/mirrors/{name}", () => {
  it("tells states, what each region sees, and the history with its evidence", async () => {
    const { targets, known, history, older } = await told("down.example");
    expect(targets).toHaveLength(1);
    expect(targets[0]).toMatchObject({ state: "down", ms: { weur: 12 } });
    expect(Date.parse(targets[0]?.since ?? "")).toBeGreaterThan(start);
    expect(known[0]?.record).toMatchObject({ state: "down" });
    expect(history).toHaveLength(1);
    expect(history[0]).toMatchObject({ to: "down", why: expect.stringContaining("weur") });
    expect(history[0]?.evidence.failure).toMatchObject({ kind: "status", status: 503 });
    expect(older).toBeNull();
  });

  it("tells every moment as ISO 8601 in UTC, wherever it stands", async () => {
    const moments: string[] = [];
    /** A number that may be a moment of this century, Unix seconds or ms; versions are named so. */
    const wrong = (value: unknown, at: string): string[] => {
      if (typeof value === "number")
        return value > 9e8 && !/version$|list$|size$/i.test(at) ? [at] : [];
      if (typeof value === "string" && /^\d{4}-\d\d-\d\dT[\d:]+\.\d{3}Z$/.test(value))
        moments.push(at);
      if (typeof value !== "object" || value === null) return [];
      return Object.entries(value).flatMap(([key, one]) => wrong(one, `${at}.${key}`));
    };
    for (const name of ["down.example", "up.example", "drained.example"]) {
      expect(wrong(await told(name), name)).toEqual([]);
    }
    const all = await (await ask(`${api}mirrors`, fleet)).json();
    expect(wrong(all, "mirrors")).toEqual([]);
    const { published: _, ...health } = Object(await (await ask(`${api}health`, fleet)).json());
    expect(wrong(health, "health")).toEqual([]);
    for (const field of [/known\.0\.record\.since$/, /regions\.weur\.at$/, /history\.0\.at$/]) {
      expect(moments).toContainEqual(expect.stringMatching(field));
    }
  });

  it("tells an operator's word, with who and why", async () => {
    const { targets, operator } = await told("drained.example");
    expect(targets[0]?.state).toBe("drained");
    expect(operator).toEqual({ "": drained });
  });

  it("is 404 with a hint for a name that isn't listed", async () => {
    for (const from of [fleet, undefined]) {
      const response = await ask(`${api}mirrors/none.example`, from);
      expect(response.status).toBe(404);
      expect(await response.text()).toContain("Names are at /api/v1/mirrors.");
    }
  });

  it("gives the history in pages, newest first, without gaps", async () => {
    await runInDurableObject(stub(), (_, state) => {
      const store = new FleetStore(durableSql(state.storage));
      const entry = { repository: "", scheme: "", family: "", axis: "state", from: "", why: "" };
      for (let n = 1; n <= 250; n++) {
        const at = start + n;
        store.addHistory({ ...entry, at, mirror: "unknown.example", to: `${n}`, evidence: "{}" });
      }
    });
    const all: string[] = [];
    const sizes: number[] = [];
    let query = "";
    for (;;) {
      const { history, older } = await told("unknown.example", query);
      all.push(...history.map(({ to }) => to));
      sizes.push(history.length);
      if (older === null) break;
      query = `?before=${older}`;
    }
    expect(sizes).toEqual([100, 100, 50]);
    expect(all).toEqual(Array.from({ length: 250 }, (_, at) => `${250 - at}`));
    expect((await told("unknown.example", "?before=1")).history).toEqual([]);
  });

  it.each(["x", "-1", "1.5", "", "12345678901234567"])("before=%s is refused", async (before) => {
    const response = await ask(`${api}mirrors/up.example?before=${before}`, fleet);
    expect(response.status).toBe(400);
    expect(await response.text()).toContain("before= takes an id of the history.");
  });

  it("tells the list's own words where nothing is probed", async () => {
    const response = await ask(`${api}mirrors/drained.example`, undefined);
    const shown: Told = await response.json();
    expect(shown).toMatchObject({ probing: "off", name: "drained.example", history: [] });
    expect(shown.targets[0]?.state).toBe("drained");
  });
});

describe("/api/v1/health", () => {
  interface Health {
    status: string;
    warnings: string[];
    roster: object;
  }
  const health = async (from?: FleetAnswers) => {
    const response = await ask(`${api}health`, from);
    expect(response.status).toBe(200);
    const body: Health = await response.json();
    return body;
  };

  it("tells the edge's roster with its age", async () => {
    const { roster } = await health();
    expect(roster).toMatchObject({
      version: start - 90_000,
      ageSeconds: 90,
      mirrors: listed.length,
    });
  });

  it("is ok without probing; a warning, and still 200, where Fleet can't be reached", async () => {
    expect(await health()).toMatchObject({ status: "ok", probing: "off", warnings: [] });
    const without = await health(gone);
    expect(without.status).toBe("warning");
    expect(without.warnings).toEqual([
      "fleet: Fleet could not be reached: states stay as they were last published.",
    ]);
  });

  it("tells Probers, what is published, and alarms as warnings", async () => {
    const body = await health(fleet);
    const { published } = await stub().health();
    expect(body).toMatchObject({
      status: "warning",
      probing: "all",
      published,
      probers: [{ name: "weur-0", mirrors: 4, alive: true, blind: expect.any(String) }],
      alarms: [{ name: "blind weur-0" }],
    });
    expect(body.warnings).toContain("blind weur-0: 3 of 4 mirrors failed together.");
  });
});

describe("/metrics", () => {
  async function families(from?: FleetAnswers) {
    const response = await ask("http://near.example/metrics", from);
    expect(response.status).toBe(200);
    expect(response.headers.get("Content-Type")).toBe("text/plain; version=0.0.4; charset=utf-8");
    return readPrometheus(await response.text());
  }

  it("is of the format, with Fleet, without and with one that fails", async () => {
    for (const [from, reachable] of [
      [fleet, 1],
      [gone, 0],
      [undefined, 0],
    ] as const) {
      const found = await families(from);
      expect(found.get("nearmirror_fleet_reachable")?.samples).toEqual([
        { name: "nearmirror_fleet_reachable", labels: {}, value: reachable },
      ]);
      expect(found.get("nearmirror_edge_roster_age_seconds")?.samples[0]?.value).toBe(90);
      for (const [name, { help }] of found) {
        expect(name).toMatch(/^nearmirror_/);
        expect(help).toMatch(/^[A-Z].*\.$/);
      }
    }
  });

  it("says of states, Probers and alarms what the API says", async () => {
    const found = await families(fleet);
    const samples = (name: string) => found.get(`nearmirror_${name}`)?.samples ?? [];
    const state = (mirror: string) =>
      samples("mirror_state").find(({ labels }) => labels.mirror === mirror)?.value;
    expect(["unknown", "up", "down", "drained"].map((name) => state(`${name}.example`))).toEqual([
      0, 1, 3, 4,
    ]);
    const counted = samples("mirrors").map(({ labels, value }) => [labels.state, value]);
    expect(Object.fromEntries(counted)).toEqual({ unknown: 1, up: 2, down: 1, drained: 1 });
    expect(samples("alarm").map(({ labels }) => labels.alarm)).toEqual(["blind weur-0"]);
    expect(samples("prober_probes_total").map(({ value }) => value)).toEqual([3]);
    expect(samples("prober_most_subrequests").map(({ value }) => value)).toEqual([8]);
    expect(samples("fleet_reports_total").map(({ value }) => value)).toEqual([1]);
    expect(samples("roster_version")[0]?.value).toBe((await stub().health()).published);
    const [trip] = samples("mirror_round_trip_seconds");
    expect(trip?.labels).toMatchObject({ region: "weur", repository: "images", scheme: "http" });
    expect(trip?.value).toBeCloseTo(0.012, 3);
  });

  it("the reader itself refuses what the format doesn't allow", () => {
    const good = '# HELP a_total Help.\n# TYPE a_total counter\na_total{x="1\\"\\n\\\\"} 1\n';
    expect(readPrometheus(good).get("a_total")?.samples[0]?.labels).toEqual({ x: '1"\n\\' });
    for (const bad of [
      good.slice(0, -1),
      good.replace("counter", "number"),
      good.replace("} 1", "} one"),
      good.replace('\\"', '"'),
      good.replace("a_total{", "b_total{"),
      `${good}a_total{x="1\\"\\n\\\\"} 2\n`,
      `${good}\n`,
      good.split("\n").toReversed().slice(1).join("\n").concat("\n"),
    ]) {
      expect(() => readPrometheus(bad), bad).toThrow();
    }
  });
});

describe("/probes", () => {
  it("explains who asks, how often and how to stop it, whatever else is there", async () => {
    for (const from of [fleet, gone, undefined]) {
      const response = await ask("http://near.example/probes", from);
      expect(response.status).toBe(200);
      expect(response.headers.get("Content-Type")).toMatch(/^text\/html/);
      const page = await response.text();
      for (const words of [
        "Nearmirror-Probe",
        "120 requests a minute",
        "every 30 seconds",
        "403",
      ]) {
        expect(page).toContain(words);
      }
    }
  });
});
