/** What an isolate of the edge holds, each table filled past its bound. The bounds are those of docs/performance.md. */
import { createHash } from "node:crypto";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { edgeTables } from "../../../scripts/structure/edge-tables.ts";
import { boundOf } from "../../../scripts/structure/table-rows.ts";
import { MirrorPages } from "../../../worker/api/mirror-pages.ts";
import { Agents } from "../../../worker/clients/agents.ts";
import { AnyMirror } from "../../../worker/delivery/any-mirror.ts";
import { FileChecks } from "../../../worker/delivery/file-checks.ts";
import { LivenessLog } from "../../../worker/delivery/liveness-log.ts";
import { QuestionBudget } from "../../../worker/delivery/question-budget.ts";
import { Traffic } from "../../../worker/delivery/traffic.ts";
import { Reports } from "../../../worker/health/repeat-reports.ts";
import { raw } from "../../../worker/http/html.ts";
import { ReachableFetch } from "../../../worker/outbound/reachable-fetch.ts";
import { UnreachableServers } from "../../../worker/outbound/unreachable-servers.ts";
import { HeldPages } from "../../../worker/pages/frame/held-pages.ts";
import { AnswersAtHand } from "../../../worker/repositories/contents/presence/answers-at-hand.ts";
import { CurrentSnapshots } from "../../../worker/repositories/reader/current.ts";
import { ClientSnapshots } from "../../../worker/repositories/reader/current-clients.ts";
import { Manifests } from "../../../worker/repositories/reader/manifests.ts";
import { SnapshotsAtEdge } from "../../../worker/repositories/reader/snapshots-at-edge.ts";
import { BlobsAtEdge } from "../../../worker/repositories/reader/stored-answer.ts";
import { RedirectCounts } from "../../../worker/statistics/redirect-counts.ts";
import { debian } from "../clients/asking.ts";
import { entriesHeld } from "./held-entries.ts";

const worker = join(import.meta.dirname, "../../../worker");
const background = { waitUntil: (work: Promise<unknown>) => void work.catch(() => undefined) };
const noCache = {
  match: async () => undefined,
  put: async () => undefined,
  delete: async () => false,
};
const never = () => new Promise<never>(() => undefined);

/** The bound of a field, all its generations together, as the list of tables has it. */
function mostOf(of: string, holds?: string): number {
  const row = edgeTables.find((one) => one.of.includes(of) && (holds ?? one.holds) === one.holds);
  if (row === undefined) throw new Error(`The list has no ${of}.`);
  return boundOf(worker, row.bound) * (row.times ?? 1);
}

function fileChecks(): FileChecks {
  return new FileChecks({ fetch: never, cache: noCache, ownHosts: [], publicUrl: "" });
}

/** `fill` does its work once for each number; a few thousand more than fit. */
interface Filled {
  of: string;
  make: () => { held: object; fill: (at: number) => unknown };
  /** All fields that share the bound. */
  fields: readonly string[];
  /** Of all fields together, where one bound is for each of them. */
  most?: number;
}

