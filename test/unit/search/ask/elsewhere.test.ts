/** The same thing in other distributions, by what it has in common with it. */
import { beforeAll, describe, expect, it } from "vitest";
import type { PackageRecord } from "../../../../worker/formats/package-record.ts";
import type { FoundFile } from "../../../../worker/search/suite-question.ts";
import { repository } from "../../repositories/origin.ts";
import { type SameThing, sameThings } from "./same-things.ts";
import { everywhere, found, record, type StandIn, World } from "./stand-ins.ts";

type Distribution = Exclude<keyof SameThing, "has">;

/** Where each distribution has things: as its packages have them. */
const layouts: Record<Distribution, (has: string) => { file?: string; provides?: string }> = {
  debian: (has) => {
    const [sort, what] = sorted(has);
    const library = `usr/lib/x86_64-linux-gnu`;
    if (sort === "h") return { file: `usr/include/${what}` };
    if (sort === "pc") return { file: `${library}/pkgconfig/${what}.pc` };
    if (sort === "so") return { file: `${library}/${what}` };
    if (sort === "py") return { file: `usr/lib/python3/dist-packages/${what}/__init__.py` };
    return { file: `usr/bin/${what}` };
  },
  fedora: (has) => {
    const [sort, what] = sorted(has);
    if (sort === "h") return { file: `usr/include/${what}` };
    if (sort === "pc") return { provides: `pkgconfig(${what}) = 1` };
    if (sort === "so") return { file: `usr/lib64/${what}`, provides: `${what}()(64bit)` };
    if (sort === "py") return { file: `usr/lib64/python3.14/site-packages/${what}/__init__.py` };
    return { file: `usr/bin/${what}` };
  },
  arch: (has) => {
    const [sort, what] = sorted(has);
    if (sort === "h") return { file: `usr/include/${what}` };
    if (sort === "pc") return { file: `usr/lib/pkgconfig/${what}.pc` };
    if (sort === "so") return { file: `usr/lib/${what}` };
    if (sort === "py") return { file: `usr/lib/python3.13/site-packages/${what}/__init__.py` };
    return { file: `usr/bin/${what}` };
  },
  // Alpine's index has no files.
  alpine: (has) => {
    const [sort, what] = sorted(has);
    return sort === "pc" || sort === "so" || sort === "cmd"
      ? { provides: `${sort}:${what}=1` }
      : {};
  },
};

const listed = {
  debian: repository({ name: "debian", kind: "apt", roots: ["dists/x/InRelease"] }),
  fedora: repository({ name: "fedora", kind: "rpm", roots: ["x/repodata/repomd.xml"] }),
  arch: repository({ name: "archlinux", kind: "pacman", roots: ["core.db"] }),
  alpine: repository({ name: "alpine", kind: "apk", roots: ["x/APKINDEX.tar.gz"] }),
};
const distributions: readonly Distribution[] = ["debian", "fedora", "arch", "alpine"];

function sorted(has: string): [string, string] {
  const at = has.indexOf(":");
  return [has.slice(0, at), has.slice(at + 1)];
}

/** What else is there: things that share a name or a file with one, and are another. */
const others: Record<Distribution, readonly (readonly [string, ...string[]])[]> = {
  debian: [
    ["libmc-dev", "usr/include/mc.h"],
    ["zlib", "usr/share/doc/zlib/README"],
    ["same-name", "usr/share/same/data"],
  ],
  fedora: [
    ["mingw64-zlib", "usr/x86_64-w64-mingw32/sys-root/mingw/include/zlib.h"],
    ["busybox", "usr/bin/vi", "usr/bin/mc"],
    ["same-name", "etc/other"],
  ],
  arch: [["busybox", "usr/bin/busybox"]],
  alpine: [],
};

const nameOf = (entry: string) => entry.replace(/\s*[<=>~].*$/, "");

