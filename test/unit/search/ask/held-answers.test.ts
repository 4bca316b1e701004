/** The same question about the same states is answered once, for those who ask at once and those who ask later. */
import { afterEach, describe, expect, it, vi } from "vitest";
import type { ChosenSuites } from "../../../../worker/search/ask/choose-suites.ts";
import { HeldAnswers } from "../../../../worker/search/ask/held-answers.ts";
import type { ToldSuites } from "../../../../worker/search/package-service.ts";
import { suiteStates } from "../../../../worker/search/suite/suite-states.ts";
import type { SuiteState } from "../../../../worker/search/suite.ts";
import {
  bookworm,
  debian,
  everywhere,
  expectNothingWaits,
  found,
  query,
  record,
  snapshotOf,
  trixie,
  World,
} from "./stand-ins.ts";

afterEach(() => vi.useRealTimers());

const mc = (version: string) => ({ packages: [found(record("mc", version), 1)] });
const background = { waitUntil: () => undefined };
const request = { now: 0, background };

/** Suites of Debian as they are asked, the last one changed as a test says: those before it are as they were. */
function chosen(change: (state: SuiteState) => SuiteState = (state) => state): ChosenSuites {
  const states = suiteStates(debian, snapshotOf(debian, 1));
  return {
    suites: states.map((state, at) => ({
      listed: debian,
      state: at === states.length - 1 ? change(state) : state,
    })),
    unanswered: [],
  };
}

/** An answer that every suite told. */
function whole({ suites }: ChosenSuites): ToldSuites {
  const states = suites.map(({ state: { repository, kind, suite, snapshot, at } }) => {
    return { repository, kind, suite, snapshot, at, indexes: [], untold: [] };
  });
  return { states, unanswered: [] };
}

describe("what is another question", () => {
  const asked = { question: ["mc"], chosen: chosen() };

  it.each([
    ["other words", { ...asked, question: ["mcedit"] }],
    ["another snapshot", { ...asked, chosen: chosen((one) => ({ ...one, snapshot: "s" })) }],
    ["a pinned state", { ...asked, chosen: chosen((one) => ({ ...one, isPinned: true })) }],
    [
      "another suite",
      { ...asked, chosen: chosen((one) => ({ ...one, root: { ...one.root, path: "x" } })) },
    ],
    ["another repository", { ...asked, chosen: chosen((one) => ({ ...one, repository: "kali" })) }],
    ["fewer suites", { ...asked, chosen: { ...chosen(), suites: chosen().suites.slice(1) } }],
    [
      "another one that isn't asked",
      { ...asked, chosen: { ...chosen(), unanswered: [{ repository: "kali", why: "No." }] } },
    ],
  ])("%s", async (_, other) => {
    const held = new HeldAnswers<ToldSuites>(1000);
    const made: unknown[] = [];
    const ask = (one: typeof asked) =>
      held.of(one, request, async () => {
        made.push(one);
        return { answer: whole(one.chosen), isComplete: true };
      });
    await ask(asked);
    await ask({ ...asked, chosen: chosen() });
    expect(made).toEqual([asked]);
    await ask(other);
    await ask(asked);
    expect(made).toEqual([asked, other]);
  });
});

it("holds no failure, and fails all who wait for it", async () => {
  const held = new HeldAnswers<ToldSuites>(1000);
  const asked = { question: "mc", chosen: chosen() };
  const made = vi.fn(() => Promise.reject(new Error("broken")));
  const both = [held.of(asked, request, made), held.of(asked, request, made)];
  for (const one of both) await expect(one).rejects.toThrow("broken");
  expect(made).toHaveBeenCalledTimes(1);
  const answer = whole(asked.chosen);
  expect(await held.of(asked, request, async () => ({ answer, isComplete: true }))).toBe(answer);
});

it("holds no answer that would drive out too many others", async () => {
  const held = new HeldAnswers<ToldSuites>(1000);
  const asked = { question: "mc", chosen: chosen() };
  const make = vi.fn(async () => {
    const unanswered = [{ repository: "debian", why: "x".repeat(128 * 1024) }];
    return { answer: { ...whole(asked.chosen), unanswered }, isComplete: true };
  });
  await held.of(asked, request, make);
  await held.of(asked, request, make);
  expect(make).toHaveBeenCalledTimes(2);
});

describe("many ask the same at once", () => {
  const choice = { repositories: ["debian"], suites: [], kinds: [], architectures: [] };
  const ways: [string, (world: World) => Promise<unknown>][] = [
    ["search", (world) => world.service.search(query("mc"))],
    ["named", (world) => world.service.named(["mc"], everywhere)],
    ["files", (world) => world.service.files("bin/mc", "end", { ...everywhere, limit: 5 })],
    ["detail", (world) => world.service.detail("mc", choice)],
  ];

  it.each(ways)("%s: the suites are asked as often as for one", async (_, ask) => {
    const worldOf = () =>
      new World([debian])
        .set("debian", trixie, { ...mc("2"), isSlow: true })
        .set("debian", bookworm, mc("1"));
    const alone = worldOf();
    const wanted = await ask(alone);
    const world = worldOf();
    const answers = await Promise.all(Array.from({ length: 20 }, () => ask(world)));
    expect(world.asked).toEqual(alone.asked);
    expect(alone.asked.length).toBeGreaterThan(0);
    for (const answer of answers) expect(answer).toEqual(wanted);
    await Promise.all(world.goingOn);
    expectNothingWaits(world);
  });

  it("an answer without a suite is theirs alone: who asks later has it made anew", async () => {
    const world = new World([debian]);
    world.set("debian", trixie, { ...mc("2"), isSlow: true });
    world.set("debian", bookworm, { trouble: "coming" });
    const ask = () => world.service.search(query("mc"));
    const [one, other] = await Promise.all([ask(), ask()]);
    expect(other).toBe(one);
    expect(one.unanswered).toEqual([
      { repository: "debian", suite: "bookworm", why: "It is being read." },
    ]);
    world.set("debian", bookworm, mc("1"));
    expect((await ask()).unanswered).toEqual([]);
  });

  it("the request that began it was ended: the others have it made anew", async () => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    const world = new World([debian]);
    // Its suites and its deadline never come to an end.
    world.set("debian", trixie, { trouble: "silent" }).set("debian", bookworm, mc("1"));
    void world.service.search(query("mc"));
    await vi.waitFor(() => expect(world.asked).toHaveLength(2));
    world.set("debian", trixie, mc("2"));
    const others = [world.service.search(query("mc")), world.service.search(query("mc"))];
    await vi.advanceTimersByTimeAsync(2400);
    expect(world.asked).toHaveLength(2);
    await vi.advanceTimersByTimeAsync(200);
    const versions = (await Promise.all(others)).map(({ results }) =>
      results[0]?.places.map((place) => place.record.version),
    );
    expect(versions).toEqual([
      ["2", "1"],
      ["2", "1"],
    ]);
  });
});