const counted: readonly Filled[] = [
  {
    of: "clients/agents.ts Agents.#known",
    fields: ["#known"],
    make: () => {
      const held = new Agents();
      return { held, fill: (at) => held.of(`program/${at}`) };
    },
  },
  {
    of: "health/repeat-reports.ts Reports.#counted",
    fields: ["#counted"],
    make: () => {
      const held = new Reports();
      const failed = (at: number) =>
        ({ mirror: `m${at}`, repository: "debian", scheme: "http" }) as const;
      return { held, fill: (at) => held.add(failed(at), at, at) };
    },
  },
  {
    of: "delivery/liveness-log.ts LivenessLog.#failed",
    fields: ["#failed"],
    make: () => {
      const held = new LivenessLog();
      return { held, fill: (at) => held.ended(at, "wrong", "It lacks the file.", at) };
    },
  },
  {
    of: "delivery/file-checks.ts FileChecks.#said",
    fields: ["#said"],
    // One server of each file.
    make: () => {
      const held = fileChecks();
      const file = (at: number) => ({ repository: "debian", path: `pool/${at}` });
      return { held, fill: (at) => held.refute(file(at), "http://m.example/", at) };
    },
  },
  {
    of: "delivery/question-budget.ts QuestionBudget.#left",
    fields: ["#left"],
    most: boundOf(worker, "delivery/question-budget.ts maxServers"),
    make: () => {
      const held = new QuestionBudget({ burst: 1, perMinute: 1 });
      return { held, fill: (at) => held.take(`http://m${at}.example/`, at) };
    },
  },
  {
    of: "outbound/unreachable-servers.ts UnreachableServers.#servers",
    fields: ["#servers"],
    make: () => {
      const held = new UnreachableServers();
      return { held, fill: (at) => held.failed(`http://m${at}.example`, 1, at) };
    },
  },
  {
    of: "outbound/reachable-fetch.ts ReachableFetch.#waiting",
    fields: ["#waiting"],
    // One question of each server.
    make: () => {
      const held = new ReachableFetch({ now: () => 0, goOn: () => undefined });
      const fetch = held.by(never, 1000);
      return { held, fill: (at) => void fetch(`http://m${at}.example/file`, {}) };
    },
  },
  {
    of: "repositories/reader/current-clients.ts ClientSnapshots.#noted",
    fields: ["#noted"],
    make: () => {
      const held = new ClientSnapshots();
      const got = { snapshot: "one", at: 0 };
      return { held, fill: (at) => held.remember(`c${at}`, "debian", "a", got) };
    },
  },
  {
    of: "repositories/reader/current.ts CurrentSnapshots.#followed",
    fields: ["#followed"],
    make: () => {
      const held = new CurrentSnapshots({ cache: noCache, ask: never, stored: never });
      const listed = (at: number) => ({ ...debian, name: `r${at}` });
      return { held, fill: (at) => held.held(listed(at), at, { waitUntil: () => undefined }) };
    },
  },
  {
    of: "statistics/redirect-counts.ts Numbers.#known",
    fields: ["#mirrors"],
    most: boundOf(worker, "statistics/redirect-counts.ts maxMirrors"),
    make: () => {
      const held = new RedirectCounts();
      const one = (at: number) =>
        ({ mirror: `m${at}`, repository: "debian", country: "DE", fileClass: "other" }) as const;
      return { held, fill: (at) => held.count({ ...one(at), size: 1 }, 0) };
    },
  },
];

it.each(counted)("$of", ({ of, fields, make, most = mostOf(of) }) => {
  const { held, fill } = make();
  const all = () => fields.reduce((sum, field) => sum + entriesHeld(held, field), 0);
  fill(0);
  // A count that sees nothing would see nothing wrong.
  expect(all()).toBe(1);
  for (let at = 1; at < most; at++) fill(at);
  expect(all()).toBeGreaterThanOrEqual(most / 2);
  for (let at = most; at < most + 3; at++) fill(at);
  expect(all()).toBeLessThanOrEqual(most);
});