/** A suite that looks things up as suites do. */
function suiteOf(packages: Map<string, { files: Set<string>; provides: Set<string> }>): StandIn {
  const records = new Map<string, PackageRecord>();
  const files: FoundFile[] = [];
  for (const [name, one] of packages) {
    records.set(name, record(name, "1", { relations: { provides: [...one.provides] } }));
    for (const path of one.files) files.push({ path, owners: [name] });
  }
  const named = (names: readonly string[]) => {
    const some = names.flatMap((name) => records.get(name) ?? []).map((one) => found(one));
    return { packages: some, total: some.length };
  };
  return {
    answer: (question) => {
      if (question.ask === "named") return named(question.names);
      if (question.ask === "filesOf") {
        const own = files.filter(({ owners }) => owners.includes(question.name));
        return { files: own, total: own.length };
      }
      if (question.ask === "paths") {
        const { match, path } = question;
        const some = files.filter(
          (one) => one.path === path || (match !== "path" && one.path.endsWith(`/${path}`)),
        );
        return { files: some, total: some.length };
      }
      if (question.ask !== "keyed") return { total: 0 };
      const { by, tokens } = question;
      const owners = [...packages].filter(([name, one]) => {
        if (by === "needs") return false;
        const provides = [name, ...[...one.provides].map(nameOf)];
        if (by === "provides") return tokens.some((token) => provides.includes(token));
        const commands = [...one.files].map((path) => path.replace(/^usr\/bin\//, ""));
        return tokens.some(
          (token) => commands.includes(token) || provides.includes(`cmd:${token}`),
        );
      });
      return named(owners.map(([name]) => name));
    },
  };
}

function worldOfThings(): World {
  const world = new World(Object.values(listed));
  for (const distribution of distributions) {
    const packages = new Map<string, { files: Set<string>; provides: Set<string> }>();
    const add = (name: string) => {
      const one = packages.get(name) ?? { files: new Set<string>(), provides: new Set<string>() };
      packages.set(name, one);
      return one;
    };
    for (const thing of sameThings) {
      const name = thing[distribution];
      if (name === "-") continue;
      for (const has of thing.has) {
        const { file, provides } = layouts[distribution](has);
        if (file !== undefined) add(name).files.add(file);
        if (provides !== undefined) add(name).provides.add(provides);
      }
      add(name).files.add(`usr/share/doc/${name}/copyright`);
    }
    for (const [name, ...paths] of others[distribution]) {
      for (const path of paths) add(name).files.add(path);
    }
    const { name, roots = [] } = listed[distribution];
    world.set(name, roots[0] ?? "", suiteOf(packages));
  }
  return world;
}

let world: World;
beforeAll(() => {
  world = worldOfThings();
});

async function elsewhereOf(distribution: Distribution, name: string) {
  const choice = { ...everywhere, repositories: [listed[distribution].name] };
  return (await world.service.detail(name, choice)).elsewhere;
}

/** Whether both indexes tell something of the thing by which it can be known. */
function canBeKnown({ has }: SameThing, from: Distribution, to: Distribution): boolean {
  return has.some((one) =>
    [from, to].every((distribution) => Object.keys(layouts[distribution](one)).length > 0),
  );
}

describe.each(sameThings)("$debian, $fedora, $arch, $alpine", (thing) => {
  it.each(distributions.filter((from) => thing[from] !== "-"))("from %s", async (from) => {
    const elsewhere = await elsewhereOf(from, thing[from]);
    for (const to of distributions) {
      if (to === from || thing[to] === "-" || !canBeKnown(thing, from, to)) continue;
      const there = elsewhere.filter((one) => one.repository === listed[to].name);
      const sure = there.filter(({ by }) => by !== "name").map(({ name }) => name);
      expect(sure, `${thing[from]} of ${from} in ${to}`).toContain(thing[to]);
      // A part for each use that it has, and no more.
      expect(sure.length, `${thing[from]} of ${from} in ${to}: ${sure.join()}`).toBeLessThanOrEqual(
        thing[from] === thing.arch ? 3 : 1,
      );
    }
  });
});

it("compares at least 40 things in at least 300 pairs", () => {
  const pairs = sameThings.flatMap((thing) =>
    distributions.flatMap((from) =>
      distributions.filter(
        (to) =>
          to !== from && thing[from] !== "-" && thing[to] !== "-" && canBeKnown(thing, from, to),
      ),
    ),
  );
  expect(sameThings.length).toBeGreaterThanOrEqual(40);
  expect(pairs.length).toBeGreaterThanOrEqual(300);
});

it("says by what it knows, the surest first", async () => {
  const told = await elsewhereOf("arch", "zlib");
  expect(told.filter(({ repository: at }) => at === "debian")).toEqual([
    {
      repository: "debian",
      name: "zlib1g-dev",
      version: "1",
      by: "paths",
      what: "zlib.h, and 2 more",
    },
    { repository: "debian", name: "zlib1g", version: "1", by: "soname", what: "libz.so.1" },
  ]);
  expect(told.filter(({ repository: at }) => at === "alpine")).toEqual([
    { repository: "alpine", name: "zlib-dev", version: "1", by: "pkg-config", what: "zlib.pc" },
    { repository: "alpine", name: "zlib", version: "1", by: "soname", what: "libz.so.1" },
  ]);
  const [mc] = await elsewhereOf("debian", "mc");
  expect(mc).toEqual({
    repository: "fedora",
    name: "mc",
    version: "1",
    by: "paths",
    what: "the command mc, and 3 more",
  });
});

it("labels a name as a guess, and follows nobody to look", async () => {
  const elsewhere = await elsewhereOf("alpine", "zlib-dev");
  expect(elsewhere.find(({ by }) => by === "name")).toBeUndefined();
  const guess = (await elsewhereOf("debian", "python3-yaml")).find(
    (one) => one.repository === "alpine",
  );
  expect(guess).toBeUndefined();
  const named = (await elsewhereOf("debian", "libmc-dev")).find(
    (one) => one.repository === "fedora",
  );
  expect(named).toMatchObject({ name: "mc", by: "name", what: expect.stringContaining("guess") });
  const same = (await elsewhereOf("debian", "same-name")).map(({ by, name }) => [by, name]);
  expect(same).toEqual([["name", "same-name"]]);
  world.followed.length = 0;
  await elsewhereOf("debian", "zlib1g");
  expect(new Set(world.followed)).toEqual(new Set(["debian"]));
});
