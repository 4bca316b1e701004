/** Suites are asked at once: who doesn't answer is told, and holds up nobody. */
import { expect, it } from "vitest";
import {
  arch,
  bookworm,
  debian,
  everywhere,
  expectNothingWaits,
  fedora,
  found,
  query,
  record,
  snapshotOf,
  trixie,
  World,
} from "./stand-ins.ts";

const mc = (version: string, rank = 1) => ({ packages: [found(record("mc", version), rank)] });

it("answers at the deadline without the suite that says nothing", async () => {
  const world = new World([debian, fedora]);
  world.set("debian", trixie, { ...mc("2"), isSlow: true });
  world.set("debian", bookworm, { trouble: "silent" });
  const asked = world.service.search(query("mc"));
  await world.answered(trixie);
  // The time for finding is over, and the places of what was found are still to be asked for.
  world.late[1]?.();
  const answer = await asked;
  expect(answer.results.map(({ name }) => name)).toEqual(["mc"]);
  expect(answer.unanswered).toEqual([
    { repository: "debian", suite: "bookworm", why: "It didn't answer in time. Ask again." },
  ]);
  expect(answer.states.map(({ suite }) => suite)).not.toContain("bookworm");
  expectNothingWaits(world);
});

it("tells who is being read, and whose object fails", async () => {
  const world = new World([debian]);
  world.set("debian", trixie, { trouble: "coming" }).set("debian", bookworm, { trouble: "broken" });
  const { results, unanswered } = await world.service.search(query("mc"));
  expect(results).toEqual([]);
  expect(unanswered).toEqual([
    { repository: "debian", suite: "trixie", why: "It is being read." },
    {
      repository: "debian",
      suite: "bookworm",
      why: "It could not be asked: the object is gone. Ask again.",
    },
  ]);
  expectNothingWaits(world);
});

it("follows a repository that is named, and none for a search over all", async () => {
  const world = new World([debian, fedora]);
  world.published.delete("fedora");
  const { unanswered } = await world.service.search(query("mc"));
  expect(world.followed).toEqual([]);
  expect(unanswered).toEqual([
    { repository: "fedora", why: expect.stringContaining("Nobody has asked for it here yet") },
  ]);
  await world.service.search(query("mc", { repositories: ["fedora"] }));
  expect(world.followed).toEqual(["fedora"]);
});

it("searches the stored snapshot where the check for a newer one takes long", async () => {
  const world = new World([debian]);
  world.set("debian", trixie, mc("2"));
  const { sources } = world;
  const never = new Promise<undefined>(() => undefined);
  const { AskedPackages } = await import("../../../../worker/search/ask/asked-packages.ts");
  const service = new AskedPackages({ ...sources, current: () => never }, world.held);
  const asked = service.search(query("mc", { repositories: ["debian"] }));
  // The deadline of the check alone.
  world.late[1]?.();
  expect((await asked).results.map(({ name }) => name)).toEqual(["mc"]);
  expectNothingWaits(world);
});

it("asks pinned suites of a kept snapshot, and no object of a repository that has none", async () => {
  const world = new World([debian, fedora]);
  world.published.delete("fedora");
  const at = "2026-11-01T00:00:00.999Z";
  world.kept.set(`debian ${at}`, snapshotOf(debian, 7));
  world.set("debian", trixie, mc("1"));
  const { states, unanswered } = await world.service.search(
    query("mc", { at: "20261101T000000Z" }),
  );
  expect(states.map(({ snapshot }) => snapshot)).toEqual(Array(2).fill(snapshotOf(debian, 7).id));
  expect(unanswered.map(({ repository }) => repository)).toEqual(["fedora"]);
});

it("tells that no snapshot of then is kept", async () => {
  const world = new World([debian]);
  const { unanswered, results } = await world.service.search(query("mc", { at: "2026-01-01" }));
  expect(results).toEqual([]);
  expect(unanswered).toEqual([
    { repository: "debian", why: "No snapshot of it that is kept is of 2026-01-01T00:00:00.000Z." },
  ]);
});

it.each([
  [{ repositories: ["debain"] }, "repository=debain is not there. Did you mean debian?"],
  [{ suites: ["bookwrom"] }, "suite=bookwrom is not there. Did you mean bookworm?"],
  [{ repositories: ["fedora"], suites: ["bookworm"] }, "suite=bookworm is not there."],
  [{ kinds: ["images" as const] }, "kind=images is not there."],
  [{ architectures: ["amd46"] }, "architecture=amd46 is not there. Did you mean amd64?"],
  [{ at: "yesterday" }, "at=yesterday is neither a snapshot's id nor a time."],
  [{ at: "2027-01-01" }, "at=2027-01-01 has not come yet."],
  [{ kinds: ["rpm" as const], suites: ["bookworm"] }, "No repository is all of that at once."],
])("refuses %j", async (choice, sentence) => {
  const world = new World([debian, fedora, arch]);
  const asked = { ...query("mc"), ...choice };
  const service = world.service;
  for (const answer of [
    await service.search(asked),
    await service.named(["mc"], asked),
    await service.files("bin/mc", "end", asked),
  ]) {
    expect(answer.refused).toContain(sentence);
    expect(answer.states).toEqual([]);
  }
  expect(world.asked).toEqual([]);
});