describe("what is bounded by more than a number", () => {
  it("a long name of a program isn't held, and is told from others all the same", () => {
    const agents = new Agents();
    const long = `curl/${"x".repeat(10_000)}`;
    expect(agents.of(long)).toMatchObject({ comesBack: "whole seconds" });
    expect(agents.of(long).key).not.toBe(agents.of(`${long}y`).key);
    expect(entriesHeld(agents, "#known")).toBe(0);
  });

  it("servers of one file that are remembered", () => {
    const checks = fileChecks();
    const file = { repository: "debian", path: "pool/a" };
    const most = boundOf(worker, "delivery/file-checks.ts maxServers");
    for (let at = 0; at < 3 * most; at++) {
      checks.refute(file, `http://m${at}.example/`, at);
      expect(checks.of(file)?.size).toBeLessThanOrEqual(most);
    }
  });

  it("questions of one server that wait", () => {
    const reachable = new ReachableFetch({ now: () => 0, goOn: () => undefined });
    const fetch = reachable.by(never, 1000);
    const most = boundOf(worker, "outbound/reachable-fetch.ts maxWaiting");
    for (let at = 0; at < most + 50; at++) void fetch("http://m.example/file", {});
    expect(entriesHeld(reachable, "#waiting")).toBe(most);
  });

  it("repositories counted: those beyond count together, and none is lost", () => {
    const traffic = new Traffic();
    const most = boundOf(worker, "delivery/traffic.ts maxCounted");
    const answer = new Response(null, { status: 302 });
    for (let at = 0; at < most + 50; at++) traffic.count("plain", `r${at}`, "GET", answer);
    expect(traffic.counts).toHaveLength(most + 1);
    expect(traffic.counts.find(({ repository }) => repository === "")?.answers.redirect).toBe(50);
    expect(traffic.counts.reduce((sum, { answers }) => sum + answers.redirect, 0)).toBe(most + 50);
  });

  it("answers on listed files, in bytes as they are reckoned", () => {
    const answers = new AnswersAtHand(300_000);
    for (let at = 0; at < 5000; at++) answers.set(`head${at % 7}`, `pool/${at}`, null);
    const held = entriesHeld(answers, "#young") + entriesHeld(answers, "#old");
    expect(held * 300).toBeLessThanOrEqual(300_000);
    expect(held).toBeGreaterThan(400);
  });

  it("pages, with the addresses under which they are held", async () => {
    const pages = new HeldPages();
    const most = mostOf("pages/frame/held-pages.ts HeldPages.#held");
    const question = { request: { headers: new Headers() }, query: "", now: 0 };
    const page = { title: "a", description: "b", style: "", main: raw("c".repeat(50_000)) };
    for (let at = 0; at < 200; at++) {
      await pages.answer({ ...question, path: `/${at}`, base: "http://a.example/" }, () => page);
    }
    expect(entriesHeld(pages, "#held") * 50_000).toBeLessThanOrEqual(most);
    const long = `http://${"a".repeat(100_000)}/`;
    for (let at = 0; at < 30; at++) {
      await pages.answer({ ...question, path: `/${at}`, base: long }, () => page);
    }
    expect(entriesHeld(pages, "#held") * 150_000).toBeLessThanOrEqual(most);
  });

  it("mirrors as they were described, and their pages", async () => {
    const pages = new MirrorPages();
    const mirrors = Array.from({ length: 700 }, (_, at) => ({ name: `mirror${at}`, targets: [] }));
    for (let at = 0; at < 40; at++) {
      const wish = { filter: `country=${at}`, head: {}, limit: 500, after: "" };
      await pages.page(wish, async () => mirrors, 0);
      await pages.page({ ...wish, filter: `q=${at}` }, async () => [], 0);
    }
    const most = mostOf("api/mirror-pages.ts MirrorPages.#held");
    // Of each that is full there is one that is empty.
    expect(entriesHeld(pages, "#held")).toBeLessThanOrEqual(2 * Math.ceil(most / 764));
    const text = (
      await pages.page({ filter: "", head: {}, limit: 500, after: "" }, async () => mirrors, 0)
    ).text.length;
    for (let after = 0; after < 400; after++) {
      const wish = { filter: "", head: {}, limit: 500, after: `m${after}` };
      await pages.page(wish, async () => mirrors, 0);
    }
    const held = entriesHeld(pages, "#pages");
    expect(held * text).toBeLessThanOrEqual(1.2 * mostOf("api/mirror-pages.ts MirrorPages.#pages"));
  });

  it("kept snapshots by their text, indexes that an origin lacks or that were used", async () => {
    const named = (name: string) => ({
      repository: "debian",
      id: name,
      at: 1,
      roots: [{ path: "a", manifest: "a".repeat(64), files: [] }],
      generation: 1,
      more: "x".repeat(20_000),
    });
    const edge = new SnapshotsAtEdge({
      cache: noCache,
      blobs: () => ({ get: async () => null, has: async () => false }),
      object: () => ({
        snapshot: async () => null,
        snapshots: async () => [],
        refresh: async () => undefined,
        alarms: async () => [],
        index: async () => "absent",
        kept: async (wanted) => JSON.stringify(named(wanted)),
      }),
    });
    for (let at = 0; at < 40; at++) await edge.kept(debian, `id${at}`, background);
    const most = mostOf("repositories/reader/snapshots-at-edge.ts SnapshotsAtEdge.#kept");
    // Each has one scope, for its one root.
    expect(entriesHeld(edge, "#kept") * 20_000).toBeLessThanOrEqual(most);
    expect(entriesHeld(edge, "#kept")).toBeGreaterThan(5);
    const absent = mostOf("repositories/reader/snapshots-at-edge.ts SnapshotsAtEdge.#absent");
    for (let at = 0; at < absent + 100; at++) {
      const file = { path: `Packages-${at}.xz`, sha256: `${at}` };
      edge.used(debian, file, 0, background);
      await edge.pull(debian, file, 0, background);
    }
    expect(entriesHeld(edge, "#absent")).toBe(absent);
    expect(entriesHeld(edge, "#toldUsed")).toBe(
      mostOf("repositories/reader/snapshots-at-edge.ts SnapshotsAtEdge.#toldUsed"),
    );
  });

  it("roots and small indexes by their bytes, and larger ones not at all", async () => {
    const blobs = (size: number) => {
      const headers = { "Content-Length": String(size) };
      const match = async () => new Response(new Uint8Array(size), { headers });
      return new BlobsAtEdge(() => ({ get: async () => null, has: async () => true }), {
        ...noCache,
        match,
      });
    };
    const most = mostOf("repositories/reader/stored-answer.ts BlobsAtEdge.#held");
    for (const size of [100, 20_000]) {
      const edge = blobs(size);
      for (let at = 0; at < (2 * most) / size && at < 4000; at++) {
        await edge.openBytes("debian", { sha256: `${at}`, size }, background);
      }
      const held = entriesHeld(edge, "#held");
      expect(held * (size + 300)).toBeLessThanOrEqual(most);
      expect(held * (size + 600)).toBeGreaterThan(0.9 * most);
    }
    const edge = blobs(1024 * 1024);
    const large = await edge.openBytes("debian", { sha256: "a", size: 1024 * 1024 }, background);
    expect(large?.body).toBeInstanceOf(ReadableStream);
    expect(entriesHeld(edge, "#held")).toBe(0);
  });

  it("manifests, by their text, and the last one however large", async () => {
    const text = (at: number, size: number) =>
      JSON.stringify({ root: `${at}`, files: {}, more: "x".repeat(size) });
    const texts = new Map<string, string>();
    const manifests = new Manifests(async (_, name) => {
      const found = texts.get(name) ?? "";
      return new Response(found, { headers: { "Content-Length": String(found.length) } });
    });
    const read = async (at: number, size: number) => {
      const one = text(at, size);
      const name = createHash("sha256").update(one).digest("hex");
      texts.set(name, one);
      await manifests.of("debian", { path: "a", files: [], manifest: name }, background);
    };
    const most = mostOf("repositories/reader/manifests.ts Manifests.#held");
    for (let at = 0; at < 40; at++) await read(at, 100_000);
    const held = entriesHeld(manifests, "#held");
    expect(held * 100_000).toBeLessThanOrEqual(most);
    expect(held).toBeGreaterThan(5);
    await read(41, 2 * most);
    expect(entriesHeld(manifests, "#held")).toBe(1);
  });

  it("files that were wrong at a mirror", () => {
    const any = new AnyMirror(fileChecks());
    const opened = { repository: debian, slot: 0 };
    const most = mostOf("delivery/any-mirror.ts AnyMirror.#wrong");
    for (let at = 0; at < most + 50; at++) {
      const asked = { opened, decoded: `pool/${at}`, path: `pool/${at}`, now: 0 };
      any.note(asked, `http://m.example/pool/${at}`);
    }
    expect(entriesHeld(any, "#wrong")).toBe(most);
  });
});
