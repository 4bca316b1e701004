/** Folders from the index: with the origin, without it, and as they were in a pinned snapshot. */
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { memoryBlobs } from "../../worker/blobs/memory-blobs.ts";
import { foldersBlobs } from "../../worker/repositories/contents/folders/build-folders.ts";
import { maxMergedEntries } from "../../worker/repositories/directory-page/limits.ts";
import {
  dateOf,
  hashOf,
  otherRootPath,
  SnapshotWorld,
  type State,
  stable,
} from "./snapshot-services.ts";

const folder = "pool/main/a/";
const odd = [
  "a+b_1~2.deb",
  "c & d.deb",
  "<e>.deb",
  "100%.deb",
  "%2F.deb",
  "ü.deb",
  "\ufeffmark.deb",
];
const texts = (names: readonly string[], inside = folder) =>
  Object.fromEntries(names.map((name) => [inside + name, `bytes of ${name}`]));

interface Told {
  name: string;
  type: string;
  size?: number;
  sha256?: string;
  modified?: string;
  path: string;
}

let world: SnapshotWorld;

beforeEach(() => {
  world = new SnapshotWorld();
  vi.spyOn(console, "warn").mockImplementation(() => undefined);
});
afterEach(() => vi.restoreAllMocks());

/** What a program is told of a folder, and by whose word. */
async function told(path: string, prefix = "debian") {
  const answered = await world.fetch(`/${prefix}/${path}?format=json`);
  expect([answered.status, answered.text]).toEqual([200, answered.text]);
  const entries: Told[] = JSON.parse(answered.text);
  return {
    entries,
    from: answered.headers.get("Nearmirror-Listing"),
    names: entries.map(({ name }) => name),
  };
}

const file = (name: string, at = folder, text = `bytes of ${name}`) => ({
  name,
  type: "file",
  size: text.length,
  sha256: hashOf(text),
  path: `/debian/${at}${encodeURIComponent(name)}`,
});
const inOrder = (entries: { name: string }[]) =>
  entries.toSorted((one, other) => (one.name < other.name ? -1 : 1));

const gone = () => {
  throw new Error("connection refused");
};
/** As nginx writes it. */
const listing = (names: readonly string[]) => () =>
  new Response(
    `<title>Index of /</title><pre>${names.map((name) => `<a href="${encodeURIComponent(name).replace("%2F", "/")}">${name.replaceAll("<", "&lt;")}</a>  07-Jun-2025 09:12  7\n`).join("")}</pre>`,
    { headers: { "Content-Type": "text/html" } },
  );

describe("a folder that the index knows, with the origin gone", () => {
  beforeEach(async () => {
    await world.publish([stable(1)], {
      payload: { ...texts(odd), ...texts(["\ufefff.deb"], `${folder}sub/`) },
    });
    world.origin = gone;
  });

  it("is listed with exact sizes and hashes, any name right", async () => {
    const { entries, from } = await told(folder);
    const sub = { name: "sub", type: "folder", path: `/debian/${folder}sub/` };
    expect(entries[0]).toEqual(sub);
    expect(inOrder(entries)).toEqual(inOrder([sub, ...odd.map((name) => file(name))]));
    expect(from).toBe("index");
    expect((await told(`${folder}sub/`)).entries).toEqual([file("\ufefff.deb", `${folder}sub/`)]);
    const page = await world.get(folder);
    expect(page.status).toBe(200);
    expect(page.text).toContain("could not be had");
    expect(page.text).toContain(`<code>${hashOf("bytes of ü.deb")}</code>`);
    expect(page.text).toContain('<a href="%3Ce%3E.deb"><bdi>&lt;e&gt;.deb</bdi></a>');
    // Each leads to its file.
    for (const { name, path, sha256 } of entries.slice(1)) {
      const found = await world.fetch(path, { method: "HEAD" });
      expect(found.headers.get("Repr-Digest"), name).toContain("sha-256");
      expect(sha256).toBe(hashOf(`bytes of ${name}`));
    }
  });

  it("is found from the repository's root, beside what roots name", async () => {
    expect((await told("")).names).toEqual(["dists", "pool"]);
    expect((await told("pool/")).names).toEqual(["main"]);
    expect((await told("dists/")).names).toEqual(["stable"]);
    expect((await told("dists/stable/")).entries).toMatchObject([
      { name: "main", type: "folder" },
      {
        name: "InRelease",
        sha256: hashOf("InRelease 1 of stable"),
        modified: "2026-03-01T12:01:00Z",
      },
      { name: "Release" },
      { name: "Release.gpg" },
    ]);
    const index = hashOf("Packages 1 of stable");
    expect((await told("dists/stable/main/binary-amd64/")).entries).toMatchObject([
      { name: "Packages.xz", size: 20, sha256: index },
    ]);
  });

  it("isn't what no index knows: that is the origin's to say", async () => {
    const response = await world.get("pool/main/b/");
    expect(response.status).toBe(503);
    expect((await world.get("pool/main/a/none/")).status).toBe(503);
  });

  it("goes on in another isolate from the location's cache, with the store gone too", async () => {
    await told(folder);
    world.newIsolate();
    world.blobsGone = true;
    world.objectGone = true;
    expect((await told(folder)).names).toContain("ü.deb");
    world.cached.clear();
    world.newIsolate();
    expect((await world.get(folder)).status).toBe(503);
  });

  it("is read with two reads, and again with none", async () => {
    await world.get("dists/stable/InRelease");
    world.blobsRead.length = 0;
    await told("pool/main/a/sub/");
    expect(world.blobsRead).toHaveLength(2);
    await told(folder);
    expect(world.blobsRead).toHaveLength(2);
  });

  it("is shown as the origin has it where what is stored is damaged", async () => {
    const { folders = { head: "", of: "" } } = world.current ?? {};
    const [head = "", ...segments] = await foldersBlobs(memoryBlobs(world.stored), folders);
    world.origin = listing(["x.deb"]);
    // One letter of a name; then all of the head.
    for (const name of segments) {
      const bytes = world.stored.get(name)?.slice() ?? new Uint8Array();
      bytes[bytes.byteLength - 1] = 0x21;
      world.stored.set(name, bytes);
    }
    expect(await told(folder)).toMatchObject({ names: ["x.deb"], from: "origin" });
    world.stored.set(head, new Uint8Array(9000));
    world.newIsolate();
    world.cached.clear();
    expect(await told(folder)).toMatchObject({ names: ["x.deb"], from: "origin" });
  });
});

