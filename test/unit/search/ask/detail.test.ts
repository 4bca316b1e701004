/** Everything of one name; and files and changes over suites. */
import { expect, it } from "vitest";
import type { PackageChange } from "../../../../worker/search/suite-question.ts";
import { repository } from "../../repositories/origin.ts";
import {
  bookworm,
  debian,
  everywhere,
  expectNothingWaits,
  fedora,
  found,
  record,
  type StandIn,
  snapshotOf,
  trixie,
  World,
} from "./stand-ins.ts";

const security = repository({
  name: "debian-security",
  kind: "apt",
  architectures: ["amd64"],
  roots: ["dists/bookworm-security/InRelease"],
});
const change = (name: string, version: string, at: number): PackageChange => {
  return { name, version, architecture: "amd64", snapshot: `s${at}`, at };
};

/** A suite with one package and what is told of it besides. */
function suite(
  version: string,
  rest: Partial<StandIn> & { changes?: PackageChange[] } = {},
): StandIn {
  const { changes = [], ...more } = rest;
  const advisory = {
    id: "FEDORA-1",
    type: "security",
    title: "mc update",
    references: [],
    packages: [{ name: "mc", version, architecture: "amd64" }],
    issued: 5,
  };
  return {
    packages: [found(record("mc", version))],
    answer: ({ ask }) => {
      if (ask === "changes") return { changes, total: changes.length };
      if (ask === "advisories") return { advisories: [advisory], total: 1 };
      if (ask !== "keyed") return undefined;
      const needing = [found(record("mc-plus")), found(record("desktop"))];
      return { packages: needing, total: 2 };
    },
    ...more,
  };
}

it("gives all versions of a name with their dates, the newest first within a repository", async () => {
  const world = new World([debian, fedora]);
  const [x86 = ""] = fedora.roots ?? [];
  world.set(
    "debian",
    trixie,
    suite("2", { changes: [change("mc", "2", 70), change("mc", "2", 60)] }),
  );
  world.set("debian", bookworm, suite("3", { changes: [change("mc", "1", 50)] }));
  world.set("fedora", x86, {
    packages: [found(record("mc", "9", { built: 5 }))],
    answer: ({ ask }) => (ask === "keyed" ? { packages: [], total: 0 } : undefined),
  });
  const detail = await world.service.detail("mc", everywhere);
  const places = detail.places.map((one) => [one.repository, one.record.version, one.since]);
  expect(places).toEqual([
    ["debian", "3", undefined],
    ["debian", "2", 60],
    ["fedora", "9", 5000],
  ]);
  expect(detail.neededBy).toEqual({ names: ["desktop", "mc-plus"], total: 2 });
  expect(detail.advisories).toEqual([
    { repository: "debian", id: "FEDORA-1", type: "security", title: "mc update", issued: 5 },
  ]);
  expectNothingWaits(world);
});

it("says that other distributions are as of now beside a past state", async () => {
  const world = new World([debian, fedora]);
  world.set("debian", bookworm, { packages: [found(record("mc"))] });
  world.kept.set("debian 2026-11-01T00:00:00.999Z", snapshotOf(debian, 1));
  const choice = { ...everywhere, repositories: ["debian"] };
  const past = await world.service.detail("mc", { ...choice, at: "20261101T000000Z" });
  expect([past.places.length, past.isElsewhereOfNow]).toEqual([1, true]);
  const now = await world.service.detail("mc", choice);
  expect([now.places.length, now.isElsewhereOfNow]).toEqual([1, undefined]);
});

it("tells a name that isn't there as having no places", async () => {
  const world = new World([debian]);
  const detail = await world.service.detail("nothing", everywhere);
  expect([detail.places, detail.elsewhere, detail.states.length]).toEqual([[], [], 2]);
});

it("refuses a detail of a repository that isn't there", async () => {
  const world = new World([debian]);
  const detail = await world.service.detail("mc", { ...everywhere, repositories: ["debain"] });
  expect(detail.refused).toContain("Did you mean debian?");
});

it("gives files of another suite of the distribution where the suite's own index has none", async () => {
  const world = new World([debian, security]);
  const paths = ["usr/bin/mc", "usr/bin/mcview", "usr/share/doc/mc"];
  const files = paths.map((path) => ({ path, owners: ["mc"] }));
  world.set("debian", bookworm, { packages: [found(record("mc"))], files, filesOf: "older" });
  world.set("debian-security", "dists/bookworm-security/InRelease", {
    packages: [found(record("mc"))],
  });
  const choice = { ...everywhere, repositories: ["debian-security"], limit: 2 };
  const answer = await world.service.filesOf("mc", choice);
  expect(answer.files.map(({ suite: of, path }) => [of, path])).toEqual([
    ["bookworm", "usr/bin/mc"],
    ["bookworm", "usr/bin/mcview"],
  ]);
  expect(answer.states.find((one) => one.suite === "bookworm")?.filesOf).toBe("older");
  const next = await world.service.filesOf("mc", { ...choice, after: answer.next ?? "" });
  expect(next.files.map(({ path }) => path)).toEqual(["usr/share/doc/mc"]);
  expect(next.next).toBeUndefined();
});

it("gives the files of the suites that were chosen, where they have some", async () => {
  const world = new World([debian]);
  const files = (path: string) => [{ path, owners: ["mc"] }];
  world.set("debian", trixie, { files: files("usr/bin/new") });
  world.set("debian", bookworm, { files: files("usr/bin/old") });
  const answer = await world.service.filesOf("mc", {
    ...everywhere,
    suites: ["bookworm"],
    limit: 9,
  });
  expect(answer.files.map(({ path }) => path)).toEqual(["usr/bin/old"]);
});

it("gives changes of all suites, the newest first, page by page", async () => {
  const world = new World([debian]);
  const times = (from: number) => [9, 7, 5, 3].map((at) => change("mc", `${at}`, at + from));
  const paged = (changes: PackageChange[]): StandIn => ({
    answer: (question) => {
      if (question.ask !== "changes") return undefined;
      const start = Number(question.after ?? 0);
      const end = start + question.limit;
      const rest = end < changes.length ? { next: String(end) } : {};
      return { changes: changes.slice(start, end), total: changes.length, ...rest };
    },
  });
  world.set("debian", trixie, paged(times(0))).set("debian", bookworm, paged(times(1)));
  const seen: number[] = [];
  let after: string | undefined;
  do {
    const page = { limit: 3, ...(after !== undefined && { after }) };
    const answer = await world.service.changes(["mc"], { ...everywhere, ...page });
    seen.push(...answer.changes.map(({ at }) => at));
    after = answer.next;
  } while (after !== undefined);
  expect(seen).toEqual([10, 9, 8, 7, 6, 5, 4, 3]);
});

it("gives a past state no changes that came after it", async () => {
  const world = new World([debian]);
  const at = "2026-11-01T00:00:00.000Z";
  const kept = snapshotOf(debian, 7);
  world.kept.set(`debian ${at}`, kept);
  const changes = [
    change("mc", "3", kept.at + 1),
    change("mc", "2", kept.at),
    change("mc", "1", 5),
  ];
  world.set("debian", trixie, suite("2", { changes }));
  const versions = async (choice: { at?: string }) => {
    const found = await world.service.changes(["mc"], { ...everywhere, ...choice, limit: 9 });
    return found.changes.map(({ version }) => version);
  };
  expect(await versions({ at })).toEqual(["2", "1"]);
  expect(await versions({})).toEqual(["3", "2", "1"]);
});