it.each([
  ["bookworm", ["bookworm"]],
  ["stable", ["trixie"]],
  ["44", ["releases/44/Everything/x86_64/os", "releases/44/Everything/aarch64/os"]],
  ["releases/44/Everything/x86_64/os", ["releases/44/Everything/x86_64/os"]],
  ["core", ["core/os/x86_64"]],
])("knows a suite by %s", async (name, suites) => {
  const world = new World([debian, fedora, arch]);
  const { states } = await world.service.search(query("mc", { suites: [name] }));
  expect(states.map(({ suite }) => suite)).toEqual(suites);
});

it("leaves out suites of other architectures, and tells where packages of one aren't read", async () => {
  const world = new World([debian, fedora, arch]);
  world.set("debian", trixie, mc("2"));
  const arm = await world.service.search(query("mc", { architectures: ["arm64"] }));
  expect(arm.states.map(({ suite }) => suite)).toEqual(["releases/44/Everything/aarch64/os"]);
  expect(arm.unanswered).toContainEqual({
    repository: "debian",
    suite: "trixie",
    why: "Its packages for arm64 aren't read here, those for amd64 are.",
  });
  const amd = await world.service.search(query("mc", { architectures: ["x86_64"] }));
  expect(amd.results.map(({ name }) => name)).toEqual(["mc"]);
});

it("holds an answer until its snapshot changes or a minute is over", async () => {
  const world = new World([debian]);
  world.set("debian", trixie, mc("2")).set("debian", bookworm, mc("1"));
  const versions = async () => {
    const [result] = (await world.service.search(query("mc"))).results;
    return result?.places.map((place) => place.record.version);
  };
  expect(await versions()).toEqual(["2", "1"]);
  world.set("debian", trixie, mc("3"));
  expect(await versions()).toEqual(["2", "1"]);
  world.published.set("debian", 2);
  expect(await versions()).toEqual(["3", "1"]);
  world.set("debian", trixie, mc("4"));
  world.now += 60_000;
  expect(await versions()).toEqual(["4", "1"]);
});

it.each([
  { trouble: "coming" as const },
  { isFormer: true as const },
  { areFilesComing: true as const },
])("holds no answer of which a suite is missing or old: %j", async (state) => {
  const world = new World([debian]);
  world.set("debian", trixie, mc("2")).set("debian", bookworm, { ...mc("1"), ...state });
  await world.service.search(query("mc"));
  world.set("debian", bookworm, mc("5"));
  const { results } = await world.service.search(query("mc"));
  expect(results[0]?.places[0]?.record.version).toBe("5");
});

it("holds no answer whose places not all suites told", async () => {
  const world = new World([debian]);
  world.set("debian", trixie, mc("2"));
  const only = found(record("mc", "1"), 0);
  let isBroken = true;
  world.set("debian", bookworm, {
    answer: ({ ask }) => {
      if (ask !== "named") return { packages: [], total: 0 };
      if (isBroken) throw new Error("the object is gone");
      return { packages: [only], total: 1 };
    },
  });
  const versions = async () => {
    const { results } = await world.service.search(query("mc"));
    return results[0]?.places.map((place) => place.record.version);
  };
  expect(await versions()).toEqual(["2"]);
  isBroken = false;
  expect(await versions()).toEqual(["2", "1"]);
});

it("refuses no question for files that are being read: they are found soon", async () => {
  const world = new World([debian]);
  const coming = {
    answer: () => ({ files: [], total: 0, refused: "Its files are being read." }),
    areFilesComing: true as const,
  };
  world.set("debian", trixie, coming).set("debian", bookworm, coming);
  const { refused, unanswered } = await world.service.files("bin/mc", "end", {
    ...everywhere,
    limit: 5,
  });
  expect(refused).toBe(undefined);
  expect(unanswered).toEqual([
    { repository: "debian", suite: "trixie", why: "Its files are being read." },
    { repository: "debian", suite: "bookworm", why: "Its files are being read." },
  ]);
});

it("tells what suites refuse of a question: the question's fault where all do, else the suite's", async () => {
  const world = new World([debian]);
  const refused = "A pattern is looked for in folders of commands alone.";
  const refuses = { answer: () => ({ total: 0, refused }) };
  const ask = () => world.service.files("etc/*", "glob", { ...everywhere, limit: 5 });
  world.set("debian", trixie, refuses).set("debian", bookworm, refuses);
  const all = await ask();
  expect([all.refused, all.unanswered]).toEqual([refused, []]);
  world.published.set("debian", 2);
  world.set("debian", bookworm, { files: [{ path: "etc/x", owners: ["x"] }] });
  const one = await ask();
  expect([one.refused, one.total]).toEqual([undefined, 1]);
  expect(one.unanswered).toEqual([{ repository: "debian", suite: "trixie", why: refused }]);
});

it("asks for an architecture by all its names, as each kind has its own", async () => {
  const world = new World([debian]);
  await world.service.search(query("mc", { architectures: ["x86_64"] }));
  const [question] = world.asked;
  expect(question).toMatchObject({ architectures: expect.arrayContaining(["amd64", "x86_64"]) });
});
