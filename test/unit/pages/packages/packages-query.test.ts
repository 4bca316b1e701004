/** The address holds the whole state of the page. */
import { expect, test } from "vitest";
import { seeded } from "../../../../scripts/random.ts";
import {
  addressOf,
  ofNow,
  type PackagesQuery,
  packageAddress,
  readPackagesQuery,
  searchOf,
} from "../../../../worker/pages/packages/packages-query.ts";

function read(query: string): PackagesQuery {
  const got = readPackagesQuery(query);
  if (typeof got === "string") throw new Error(got);
  return got;
}

const seed = 20_261_201;

test("a state that is written is read again", () => {
  const random = seeded(seed);
  const some = <One>(all: readonly One[]) => all.filter(() => random() < 0.4);
  const words = [
    "g++",
    "a&b=c",
    "perl(Foo::Bar)",
    "libz.so.1()(64bit)",
    "日本語",
    "a b",
    "%",
    "#x",
    "?",
  ];
  for (let time = 0; time < 500; time++) {
    const q = some(words).join(" ");
    const query: PackagesQuery = {
      q,
      fields: some(["name", "description", "provides"] as const),
      repositories: some(["debian", "fedora"]),
      suites: some(["bookworm", "9/AppStream/x86_64/os"]),
      kinds: some(["apt", "rpm"] as const),
      architectures: some(["amd64", "x86_64"]),
      isExact: random() < 0.5,
      ...(random() < 0.5 && { at: "2026-11-29T08:00:00Z" }),
      ...(random() < 0.5 && { after: "eyJhIjoxfQ==" }),
    };
    expect(read(searchOf(query)), `seed ${seed}, ${JSON.stringify(query)}`).toEqual(query);
  }
});

test("lists are repeated or have commas, and all fields are none", () => {
  const { repositories, fields } = read("repository=debian,fedora&repository=alpine&in=name,file");
  expect(repositories).toEqual(["debian", "fedora", "alpine"]);
  expect(fields).toEqual(["name", "file"]);
  expect(read("in=name&in=description&in=provides&in=command&in=file").fields).toEqual([]);
});

test("what can't be asked is a sentence", () => {
  expect(readPackagesQuery("in=nme")).toBe(
    "in=nme is none of name, description, provides, command, file.",
  );
  expect(readPackagesQuery("kind=deb")).toContain("kind=deb is none of apt, rpm,");
  expect(readPackagesQuery("kind=toString")).toContain("is none of");
  expect(readPackagesQuery(`q=${"a".repeat(301)}`)).toBe("q= takes 300 characters.");
  expect(readPackagesQuery(`suite=${"a,".repeat(9)}`)).toMatchObject({ suites: ["a"] });
  const many = Array.from({ length: 51 }, (_, one) => `s${one}`).join(",");
  expect(readPackagesQuery(`suite=${many}`)).toBe("suite= takes 50 values.");
});

test("control characters are blanks", () => {
  expect(read("q=%00a%0Ab%00").q).toBe("a b");
});

test("a change begins with the first page, and may give up the past", () => {
  const query = read("q=mc&suite=bookworm&at=2026-11-29&after=25");
  expect(addressOf(query, { suites: [] })).toBe("/packages?q=mc&at=2026-11-29");
  expect(addressOf(ofNow(query))).toBe("/packages?q=mc&suite=bookworm");
  expect(addressOf({})).toBe("/packages");
});

test("a package's address is one segment, whatever its name is", () => {
  expect(packageAddress("debian", "g++")).toBe("/packages/debian/g%2B%2B");
  expect(packageAddress("fedora", "a/b?c#d", "2026-11-29")).toBe(
    "/packages/fedora/a%2Fb%3Fc%23d?at=2026-11-29",
  );
  expect(packageAddress("debian", "\uD800")).toBe("/packages/debian/%EF%BF%BD");
});
