/** Lists of whole repositories: `/mirrorlist`, `/metalink`, and apt's and pacman's. */
import { describe, expect, it, vi } from "vitest";
import { memoryBlobs } from "../../worker/blobs/memory-blobs.ts";
import { keptSnapshots } from "../../worker/repositories/chain/kept-snapshots.ts";
import type { Snapshot } from "../../worker/repositories/chain/snapshot.ts";
import { SnapshotsAtEdge } from "../../worker/repositories/reader/snapshots-at-edge.ts";
import { carrier, carriers, hostsIn, listEdge } from "./list-services.ts";
import { clients, start } from "./services.ts";
import { frankfurt } from "./views.ts";

const question = "repo=alma-baseos-9&arch=x86_64";
const inside = "9/BaseOS/x86_64/os/";

describe("/mirrorlist", () => {
  it("names us, then the mirrors in the client's order, over its own scheme", async () => {
    const edge = listEdge();
    const response = await edge.get(`mirrorlist?${question}`, { scheme: "https" });
    expect(response.headers.get("Cache-Control")).toBe("private, no-store");
    expect(await response.text()).toBe(
      [
        "# repo = alma-baseos-9 arch = x86_64",
        `https://near.example/alma/${inside}`,
        `https://frankfurt.example/alma/${inside}`,
        `https://paris.example/alma/${inside}`,
        `https://tokyo.example/alma/${inside}`,
        "",
      ].join("\n"),
    );
  });

  it("minds country, protocol and ip, and Accept", async () => {
    const edge = listEdge();
    const list = async (more: string, headers = {}) =>
      (await edge.get(`mirrorlist?${question}${more}`, { headers })).text();
    expect(hostsIn(await list("&country=fr,jp"))).toEqual(["near", "paris", "tokyo"]);
    expect(hostsIn(await list(`&ip=${clients.japan}`))).toEqual([
      "near",
      "tokyo",
      "frankfurt",
      "paris",
    ]);
    const both = (await list("&protocol=https,http&country=FR")).trim().split("\n").slice(2);
    expect(both).toEqual([
      `https://paris.example/alma/${inside}`,
      `http://paris.example/alma/${inside}`,
    ]);
    const json: unknown = JSON.parse(await list("&country=FR", { Accept: "application/json" }));
    expect(json).toEqual([
      { url: `http://near.example/alma/${inside}` },
      { url: `http://paris.example/alma/${inside}` },
    ]);
  });

  it("leaves out who can't serve the channel, and puts who lags last", async () => {
    const only = (more: object) => ({
      carries: { alma: { http: "http://x.example/alma/", ...more } },
    });
    const edge = listEdge({
      mirrors: [
        carrier("lags.example", frankfurt, {
          carries: { alma: { http: "http://lags.example/alma/", freshness: "lagging" } },
        }),
        ...carriers,
        carrier("a.example", frankfurt, only({ exclude: ["9/"] })),
        carrier("b.example", frankfurt, only({ architectures: ["aarch64"] })),
        carrier("c.example", frankfurt, { ...only({}), state: "drained" }),
        carrier("d.example", frankfurt, { ...only({}), state: "down" }),
      ],
    });
    const text = await (await edge.get(`mirrorlist?${question}`)).text();
    expect(hostsIn(text)).toEqual(["near", "frankfurt", "paris", "tokyo", "lags"]);
  });

  it.each([
    ["ZYpp 17.38.16 (curl 8.17.0)", ["near"]],
    ["ZYpp 17.37.0 (curl 8.14.1)", ["near"]],
    ["ZYpp 17.36.7 (curl 8.14.1)", ["near", "frankfurt", "paris", "tokyo"]],
    ["libdnf (AlmaLinux 9.6; generic; Linux.x86_64)", ["near", "frankfurt", "paris", "tokyo"]],
  ])("to %s is of places that give verified metadata", async (agent, hosts) => {
    for (const accept of ["*/*", "application/json"]) {
      const headers = { "User-Agent": agent, Accept: accept };
      const text = await (await listEdge().get(`mirrorlist?${question}`, { headers })).text();
      expect(hostsIn(text)).toEqual(hosts);
    }
  });

  it("refuses in comments", async () => {
    const edge = listEdge();
    const nothing = await edge.get("mirrorlist");
    expect([nothing.status, await nothing.text()]).toEqual([
      400,
      "# repo= and arch= must be specified\n",
    ]);
    const wrong = await edge.get("mirrorlist?repo=other&arch=x86_64");
    expect(wrong.status).toBe(404);
    expect(await wrong.text()).toContain("# repo=alma-baseos-9&arch=x86_64\n");
  });
});

const root = `${inside}repodata/repomd.xml`;

/** A snapshot with the n-th state of the root. */
function snapshot(generation: number, state: number): Snapshot {
  return {
    repository: "alma",
    generation,
    id: `2026030${generation}T000000Z-0000000${generation}`,
    at: start - (10 - generation) * 60_000,
    roots: [
      {
        path: root,
        files: [{ path: root, size: 1000 + state, sha256: String(state).repeat(64) }],
        manifest: "f".repeat(64),
        date: start + state * 1000,
      },
    ],
  };
}

/** Snapshots as the repository's object has them; the last is the current one. */
function snapshotsOf(kept: readonly Snapshot[]) {
  const world = { gone: false, asked: 0 };
  const newestFirst = kept.toReversed();
  const unused = () => Promise.reject(new Error("not asked here"));
  const snapshots = new SnapshotsAtEdge({
    cache: { match: async () => undefined, put: async () => undefined },
    blobs: () => memoryBlobs(new Map()),
    object: () => ({
      snapshot: async () => JSON.stringify(newestFirst[0]),
      index: unused,
      refresh: unused,
      alarms: unused,
      snapshots: async () => {
        world.asked++;
        if (world.gone) throw new Error("gone");
        return keptSnapshots(newestFirst, undefined);
      },
      kept: async (wanted) => JSON.stringify(kept.find(({ id }) => id === wanted) ?? null),
    }),
  });
  return { world, snapshots };
}

