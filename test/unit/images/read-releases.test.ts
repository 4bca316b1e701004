import { expect, test } from "vitest";
import { readReleases } from "../../../worker/images/read-releases.ts";
import { releaseNamed, releaseOf } from "../../../worker/images/releases.ts";
import { realReleases } from "./real-releases.ts";

const names = "version,codename,series,created,release,eol,eol-lts,eol-elts";
const empty = { debian: names, ubuntu: names, others: "distribution,series,release,eol" };

test("releases are found by series and by codename, in any case", () => {
  // https://wiki.debian.org/DebianReleases, https://wiki.ubuntu.com/Releases
  expect(releaseNamed(realReleases, "debian", "Bookworm")?.series).toBe("12");
  expect(releaseNamed(realReleases, "debian", "etch")?.series).toBe("4");
  expect(releaseNamed(realReleases, "debian", "sarge")?.series).toBe("3.1");
  expect(releaseNamed(realReleases, "debian", "sid")?.series).toBe("sid");
  expect(releaseNamed(realReleases, "ubuntu", "noble")?.series).toBe("24.04");
  expect(releaseOf(realReleases, "fedora", "43")?.released).toBe(Date.UTC(2025, 9, 28));
  expect(releaseOf(realReleases, "constructor", "43")).toBeUndefined();
});

test("an end is over with its day, and long support only where it is longer", () => {
  const { debian = [] } = readReleases({
    ...empty,
    debian: `${names}\n9,A,a,2000-01-01,2001-01-01,2002-01-01,2003-01-01\n10,B,b,2000-01-01,2001-01-01,2002-01-01\n`,
  });
  expect(debian[0]?.endOfLife).toBe(Date.UTC(2002, 0, 2));
  expect(debian[0]?.endOfLongSupport).toBe(Date.UTC(2003, 0, 2));
  expect(debian[1]?.endOfLongSupport).toBeUndefined();
});

test("what can't be read is told with its place", () => {
  const others = "# why\ndistribution,series,release,eol\nx,1,2020-01-01,soon\n";
  expect(() => readReleases({ ...empty, others })).toThrow("others.txt:3: soon is no day");
  expect(() => readReleases({ ...empty, others: "a,b\n1,2,3\n" })).toThrow(
    "others.txt:2: more values",
  );
});
