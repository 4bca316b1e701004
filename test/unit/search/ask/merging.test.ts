/** What suites found, put together by repository and name. */
import { expect, it } from "vitest";
import type { SuiteQuestion } from "../../../../worker/search/suite-question.ts";
import {
  arch,
  bookworm,
  debian,
  everywhere,
  fedora,
  found,
  query,
  record,
  trixie,
  World,
} from "./stand-ins.ts";

it("puts the version that a client would install first, of all suites, whoever found it", async () => {
  const world = new World([debian]);
  // Bookworm's search doesn't find it, and has the higher version.
  world.set("debian", trixie, { packages: [found(record("mc", "2"), 5)] });
  world.set("debian", bookworm, {
    answer: ({ ask }) => {
      const packages = ask === "named" ? [found(record("mc", "10"))] : [];
      return { packages, total: packages.length };
    },
  });
  const { results } = await world.service.search(query("mc"));
  expect(
    results.map(({ places }) => places.map(({ suite, record: { version } }) => [suite, version])),
  ).toEqual([
    [
      ["bookworm", "10"],
      ["trixie", "2"],
    ],
  ]);
});

it("orders equal versions by the repository's suites and architectures", async () => {
  const world = new World([debian]);
  const one = (architecture: string) => found(record("mc", "1", { architecture }));
  world.set("debian", trixie, { packages: [one("arm64"), one("amd64"), one("all")] });
  world.set("debian", bookworm, { packages: [one("amd64")] });
  const { results } = await world.service.named(["mc"], everywhere);
  expect(results[0]?.places.map((place) => [place.suite, place.record.architecture])).toEqual([
    ["trixie", "amd64"],
    ["trixie", "arm64"],
    ["trixie", "all"],
    ["bookworm", "amd64"],
  ]);
});

it("orders results by rank, then the exact name, then the list's repositories", async () => {
  const world = new World([debian, fedora, arch]);
  const [x86 = ""] = fedora.roots ?? [];
  const [core = ""] = arch.roots ?? [];
  world.set("debian", trixie, { packages: [found(record("mcx"), 9), found(record("mc-doc"), 3)] });
  world.set("fedora", x86, { packages: [found(record("mc"), 9), found(record("mcy"), 4)] });
  world.set("archlinux", core, { packages: [found(record("mc"), 9), found(record("mcz"), 4)] });
  const { results } = await world.service.search(query("mc"));
  expect(results.map(({ repository, name }) => `${repository} ${name}`)).toEqual([
    "fedora mc",
    "archlinux mc",
    "debian mcx",
    "fedora mcy",
    "archlinux mcz",
    "debian mc-doc",
  ]);
});

it("tells each reason once, of all suites", async () => {
  const world = new World([debian]);
  const name = { by: "name" as const };
  const command = { by: "command" as const, what: "mcedit" };
  world.set("debian", trixie, { packages: [found(record("mc"), 9, { why: [name] })] });
  world.set("debian", bookworm, { packages: [found(record("mc"), 8, { why: [name, command] })] });
  const { results } = await world.service.search(query("mc"));
  expect(results[0]?.why).toEqual([name, command]);
});

it("gives many names at once, in their order", async () => {
  const world = new World([debian, fedora]);
  const [x86 = ""] = fedora.roots ?? [];
  world.set("debian", trixie, { packages: ["a", "b", "c"].map((name) => found(record(name))) });
  world.set("fedora", x86, { packages: ["b", "c"].map((name) => found(record(name))) });
  const { results, total } = await world.service.named(["c", "x", "a", "c", "b"], everywhere);
  const names = results.map(({ repository, name }) => `${repository} ${name}`);
  expect(names).toEqual(["debian c", "fedora c", "debian a", "debian b", "fedora b"]);
  expect(total).toBe(5);
});

it("names a package by its URL, and its file by its path here", async () => {
  const world = new World([debian]);
  const path = "pool/main/g/g++ x/g++_1%3a2_amd64.deb";
  const built = 1_700_000_000;
  world.set("debian", trixie, { packages: [found(record("g++", "1:2", { path, built }))] });
  const { results } = await world.service.named(["g++"], everywhere);
  expect(results[0]?.places[0]).toMatchObject({
    purl: "pkg:deb/debian/g%2B%2B@1:2?arch=amd64&distro=trixie",
    href: "/debian/pool/main/g/g%2B%2B%20x/g%2B%2B_1%253a2_amd64.deb",
    since: built * 1000,
  });
});

it("keeps packages of other architectures out of names and tokens", async () => {
  const world = new World([debian]);
  const packages = ["amd64", "arm64", "all"].map((architecture) =>
    found(record(`x-${architecture}`, "1", { architecture })),
  );
  world.set("debian", trixie, { packages });
  const choice = { ...everywhere, architectures: ["x86_64"], limit: 10 };
  const wanted = ["x-amd64", "x-all"];
  const keyed = await world.service.keyed("provides", ["x"], choice);
  expect(keyed.results.map(({ name }) => name)).toEqual(wanted);
  expect(keyed.total).toBe(2);
  const named = await world.service.named(
    packages.map((one) => one.record.name),
    choice,
  );
  expect(named.results.map(({ name }) => name)).toEqual(wanted);
});

it("finds what is made of a source by the source alone, in all suites, the source's own name first", async () => {
  const world = new World([debian]);
  const made = (name: string, version: string) => ({
    ...found(record(name, version, { source: "openssl" })),
    why: [{ by: "source" as const, what: "openssl" }],
  });
  const answer = (packages: readonly ReturnType<typeof made>[]) => ({
    answer: (question: SuiteQuestion) => {
      expect(question).toEqual({ ask: "sources", names: ["openssl"] });
      return { packages, total: packages.length };
    },
  });
  world.set("debian", trixie, answer([made("libssl3t64", "3"), made("openssl", "3")]));
  world.set("debian", bookworm, answer([made("libssl3", "2"), made("openssl", "2")]));
  const { results, total } = await world.service.madeOf(["openssl"], everywhere);
  expect(total).toBe(3);
  expect(
    results.map(({ name, places }) => [name, ...places.map((place) => place.record.version)]),
  ).toEqual([
    ["openssl", "3", "2"],
    ["libssl3t64", "3"],
    ["libssl3", "2"],
  ]);
});
