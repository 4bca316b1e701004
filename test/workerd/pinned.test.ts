/** `/{repository}@{snapshot}/...`, and what the API tells of repositories and their snapshots. */
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { defaultMinSize } from "../../worker/repositories/catalogue.ts";
import { start } from "./services.ts";
import { hashOf, plainPath, rootPath, SnapshotWorld, stable } from "./snapshot-services.ts";

let world: SnapshotWorld;
let first: string;
let second: string;

const packagePath = "pool/main/a/a_1+b~1_all.deb";
const payload = { [packagePath]: "x".repeat(defaultMinSize) };

/** Two snapshots, a minute apart, the first at 12:00. */
beforeEach(async () => {
  world = new SnapshotWorld();
  vi.spyOn(console, "warn").mockImplementation(() => undefined);
  first = (await world.publish([stable(1)], { payload })).id;
  world.now = start + 60_000;
  second = (await world.publish([stable(2)], { payload })).id;
  world.now = start + 120_000;
});
afterEach(() => {
  vi.restoreAllMocks();
});

describe("a pinned snapshot", () => {
  it.each([
    ["its id", () => first, 1],
    ["its id", () => second, 2],
    ["a time to the minute", () => "20260301T1200Z", 1],
    ["a time to the second", () => "20260301T120059Z", 1],
    ["an ISO time", () => "2026-03-01T12:01:00Z", 2],
    ["an ISO time, escaped", () => "2026-03-01T12%3A01%3A30Z", 2],
  ])("is served by %s (%s)", async (_, name, n) => {
    for (const [path, content] of [
      [rootPath, `InRelease ${n} of stable`],
      ["dists/stable/Release.gpg", `Release.gpg ${n} of stable`],
      [plainPath, `Packages ${n} of stable`],
    ]) {
      const url = `/debian@${name()}/${path}`;
      const response = await world.fetch(url);
      expect([response.status, response.text]).toEqual([200, content]);
      const etag = response.headers.get("ETag") ?? "";
      expect(etag).toBe(`"${hashOf(content ?? "")}"`);
      const same = await world.fetch(url, { headers: { "If-None-Match": etag } });
      expect(same.status).toBe(304);
      const head = await world.fetch(url, { method: "HEAD" });
      expect(head.headers.get("Content-Length")).toBe(String(content?.length));
      const part = await world.fetch(url, { headers: { Range: "bytes=0-1" } });
      expect([part.status, part.text]).toEqual([206, content?.slice(0, 2)]);
    }
    expect(world.originAsked).toEqual([]);
  });

  it("doesn't depend on what the client has of the current one, nor change that", async () => {
    await world.get(rootPath);
    const pinned = await world.fetch(`/debian@${first}/${plainPath}`);
    expect(pinned.text).toBe("Packages 1 of stable");
    const current = await world.get(plainPath);
    expect(current.text).toBe("Packages 2 of stable");
  });

  it("redirects payload as the repository does, and shows its folders", async () => {
    const path = packagePath;
    // HEAD isn't remembered: of two GETs the second would be taken for a failure of the first.
    const method = "HEAD";
    const pinned = await world.fetch(`/debian@${first}/${path}`, { method });
    const plain = await world.fetch(`/debian/${path}`, { method });
    expect(pinned.status).toBe(302);
    expect(pinned.headers.get("Location")).toBe(plain.headers.get("Location"));
    expect((await world.fetch(`/debian@${first}/dists/`)).status).toBe(200);
    const folder = await world.fetch(`/debian@${first}`);
    expect([folder.status, folder.headers.get("Location")]).toEqual([301, `./debian@${first}/`]);
  });

  it.each([
    "dists/unfollowed/InRelease",
    "dists/stable/main/unlisted",
    `dists/stable/main/by-hash/SHA256/${"a".repeat(64)}`,
  ])("has nothing of today's state under %s", async (path) => {
    const response = await world.fetch(`/debian@${first}/${path}`);
    expect(response.status).toBe(404);
    expect(response.text).toContain(first);
    expect(world.originAsked).toEqual([]);
  });

  it.each([
    ["20260301T120000Z-00000000", "is that"],
    ["20260301T1159Z", "is that"],
    ["2026-03-01T12:03:00Z", "not come yet"],
    ["2026-02-30", "neither"],
    ["yesterday", "neither"],
    ["", "neither"],
  ])("@%s is 404, and the answer says where the list is", async (name, said) => {
    const response = await world.fetch(`/debian@${name}/${rootPath}`);
    expect(response.status).toBe(404);
    const text = response.text;
    expect(text).toContain(said);
    expect(text).toContain("/api/v1/repositories/debian/snapshots");
  });

  it("of another repository than those listed is no path", async () => {
    const response = await world.fetch(`/nothing@${first}/${rootPath}`);
    expect(response.status).toBe(404);
    expect(response.text).toContain("/debian/");
  });

  it("goes on with the object gone once it is at hand, and holds the client else", async () => {
    const indexed = await world.fetch(`/debian@${first}/${plainPath}`);
    expect(indexed.status).toBe(200);
    world.objectGone = true;
    expect((await world.fetch(`/debian@${first}/${plainPath}`)).status).toBe(200);
    const other = await world.fetch(`/debian@${second}/${plainPath}`);
    expect(other.status).toBe(503);
    expect(other.headers.get("Retry-After")).not.toBeNull();
  });
});