describe("a folder that the index knows, with the origin there", () => {
  it("has the index's names, and the origin's dates and other names", async () => {
    await world.publish([stable(1)], { payload: texts(["a.deb", "b.deb"]) });
    world.origin = listing(["a.deb", "a.dsc", "README", "old/"]);
    const { entries, from } = await told(folder);
    expect(from).toBe("index, origin");
    const modified = "2025-06-07T09:12:00Z";
    expect(entries).toEqual([
      { name: "old", type: "folder", modified, path: `/debian/${folder}old/` },
      { ...file("a.deb"), modified },
      { name: "a.dsc", type: "file", size: 7, modified, path: `/debian/${folder}a.dsc` },
      file("b.deb"),
      { name: "README", type: "file", size: 7, modified, path: `/debian/${folder}README` },
    ]);
    expect((await world.get(folder)).text).not.toContain('class="gone"');
    // The origin's list ages beside the index's.
    world.now += 3_600_000;
    await world.publish([stable(2)], { payload: texts(["c.deb"]) });
    await world.later(2);
    world.origin = gone;
    const old = await world.get(folder);
    expect(old.headers.get("Age")).toBe("3602");
    expect(old.text).toContain("1 hour ago. Of files with a SHA-256, it is what indexes list now.");
    expect((await told(folder)).names).toContain("c.deb");
  });

  it("keeps the origin's sizes of files that their list of sums has without", async () => {
    await world.publish([stable(1)], { payload: texts(["a.iso", "b.iso"]), withSizes: false });
    world.origin = listing(["a.iso"]);
    const { entries } = await told(folder);
    expect(entries.map(({ name, size, sha256 }) => [name, size, sha256])).toEqual([
      ["a.iso", 7, hashOf("bytes of a.iso")],
      ["b.iso", undefined, hashOf("bytes of b.iso")],
    ]);
  });

  it.each([
    ["shows no listing", () => new Response("none", { status: 403 }), "it answers 403"],
    [
      "has a page of its own",
      () => new Response("<h1>Hello</h1>", { headers: { "Content-Type": "text/html" } }),
      "can&#39;t be read",
    ],
    ["is in trouble", () => new Response("oops", { status: 502 }), "it answers 502"],
  ])("that %s: the index has to do", async (_, origin, why) => {
    await world.publish([stable(1)], { payload: texts(["a.deb"]) });
    world.origin = origin;
    expect(await told(folder)).toMatchObject({ names: ["a.deb"], from: "index" });
    expect((await world.get(folder)).text).toContain(why);
  });

  it("that it says isn't there isn't, where only a root names it", async () => {
    await world.publish([stable(1)]);
    world.origin = () => new Response("none", { status: 404 });
    expect((await world.get("dists/stable/main/")).status).toBe(404);
  });

  it("of a repository whose names aren't kept is the origin's", async () => {
    await world.publish([stable(1)], { payload: texts(["a.deb"]), withNames: false });
    world.origin = listing(["a.deb", "z.deb"]);
    const { entries, from } = await told(folder);
    expect(from).toBe("origin");
    expect(entries).toMatchObject([file("a.deb"), { name: "z.deb", size: 7 }]);
    world.origin = gone;
    expect((await world.get("pool/main/z/")).status).toBe(503);
  });

  it("of 15,000 names is shown without asking for as many from the origin", async () => {
    const names = Array.from({ length: 15_000 }, (_, at) => `p${at}-1.0-1-x86_64.pkg.tar.zst`);
    await world.publish([stable(1)], { payload: texts(names) });
    const { entries, from } = await told(folder);
    expect(entries.map(({ name }) => name)).toEqual(names);
    expect(entries[2]).toEqual(file("p2-1.0-1-x86_64.pkg.tar.zst"));
    expect([from, world.originAsked]).toEqual(["index", []]);
    const page = await world.get(folder);
    expect(page.text).toContain("15000 entries");
    expect(page.text).toContain("of so many names");
    expect(page.text.match(/<tr>/g)).toHaveLength(15_000 + 2);
  });

  it("of as many as are read of both has both, and of one more the index's", async () => {
    const names = Array.from({ length: maxMergedEntries + 1 }, (_, at) => `${at}.deb`);
    world.origin = () =>
      new Response(JSON.stringify([{ name: "README", type: "file", size: 7 }]), {
        headers: { "Content-Type": "application/json" },
      });
    await world.publish([stable(1)], { payload: texts(names.slice(1)) });
    expect((await told(folder)).names).toContain("README");
    world.now += 60_000;
    await world.publish([stable(2)], { payload: texts(names) });
    await world.later(2);
    expect((await told(folder)).names).not.toContain("README");
  });
});