describe("/metalink", () => {
  // Generation 3 brought the current state of this root, 4 that of another.
  const kept = [snapshot(1, 1), snapshot(2, 2), snapshot(3, 3), snapshot(4, 3)];
  const at = (name: string, generation: number | undefined, longitude: number) =>
    carrier(
      name,
      { ...frankfurt, longitude },
      {
        carries: {
          alma: {
            http: `http://${name}/alma/`,
            ...(generation === undefined ? {} : { generation }),
          },
        },
      },
    );

  it("tells the current state and the kept ones, and pins our own URL to the current", async () => {
    const { snapshots } = snapshotsOf(kept);
    const edge = listEdge({ more: { snapshots } });
    const response = await edge.get(`metalink?${question}`);
    expect([response.status, response.headers.get("Content-Type")]).toEqual([
      200,
      "application/metalink+xml",
    ]);
    const text = await response.text();
    const states = [
      ...text.matchAll(/<mm0:timestamp>(\d+)<[\s\S]*?<size>(\d+)<[\s\S]*?>(\d)\3{63}</g),
    ];
    expect(states.map(([, ...told]) => told.map(Number))).toEqual(
      [3, 2, 1].map((state) => [start / 1000 + state, 1000 + state, state]),
    );
    const urls = [...text.matchAll(/<url[^>]*>([^<]*)</g)].map(([, url]) => url);
    expect(urls[0]).toBe(`http://near.example/alma@${kept[3]?.id}/${root}`);
    expect(urls[1]).toBe(`http://frankfurt.example/alma/${root}`);
  });

  it("puts mirrors that are behind last, and leaves out those without any state told", async () => {
    const { snapshots } = snapshotsOf(kept.slice(1));
    const mirrors = [
      at("behind.example", 2, 8.7),
      at("unknown.example", undefined, 20),
      at("older.example", 1, 21),
      at("has.example", 3, 60),
      at("newest.example", 4, 80),
    ];
    const edge = listEdge({ mirrors, more: { snapshots } });
    const text = await (await edge.get(`metalink?${question}`)).text();
    const [, resources = ""] = text.split("<resources");
    // Of equals `mirror` gives every one generation 1 that has none: it is then as old as the oldest.
    expect(hostsIn(resources)).toEqual(["near", "has", "newest", "behind"]);
  });

  it("asks the object once for a state, and does without when it can't be asked", async () => {
    vi.spyOn(console, "warn").mockImplementation(() => undefined);
    const { snapshots, world } = snapshotsOf(kept);
    const edge = listEdge({ more: { snapshots } });
    world.gone = true;
    const alone = await (await edge.get(`metalink?${question}`)).text();
    expect(alone).toContain("3".repeat(64));
    expect(alone).not.toContain("mm0:alternate");
    world.gone = false;
    for (const _ of [1, 2, 3]) {
      expect(await (await edge.get(`metalink?${question}`)).text()).toContain("mm0:alternate");
    }
    expect(world.asked).toBe(2);
  });

  it("is an empty document with the reason where nothing is verified, or nothing is asked", async () => {
    const { snapshots } = snapshotsOf(kept);
    for (const [path, status, more] of [
      [`metalink?${question}`, 404, {}],
      ["metalink?repo=alma-baseos-8&arch=x86_64", 404, { snapshots }],
      ["metalink?repo=other&arch=x86_64", 404, { snapshots }],
      ["metalink", 400, { snapshots }],
    ] as const) {
      const response = await listEdge({ more }).get(path);
      expect([response.status, response.headers.get("Content-Type")]).toEqual([
        status,
        "application/metalink+xml",
      ]);
      expect(await response.text()).toMatch(/<!-- #[\s\S]*-->\n<\/metalink>\n$/);
    }
  });
});

describe("a client's own list", () => {
  it("apt's has the mirrors for packages and us for everything", async () => {
    const response = await listEdge().get("mirrorlist/apt/debian", { scheme: "https" });
    expect(response.headers.get("Content-Type")).toMatch(/^text\/plain/);
    expect(await response.text()).toBe(
      [
        "https://frankfurt.example/debian/\tpriority:1 type:deb",
        "https://paris.example/debian/\tpriority:2 type:deb",
        "https://tokyo.example/debian/\tpriority:3 type:deb",
        "https://near.example/debian/\tpriority:4",
        "",
      ].join("\n"),
    );
  });

  it("is whole whatever part is asked for, as apt asks for the rest of its older copy", async () => {
    const headers = { Range: "bytes=10-", "If-Range": "Sun, 01 Mar 2026 12:00:00 GMT" };
    const response = await listEdge().get("mirrorlist/apt/debian", { headers });
    expect([response.status, (await response.text()).split("\n").length]).toEqual([200, 5]);
  });

  it("pacman's has us first", async () => {
    const text = await (await listEdge().get("mirrorlist/pacman/arch?country=JP")).text();
    const servers = text.split("\n").filter((line) => line.startsWith("Server"));
    expect(servers[0]).toBe("Server = http://near.example/arch/$repo/os/$arch");
    expect(servers[1]).toBe("Server = http://tokyo.example/arch/$repo/os/$arch");
  });

  it.each(["mirrorlist/apt/alma", "mirrorlist/pacman/none", "mirrorlist/other/debian"])(
    "is none at %s",
    async (path) => {
      expect((await listEdge().get(path)).status).toBe(404);
    },
  );
});