describe("the API", () => {
  const api = "/api/v1/repositories";

  it("lists repositories without having any followed", async () => {
    const response = await world.fetch(api);
    expect(JSON.parse(response.text)).toMatchObject({
      repositories: [
        { name: "debian", kind: "apt", verify: "signed" },
        { name: "isos", verify: null },
      ],
    });
    expect(world.asked).toEqual([]);
    await world.get(rootPath);
    expect(JSON.parse((await world.fetch(api)).text)).toMatchObject({
      repositories: [{ serving: second }, {}],
    });
  });

  it("shows a repository's newest snapshot, from what is at hand when the object is gone", async () => {
    world.alarms = [
      { kind: "root", root: rootPath, file: rootPath, since: start, said: "It is older." },
    ];
    const shown = JSON.parse((await world.fetch(`${api}/debian`)).text);
    expect(shown).toMatchObject({
      name: "debian",
      snapshot: { id: second, at: "2026-03-01T12:01:00.000Z", roots: [{ path: rootPath }] },
      alarms: [{ said: "It is older.", since: "2026-03-01T12:00:00.000Z" }],
    });
    expect(world.asked.filter((one) => one.startsWith("snapshot "))).toEqual([]);
    world.objectGone = true;
    expect(JSON.parse((await world.fetch(`${api}/debian`)).text)).toMatchObject({ snapshot: null });
    await world.get(rootPath);
    expect(JSON.parse((await world.fetch(`${api}/debian`)).text)).toMatchObject({
      snapshot: { id: second },
    });
  });

  it("shows no snapshot of a repository that lost its keys, whatever its object keeps of former days", async () => {
    expect(JSON.parse((await world.fetch(`${api}/isos`)).text)).toMatchObject({
      verify: null,
      snapshot: null,
    });
  });

  it("lists kept snapshots, the newest first, with addresses that serve them", async () => {
    const response = await world.fetch(`${api}/debian/snapshots`);
    const { snapshots }: { snapshots: { id: string; url: string }[] } = JSON.parse(response.text);
    expect(snapshots.map(({ id }) => id)).toEqual([second, first]);
    expect(snapshots[1]).toMatchObject({
      at: "2026-03-01T12:00:00.000Z",
      roots: [{ path: rootPath, changed: true, date: "2026-03-01T12:00:00.000Z" }],
    });
    const { pathname } = new URL(snapshots[1]?.url ?? "");
    expect((await world.fetch(pathname + rootPath)).text).toBe("InRelease 1 of stable");
    world.objectGone = true;
    expect((await world.fetch(`${api}/debian/snapshots`)).status).toBe(503);
  });

  it("takes a POST for refreshing, and for nothing else", async () => {
    const refreshed = await world.fetch(`${api}/debian/refresh`, { method: "POST" });
    expect(refreshed.status).toBe(202);
    expect(world.asked).toEqual(["refresh debian"]);
    expect((await world.fetch(`${api}/nothing/refresh`, { method: "POST" })).status).toBe(404);
    const got = await world.fetch(`${api}/debian/refresh`);
    expect([got.status, got.headers.get("Allow")]).toEqual([405, "POST"]);
    for (const path of [`${api}/debian`, `${api}/debian/snapshots`, `/debian/${rootPath}`]) {
      expect((await world.fetch(path, { method: "POST" })).status, path).toBe(405);
    }
    world.objectGone = true;
    expect((await world.fetch(`${api}/debian/refresh`, { method: "POST" })).status).toBe(503);
  });

  it("has an origin polled for those alone whom the operators' object allows it", async () => {
    const headers = { Authorization: "Bearer token", "X-Forwarded-For": "5.1.2.3" };
    const seen: Request[] = [];
    world.operators = async (request) => {
      seen.push(request);
      const status = request.headers.get("Authorization") === "Bearer token" ? 202 : 401;
      return new Response("{}", { status, headers: { RateLimit: "r", "Content-Length": "2" } });
    };
    const path = `${api}/debian/refresh`;
    const refused = await world.fetch(path, { method: "POST" });
    expect([refused.status, refused.text]).toEqual([401, "{}"]);
    expect(world.asked).toEqual([]);
    const allowed = await world.fetch(path, { method: "POST", headers });
    expect(allowed.status).toBe(202);
    expect(JSON.parse(allowed.text)).toEqual({
      accepted: true,
      snapshots: `${api}/debian/snapshots`,
    });
    expect(allowed.headers.get("RateLimit")).toBe("r");
    expect(world.asked).toEqual(["refresh debian"]);
    expect(new URL(seen[1]?.url ?? "").pathname).toBe(path);
    world.operators = async () => {
      throw new Error("away");
    };
    expect((await world.fetch(path, { method: "POST", headers })).status).toBe(503);
    world.operators = undefined;
    const nobody = await world.fetch(path, { method: "POST", headers });
    expect([nobody.status, nobody.text]).toEqual([404, expect.stringContaining("no accounts")]);
    expect(world.asked).toEqual(["refresh debian"]);
  });

  it.each(["nothing", "nothing/snapshots"])("says 404 for %s", async (name) => {
    expect((await world.fetch(`${api}/${name}`)).status).toBe(404);
  });
});
