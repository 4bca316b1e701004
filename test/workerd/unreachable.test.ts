/** Nothing can be reached: one check serves all who wait, and later clients are answered at once. */
import { beforeEach, expect, it, vi } from "vitest";
import { Liveness } from "../../worker/delivery/liveness.ts";
import { LivenessChecks } from "../../worker/delivery/liveness-checks.ts";
import { OwnBytes } from "../../worker/delivery/own-bytes.ts";
import { Recheck } from "../../worker/delivery/recheck.ts";
import { retryAfterSeconds } from "../../worker/http/errors.ts";
import { ReachableFetch } from "../../worker/outbound/reachable-fetch.ts";
import { allListed, clients, type Listing, listedFiles, makeEdge, start } from "./services.ts";
import { frankfurt, mirror, unprobed, views } from "./views.ts";

/** Clients at the same time, as a build farm has them. */
const connections = 32;
/** A client that isn't the first has its answer within this, ms. */
const answeredMs = 300;

let unique = 0;

beforeEach(() => {
  vi.spyOn(console, "warn").mockImplementation(() => undefined);
});

/** An edge over a network that is down, and comes up when the test says so. */
function setUp(mirrors: readonly ReturnType<typeof mirror>[], listing: Listing) {
  const clock = { ms: start };
  const network = { isDown: true };
  /** No question fails before. */
  let over = Promise.resolve();
  const path = `pool/main/u/u_${++unique}_all.deb`;
  const checks: Promise<unknown>[] = [];
  const edge = makeEdge(
    async ({ method }) => {
      const { isDown } = network;
      await over;
      if (isDown) throw new Error("Network connection lost.");
      const headers = { "Content-Length": "1048576" };
      return new Response(method === "HEAD" ? null : new Uint8Array(1048576), { headers });
    },
    views([...mirrors]),
    {
      now: () => clock.ms,
      files: listedFiles(listing),
      reachable: new ReachableFetch({ now: () => clock.ms, goOn: (check) => checks.push(check) }),
    },
  );
  const { payload } = edge;
  payload.livenessChecks = new LivenessChecks(new Liveness(5000), payload.fileChecks);
  payload.recheck = new Recheck({
    checks: payload.livenessChecks,
    ownBytes: new OwnBytes(payload.fileChecks),
    // A client that waited for hosts which share its address would wait for ever.
    pause: () => new Promise(() => undefined),
  });
  /** All clients at once: what each is answered, each answer once, and the time until the last has its answer, ms. */
  const all = async (from = clients.germany) => {
    const url = `http://near.example/debian/${path}`;
    const begun = performance.now();
    const got = await Promise.all(
      Array.from({ length: connections }, () => edge.begin(url, { from })),
    );
    const ms = performance.now() - begun;
    const answers = got.map(({ response: { status, headers } }) => {
      const to = headers.get("Location");
      return `${status} ${to === null ? headers.get("Retry-After") : new URL(to).host}`;
    });
    return { answers: [...new Set(answers)], ms, ended: got.map(({ ended }) => ended) };
  };
  return {
    clock,
    network,
    asked: () => edge.asked.splice(0).length,
    /** Of clients that wait for questions to fail. */
    async waiting(from?: string) {
      const { ended, ...rest } = await all(from);
      await Promise.all([...ended, ...checks.splice(0)]);
      return rest;
    },
    /** Of clients that are all answered before any question fails. */
    async atOnce() {
      const gate = Promise.withResolvers<void>();
      over = gate.promise;
      const { ended, ...rest } = await all();
      gate.resolve();
      await Promise.all([...ended, ...checks.splice(0)]);
      return rest;
    },
  };
}

const near = (count: number, of = (one: ReturnType<typeof mirror>) => one) =>
  Array.from({ length: count }, (_, at) =>
    of(mirror(`m${at}.example`, { ...frankfurt, longitude: 8.7 + 25 * at })),
  );

it.each([
  ["proven mirrors", near(4), allListed],
  ["mirrors that nobody has probed", near(4, unprobed), () => null],
] as const)("%s: clients that come later wait for nobody", async (_, mirrors, listing) => {
  const { atOnce, asked, clock, waiting } = setUp(mirrors, listing);
  expect((await waiting()).answers).toEqual(["302 m0.example"]);
  asked();
  // For longer than anything is remembered of a file at a mirror.
  const times: number[] = [];
  for (let seconds = 2; seconds < 75; seconds += 4) {
    clock.ms = start + seconds * 1000;
    const { answers, ms } = await atOnce();
    // A client that comes back is given the next mirror.
    for (const one of answers) expect(one).toMatch(/^302 m\d\.example$/);
    times.push(ms);
    // One check of a server, for all.
    expect(asked()).toBeLessThanOrEqual(mirrors.length + 1);
  }
  // Not the worst: the machine may be busy with other tests.
  expect(times.sort((a, b) => a - b)[times.length >> 1]).toBeLessThan(answeredMs);
});

it("without a mirror it is 503 with Retry-After, at once", async () => {
  const { atOnce, asked, clock, waiting } = setUp([], allListed);
  expect((await waiting()).answers).toEqual([`503 ${retryAfterSeconds}`]);
  asked();
  clock.ms += 1000;
  const { answers, ms } = await atOnce();
  expect(answers).toEqual([`503 ${retryAfterSeconds}`]);
  expect(ms).toBeLessThan(answeredMs);
  expect(asked()).toBe(0);
});

it("the network is back: everything goes on as ever", async () => {
  const { clock, network, waiting } = setUp(near(2), allListed);
  await waiting();
  clock.ms += 12_000;
  network.isDown = false;
  await waiting();
  clock.ms += 3_000;
  expect((await waiting("5.1.77.1")).answers).toEqual(["302 m0.example"]);
});