describe("a pinned folder", () => {
  let first: string;
  let second: string;

  beforeEach(async () => {
    const other: State = {
      root: otherRootPath,
      files: { [otherRootPath]: "InRelease of other" },
      indexes: {
        "dists/other/main/Contents-all": "plain",
        "dists/other/main/Contents-all.gz": "packed",
      },
      lastModified: dateOf(0),
    };
    first = (
      await world.publish([stable(1), other], { payload: texts(["a.deb", "b.deb", ...odd]) })
    ).id;
    world.now += 60_000;
    second = (await world.publish([stable(2)], { payload: texts(["b.deb", "c.deb"]) })).id;
    world.now += 60_000;
    world.origin = listing(["b.deb", "c.deb", "README"]);
  });

  it("shows what was there then, by its id or a time, and doesn't ask the origin", async () => {
    for (const prefix of [`debian@${first}`, "debian@20260301T1200Z"]) {
      const { entries, from } = await told(folder, prefix);
      const then = ["a.deb", "b.deb", ...odd].map((name) => ({
        ...file(name),
        path: `/${prefix}/${folder}${encodeURIComponent(name)}`,
      }));
      expect(inOrder(entries)).toEqual(inOrder(then));
      expect(from).toBe("index");
    }
    expect((await told(folder, `debian@${second}`)).names).toEqual(["b.deb", "c.deb"]);
    expect((await world.fetch(`/debian@${first}/${folder}`)).text).toContain("snapshot");
    expect(world.originAsked).toEqual([]);
    expect((await told(folder)).names).toEqual(["b.deb", "c.deb", "README"]);
  });

  it("shows the metadata of then", async () => {
    expect((await told("", `debian@${first}`)).names).toEqual(["dists", "pool"]);
    expect((await told("dists/", `debian@${first}`)).names).toEqual(["other", "stable"]);
    expect((await told("dists/", `debian@${second}`)).names).toEqual(["stable"]);
    const { entries } = await told("dists/stable/", `debian@${first}`);
    expect(entries.find(({ name }) => name === "InRelease")?.sha256).toBe(
      hashOf("InRelease 1 of stable"),
    );
    expect((await told("dists/other/main/", `debian@${first}`)).names).toEqual(["Contents-all.gz"]);
    expect(world.originAsked).toEqual([]);
  });

  it("that its snapshot doesn't know has the origin's names of today, and says so", async () => {
    expect((await told("doc/", `debian@${first}`)).from).toBe("origin");
    const page = await world.fetch(`/debian@${first}/doc/`);
    expect(page.text).toContain("names of today");
    const third = await world.publish([stable(3)], { payload: texts(["d.deb"]), withNames: false });
    expect((await told(folder, `debian@${third.id}`)).names).toEqual(["b.deb", "c.deb", "README"]);
  });
});
